"""One call's life: it rings, documents are fetched and played, and it ends (rest-api.md 8.1)."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from mockstudio.errors import MockstudioError, RouteError, TwimlError
from mockstudio.store.messages import Message
from mockstudio.store.results import ScriptedResults
from mockstudio.twiml.call_progress import (
    COMPLETED,
    IN_PROGRESS,
    QUEUED,
    RINGING,
    CallProgress,
    CallState,
)
from mockstudio.twiml.call_setup import OUTBOUND, CallSetup, CarrierServices, Detection
from mockstudio.twiml.document import parse_document
from mockstudio.twiml.events import CallStatusChanged, CarrierEvent, CarrierWarned, TranscriptLine
from mockstudio.twiml.model import Document, Element
from mockstudio.twiml.parameters import call_parameters
from mockstudio.twiml.person import Person
from mockstudio.twiml.phone import Phone
from mockstudio.twiml.retrieval import DocumentRequest
from mockstudio.twiml.urls import absolute_url
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.attributes import call_sids
from mockstudio.twiml.voice.base import Action, Heard, Listen, Outcome, Redirected, Steps, Stop
from mockstudio.twiml.voice.detection import SECONDS_TO_DETECT, detected, found_by
from mockstudio.twiml.voice.ringing import ring
from mockstudio.twiml.voice.status_callback import StatusCallback

NEVER_ANSWERED = "no-answer"
HUNG_UP = "the person hung up"
APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
"""What a caller hears when no document can be had (rest-api.md 8.6)."""
MOST_DOCUMENTS = 1_000
"""Of one call; documents that lead to each other would be fetched for ever."""
TOO_MANY_DOCUMENTS = f"the call had fetched {MOST_DOCUMENTS:,} documents"
SECONDS_OF_THE_ERROR = 4.0

Life = Generator[Listen, Heard | None, Stop]


class VoicePlayer:
    """Plays one call; a `Session` for the verbs.

    Args:
        sid: `CA…`.
        setup: who calls whom.
        phone: how the person behaves when called.
        person: the person.
        services: what plays calls.

    Attributes:
        sid: `CA…`.
        setup: who calls whom.
        problem: what no Twilio would meet, such as a URL that no route covers.
        is_fetching: whether a document is being requested; nobody listens meanwhile.
    """

    def __init__(
        self, sid: str, setup: CallSetup, phone: Phone, person: Person, services: CarrierServices
    ) -> None:
        self.sid = sid
        self.setup = setup
        self.problem: MockstudioError | None = None
        self._phone = phone
        self._person = person
        self._services = services
        self.is_fetching = False
        first = QUEUED if setup.direction == OUTBOUND else RINGING
        self._progress = CallProgress(services.clock, first)
        self._is_redirected = False
        self._document = Document()
        self._documents = 0
        self._status_callback = StatusCallback(self)
        self._lock = threading.Lock()

    # --- the call's life

    def life(self) -> Life:
        """Play the call; return how it ended.

        Raises:
            HungUp: the person hung up, and no verb had anything left to request.
        """
        steps = self._ring_and_talk()
        while True:
            try:
                return (yield from steps)
            except Redirected:
                steps = self._talk()

    def _ring_and_talk(self) -> Life:
        if self.setup.direction == OUTBOUND:
            missed = yield from self._ring()
            if missed is not None:
                return missed
        elif not (self.setup.url or self.setup.twiml):
            self.warn(None, f"number {self.setup.to} has no voice_url: nobody answers its calls")
            return Stop("failed", "nobody answers the number")
        return (yield from self._talk())

    def _ring(self) -> Generator[Listen, Heard | None, Stop | None]:
        """Ring at the person's; return how it ended when nobody answers."""
        self._status_callback.tell("initiated", "initiated")
        self._status_callback.tell("ringing", RINGING)
        missed = yield from ring(self._phone, self.setup.timeout)
        if missed is None:
            self.answer()
            yield from self._detect_machine()
        return missed

    def _detect_machine(self) -> Generator[Listen, Heard | None, None]:
        """Listen for a machine, where that is asked for; keys to send switch it off."""
        if digits := self.setup.send_digits:
            self.heard("Play", digits, Element("Play"))
            yield Listen(lasting.tones(digits))
        elif (detection := self.setup.detection) is None:
            return
        elif detection.is_asynchronous:
            meanwhile = partial(self._detect_meanwhile, detection)
            self._services.clock.call_later(SECONDS_TO_DETECT, meanwhile)
        else:
            yield Listen(SECONDS_TO_DETECT)
            self._progress.detect(found_by(detection, self._phone, self.results))

    def _detect_meanwhile(self, detection: Detection) -> None:
        if self.is_over:
            return
        self._progress.detect(found_by(detection, self._phone, self.results))
        if detection.callback:
            told = {**call_sids(self), **detected(self.state)}
            self.request(detection.callback, detection.callback_method, told)

    def _talk(self) -> Life:
        document = None if self.is_over else self._first_document()
        while document is not None and not self.is_over:
            outcome = yield from self.play(document)
            if isinstance(outcome, Stop):
                return outcome
            if not isinstance(outcome, Action):
                return Stop(reason="the document ended")
            document = self._following(document, outcome)
        if self.is_over:
            return Stop(reason=HUNG_UP)
        return (yield from self._apologise())

    def _apologise(self) -> Life:
        self.answer()
        self.heard("Say", APPLICATION_ERROR, Element("Say"))
        yield Listen(SECONDS_OF_THE_ERROR)
        has_too_many = self._documents > MOST_DOCUMENTS
        return Stop(reason=TOO_MANY_DOCUMENTS if has_too_many else "no document could be had")

    # --- documents

    def _first_document(self) -> Document | None:
        self._is_redirected = False
        setup = self.setup
        if setup.twiml:
            return self._inline(setup.twiml)
        return self._retrieve(setup.url, setup.method, detected(self.state))

    def _inline(self, twiml: str) -> Document | None:
        try:
            document = parse_document(twiml.encode(), "")
        except TwimlError as error:
            self.warn(error.code, str(error))
            return None
        for remark in document.remarks:
            self.warn(remark.code, f"line {remark.line}: {remark.text}")
        return document

    def _following(self, document: Document, action: Action) -> Document | None:
        url = absolute_url(document.url, action.url)
        return self._retrieve(url, action.method, action.parameters)

    def _retrieve(self, url: str, method: str, results: Mapping[str, str]) -> Document | None:
        self._documents += 1
        if self._documents > MOST_DOCUMENTS:
            self.warn(None, f"{TOO_MANY_DOCUMENTS}: do they lead in a circle?", url)
            return None
        try:
            return self._document_of(self._request(url, method, results))
        except RouteError as error:
            self.problem = error
            self.warn(None, str(error), url)
            return None

    def _document_of(self, request: DocumentRequest) -> Document | None:
        self.is_fetching = True
        try:
            document = self._services.retriever.retrieve(request)
        finally:
            self.is_fetching = False
        if self.is_redirected:
            raise Redirected
        return document

    def _request(self, url: str, method: str, results: Mapping[str, str]) -> DocumentRequest:
        setup = self.setup
        return DocumentRequest(
            url=url,
            method=method,
            parameters={**self.parameters, **results},
            exchange=self.sid,
            fallback_url=setup.fallback_url,
            fallback_method=setup.fallback_method,
        )

    # --- how it goes on

    def start(self) -> bool:
        """Note that it begins to ring; False when it is over already."""
        return self._progress.start()

    def redirect(self, **members: Any) -> bool:
        """Leave what is played for another document; False while nothing is played, or no more.

        Args:
            members: of the setup: those that name the document, and what else is to change.
        """
        is_played = self.is_answered or self.setup.direction != OUTBOUND
        if self.is_over or not is_played:
            return False
        self.change(**members)
        self._is_redirected = True
        return True

    @property
    def is_redirected(self) -> bool:
        """Whether another document is to be played that has not been asked for yet."""
        return self._is_redirected and not self.is_over

    def change(self, **members: Any) -> None:
        """Change the setup; what comes later goes by it."""
        with self._lock:
            self.setup = replace(self.setup, **members)
        self._progress.touch()

    def hang_up(self, unanswered: str = NEVER_ANSWERED) -> bool:
        """Note that somebody has hung up; `report_end` tells the status callback.

        Args:
            unanswered: the last CallStatus of a call that was not answered.

        Returns:
            Whether it was not over before.
        """
        return self._ended(self._progress.end(COMPLETED, unanswered))

    def cancel(self) -> bool:
        """Note that Twilio gave up before anybody answered; False when it is too late for that."""
        return self._ended(self._progress.cancel())

    def report_end(self, status: str = COMPLETED) -> None:
        """Tell the status callback, once, that the call is over.

        Args:
            status: the last CallStatus of a call that is not over yet.
        """
        self._ended(self._progress.end(status))
        if self._progress.report():
            self._status_callback.tell_the_end()

    def drop(self) -> None:
        """Forget the call; the person does nothing more, and nobody is told."""
        self._progress.drop()
        self._person.left()

    def _ended(self, is_news: bool) -> bool:
        if is_news:
            self._person.left()
            self._tell(CallStatusChanged, status=self.status)
        return is_news

    @property
    def state(self) -> CallState:
        """How it stands."""
        return self._progress.state

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.state.is_over

    @property
    def status(self) -> str:
        """The CallStatus."""
        return self.state.status

    @property
    def seconds(self) -> float:
        """How long the call has been or was connected."""
        return self._progress.seconds

    # --- as the verbs see it

    @property
    def document(self) -> Document:  # noqa: D102 - as in Session
        return self._document

    @property
    def is_answered(self) -> bool:  # noqa: D102
        return self.state.answered is not None

    @property
    def parameters(self) -> Mapping[str, str]:  # noqa: D102
        setup, account = self.setup, self._services.account_sid
        return call_parameters(
            self.sid, account, setup.from_, setup.to, self.status, setup.direction
        )

    @property
    def results(self) -> ScriptedResults:  # noqa: D102
        return self._services.results

    def answer(self) -> None:  # noqa: D102
        if self._progress.answer():
            self._tell(CallStatusChanged, status=IN_PROGRESS)
            self._status_callback.tell("answered", IN_PROGRESS)
            self._person.answered()

    def now(self) -> float:  # noqa: D102
        return self._services.clock.monotonic()

    def date(self) -> datetime:  # noqa: D102
        return self._services.clock.now()

    def heard(self, what: str, text: str, element: Element, who: str = "Twilio") -> None:  # noqa: D102
        source = self._document.url
        self._tell(
            TranscriptLine, who=who, what=what, text=text, document=source, line=element.line
        )

    def done(self, what: str, text: str = "") -> None:
        """Add to the transcript what the person does."""
        self._tell(TranscriptLine, who="person", what=what, text=text)

    def warn(self, code: int | None, text: str, url: str | None = None) -> None:  # noqa: D102
        self._tell(CarrierWarned, code=code, text=text, url=url or self._document.url)

    def asks(self) -> None:  # noqa: D102
        self._person.asked()

    def awaits(self) -> None:  # noqa: D102
        self._person.awaited()

    def play(self, document: Document) -> Steps:  # noqa: D102
        outer, self._document = self._document, document
        try:
            return (yield from self._play_verbs(document))
        finally:
            self._document = outer

    def _play_verbs(self, document: Document) -> Steps:
        outcome: Outcome = None
        for element in document.verbs:
            verb = self._services.verbs.get(element.name)
            if verb is None:
                self.warn(None, f"line {element.line}: <{element.name}> is not played here")
                continue
            if verb.answers:
                self.answer()
            outcome = yield from verb.play(self, element)
            if outcome is None and self.is_over:
                outcome = Stop(reason=HUNG_UP)
            if outcome is not None:
                break
        return outcome

    def fetch(self, url: str, method: str, parameters: Mapping[str, str]) -> Document | None:  # noqa: D102
        target = absolute_url(self._document.url, url)
        try:
            document = self._document_of(self._request(target, method, parameters))
        except RouteError as error:
            self.warn(None, str(error), target)
            return None
        return None if self.is_over else document

    def send(self, message: Message) -> None:  # noqa: D102
        self._services.send(message)

    def request(self, url: str, method: str, parameters: Mapping[str, str]) -> None:  # noqa: D102
        target = absolute_url(self._document.url, url)
        try:
            self._services.retriever.notify(target, method, parameters, self.sid)
        except RouteError as error:
            self.warn(None, str(error), target)

    def _tell(self, kind: type[CarrierEvent], **fields: Any) -> None:
        self._services.tell(kind(at=self._services.clock.now(), exchange=self.sid, **fields))
