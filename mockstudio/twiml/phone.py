"""What a person does at the other end, as data. Times are seconds of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mockstudio.errors import UsageError

KEYS: Final = "0123456789*#"


class Answer(StrEnum):
    """What a phone that is called does."""

    ANSWER = "answer"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    """It rings until the caller gives up."""
    MACHINE = "machine"
    """An answering machine picks up."""
    FAILED = "failed"
    """The number cannot be reached."""


class Moment(StrEnum):
    """What an act's time is counted from."""

    ASKED = "asked"
    """The end of a question's prompts: when it is the person's turn."""
    PROMPT = "prompt"
    """The beginning of a question's prompts: to act early, over the words."""
    ANSWERED = "answered"
    """The moment the call was answered, whatever is being played."""


def keys(digits: str) -> str:
    """Return keys that can be pressed; raises UsageError when there is none, or no such key."""
    if digits and set(digits) <= set(KEYS):
        return digits
    raise UsageError(f"press '{digits}': expected one or more of the keys {KEYS}")


@dataclass(frozen=True)
class Press:
    """Presses keys.

    Attributes:
        digits: of `0123456789*#`, in order, with the finish key where one is wanted.
        after: seconds.
        since: what they are counted from.

    Raises:
        UsageError: there is no such key.
    """

    digits: str
    after: float = 1.0
    since: Moment = Moment.ASKED

    def __post_init__(self) -> None:
        keys(self.digits)


@dataclass(frozen=True)
class Speak:
    """Says something.

    Attributes:
        words: what is said.
        after: seconds.
        since: what they are counted from.
    """

    words: str
    after: float = 1.0
    since: Moment = Moment.ASKED


@dataclass(frozen=True)
class Silence:
    """Lets a question pass without an answer."""


@dataclass(frozen=True)
class HangUp:
    """Hangs up.

    Attributes:
        after: seconds.
        since: what they are counted from.
    """

    after: float = 1.0
    since: Moment = Moment.ASKED


@dataclass(frozen=True)
class Send:
    """Sends a message.

    Attributes:
        body: the text.
        media: URLs of what is attached.
        after: seconds since the last message the person got.
    """

    body: str = ""
    media: tuple[str, ...] = ()
    after: float = 5.0


CallAct = Press | Speak | Silence | HangUp


@dataclass(frozen=True)
class Phone:
    """A person's behaviour in calls and chats.

    Attributes:
        answer: what the phone does when it is called.
        rings: seconds until it is answered.
        acts: what the person does in a call: an act counted from `ANSWERED` at its time, of the
            others one at each question, in order.
        otherwise: the act at each question once `acts` are used up; None stays silent.
        hangs_up_after: seconds into the call, or None for never.
        replies: what the person sends in a chat: one reply to what arrives, in order.
        reply_otherwise: the reply once `replies` are used up; None sends nothing.
    """

    answer: Answer = Answer.ANSWER
    rings: float = 5.0
    acts: tuple[CallAct, ...] = ()
    otherwise: CallAct | None = None
    hangs_up_after: float | None = None
    replies: tuple[Send, ...] = ()
    reply_otherwise: Send | None = None
