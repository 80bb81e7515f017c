"""API keys (rest-api.md 1.1, 3.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class ApiKey:
    """A standard key: it opens the REST API until it is deleted.

    Attributes:
        sid: `SK…`.
        secret: shown once, when the key is made.
        friendly_name: free text.
        created: when it was made.
        updated: when it was last changed.
    """

    sid: str
    secret: str = field(repr=False)
    friendly_name: str
    created: datetime
    updated: datetime
