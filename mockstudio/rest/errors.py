"""What the REST API says when it says no (rest-api.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from mockstudio.errors import MockstudioError

REALM: Final = 'Basic realm="Twilio API"'

BAD_PARAMETER: Final = 20001
AUTHENTICATE: Final = 20003
METHOD_NOT_ALLOWED: Final = 20004
PAGE_TOO_LARGE: Final = 20007
TEST_CREDENTIALS: Final = 20008
NOT_COMPLETE: Final = 20009
NOT_FOUND: Final = 20404
CONFLICT: Final = 20409
BAD_PAGE_TOKEN: Final = 21481


class RestError(MockstudioError):
    """A request that is refused.

    Args:
        status: of the answer.
        code: Twilio's.
        message: what is wrong, what was expected and what to write instead.
        details: more, for programs; Studio's validation errors, for one.
        headers: of the answer, beside the usual ones.

    Attributes:
        status: as given.
        code: as given.
        details: as given, or None.
        headers: as given.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return the body; it has no `type` and `title`, which clients take amiss (0.5)."""
        members: dict[str, Any] = {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return members if self.details is None else {**members, "details": dict(self.details)}


class LoginError(RestError):
    """A failed login (rest-api.md 1.2)."""

    def __init__(self, message: str = "Authenticate") -> None:
        headers = {"WWW-Authenticate": REALM}
        super().__init__(HTTPStatus.UNAUTHORIZED, AUTHENTICATE, message, headers=headers)

    def body(self) -> dict[str, Any]:
        """Return the answer's body, with the sentence that all logins fail with."""
        return {**super().body(), "detail": "Your AccountSid or AuthToken was incorrect."}


def not_found(path: str) -> RestError:
    """Return the refusal of a path that leads to nothing in this account."""
    message = f"The requested resource {path} was not found"
    return RestError(HTTPStatus.NOT_FOUND, NOT_FOUND, message)


def refused(code: int, message: str) -> RestError:
    """Return the refusal of a request with something wrong in it: status 400."""
    return RestError(HTTPStatus.BAD_REQUEST, code, message)


def invalid(message: str) -> RestError:
    """Return the refusal of a parameter that no code of its own exists for."""
    return refused(BAD_PARAMETER, message)


def missing(name: str) -> RestError:
    """Return the refusal of a request without a parameter that it needs."""
    return invalid(f"Missing required parameter {name} in the post body")
