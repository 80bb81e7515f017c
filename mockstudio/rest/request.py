"""A request to the REST API, and what a resource answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from mockstudio.rest.authentication import Caller
from mockstudio.rest.errors import RestError, not_found
from mockstudio.rest.parameters import Parameters
from mockstudio.store.ledger import Entry

R = TypeVar("R")


@dataclass(frozen=True)
class ApiRequest:
    """A request whose sender is known.

    Attributes:
        caller: who asks.
        path: as it was sent, with the `.json` of the 2010 API.
        base_url: scheme and host of this server, as the sender calls it.
        query: what stands behind the path.
        form: the body.
    """

    caller: Caller
    path: str
    base_url: str
    query: Parameters
    form: Parameters

    @property
    def account_sid(self) -> str:
        """Whose resources are meant."""
        return self.caller.account_sid

    def not_found(self) -> RestError:
        """Return the refusal of a path that leads to nothing."""
        return not_found(self.path)

    def found(self, record: R | None) -> R:
        """Return a record that must be there; raises RestError (20404) when it is not."""
        if record is None:
            raise self.not_found()
        return record


@dataclass(frozen=True)
class Answer:
    """An answer as data.

    Attributes:
        status: of HTTP.
        body: JSON's types, or None for no body.
        headers: beside the usual ones.
    """

    status: int
    body: Mapping[str, Any] | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing(Generic[R]):
    """A list to be shown page by page, the newest record first (rest-api.md 10 no. 12).

    Attributes:
        key: the member that holds the records, such as `messages`.
        entries: all that the filters let through, oldest first, as a ledger gives them.
        represent: gives a record its form.
    """

    key: str
    entries: Sequence[Entry[R]]
    represent: Callable[[R], Mapping[str, Any]]


Handler = Callable[..., "Answer | Listing[Any]"]
"""Gets the request, then the path's parts by name."""


def fetched(body: Mapping[str, Any]) -> Answer:
    """Return a resource that was fetched or updated: 200."""
    return Answer(HTTPStatus.OK, body)


def created(body: Mapping[str, Any]) -> Answer:
    """Return a resource that was made: 201."""
    return Answer(HTTPStatus.CREATED, body)


def deleted() -> Answer:
    """Return that a resource is gone: 204."""
    return Answer(HTTPStatus.NO_CONTENT, None)
