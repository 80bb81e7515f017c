"""What a caller may do (rest-api.md 1.1, 1.2, 1.4)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from mockstudio.config import API_VERSION
from mockstudio.rest.authentication import Caller, Credentials
from mockstudio.rest.errors import TEST_CREDENTIALS, LoginError, RestError

_ACCOUNT = re.compile(rf"/{API_VERSION}/Accounts/(?P<sid>[^/.]+)(?P<rest>.*)")
_FOR_TESTS: Final = frozenset({"/Messages.json", "/Calls.json", "/IncomingPhoneNumbers.json"})
"""What test credentials may create."""


def check_permission(caller: Caller, method: str, path: str) -> None:
    """Let a request pass, or raise RestError.

    Raises:
        LoginError: the path is another account's, or closed to API keys.
        RestError: test credentials do not reach it (20008).
    """
    account = _ACCOUNT.match(path)
    if account is not None and account["sid"] != caller.account_sid:
        raise LoginError
    rest = account["rest"] if account else None
    if caller.credentials is Credentials.API_KEY and _is_closed_to_keys(path, rest):
        raise LoginError
    if caller.credentials is Credentials.TEST and (method != "POST" or rest not in _FOR_TESTS):
        message = "Resource not accessible with Test Account Credentials"
        raise RestError(HTTPStatus.FORBIDDEN, TEST_CREDENTIALS, message)


def _is_closed_to_keys(path: str, rest: str | None) -> bool:
    """Tell whether a path manages the account or its keys."""
    if rest is None:
        return path.startswith(f"/{API_VERSION}/Accounts")
    return rest in ("", ".json") or rest.startswith("/Keys")
