"""What the control API needs of the sandbox."""

from __future__ import annotations

from typing import Any, Protocol

from mockstudio.clock import Clock
from mockstudio.config import Settings
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.journal import Journal
from mockstudio.flows.routes import Router
from mockstudio.rest.failures import Failures

PREFIX = "/_mockstudio"
"""Where the control API is, on every host."""


class World(Protocol):
    """A sandbox, as far as the control API is concerned."""

    settings: Settings
    clock: Clock
    endpoints: Endpoints
    journal: Journal
    router: Router
    failures: Failures

    def reset(self) -> None:
        """Forget all that happened."""

    def health(self) -> dict[str, Any]:
        """Return the sandbox's state: status, problems, counts."""
