"""A call in which time is only counted, and the documents that are played in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import pytest

from mockstudio.clock import VIRTUAL_START
from mockstudio.sids import SAMPLE_ACCOUNT_SID, derived_sid
from mockstudio.store.messages import Message
from mockstudio.store.results import Result, ScriptedResults
from mockstudio.twiml.document import parse_document
from mockstudio.twiml.model import Document, Element
from mockstudio.twiml.urls import absolute_url
from mockstudio.twiml.voice.base import (
    Action,
    Heard,
    HungUp,
    Key,
    Left,
    Listen,
    Outcome,
    Steps,
    Stop,
    Words,
)
from mockstudio.twiml.voice.registry import standard_verbs

HOST = "https://example.com"
VERBS = standard_verbs()
Act = tuple[float, Heard | None]
"""When something is done, and what; None hangs up."""


def document(verbs: str, path: str = "/voice") -> Document:
    """Return the document of some verbs, written as XML."""
    return parse_document(f"<Response>{verbs}</Response>".encode(), urljoin(HOST, path))


def without_sids(value: Any) -> Any:
    """Return data in which every SID is its prefix alone, such as `RE…`."""
    if isinstance(value, Mapping):
        return {name: without_sids(member) for name, member in value.items()}
    return re.sub(r"\b([A-Z]{2})[0-9a-f]{32}\b", r"\1…", value) if isinstance(value, str) else value


@dataclass
class Call:
    """A session that notes what verbs do, and plays them in counted time."""

    documents: Mapping[str, str] = field(default_factory=dict)
    results: ScriptedResults = field(default_factory=ScriptedResults)
    acts: list[Act] = field(default_factory=list)
    is_answered: bool = False
    is_over: bool = False
    transcript: list[str] = field(default_factory=list)
    warnings: list[int | None] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    answered_at: float | None = None
    document: Document = field(default_factory=Document)
    _now: float = 0.0

    @property
    def parameters(self) -> Mapping[str, str]:
        return {
            "AccountSid": SAMPLE_ACCOUNT_SID,
            "CallSid": derived_sid("CA", "the call"),
            "From": "+15550001",
            "To": "+15550002",
        }

    def answer(self) -> None:
        if not self.is_answered:
            self.is_answered, self.answered_at = True, self._now

    def now(self) -> float:
        return self._now

    def date(self) -> datetime:
        return VIRTUAL_START + timedelta(seconds=self._now)

    def heard(self, what: str, text: str, element: Element, who: str = "Twilio") -> None:
        assert element.name, "a line comes from an element"
        speaker = "" if who == "Twilio" else f"{who} "
        self.transcript.append(without_sids(f"{speaker}{what}: {text}").removesuffix(": "))

    def warn(self, code: int | None, text: str) -> None:
        assert text
        self.warnings.append(code)

    def asks(self) -> None:
        self.turns.append(f"asks at {self._now:g}")

    def awaits(self) -> None:
        self.turns.append(f"awaits at {self._now:g}")

    def play(self, document: Document) -> Steps:
        outer, self.document = self.document, document
        try:
            for verb in document.verbs:
                if VERBS[verb.name].answers:
                    self.answer()
                outcome = yield from VERBS[verb.name].play(self, verb)
                if outcome is None and self.is_over:
                    return Stop(reason="hung up")
                if outcome is not None:
                    return outcome
        finally:
            self.document = outer
        return None

    def fetch(self, url: str, method: str, parameters: Mapping[str, str]) -> Document | None:
        path = self._path(url)
        self._note(path, method, parameters)
        return document(self.documents[path], path) if path in self.documents else None

    def hang_up(self) -> bool:
        was_live, self.is_over = not self.is_over, True
        return was_live

    def send(self, message: Message) -> None:
        self.messages.append(message)

    def request(self, url: str, method: str, parameters: Mapping[str, str]) -> None:
        self._note(self._path(url), method, parameters)

    def _path(self, url: str) -> str:
        return absolute_url(self.document.url, url).removeprefix(HOST)

    def _note(self, path: str, method: str, parameters: Mapping[str, str]) -> None:
        noted = {"url": path, "method": method, "at": round(self._now, 6)}
        self.requests.append({**noted, "parameters": without_sids(parameters)})

    def run(self, steps: Generator[Listen, Heard | None, Outcome]) -> Outcome | str:
        """Play to the end; return what it led to, or `hung up`."""
        heard: Heard | None = None
        try:
            while True:
                heard = self._wait(steps, steps.send(heard))
        except StopIteration as end:
            return end.value
        except HungUp:
            return "hung up"

    def _wait(self, steps: Steps, listen: Listen) -> Heard | None:
        assert listen.seconds >= 0
        over = self._now + listen.seconds
        while self.acts and self.acts[0][0] <= over:
            moment, act = self.acts.pop(0)
            self._now = max(self._now, moment)
            if act is None:
                steps.throw(HungUp())
                pytest.fail("a verb waits although the person has hung up")
            if listen.hears(act):
                return act
            self.lost.append(act.digit if isinstance(act, Key) else act.text)
        self._now = over
        return None


def act(written: Mapping[str, Any]) -> list[Act]:
    """Return what `{at: 2, press: "1#"}`, `say: hello` or `hang up: true` means."""
    if "press" in written:
        return [(written["at"], Key(digit)) for digit in written["press"]]
    return [(written["at"], Words(written["say"]) if "say" in written else None)]


def scripted(results: Mapping[str, list[Any]]) -> ScriptedResults:
    """Return results written as names, or as `{name: …, after: …, parameters: …}`."""
    made = ScriptedResults()
    for what, names in results.items():
        made.script(what, *(Result(**r) if isinstance(r, dict) else r for r in names))
    return made


def as_data(outcome: Outcome | str) -> object:
    """Return what a document led to, as the tables write it."""
    match outcome:
        case Action():
            parameters = without_sids(outcome.parameters)
            return {outcome.method: outcome.url, "parameters": parameters}
        case Stop():
            return {"stop": outcome.status}
        case Left():
            return "left"
    return outcome or "document ended"


@dataclass(frozen=True)
class Performance:
    """What became of a document."""

    call: Call
    outcome: object


Perform = Callable[..., Performance]


@pytest.fixture
def perform() -> Perform:
    """Plays a document in a new call; results, acts and documents as in the tables."""

    def perform(
        verbs: str,
        acts: list[Mapping[str, Any]] | None = None,
        results: Mapping[str, list[Any]] | None = None,
        documents: Mapping[str, str] | None = None,
    ) -> Performance:
        doings = [done for written in acts or [] for done in act(written)]
        call = Call(documents or {}, scripted(results or {}), doings)
        return Performance(call, as_data(call.run(call.play(document(verbs)))))

    return perform
