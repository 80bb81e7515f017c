"""What every verb has in common, and what it may use while it plays.

A verb plays as a generator: it yields how long it waits and whether it listens, and is sent what
the person did, or None when the time is over. So a call takes no thread while nothing happens,
and the verbs read from top to bottom.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from mockstudio.store.messages import Message
from mockstudio.store.results import ScriptedResults
from mockstudio.twiml.model import Document, Element


@dataclass(frozen=True)
class Key:
    """The person pressed one key.

    Attributes:
        digit: of `0123456789*#`.
    """

    digit: str


@dataclass(frozen=True)
class Words:
    """The person said something; it is over."""

    text: str


Heard = Key | Words

Hears = Callable[[Heard], bool]
"""Tells of something the person does whether it is listened to."""


def hears_nothing(_heard: Heard) -> bool:
    """Whatever is done is lost."""
    return False


def hears_everything(_heard: Heard) -> bool:
    """Whatever is done is listened to."""
    return True


@dataclass(frozen=True)
class Listen:
    """What a call waits for.

    Attributes:
        seconds: until the wait is over.
        hears: what is listened to; all else is lost.
    """

    seconds: float
    hears: Hears = hears_nothing


class Interrupted(Exception):  # noqa: N818 - it is an event as much as an error
    """Thrown into a verb that the call leaves while it plays."""


class HungUp(Interrupted):
    """Thrown into a verb when the person hangs up; it may still return an Action."""


class Redirected(Interrupted):
    """Thrown into a verb when the REST API has the call play another document (rest-api.md 3.5)."""


@dataclass(frozen=True)
class Action:
    """A verb ends the document: another is requested.

    Attributes:
        url: as written, perhaps relative; empty for the current document's own URL.
        method: GET or POST.
        parameters: the verb's results.
    """

    url: str
    method: str = "POST"
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stop:
    """A verb ends the call.

    Attributes:
        status: the call's last CallStatus.
        reason: why, in words.
    """

    status: str = "completed"
    reason: str = "the document hung up"


@dataclass(frozen=True)
class Left:
    """`<Leave>`: the document of a queue ends, and the call goes on behind `<Enqueue>`."""


Outcome = Action | Stop | Left | None
"""What a verb leads to; None goes on with the next verb."""

Steps = Generator[Listen, Heard | None, Outcome]


class Session(Protocol):
    """A live call, as verbs see it."""

    @property
    def document(self) -> Document:
        """The document that plays."""

    @property
    def is_answered(self) -> bool:
        """Whether the call was answered."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The call's standard parameters as of now (rest-api.md 5.3)."""

    @property
    def results(self) -> ScriptedResults:
        """What the world outside decides."""

    def answer(self) -> None:
        """Answer the call if it rings still."""

    def now(self) -> float:
        """Return the moment in seconds of the clock, to tell how long something took."""

    def date(self) -> datetime:
        """Return the moment as a date, to tell others when something happened."""

    def heard(self, what: str, text: str, element: Element, who: str = "Twilio") -> None:
        """Add to the transcript what is played to the person, or done at the other end."""

    def warn(self, code: int | None, text: str) -> None:
        """Tell of something Twilio's debugger would show, at the current document."""

    def asks(self) -> None:
        """Tell the person that the prompts of a question begin."""

    def awaits(self) -> None:
        """Tell the person that the prompts are over: it is their turn."""

    def play(self, document: Document) -> Steps:
        """Play another document inside this one, such as a queue's; return what it leads to."""

    def fetch(self, url: str, method: str, parameters: Mapping[str, str]) -> Document | None:
        """Request another document; None when it cannot be had, which is warned of.

        Args:
            url: perhaps relative to the current document's.
            method: GET or POST.
            parameters: what is sent on top of the call's own.
        """

    def hang_up(self) -> bool:
        """Let the person hang up, as a scripted result has it; tell whether nobody had before.

        No further verb plays; the verb may still return an Action.
        """

    def send(self, message: Message) -> None:
        """Send a message."""

    def request(self, url: str, method: str, parameters: Mapping[str, str]) -> None:
        """Request a callback URL whose answer does not matter; trouble is warned of (15003).

        Args:
            url: perhaps relative to the current document's.
            method: GET or POST.
            parameters: all that is sent.
        """


class Verb(ABC):
    """A kind of verb; one object serves all elements of its name.

    Attributes:
        name: the element's name.
        answers: whether playing it answers the call (rest-api.md 8.1).
    """

    name: ClassVar[str]
    answers: ClassVar[bool] = True

    @abstractmethod
    def play(self, session: Session, verb: Element) -> Steps:
        """Play the verb; return what it leads to."""
