"""Notes exchanges and keeps the endpoint file up to date: after each, the file is whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import Final

from mockstudio.contracts.recording.destination import Destination
from mockstudio.contracts.recording.exchange import Exchange, asked_of
from mockstudio.contracts.recording.redaction import Redactor
from mockstudio.contracts.recording.script import Script
from mockstudio.contracts.recording.service import Service
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.request import Request

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_STATUSES: Final = range(200, 600)


@dataclass
class Recorder:
    """Writes what is answered into an endpoint file; threads may share it.

    Attributes:
        output: the endpoint file.
        redactor: takes secrets out, or None to keep them.
        tell: told of each request, in a line.
        delays: whether replies take as long as the services did.
        requests: how many were recorded.
        written: how many of these the file has.
        lost: how many others could not be recorded, through a mistake of ours.
        trouble: why the file lacks some, or empty.
    """

    output: Path
    redactor: Redactor | None
    tell: Callable[[str], None]
    delays: bool = False
    requests: int = 0
    written: int = 0
    lost: int = 0
    trouble: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        folder = f"{self.output.stem}.bodies"
        self._script = Script(folder, self.delays)
        self._destination = Destination(self.output)

    @property
    def endpoints(self) -> int:
        """How many endpoints were recorded."""
        return self._script.size

    @property
    def is_complete(self) -> bool:
        """Whether the file has all that should be in it."""
        return self.written == self.requests and not self.lost

    def note(self, service: Service, request: Request, answer: Answer, seconds: float) -> None:
        """Record an exchange; what cannot be recorded is told and left out, never raised."""
        told = f"{request.method} {service.url}: {answer.status}"
        if request.method not in _METHODS or answer.status not in _STATUSES:
            self.tell(f"{told}; not recorded: endpoint files know no such method or status")
            return
        with self._lock:
            try:
                self._keep(service, request, answer, seconds)
            except Exception as error:
                # Whoever asked gets the answer all the same.
                self.lost += 1
                self.tell(f"{told}; not recorded: {_reason(error)}")

    def tell_of_failure(self, text: str) -> None:
        """Tell why a request has no answer, without the secrets known by now."""
        self.tell(text if self.redactor is None else self.redactor.covered(text))

    def finish(self) -> None:
        """Write what could not be written before, if anything."""
        with self._lock:
            if self.written < self.requests:
                self._write({})

    def _keep(self, service: Service, request: Request, answer: Answer, seconds: float) -> None:
        exchange = Exchange(asked_of(service, request), answer, seconds)
        if self.redactor is not None:
            exchange = self.redactor.redacted(exchange, request)
        name, bodies = self._script.add(exchange)
        self.requests += 1
        self._write(bodies)
        outcome = f"; {self.trouble}" if self.trouble else f" -> {name}"
        self.tell(f"{request.method} {exchange.asked.url}: {answer.status}{outcome}")

    def _write(self, bodies: Mapping[str, bytes]) -> None:
        try:
            self._destination.write(self._script.text, bodies)
        except Exception as error:
            # The next write may succeed.
            self.trouble = f"{self.output} cannot be written: {_reason(error)}"
            if not self.output.exists():
                self.written = 0
        else:
            self.written, self.trouble = self.requests, ""


def _reason(error: Exception) -> str:
    """Return what the system says, or where a mistake of ours is: its text may quote secrets."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} in mockstudio"
