"""Who asks: an account with its auth token, or an API key with its secret (rest-api.md 1)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import StrEnum

from werkzeug.datastructures import Authorization

from mockstudio.config import Settings
from mockstudio.rest.errors import LoginError
from mockstudio.store.keys import ApiKey
from mockstudio.store.ledger import Ledger


class Credentials(StrEnum):
    """What somebody logs in with."""

    AUTH_TOKEN = "auth token"
    API_KEY = "API key"
    TEST = "test credentials"


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes:
        account_sid: whose resources they may see.
        credentials: what they logged in with.
    """

    account_sid: str
    credentials: Credentials

    @property
    def is_test(self) -> bool:
        """Whether what they create is checked, and no more."""
        return self.credentials is Credentials.TEST


class Authenticator:
    """Finds out who asks.

    Args:
        settings: the account, and the test credentials.
        keys: the account's API keys.
    """

    def __init__(self, settings: Settings, keys: Ledger[ApiKey]) -> None:
        self._settings = settings
        self._keys = keys

    def caller(self, given: Authorization | None) -> Caller:
        """Return who asks.

        Args:
            given: the Authorization header.

        Raises:
            LoginError: it opens nothing (1.2).
        """
        if given is None or given.type != "basic":
            raise LoginError("Authentication Error - No credentials provided")
        name, password = given.username or "", given.password or ""
        caller, secret = self._known(name)
        if not hmac.compare_digest(secret.encode(), password.encode()):
            raise LoginError
        return caller

    def _known(self, name: str) -> tuple[Caller, str]:
        """Return who has a name, and the password that goes with it."""
        settings = self._settings
        if name == settings.account_sid:
            return Caller(name, Credentials.AUTH_TOKEN), settings.auth_token
        if name == settings.test_account_sid:
            return Caller(name, Credentials.TEST), settings.test_auth_token
        key = self._keys.get(name)
        if key is None:
            raise LoginError("Authentication Error - invalid username")
        return Caller(settings.account_sid, Credentials.API_KEY), key.secret
