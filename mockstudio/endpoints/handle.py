"""One endpoint as a test speaks of it: what it plays, and whether it was called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, Self

from mockstudio.endpoints.checks import Check, compile_checks
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.journal import Entry
from mockstudio.endpoints.matching import EndpointTable
from mockstudio.endpoints.model import Endpoint
from mockstudio.errors import ExpectationError

_SHOWN: Final = 20
"""How many requests an error lists."""


class EndpointHandle:
    """An endpoint of a sandbox.

    Example:
        `sandbox.endpoint("lookup").plays("timeout")` before,
        `sandbox.endpoint("lookup").was_called(times=2)` after.

    Args:
        endpoints: all of them.
        name: whose handle it is.

    Raises:
        UnknownNameError: there is no such endpoint.
    """

    def __init__(self, endpoints: Endpoints, name: str) -> None:
        self._endpoints = endpoints
        self.name = endpoints.definition(name).name

    def __repr__(self) -> str:
        return f"<endpoint {self.name}: {self.definition.url}>"

    @property
    def definition(self) -> Endpoint:
        """What it is now."""
        return self._endpoints.definition(self.name)

    # --- what it plays

    def plays(self, outcome: str, times: int | None = None) -> Self:
        """Let it play a named outcome instead of its replies.

        Args:
            outcome: such as `timeout`, `server-error` or one of its own.
            times: how often, its replies again afterwards; None for until told otherwise.

        Raises:
            UnknownNameError: there is no such outcome.
        """
        self._endpoints.play(self.name, outcome, times)
        return self

    def replies(self, *turns: str | Mapping[str, Any], **reply: Any) -> Self:
        """Give it other replies, written as in an endpoint file.

        Args:
            turns: several in their order: a mapping each, or the name of an outcome.
            reply: the only one, or the last: `json`, `text`, `twiml`, `status`, `headers`,
                `delay`, `times` and so on.

        Raises:
            EndpointFileError: a reply cannot be used; holds every problem.
        """
        written = [*turns, reply] if reply or not turns else [*turns]
        made = self._parsed(replies=[_plain(turn) for turn in written]).replies
        self._endpoints.add(replace(self.definition, replies=made))
        self._endpoints.play(self.name, None)
        return self

    # --- what reached it

    @property
    def calls(self) -> list[Entry]:
        """The journal's entries of the requests it answered, oldest first."""
        return self._endpoints.journal.query(self.name)

    def was_called(self, times: int | None = None, **when: Any) -> list[Entry]:
        """Return the requests it answered; those that fit, where conditions are given.

        Args:
            times: how many there must be; at least one when not given.
            when: conditions as in an endpoint file: `params`, `headers`, `cookies`, `json`, `body`.

        Raises:
            ExpectationError: there are none, or not so many; the message lists what was received
                and what each request differs in.
            EndpointFileError: a condition cannot be used.
        """
        __tracebackhide__ = True
        checks = compile_checks(self._parsed(when=_plain(when)).when)
        found = [entry for entry in self.calls if not _differences(checks, entry)]
        if len(found) == times or (times is None and found):
            return found
        raise ExpectationError("\n".join(self._told(len(found), times, when, checks)))

    def was_not_called(self, **when: Any) -> None:
        """Raise ExpectationError when a request reached it that fits (see `was_called`)."""
        __tracebackhide__ = True
        self.was_called(0, **when)

    # --- inside

    def _parsed(self, **members: Any) -> Endpoint:
        """Return the endpoint that this would be with other members, as in an endpoint file."""
        own = self.definition
        data = {"name": own.name, "kind": own.kind.value, "url": str(own.url), **members}
        return parse_endpoints([data], f"endpoint '{own.name}'")[0]

    def _told(
        self, found: int, times: int | None, when: Mapping[str, Any], checks: Iterable[Check]
    ) -> Iterator[str]:
        wanted = "at least once" if times is None else _times(times)
        how = f" with {', '.join(f'{what} {value!r}' for what, value in when.items())}"
        yield (
            f"expected endpoint '{self.name}' to be called {wanted}{how if when else ''}, "
            f"it was called {_times(found)}{' so' if when else ''}"
        )
        refused = self._endpoints.state(self.name).calls - len(self.calls)
        if refused > 0:
            yield f"connections refused before a request could be sent: {refused}"
        entries = list(self._endpoints.journal)
        yield "received:" if entries else "received: nothing"
        for entry in entries[-_SHOWN:]:
            yield f"  {entry}"
            yield from (f"     {difference}" for difference in self._why_not(checks, entry))

    def _why_not(self, checks: Iterable[Check], entry: Entry) -> Iterable[str]:
        """Return what keeps a request from being the one that is meant."""
        if entry.endpoint == self.name:
            return _differences(checks, entry)
        (miss,) = EndpointTable([self.definition]).nearest(entry.request)
        return miss.differences


def _differences(checks: Iterable[Check], entry: Entry) -> list[str]:
    return [text for check in checks for text in check.differences(entry.request)]


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _plain(value: Any) -> Any:
    """Return what Python code wrote in JSON's types."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
