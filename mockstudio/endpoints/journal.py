"""What was received and what went out: a bounded ring that can be asked questions."""

from __future__ import annotations

import base64
import threading
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from mockstudio.clock import Clock
from mockstudio.endpoints.answer import KEPT_BODY_BYTES, Answer
from mockstudio.endpoints.request import Request
from mockstudio.errors import ExpectationError

DEFAULT_SIZE = 10_000
UNMATCHED = ""
"""The endpoint name of a request that nothing matched."""


class Entry:
    """One request and its answer.

    Attributes:
        number: counted from 1 over the journal's whole life.
        request: as received; its body cut to 64 kB.
        request_size: bytes of the whole body.
        endpoint: the endpoint's name, empty when nothing matched.
        reply: which reply was played.
        answer: as scripted; its body cut to 64 kB.
        answer_size: bytes of the whole body.
        answered: the clock's moment at which the answer was ready to be played.
        finished: the moment at which the last byte went out, or None while it has not.
        sent: body bytes that went out.
        complete: False when the caller went away, or stopped waiting, before all that was scripted
            had been played; a scripted fault is played completely.
    """

    __slots__ = (
        "_answered_on",
        "_clock",
        "answer",
        "answer_size",
        "answered",
        "complete",
        "endpoint",
        "finished",
        "number",
        "reply",
        "request",
        "request_size",
        "sent",
    )

    def __init__(
        self, clock: Clock, request: Request, endpoint: str, reply: str, answer: Answer
    ) -> None:
        self._clock = clock
        self.number = 0
        self.request_size = len(request.body)
        is_long = self.request_size > KEPT_BODY_BYTES
        self.request = request.excerpt(KEPT_BODY_BYTES) if is_long else request
        self.request.forget()
        self.endpoint = endpoint
        self.reply = reply
        self.answer = answer.excerpt
        self.answer_size = len(answer.body)
        self.answered = clock.monotonic()
        self._answered_on = clock.now()
        self.finished: float | None = None
        self.sent = 0
        self.complete = True

    def __str__(self) -> str:
        answered = f"{self.endpoint or 'no endpoint'}, {self.answer.status}"
        return f"{self.number}. {self.request.method} {self.request.target} -> {answered}"

    def finish(self, sent: int, complete: bool = True) -> None:
        """Note that the answer is over.

        Args:
            sent: body bytes that went out.
            complete: whether everything scripted went out.
        """
        self.sent = sent
        self.complete = complete
        self.finished = self._clock.monotonic()

    @property
    def at(self) -> datetime:
        """When the request arrived."""
        return self._answered_on - timedelta(seconds=self.answered - self.request.arrived)

    @property
    def effects(self) -> list[str]:
        """What was done to the answer: delay, dribble and fault, in words."""
        answer = self.answer
        last = answer.pieces[-1].at if answer.pieces else answer.at
        delay = [f"delay {answer.at:.3f} s"] if answer.at else []
        spread = len(answer.pieces)
        dribble = [f"dribble {spread} pieces over {last - answer.at:.3f} s"] if spread > 1 else []
        return delay + dribble + ([f"fault {answer.fault}"] if answer.fault else [])

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain data for JSON; times in seconds after the arrival."""
        request, answer = self.request, self.answer
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "endpoint": self.endpoint or None,
            "reply": self.reply,
            "effects": self.effects,
            "request": {
                "method": request.method,
                "url": request.url,
                "path": request.path,
                "headers": [list(header) for header in request.headers],
                "params": {k: v if len(v) > 1 else v[0] for k, v in request.params.items()},
                "size": self.request_size,
                **_body(request.body),
            },
            "answer": {
                "status": answer.status,
                "headers": [list(header) for header in answer.headers],
                "size": self.answer_size,
                "sent": self.sent,
                "complete": self.complete,
                **_body(answer.body),
            },
            "seconds": {
                "made": self.answered - request.arrived,
                "finished": None if self.finished is None else self.finished - request.arrived,
            },
        }


class Journal:
    """The last requests, oldest dropped first; threads may share it.

    Args:
        clock: the sandbox's clock.
        size: how many requests are kept.
    """

    def __init__(self, clock: Clock, size: int = DEFAULT_SIZE) -> None:
        self.clock = clock
        self._ring: deque[Entry] = deque(maxlen=size)
        self._newest = 0
        self._cleared = 0
        self._changing = threading.Lock()

    def record(self, request: Request, endpoint: str, reply: str, answer: Answer) -> Entry:
        """Note a request with its answer; the entry's `finish` tells later how it went."""
        entry = Entry(self.clock, request, endpoint, reply, answer)
        with self._changing:
            self._newest += 1
            entry.number = self._newest
            self._ring.append(entry)
        return entry

    def __len__(self) -> int:
        return len(self._ring)

    def __iter__(self) -> Iterator[Entry]:
        with self._changing:
            return iter(list(self._ring))

    @property
    def dropped(self) -> int:
        """How many requests were recorded since the last clearing and are gone again."""
        with self._changing:
            return self._newest - self._cleared - len(self._ring)

    def clear(self) -> None:
        """Forget everything; numbers go on counting."""
        with self._changing:
            self._cleared = self._newest
            self._ring.clear()

    def query(
        self,
        endpoint: str | None = None,
        *,
        path: str | None = None,
        method: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Entry]:
        """Return the entries that fit every criterion given, oldest first.

        Args:
            endpoint: the endpoint's name; `UNMATCHED` for requests that nothing matched.
            path: the exact path.
            method: in any case.
            since: arrived then or later.
            until: arrived before.
        """

        def fits(entry: Entry) -> bool:
            return (
                (endpoint is None or entry.endpoint == endpoint)
                and (path is None or entry.request.path == path)
                and (method is None or entry.request.method == method.upper())
                and (since is None or entry.at >= since)
                and (until is None or entry.at < until)
            )

        return [entry for entry in self if fits(entry)]

    @property
    def unmatched(self) -> list[Entry]:
        """The requests that nothing matched."""
        return self.query(UNMATCHED)

    def assert_called(
        self,
        endpoint: str | None = None,
        *,
        times: int | None = None,
        path: str | None = None,
        method: str | None = None,
    ) -> list[Entry]:
        """Return the requests that fit.

        Args:
            endpoint: the endpoint's name.
            times: how many there must be; at least one when not given.
            path: the exact path.
            method: in any case.

        Raises:
            ExpectationError: there are none, or not so many; the message lists what was received.
        """
        found = self.query(endpoint, path=path, method=method)
        if found and times in (None, len(found)):
            return found
        if times == 0 and not found:
            return found
        asked = " ".join(part for part in (method, path or endpoint) if part) or "any request"
        wanted = "at least once" if times is None else f"{times} times"
        raise ExpectationError(
            f"expected {asked} to be called {wanted}, it was called {len(found)} times\n"
            + self._summary()
        )

    def assert_not_called(
        self, endpoint: str | None = None, *, path: str | None = None, method: str | None = None
    ) -> None:
        """Raise ExpectationError when a request fits; the message lists what was received."""
        self.assert_called(endpoint, times=0, path=path, method=method)

    def _summary(self) -> str:
        lines = [f"  {entry}" for entry in self]
        return "\n".join(["received:", *lines[-20:]]) if lines else "received: nothing"


def _body(body: bytes) -> dict[str, str]:
    """Return a body as text where it is text, else in base64."""
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}
