"""Named ways an endpoint can behave: every endpoint has them all without anyone writing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import quote

from mockstudio.endpoints.model import (
    Dribble,
    Endpoint,
    Fault,
    FixedDelay,
    JsonBody,
    Kind,
    Reply,
    TextBody,
)
from mockstudio.endpoints.request import Request
from mockstudio.endpoints.sizes import is_paddable
from mockstudio.errors import UnknownNameError

PLAY_PARAMETER = "mockstudio-play"
"""The query parameter that asks for an outcome by name: `mockstudio-play=lookup-order:timeout`."""

BODY_LIMIT = 65_536
"""Bytes that Studio reads of a Function's or endpoint's answer, and Twilio of a TwiML document
(rest-api.md 8.1; reference 3.5)."""

LATE_FOR_STUDIO = 12.0
"""Seconds, past the 10 s that Studio waits for an HTTP widget."""

LATE_FOR_TWILIO = 20.0
"""Seconds, past the 15 s that Twilio waits for a document (rest-api.md 8.5)."""

DRIBBLED_CHUNKS = 6
