"""`<Enqueue>` and `<Leave>`: waiting in a queue until somebody is free (rest-api.md 8.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from mockstudio.sids import derived_sid
from mockstudio.store.results import Result
from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.attributes import action_if_any
from mockstudio.twiml.voice.base import Left, Outcome, Session, Steps, Stop, Verb
from mockstudio.twiml.voice.leaving import hang_up
from mockstudio.twiml.voice.listening import hear
from mockstudio.twiml.voice.queue_music import QueueMusic

LONGEST_NAME: Final = 64
LARGEST_QUEUE: Final = "1000"
NAME_TOO_SHORT: Final = 14_204
QUEUE_FULL: Final = 14_207
_REFUSED: Final = frozenset({"error", "queue-full", "system-error"})
BRIDGED: Final = "bridged"
HANGUP: Final = "hangup"
_TALKS: Final = frozenset({BRIDGED, "redirected-from-bridged"})


class Enqueue(Verb):
    """Puts the call into a queue, or its task into a workflow."""

    name = "Enqueue"

    def play(self, session: Session, verb: Element) -> Steps:
        """Wait, and request the action with what became of it; without one go on."""
        return (yield from _Stay(session, verb).steps())


class Leave(Verb):
    """Leaves the queue whose document it stands in."""

    name = "Leave"
    answers = False

    def play(self, session: Session, verb: Element) -> Steps:
        """End the document."""
        yield from ()
        return Left()


@dataclass
class _Stay:
    """One stay in a queue."""

    session: Session
    verb: Element
    name: str = field(init=False)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.session.now()
        workflow = self.verb.get("workflowSid")
        self.name = f"workflow {workflow}" if workflow else self.verb.text.strip()

    def steps(self) -> Steps:
        result = self._result()
        if result.name in _REFUSED:
            yield from hear(self.session, result.after or 0.0)
            self._heard(result.name)
            return self._action(result, self._waited())
        self._enter()
        seconds = lasting.QUEUED if result.after is None else result.after
        music = QueueMusic(self.session, self.verb, self._parameters)
        outcome = yield from music.until(self.began + seconds)
        if isinstance(outcome, Stop):
            return outcome
        waited = self._waited()
        ending = Result("leave") if isinstance(outcome, Left) else result
        yield from self._end(ending)
        return self._action(ending, waited)

    def _result(self) -> Result:
        """Return what happens; a name that is not allowed cannot but fail (14204, 14205)."""
        if not self.name:
            self.session.warn(NAME_TOO_SHORT, "Enqueue names no queue; write its name inside")
            return Result("error")
        # The checker of documents has told that the name is too long.
        if not self.verb.get("workflowSid") and len(self.name) > LONGEST_NAME:
            return Result("error")
        result = self.session.results.next("Enqueue")
        if result.name == "queue-full":
            self.session.warn(QUEUE_FULL, f"queue '{self.name}' is full")
        return result

    def _enter(self) -> None:
        self.session.heard("Enqueue", f"waits in {self._place}", self.verb)
        for task in self.verb.inside("Task"):
            self.session.heard("Enqueue", f"task {task.text.strip()}", task)

    @property
    def _place(self) -> str:
        return self.name if self.verb.get("workflowSid") else f"queue {self.name}"

    def _end(self, result: Result) -> Steps:
        """Play how the wait ends, and the conversation behind it where there is one."""
        if result.name in _TALKS:
            self._heard("an agent answers", "agent")
            yield from hear(self.session, lasting.TALK)
        if result.name == BRIDGED:
            self._heard("the agent hangs up", "agent")
            return None
        if result.name == HANGUP:
            hang_up(self.session, self.verb)
        self._heard(result.name)
        return None

    def _heard(self, text: str, who: str = "Twilio") -> None:
        self.session.heard("Enqueue", f"{self._place}: {text}", self.verb, who)

    def _action(self, result: Result, waited: str) -> Outcome:
        parameters = {"QueueResult": result.name, "QueueSid": self._sid, "QueueTime": waited}
        return action_if_any(self.verb, {**parameters, **result.parameters})

    def _parameters(self) -> dict[str, str]:
        return {
            "QueuePosition": "1",
            "QueueSid": self._sid,
            "QueueTime": self._waited(),
            "AvgQueueTime": self._waited(),
            "CurrentQueueSize": "1",
            "MaxQueueSize": self.verb.get("maxQueueSize", LARGEST_QUEUE),
        }

    @property
    def _sid(self) -> str:
        return derived_sid("QU", self.name)

    def _waited(self) -> str:
        return str(int(self.session.now() - self.began))
