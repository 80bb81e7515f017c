"""Live endpoints, called as Twilio calls them: in real time, signed, and at their own URLs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import Enum, auto
from typing import Any

import requests

from mockstudio.clock import SystemClock
from mockstudio.config import Settings
from mockstudio.http.client import HttpClient
from mockstudio.http.outgoing import Account, Destination
from mockstudio.http.transport import DeadlineAdapter
from mockstudio.signing import SIGNATURE_HEADER


class Signing(Enum):
    """What a request's X-Twilio-Signature is (rest-api.md 6.1)."""

    RIGHT = auto()
    """Made with the account's auth token."""
    WRONG = auto()
    """Made with another token, as a forger would."""
    NONE = auto()
    """Not there."""


@contextmanager
def live_client(settings: Settings, signing: Signing = Signing.RIGHT) -> Iterator[HttpClient]:
    """Open a client that calls every URL where it says, with no routes in between.

    Args:
        settings: whose account signs, and whether the environment is trusted.
        signing: how requests are signed.
    """
    token = settings.auth_token
    account = Account(
        settings.account_sid, f"{token}-forged" if signing is Signing.WRONG else token
    )
    with closing(SystemClock()) as clock, requests.Session() as session:
        session.trust_env = settings.trust_env
        make = _UnsignedAdapter if signing is Signing.NONE else DeadlineAdapter
        session.mount("http://", make(clock))
        session.mount("https://", make(clock))
        yield HttpClient(session, Destination, clock, account)


class _UnsignedAdapter(DeadlineAdapter):
    """Takes the signature away at the last moment: the client signs whatever it sends."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kw: Any) -> requests.Response:
        request.headers.pop(SIGNATURE_HEADER, None)
        return super().send(request, *args, **kw)
