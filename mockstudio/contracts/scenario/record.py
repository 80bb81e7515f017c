"""What happened while a scenario was played, in the words of its expectations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from mockstudio.endpoints.journal import Entry
from mockstudio.events import Event
from mockstudio.flows.events import (
    BranchChosen,
    MessageSent,
    RequestSent,
    RunEvent,
    StepEntered,
    Transitioned,
    VerdictReached,
    Warned,
)
from mockstudio.flows.verdict import Verdict
from mockstudio.twiml.events import (
    CarrierWarned,
    DocumentReceived,
    DocumentRequested,
    TranscriptLine,
)

TWILIO: Final = "Twilio"
KEPT_OF_A_BODY: Final = 2_000
"""Bytes."""


class LineKind(StrEnum):
    """What a line is about."""

    SENT = "sent"
    SAID = "said"
    PLAYED = "played"
    WARNED = "warned"


_SHOWN_AS: Final = {
    "Say": LineKind.SAID,
    "Play": LineKind.PLAYED,
    "Message": LineKind.SENT,
}
"""What the carrier's verbs come to; a flow's own messages are told by the flow."""


@dataclass(frozen=True)
class Line:
    """Something that was sent, said, played or warned of.

    Attributes:
        kind: which of these.
        number: its place among all lines, from 0.
        text: the words, the URL, the reason.
        to: who got a message; empty for all else.
        code: Twilio's debugger code of a warning, or None.
    """

    kind: LineKind
    number: int
    text: str
    to: str = ""
    code: int | None = None


@dataclass(frozen=True)
class Answered:
    """What a scripted endpoint answered, kept when the sandbox is gone.

    Attributes:
        number: of the journal's entry.
        endpoint: its name, empty when nothing matched.
        reply: which of its replies was played.
        status: the HTTP status.
        size: bytes of the whole body.
        effects: what was done to the answer, in words.
        text: the body's beginning.
    """

    number: int
    endpoint: str
    reply: str
    status: int
    size: int
    effects: tuple[str, ...]
    text: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Return what is kept of an entry of the journal."""
        return cls(
            number=entry.number,
            endpoint=entry.endpoint,
            reply=entry.reply,
            status=entry.answer.status,
            size=entry.answer_size,
            effects=tuple(entry.effects),
            text=entry.answer.body[:KEPT_OF_A_BODY].decode("utf-8", "replace"),
        )


@dataclass(frozen=True)
class HttpExchange:
    """What an HTTP widget asked, and what came of it.

    Attributes:
        request: as the widget sent it.
        answers: of the scripted endpoints, redirects included.
        verdict: what Studio made of it, or None while it has not.
    """

    request: RequestSent
    answers: tuple[Answered, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True)
class DocumentExchange:
    """A document that the carrier asked an endpoint for, and what it got.

    Attributes:
        request: as the carrier meant it.
        answers: of the scripted endpoints, redirects included.
    """

    request: DocumentRequested
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True)
class RanStep:
    """A widget that was entered.

    Attributes:
        number: its place among all steps, from 0.
        widget: its name.
        type: its type string.
        flow: the SID of the flow whose widget it is.
        depth: 0 in the flow, 1 in a subflow.
        via: the widget that runs the subflow, empty in the flow.
        took: the event by which it was left, empty while it was not.
        next: the next widget's name, or None where the branch ends.
        transition: its place among the widget's transitions, or None where it has none for this.
        explanation: the comparison of a split, in words.
        exchange: of an HTTP widget.
        document: the last one that TwiML led to while the flow waited here, as at a TwiML Redirect.
        left: its place among the steps that were left, or None.
    """

    number: int
    widget: str
    type: str = ""
    flow: str = ""
    depth: int = 0
    via: str = ""
    took: str = ""
    next: str | None = None
    transition: int | None = None
    explanation: str = ""
    exchange: HttpExchange | None = None
    document: DocumentExchange | None = None
    left: int | None = None

    @property
    def verdict(self) -> Verdict | None:
        """What Studio made of its HTTP call, or None where there is none."""
        return self.exchange.verdict if self.exchange else None

    @property
    def reason(self) -> str:
        """The rule that decided over its HTTP call, or empty."""
        return str(self.verdict.reason) if self.verdict else ""

    @property
    def why(self) -> str:
        """Why it took its transition, in words; empty where there is nothing to say."""
        return self.verdict.explanation if self.verdict else self.explanation


@dataclass(frozen=True)
class Mark:
    """A moment of a record: how much of everything there was.

    Attributes:
        lines: lines.
        left: steps that were left.
        entries: requests.
    """

    lines: int = 0
    left: int = 0
    entries: int = 0


class Record:
    """Listens to a sandbox and keeps what expectations ask for.

    Attributes:
        lines: what was sent, said, played and warned of.
        steps: the widgets that were entered, in order.
        entries: what the scripted endpoints received.
        urls: where the requests were meant to go, by the numbers of the entries. On the wire a
            sandbox speaks HTTP for whatever scheme the flow has.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.steps: list[RanStep] = []
        self.entries: list[Entry] = []
        self.urls: dict[int, str] = {}
        self._schemes: dict[str, str] = {}
        self._left = 0
        self._asking: int | None = None
        self._wanted: DocumentExchange | None = None

    @property
    def mark(self) -> Mark:
        """This moment."""
        return Mark(len(self.lines), self._left, len(self.entries))

    def __call__(self, event: Event) -> None:
        """Keep what an event tells."""
        match event:
            case RunEvent():
                self._of_the_flow(event)
            case TranscriptLine():
                self._heard(event)
            case CarrierWarned():
                self._add(LineKind.WARNED, event.text, code=event.code)
                self._failed(event.url)
            case DocumentRequested():
                self._wanted = DocumentExchange(event)
                self._note_scheme(event.url)
            case DocumentReceived():
                self._wanted = None

    def answered(self, entry: Entry) -> None:
        """Keep a request that reached a scripted endpoint; the step that led to it has it too."""
        self.entries.append(entry)
        request = entry.request
        scheme = self._schemes.get(request.host, request.scheme)
        self.urls[entry.number] = f"{scheme}://{request.host}{request.target}"
        if self._asking is not None:
            self._answered_widget(self._asking, Answered.of(entry))
        elif self._wanted is not None:
            self._wanted = replace(
                self._wanted, answers=(*self._wanted.answers, Answered.of(entry))
            )
            self._answered_carrier(self._wanted)

    def _answered_widget(self, number: int, answered: Answered) -> None:
        step = self.steps[number]
        if step.exchange is not None:
            kept = replace(step.exchange, answers=(*step.exchange.answers, answered))
            self.steps[number] = replace(step, exchange=kept)

    def _failed(self, url: str) -> None:
        """Keep a document that could not be had, even if no endpoint was reached."""
        if self._wanted is not None and self._wanted.request.url == url:
            self._answered_carrier(self._wanted)
            self._wanted = None

    def _answered_carrier(self, document: DocumentExchange) -> None:
        waiting = next((step for step in reversed(self.steps) if step.left is None), None)
        if waiting is not None:
            self.steps[waiting.number] = replace(waiting, document=document)

    def _of_the_flow(self, event: RunEvent) -> None:
        match event:
            case StepEntered():
                self._entered(event)
            case MessageSent():
                self._add(LineKind.SENT, event.body or event.media_url, event.to)
            case Warned():
                self._add(LineKind.WARNED, event.text, code=event.code)
            case _:
                self._of_a_step(event)

    def _entered(self, event: StepEntered) -> None:
        # What the carrier asked for was the flow itself: it is no endpoint's document.
        self._wanted = None
        number = len(self.steps)
        via = self._running_at(event.depth - 1) if event.depth else ""
        self.steps.append(RanStep(number, event.widget, event.type, event.flow, event.depth, via))

    def _running_at(self, depth: int) -> str:
        """Return the widget that was entered last at a depth."""
        return next((step.widget for step in reversed(self.steps) if step.depth == depth), "")

    def _of_a_step(self, event: RunEvent) -> None:
        number = self._open(event)
        if number is None:
            return
        step = self.steps[number]
        match event:
            case RequestSent():
                self._asking = number
                self._note_scheme(event.url)
                self.steps[number] = replace(step, exchange=HttpExchange(event))
            case VerdictReached() if step.exchange is not None:
                self._asking = None
                kept = replace(step.exchange, verdict=event.verdict)
                self.steps[number] = replace(step, exchange=kept)
            case BranchChosen():
                self.steps[number] = replace(step, explanation=event.explanation)
            case Transitioned():
                left, self._left = self._left, self._left + 1
                self.steps[number] = replace(
                    step, took=event.took, next=event.next, transition=event.transition, left=left
                )

    def _note_scheme(self, url: str) -> None:
        # The URL is what a template came to: it may be anything.
        scheme, _, rest = url.partition("://")
        host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
        self._schemes[host.lower()] = scheme.lower()

    def _open(self, event: RunEvent) -> int | None:
        """Return the place of the step that an event is about, which has not been left yet."""
        for step in reversed(self.steps):
            if step.widget == event.widget and step.depth == event.depth and step.left is None:
                return step.number
        return None

    def _heard(self, line: TranscriptLine) -> None:
        kind = _SHOWN_AS.get(line.what)
        is_of_the_flow = kind is LineKind.SENT and not line.document
        if line.who == TWILIO and kind is not None and not is_of_the_flow:
            self._add(kind, line.text)

    def _add(self, kind: LineKind, text: str, to: str = "", code: int | None = None) -> None:
        self.lines.append(Line(kind, len(self.lines), text, to, code))
