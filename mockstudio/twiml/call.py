"""A live call: moved on by its clock's timers and by what the person does. It takes no thread."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace
from functools import partial

from mockstudio.clock import Timer
from mockstudio.errors import MockstudioError
from mockstudio.events import Event
from mockstudio.sids import new_sid
from mockstudio.twiml.call_setup import CallSetup, CarrierServices
from mockstudio.twiml.events import CallEnded, CallStarted, TranscriptLine
from mockstudio.twiml.person import Person
from mockstudio.twiml.phone import Phone, keys
from mockstudio.twiml.transcript import Transcript
from mockstudio.twiml.voice.base import Heard, HungUp, Key, Listen, Stop, Words
from mockstudio.twiml.voice.player import COMPLETED, VoicePlayer

LONGEST = 14_400.0
"""Seconds after which Twilio ends a call: four hours (reference 2.12)."""
UNHEARD = "(nobody listens)"
"""What the transcript adds to keys and words that are lost."""


@dataclass(frozen=True)
class _Begin:
    """The call begins."""


@dataclass(frozen=True)
class _TimeIsOver:
    """The wait of this number has come to its end."""

    wait: int


@dataclass(frozen=True)
class _Act:
    """The person presses keys, or says something."""

    what: str
    text: str
    heard: tuple[Heard, ...]


@dataclass(frozen=True)
class _HangUp:
    """One side has hung up."""

    reason: str


_TOO_LONG = _HangUp("four hours are the longest a call can last")
_Happening = _Begin | _TimeIsOver | _Act | _HangUp


class Call:
    """One call between a person and Twilio.

    Args:
        setup: who calls whom, and which URLs say what happens.
        phone: how the person behaves; somebody may act for the person as well.
        services: what plays calls.

    Attributes:
        sid: `CA…`.
        setup: who calls whom.
        transcript: what was said and done.
        turn: set while the person is awaited, and when the call is over.
        over: set when the call is over.
    """

    def __init__(self, setup: CallSetup, phone: Phone, services: CarrierServices) -> None:
        self.sid = new_sid("CA")
        self.setup = setup
        self.transcript = Transcript(services.clock.now())
        self.turn = threading.Event()
        self.over = threading.Event()
        self._clock = services.clock
        self._outside = services.tell
        person = Person(phone, self, services.clock)
        own = replace(services, tell=self._tell)
        self._player = VoicePlayer(self.sid, setup, phone, person, own)
        self._life = self._player.life()
        self._listens = Listen(0.0)
        self._waits = 0
        self._timers: list[Timer] = []
        self._limit = services.clock.call_later(LONGEST, partial(self._happens, _TOO_LONG))
        self._inbox: deque[_Happening] = deque()
        self._is_running = False
        self._is_awaited = False
        self._lock = threading.Lock()

    # --- how it stands

    @property
    def status(self) -> str:
        """The CallStatus."""
        return self._player.status

    @property
    def seconds(self) -> float:
        """How long the call has been or was connected."""
        return self._player.seconds

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.over.is_set()

    @property
    def problem(self) -> MockstudioError | None:
        """What kept the call from going on that Twilio knows nothing of, such as no route."""
        return self._player.problem

    # --- what happens to it

    def start(self) -> None:
        """Let it ring, unless it was dropped before."""
        if self.is_over:
            return
        setup = self.setup
        self._tell(
            CallStarted(
                at=self._clock.now(),
                exchange=self.sid,
                direction=setup.direction,
                from_=setup.from_,
                to=setup.to,
            )
        )
        self._happens(_Begin())

    def press(self, digits: str) -> None:
        """Let the person press keys, one after another.

        Raises:
            UsageError: there is no such key.
        """
        self._act(_Act("press", keys(digits), tuple(map(Key, digits))))

    def speak(self, words: str) -> None:
        """Let the person say something."""
        self._act(_Act("speak", words, (Words(words),)))

    def hang_up(self, reason: str = "the person hung up") -> None:
        """Let the person hang up."""
        if self._player.is_over:
            return
        self._player.done("hang up")
        self._player.hang_up()
        if self._takes_over(_HangUp(reason)):
            self._take_all()
        else:
            # A document is being fetched: whoever makes it learns at once that nobody listens.
            self._player.report_end()

    def await_person(self) -> None:
        """Set `turn` as soon as the player waits."""
        self._is_awaited = True

    def drop(self) -> None:
        """Forget the call as it stands: no request is made, nobody is told."""
        with self._lock:
            self.over.set()
            is_running = self._is_running
        self._player.drop()
        self._leave_wait()
        self._limit.cancel()
        if not is_running:
            self._life.close()
        self.turn.set()

    def wait(self, seconds: float = LONGEST) -> bool:
        """Let time pass until the call is over.

        Returns:
            Whether it is.

        Raises:
            RouteError: a document's URL is covered by no route.
        """
        is_over = self._clock.wait(self.over, seconds)
        if self.problem is not None:
            raise self.problem
        return is_over

    def wait_for_turn(self, seconds: float = LONGEST) -> bool:
        """Let time pass until the person is awaited or the call is over; tell whether it is."""
        return self._clock.wait(self.turn, seconds)

    # --- how it moves on

    @property
    def _is_listening(self) -> bool:
        return self._listens.hears and not self.is_over

    def _act(self, act: _Act) -> None:
        if self._player.is_over:
            return
        if self._player.is_fetching:
            # Whoever listens next does not yet.
            self._player.done(act.what, f"{act.text}  {UNHEARD}")
        else:
            self._happens(act)

    def _happens(self, happening: _Happening) -> None:
        """Take what happens, now or when what happened before is done with."""
        if self._takes_over(happening):
            self._take_all()

    def _takes_over(self, happening: _Happening) -> bool:
        """Note what happens; tell whether nobody takes what happened before still."""
        with self._lock:
            self._inbox.append(happening)
            if self._is_running:
                return False
            self._is_running = True
            return True

    def _take_all(self) -> None:
        while (following := self._next()) is not None:
            self._take(following)

    def _next(self) -> _Happening | None:
        with self._lock:
            if self._inbox and not self.is_over:
                return self._inbox.popleft()
            self._is_running = False
            if self._is_awaited:
                self.turn.set()
            return None

    def _take(self, happening: _Happening) -> None:
        match happening:
            case _TimeIsOver():
                if happening.wait == self._waits:
                    self._move(None)
            case _HangUp():
                self._player.hang_up()
                self._stop(happening.reason)
            case _Begin():
                self._move(None)
            case _Act():
                self._hear(happening)

    def _hear(self, act: _Act) -> None:
        """Bring the player what was done, as far as somebody listens."""
        if self._is_listening:
            self._player.done(act.what, act.text)
        for number, heard in enumerate(act.heard):
            if not self._is_listening:
                self._player.done(act.what, f"{act.text[number:]}  {UNHEARD}")
                return
            self._move(heard)

    def _move(self, heard: Heard | None) -> None:
        """Let the player go on until it waits again or the call is over."""
        self._leave_wait()
        try:
            self._await(self._life.send(heard))
        except StopIteration as ended:
            self._finish(ended.value)
        except Exception:
            self._finish(Stop("failed", "an internal error"))
            raise

    def _stop(self, reason: str) -> None:
        """End the player's life; a verb may have a last document to request."""
        self._leave_wait()
        try:
            self._life.throw(HungUp())
        except (StopIteration, HungUp):
            pass
        finally:
            self._finish(Stop(COMPLETED, reason))

    def _await(self, listens: Listen) -> None:
        if self.is_over:
            # It was dropped meanwhile.
            self._life.close()
            return
        self._listens = listens
        over = _TimeIsOver(self._waits)
        self._timers = [self._clock.call_later(listens.seconds, partial(self._happens, over))]

    def _leave_wait(self) -> None:
        self._waits += 1
        self._is_awaited = False
        self.turn.clear()
        for timer in self._timers:
            timer.cancel()

    def _finish(self, stop: Stop) -> None:
        if self.is_over:
            return
        self._limit.cancel()
        self._player.report_end(stop.status)
        self._tell(
            CallEnded(
                at=self._clock.now(),
                exchange=self.sid,
                status=self.status,
                seconds=self.seconds,
                reason=stop.reason,
            )
        )
        self.over.set()
        self.turn.set()

    def _tell(self, event: Event) -> None:
        if isinstance(event, TranscriptLine):
            self.transcript.add(event)
        self._outside(event)
