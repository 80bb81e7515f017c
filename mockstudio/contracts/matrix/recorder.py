"""What happens in one run, as far as the matrix tells of it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import singledispatchmethod
from typing import Final

from mockstudio.contracts.matrix.plan import ASKING_WIDGETS, HTTP_WIDGETS
from mockstudio.events import Event
from mockstudio.flows.events import (
    Ended,
    MessageSent,
    RunEvent,
    StepEntered,
    Transitioned,
    VerdictReached,
    Waiting,
    Warned,
)
from mockstudio.flows.verdict import Verdict
from mockstudio.flows.widgets.base import TEMPLATE_ERROR
from mockstudio.twiml.events import CallStarted, CarrierWarned, TranscriptLine

MOST_ROUNDS: Final = 30
"""How often one widget is watched running. Studio would end the execution after 1,000 steps."""

_HEARD = ("Say", "Play")
_INWARD = (*HTTP_WIDGETS, "split-based-on", "set-variables")
"""Widgets that the person knows nothing of."""

Taken = tuple[str, str, str | None]
"""A widget, the event it took, and where that led."""


class Recorder:
    """Listens to one run.

    Args:
        target: the HTTP widget whose outcome is played.

    Attributes:
        verdicts: of the target, in order.
        taken: each widget that was left, the event and where it led.
        explanations: of all verdicts, the last of each widget.
        entered: the widgets since the first verdict, in order.
        broken: the warnings of templates that failed since then.
        heard: the last thing the person heard or read since then.
        warnings: all warnings since then.
        began: when the target was first entered.
        last: when the last thing happened.
        question: the first wait for the person's answer since then.
        ended: why the execution ended, or empty.
        is_outward: whether anything but inward widgets ran since then.
        longest: seconds of HTTP calls, those after each other in one webhook of a call.
        is_call: whether there was a call.
        goes_round: whether a widget has run so often that the rest is known.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self.verdicts: list[Verdict] = []
        self.taken: list[Taken] = []
        self.explanations: dict[str, str] = {}
        self.entered: list[str] = []
        self.broken: list[str] = []
        self.heard = ""
        self.warnings: list[str] = []
        self.began: datetime | None = None
        self.last: datetime | None = None
        self.question: Waiting | None = None
        self.ended = ""
        self.is_outward = False
        self.longest = 0.0
        self.is_call = False
        self.goes_round = False
        self._in_a_row = 0.0
        self._type = ""
        self._entered: Counter[str] = Counter()

    @property
    def has_arrived(self) -> bool:
        """Whether the target has been called."""
        return bool(self.verdicts)

    @property
    def seconds(self) -> float:
        """The clock's seconds from the target's first call to the last thing that happened."""
        if self.began is None or self.last is None:
            return 0.0
        return (self.last - self.began).total_seconds()

    def __call__(self, event: Event) -> None:
        """Take note; what comes after the person was asked is of no interest."""
        if self.question is not None or _is_inside_a_subflow(event):
            return
        self.last = event.at
        self._note(event)

    @singledispatchmethod
    def _note(self, event: Event) -> None:
        """Pass over all other events."""

    @_note.register
    def _(self, event: StepEntered) -> None:
        self._type = event.type
        self._entered[event.widget] += 1
        self.goes_round = self._entered[event.widget] > MOST_ROUNDS
        if event.widget == self._target and self.began is None:
            self.began = event.at
        elif self.has_arrived:
            self.entered.append(event.widget)
            self.is_outward = self.is_outward or event.type not in _INWARD

    @_note.register
    def _(self, event: VerdictReached) -> None:
        if event.widget == self._target:
            self.verdicts.append(event.verdict)
        self.explanations[event.widget] = event.verdict.explanation
        self._in_a_row += event.verdict.elapsed
        if self.has_arrived:
            self.longest = max(self.longest, self._in_a_row)

    @_note.register
    def _(self, event: Transitioned) -> None:
        self.taken.append((event.widget, event.took, event.next))

    @_note.register
    def _(self, event: Waiting) -> None:
        self._in_a_row = 0.0
        if self.has_arrived and self._type in ASKING_WIDGETS:
            self.question = event

    @_note.register
    def _(self, event: Ended) -> None:
        self.ended = event.reason

    @_note.register
    def _(self, event: MessageSent) -> None:
        self._hear(event.body)

    @_note.register
    def _(self, event: TranscriptLine) -> None:
        if event.who == "Twilio" and event.what in _HEARD:
            self._hear(event.text)

    @_note.register
    def _(self, event: CallStarted) -> None:
        self.is_call = True

    @_note.register
    def _(self, event: Warned) -> None:
        self._warn(event.code, f"widget '{event.widget}': {event.text}")
        if event.code == TEMPLATE_ERROR and self.has_arrived:
            self.broken.append(f"widget '{event.widget}': {event.text}")

    @_note.register
    def _(self, event: CarrierWarned) -> None:
        self._warn(event.code, event.text)

    def _hear(self, text: str) -> None:
        if self.has_arrived:
            self.heard = text

    def _warn(self, code: int | None, text: str) -> None:
        if self.has_arrived:
            self.warnings.append(f"{code}: {text}" if code else text)


def _is_inside_a_subflow(event: Event) -> bool:
    """Tell whether an event is a subflow's own business; what it sends reaches the person."""
    return isinstance(event, RunEvent) and event.depth > 0 and not isinstance(event, MessageSent)
