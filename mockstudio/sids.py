"""SIDs: two upper-case letters and 32 lower-case hex digits (rest-api.md 3.1)."""

from __future__ import annotations

import hashlib
import re
import secrets

SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
SAMPLE_ACCOUNT_SID = "AC" + "0" * 31 + "1"


def new_sid(prefix: str) -> str:
    """Return a fresh SID such as `FN5b…` for the prefix `FN`."""
    return prefix + secrets.token_hex(16)


def derived_sid(prefix: str, seed: str) -> str:
    """Return the SID that always belongs to `seed`, so that the same file keeps the same SID."""
    return prefix + hashlib.sha256(seed.encode()).hexdigest()[:32]


def is_sid(text: str, prefix: str) -> bool:
    """Tell whether `text` has the form of a SID with this prefix."""
    return text.startswith(prefix) and SID.fullmatch(text) is not None
