"""A live call: moved on by its clock's timers and by what the person does. It takes no thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Self

from mockstudio.clock import Timer
from mockstudio.errors import ExpectationError, MockstudioError
from mockstudio.events import Event
from mockstudio.sids import new_sid
from mockstudio.twiml import happenings
from mockstudio.twiml.call_progress import CANCELED, COMPLETED, IN_PROGRESS, CallState
from mockstudio.twiml.call_setup import CallSetup, CarrierServices
from mockstudio.twiml.events import CallEnded, CallStarted, CallStatusChanged, TranscriptLine
from mockstudio.twiml.person import Person
from mockstudio.twiml.phone import Phone, keys
from mockstudio.twiml.transcript import Transcript
from mockstudio.twiml.voice.base import Heard, HungUp, Key, Listen, Redirected, Stop, Words
from mockstudio.twiml.voice.player import VoicePlayer

LONGEST = 14_400.0
"""Seconds after which Twilio ends a call: four hours (reference 2.12)."""
HUNG_UP_BY_THE_API = "the REST API hung up"
UNHEARD = "(nobody listens)"
"""What the transcript adds to keys and words that are lost."""


_TOO_LONG = happenings.HangUp("four hours are the longest a call can last")


class Call:
    """One call between a person and Twilio.

    Args:
        setup: who calls whom, and which URLs say what happens.
        phone: how the person behaves; somebody may act for the person as well.
        services: what plays calls.

    Attributes:
        sid: `CA…`.
        transcript: what was said and done.
        turn: set while the person is awaited, and when the call is over.
        over: set when the call is over.
    """

    def __init__(self, setup: CallSetup, phone: Phone, services: CarrierServices) -> None:
        self.sid = new_sid("CA")
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
        self._reason = ""
        self._inbox: deque[happenings.Happening] = deque()
        self._is_running = False
        self._is_awaited = False
        self._lock = threading.Lock()

    # --- how it stands

    @property
    def setup(self) -> CallSetup:
        """Who calls whom, and which URLs say what happens."""
        return self._player.setup

    @property
    def state(self) -> CallState:
        """How it stands: all of one moment."""
        return self._player.state

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
    def said(self) -> list[str]:
        """The words that Twilio has said, in their order."""
        return self.transcript.said

    @property
    def heard(self) -> list[str]:
        """What the person has heard: the words said, and the URLs of what was played."""
        return self.transcript.heard

    @property
    def problem(self) -> MockstudioError | None:
        """What kept the call from going on that Twilio knows nothing of, such as no route."""
        return self._player.problem

    # --- what happens to it

    def start(self) -> None:
        """Let it ring, unless it is over before."""
        self._happens(happenings.Begin())

    def press(self, digits: str) -> None:
        """Let the person press keys, one after another.

        Raises:
            UsageError: there is no such key.
        """
        self._act(happenings.Act("press", keys(digits), tuple(map(Key, digits))))

    def speak(self, words: str) -> None:
        """Let the person say something."""
        self._act(happenings.Act("speak", words, (Words(words),)))

    def hang_up(self, reason: str = "the person hung up") -> None:
        """Let the person hang up."""
        if self._player.is_over:
            return
        self._player.done("hang up")
        self._player.hang_up()
        self._reason = reason
        if self._takes_over(happenings.HangUp(reason)):
            self._take_all()
        else:
            # A document is being fetched: whoever makes it learns at once that nobody listens.
            self._player.report_end()

    # --- what the REST API does to it; it has its answer before anything comes of that

    def end(self) -> bool:
        """Hang up on the person; False when the call is over already."""
        return self._given_up(self._player.hang_up(unanswered=CANCELED))

    def cancel(self) -> bool:
        """Give the call up as long as nobody has answered it; False when it is too late."""
        return self._given_up(self._player.cancel())

    def redirect(self, **members: Any) -> bool:
        """Leave what is played, in whatever wait, for another document.

        Args:
            members: of the setup: `url` and `method`, or `twiml`, and what else is to change.

        Returns:
            Whether the call plays documents: it does not while it rings, and when it is over.
        """
        is_taken = self._player.redirect(**members)
        if is_taken:
            self._limit_time()
            self._will_happen(happenings.Redirect())
        return is_taken

    def change(self, **members: Any) -> None:
        """Change members of the setup, as far as the call has not come to them yet."""
        self._player.change(**members)
        self._limit_time()

    def _given_up(self, is_news: bool) -> bool:
        if is_news:
            self._reason = HUNG_UP_BY_THE_API
            if not self._will_happen(happenings.HangUp(HUNG_UP_BY_THE_API)):
                # As when the person hangs up while a document is being fetched.
                self._clock.call_later(0, self._player.report_end)
        return is_news

    def _will_happen(self, happening: happenings.Happening) -> bool:
        """Take what happens soon; False when it comes after what is still being taken."""
        is_next = self._takes_over(happening)
        if is_next:
            self._clock.call_later(0, self._take_all)
        return is_next

    # --- how others see it

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

    def when_asked(self) -> Self:
        """Let time pass until something is asked of the person: `call.when_asked().press("1")`.

        Raises:
            ExpectationError: the call ends before; the message tells what was said.
        """
        self.wait_for_turn()
        if self.problem is not None:
            raise self.problem
        if self.is_over:
            raise ExpectationError(f"the call ended, nothing was asked\n{self.transcript}")
        return self

    # --- how it moves on

    def _hears(self, heard: Heard) -> bool:
        return not self.is_over and self._listens.hears(heard)

    def _act(self, act: happenings.Act) -> None:
        if self._player.is_over:
            return
        if self._player.is_fetching:
            # Whoever listens next does not yet.
            self._player.done(act.what, f"{act.text}  {UNHEARD}")
        else:
            self._happens(act)

    def _happens(self, happening: happenings.Happening) -> None:
        """Take what happens, now or when what happened before is done with."""
        if self._takes_over(happening):
            self._take_all()

    def _takes_over(self, happening: happenings.Happening) -> bool:
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

    def _next(self) -> happenings.Happening | None:
        with self._lock:
            if self._inbox and not self.is_over:
                return self._inbox.popleft()
            self._is_running = False
            if self._is_awaited:
                self.turn.set()
            return None

    def _take(self, happening: happenings.Happening) -> None:
        match happening:
            case happenings.TimeIsOver():
                if happening.wait == self._waits:
                    self._move(None)
            case happenings.HangUp():
                self._player.hang_up()
                self._stop(happening.reason)
            case happenings.Begin():
                self._begin()
            case happenings.Redirect():
                self._leave_document()
            case happenings.Act():
                self._hear(happening)

    def _hear(self, act: happenings.Act) -> None:
        """Bring the player what was done, as far as somebody listens."""
        if self._hears(act.heard[0]):
            self._player.done(act.what, act.text)
        for number, heard in enumerate(act.heard):
            if not self._hears(heard):
                self._player.done(act.what, f"{act.text[number:]}  {UNHEARD}")
                return
            self._move(heard)

    def _begin(self) -> None:
        if not self._player.start():
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
        self._move(None)

    def _leave_document(self) -> None:
        # Where a document was being fetched when the call was redirected, it is left already.
        if self._player.is_redirected:
            self._go_on(lambda: self._life.throw(Redirected()))

    def _move(self, heard: Heard | None) -> None:
        self._go_on(lambda: self._life.send(heard))

    def _go_on(self, move: Callable[[], Listen]) -> None:
        """Let the player go on until it waits again or the call is over."""
        self._leave_wait()
        try:
            self._await(move())
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
        over = happenings.TimeIsOver(self._waits)
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
                reason=self._reason or stop.reason,
            )
        )
        self.over.set()
        self.turn.set()

    def _limit_time(self) -> None:
        """Let a call that was answered end when its time limit has passed since."""
        limit = self.setup.time_limit
        if limit is None or self.state.answered is None or self.is_over:
            return
        over = happenings.HangUp(f"the time limit of {limit:g} s is over")
        left = max(0.0, min(limit, LONGEST) - self.seconds)
        self._limit.cancel()
        self._limit = self._clock.call_later(left, partial(self._happens, over))

    def _tell(self, event: Event) -> None:
        if isinstance(event, TranscriptLine):
            self.transcript.add(event)
        if isinstance(event, CallStatusChanged) and event.status == IN_PROGRESS:
            self._limit_time()
        self._outside(event)
