"""What happens in one run, as far as the matrix tells of it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import singledispatchmethod
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from mockstudio.contracts.matrix.plan import (
    ASKING_WIDGETS,
    GATHER,
    HTTP_WIDGETS,
    RUN_SUBFLOW,
    TRIGGER,
    Edge,
    Place,
    Plan,
)
from mockstudio.events import Event
from mockstudio.flows.events import (
    Ended,
    MessageSent,
    RunEvent,
    StepEntered,
    Transitioned,
    TwimlPrinted,
    VerdictReached,
    Waiting,
    Warned,
)
from mockstudio.flows.verdict import Verdict
from mockstudio.flows.widgets.base import TEMPLATE_ERROR
from mockstudio.flows.widgets.run_subflow import SUBFLOW_MISSING_OR_NESTED
from mockstudio.flows.widgets.send_message import MESSAGE_NOT_SENT
from mockstudio.twiml.events import CallStarted, CarrierWarned, TranscriptLine
from mockstudio.twiml.voice.player import APPLICATION_ERROR

MOST_ROUNDS: Final = 30
"""How often one widget is watched running. Studio would end the execution after 1,000 steps."""
MOST_VISITS: Final = 100
"""How often one widget may run before the target is reached."""

_HEARD = ("Say", "Play")
_SPEAKING = ("say-play", GATHER)
_INWARD = (*HTTP_WIDGETS, "split-based-on", "set-variables", TRIGGER, RUN_SUBFLOW)
"""Widgets that the person knows nothing of; a subflow's own widgets come after the last."""


class Taken(NamedTuple):
    """A widget that ran.

    Attributes:
        place: where it is.
        event: what it took; empty while it has taken nothing.
        next: where that led.
    """

    place: Place
    event: str = ""
    next: str | None = None


class Recorder:
    """Listens to one run.

    Args:
        target: the HTTP widget whose outcome is played.
        plan: the way to it.

    Attributes:
        target: the HTTP widget.
        place: the widget that runs.
        verdicts: of the target, in order.
        taken: each widget that was left, the event and where it led.
        explanations: of all verdicts and warnings, the last of each widget.
        since: the widgets that were entered since the first verdict, in order.
        broken: the warnings of templates that failed since then, by widget.
        unsaid: by widget since then, why nothing was sent or said.
        heard: the last thing the person heard or read since then.
        warnings: all warnings since then.
        began: when the target was first entered.
        last: when the last thing happened.
        question: the first wait for the person's answer since then.
        ended: why the execution ended, or empty.
        is_outward: whether anything ran since then that the person may know of.
        longest: seconds of HTTP calls, those after each other in one webhook of a call.
        is_call: whether there was a call.
        is_cut_off: whether Twilio apologised for an application error since then.
        goes_round: whether a widget has run so often that the rest is known.
    """

    def __init__(self, target: Place, plan: Plan) -> None:
        self.target = target
        self.place = Place("")
        self.verdicts: list[Verdict] = []
        self.taken: list[Taken] = []
        self.explanations: dict[Place, str] = {}
        self.since: list[Taken] = []
        self.broken: dict[Place, list[str]] = {}
        self.unsaid: dict[Place, str] = {}
        self.heard = ""
        self.warnings: list[str] = []
        self.began: datetime | None = None
        self.last: datetime | None = None
        self.question: Waiting | None = None
        self.ended = ""
        self.is_outward = False
        self.longest = 0.0
        self.is_call = False
        self.is_cut_off = False
        self.goes_round = False
        self._plan = plan
        self._in_a_row = 0.0
        self._type = ""
        self._entered: Counter[Place] = Counter()
        self._rounds: Counter[Place] = Counter()

    @property
    def has_arrived(self) -> bool:
        """Whether the target has been called."""
        return bool(self.verdicts)

    @property
    def planned(self) -> Edge | None:
        """What is planned for the widget that runs, after its last planned visit once more."""
        return self._plan.visit(self.place, self._entered[self.place])

    @property
    def seconds(self) -> float:
        """The clock's seconds from the target's first call to the last thing that happened."""
        if self.began is None or self.last is None:
            return 0.0
        return (self.last - self.began).total_seconds()

    def __call__(self, event: Event) -> None:
        """Take note; after a question only its words are of interest: a call plays them last."""
        if self.question is None:
            self.last = event.at
        if self.question is None or isinstance(event, TranscriptLine):
            self._note(event)

    @singledispatchmethod
    def _note(self, event: Event) -> None:
        """Pass over all other events."""

    @_note.register
    def _(self, event: StepEntered) -> None:
        self.place = self._place(event)
        self._type = event.type
        if self.place == self.target and self.began is None:
            self.began = event.at
            self._rounds.clear()
        elif self.has_arrived:
            self.since.append(Taken(self.place))
            self.is_outward = self.is_outward or event.type not in _INWARD
        self._entered[self.place] += 1
        self._rounds[self.place] += 1
        most = MOST_VISITS if self.began is None else MOST_ROUNDS
        self.goes_round = self._rounds[self.place] > most

    @_note.register
    def _(self, event: VerdictReached) -> None:
        if self.place == self.target:
            self.verdicts.append(event.verdict)
        self.explanations[self.place] = event.verdict.explanation
        self._in_a_row += event.verdict.elapsed
        if self.has_arrived:
            self.longest = max(self.longest, self._in_a_row)

    @_note.register
    def _(self, event: Transitioned) -> None:
        self.place = self._place(event)
        taken = Taken(self.place, event.took, event.next)
        self.taken.append(taken)
        if self.since and self.since[-1].place == self.place:
            self.since[-1] = taken

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
            self.is_cut_off = self.is_cut_off or (
                self.has_arrived and event.text == APPLICATION_ERROR and not event.line
            )

    @_note.register
    def _(self, event: CallStarted) -> None:
        self.is_call = True

    @_note.register
    def _(self, event: Warned) -> None:
        text = f"widget '{self.place}': {event.text}"
        self._warn(event.code, text)
        if event.code == SUBFLOW_MISSING_OR_NESTED and self.has_arrived:
            self.is_outward = True
        self.explanations[self.place] = f"{event.code}: {event.text}" if event.code else event.text
        if event.code == TEMPLATE_ERROR and self.has_arrived:
            self.broken.setdefault(self.place, []).append(text)
        if event.code == MESSAGE_NOT_SENT and self.has_arrived:
            self.unsaid[self.place] = text

    @_note.register
    def _(self, event: TwimlPrinted) -> None:
        if self.has_arrived and self._type in _SPEAKING and not _is_heard(event.twiml):
            self.unsaid[self.place] = f"widget '{self.place}': nothing is said or played"

    @_note.register
    def _(self, event: CarrierWarned) -> None:
        self._warn(event.code, event.text)

    def _hear(self, text: str) -> None:
        if self.has_arrived:
            self.heard = text

    def _warn(self, code: int | None, text: str) -> None:
        if self.has_arrived:
            self.warnings.append(f"{code}: {text}" if code else text)

    def _place(self, event: RunEvent) -> Place:
        """Return where a widget is: a subflow's is inside the widget of the flow that ran last."""
        return Place(event.widget, self.place.via or self.place.widget if event.depth else "")


def _is_heard(twiml: str) -> bool:
    """Tell whether a document has words, a sound or keys to play."""
    verbs = [each for each in ET.fromstring(twiml).iter() if each.tag in _HEARD]
    return any("".join(each.itertext()).strip() or each.get("digits") for each in verbs)
