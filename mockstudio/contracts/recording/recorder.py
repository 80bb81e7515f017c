"""Notes exchanges and keeps the endpoint file up to date: after each, the file is whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mockstudio.contracts.recording.exchange import Exchange, asked_of
from mockstudio.contracts.recording.redaction import Redactor
from mockstudio.contracts.recording.script import Script
from mockstudio.contracts.recording.service import Service
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.request import Request

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_STATUSES: Final = range(200, 600)
_HEADING: Final = "# Recorded by `mockstudio record`.\n"


@dataclass
class Recorder:
    """Writes what is answered into an endpoint file; threads may share it.

    Attributes:
        output: the endpoint file.
        redactor: takes secrets out, or None to keep them.
        tell: told of each request, in a line.
        delays: whether replies take as long as the services did.
        requests: how many were recorded.
    """

    output: Path
    redactor: Redactor | None
    tell: Callable[[str], None]
    delays: bool = False
    requests: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        folder = f"{self.output.stem}.bodies"
        self._script = Script(folder, self.delays)

    @property
    def endpoints(self) -> int:
        """How many endpoints the file has."""
        return self._script.size

    def note(self, service: Service, request: Request, answer: Answer, seconds: float) -> None:
        """Record an exchange; what endpoint files cannot say is told and left out."""
        if request.method not in _METHODS or answer.status not in _STATUSES:
            what = f"{request.method} {service.url}: {answer.status}"
            self.tell(f"{what}; not recorded: endpoint files know no such method or status")
            return
        exchange = Exchange(asked_of(service, request), answer, seconds)
        with self._lock:
            if self.redactor is not None:
                exchange = self.redactor.redacted(exchange, request)
            self._keep(exchange)

    def _keep(self, exchange: Exchange) -> None:
        name, files = self._script.add(exchange)
        self.requests += 1
        asked = exchange.asked
        told = f"{asked.method} {asked.url}: {exchange.answer.status}"
        try:
            self._write(files)
        except OSError as error:
            # Whoever asked gets the answer all the same.
            self.tell(f"{told}; {self.output} cannot be written: {error.strerror}")
        else:
            self.tell(f"{told} -> {name}")

    def _write(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            path = self.output.parent / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        text = _HEADING + self._script.text
        beside = self.output.with_name(f".{self.output.name}.{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.output)
