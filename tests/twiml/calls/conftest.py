"""A number whose documents are scripted endpoints, and people who call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from mockstudio.clock import VIRTUAL_START
from mockstudio.endpoints.journal import Entry
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.call import Call
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.numbers import PhoneNumber
from mockstudio.twiml.phone import Phone

HOST = "https://ivr.example.com"
PERSON, NUMBER = "+12025550123", "+15005550006"


@dataclass
class Line:
    """Twilio's number in a stage's sandbox; paths stand for URLs of one host."""

    stage: Any

    @property
    def sandbox(self) -> Sandbox:
        return self.stage.sandbox

    def plays(self, path: str, verbs: str = "", **reply: Any) -> None:
        """Answer a path with a document of these verbs; more members of the reply may be given."""
        twiml = f"<Response>{verbs}</Response>"
        self.stage.endpoint(path, HOST + path, kind="twiml", reply={"twiml": twiml, **reply})

    def takes(self, path: str, **reply: Any) -> None:
        """Answer a path without a document, as status callbacks want it."""
        self.stage.endpoint(path, HOST + path, kind="twiml", reply={"status": 204, **reply})

    def number(self, path: str = "/voice", **urls: str) -> PhoneNumber:
        """Return the number; it tells `/status` when a call is over, if there is such a path."""
        told = f"{HOST}/status" if "/status" in self.sandbox.endpoints.names else ""
        paths = {name: HOST + url for name, url in urls.items()}
        return PhoneNumber(NUMBER, **{"voice_url": HOST + path, "status_callback": told, **paths})

    def call(self, phone: Phone | None = None, person: str = PERSON, **urls: str) -> Call:
        """Let a person call the number."""
        self.sandbox.carrier.give_phone(person, phone or Phone())
        return self.sandbox.carrier.call_number(self.number(**urls), person)

    def play(self, verbs: str, phone: Phone | None = None) -> Call:
        """Call a number whose document has these verbs, until the call is over."""
        self.plays("/voice", verbs)
        call = self.call(phone)
        assert call.wait()
        return call

    def entries(self, path: str) -> list[Entry]:
        """Return what a path has received."""
        return self.sandbox.journal.query(path)

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the parameters that a path has received."""
        return [
            {name: values[0] for name, values in entry.request.params.items()}
            for entry in self.entries(path)
        ]

    def asked_at(self, path: str) -> list[float]:
        """Return when a path was asked, in seconds of the clock."""
        return [round(entry.request.arrived, 3) for entry in self.entries(path)]

    @property
    def paths(self) -> list[str]:
        """All paths that were asked, in order."""
        return [entry.request.path for entry in self.sandbox.journal]

    @property
    def warnings(self) -> list[CarrierWarned]:
        return self.stage.of(CarrierWarned)

    @property
    def codes(self) -> list[int | None]:
        return [warning.code for warning in self.warnings]


def lines(call: Call) -> list[str]:
    """Return a transcript's lines with the seconds of the virtual clock: `5 person press 1`."""
    return [
        f"{(line.at - VIRTUAL_START).total_seconds():g} {line.who} {line.what} {line.text}".strip()
        for line in call.transcript
    ]


@pytest.fixture
def line_on() -> Callable[[Any], Line]:
    """Give a stage its number."""
    return Line


@pytest.fixture
def line(stage) -> Line:
    """A number in virtual time."""
    return Line(stage)


@pytest.fixture
def heard() -> Callable[[Call], list[str]]:
    """Tell what a call's transcript says."""
    return lines
