"""One call's life: it rings, documents are fetched and played, and it ends (rest-api.md 8.1)."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Any

from mockstudio.errors import MockstudioError, RouteError, TwimlError
from mockstudio.events import Event
from mockstudio.store.results import ScriptedResults
from mockstudio.twiml.call_progress import IN_PROGRESS, RINGING, CallProgress
from mockstudio.twiml.call_setup import OUTBOUND, CallSetup, CarrierServices
from mockstudio.twiml.document import parse_document
from mockstudio.twiml.events import CallStatusChanged, CarrierEvent, CarrierWarned, TranscriptLine
from mockstudio.twiml.model import Document, Element
from mockstudio.twiml.parameters import call_parameters, call_status_parameters
from mockstudio.twiml.person import Person
from mockstudio.twiml.phone import Answer, Phone
from mockstudio.twiml.retrieval import DocumentRequest
from mockstudio.twiml.urls import absolute_url
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.base import Action, Heard, Listen, Outcome, Steps, Stop

COMPLETED = "completed"
NEVER_ANSWERED = "no-answer"
APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
"""What a caller hears when no document can be had (rest-api.md 8.6)."""
MOST_DOCUMENTS = 1_000
"""Of one call; documents that lead to each other would be fetched for ever."""
SECONDS_OF_THE_ERROR = 4.0
SECONDS_TO_BE_BUSY = 2.0
SECONDS_TO_FAIL = 1.0
SECONDS_TO_DETECT = 3.0

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
        self._progress = CallProgress()
        self._document = Document()
        self._documents = 0
        self._detected: dict[str, str] = {}

    # --- the call's life

    def life(self) -> Life:
        """Play the call; return how it ended.

        Raises:
            HungUp: the person hung up, and no verb had anything left to request.
        """
        if self.setup.direction == OUTBOUND:
            missed = yield from self._ring()
            if missed is not None:
                return missed
        return (yield from self._talk())

    def _ring(self) -> Generator[Listen, Heard | None, Stop | None]:
        """Ring at the person's; return how it ended when nobody answers."""
        phone, limit = self._phone, self.setup.timeout
        self._call_back("initiated", "initiated")
        self._call_back(RINGING, "ringing")
        if phone.answer is Answer.FAILED:
            yield Listen(SECONDS_TO_FAIL)
            return Stop("failed", "the number cannot be reached")
        if phone.answer is Answer.BUSY:
            yield Listen(SECONDS_TO_BE_BUSY)
            return Stop("busy", "the person is busy")
        if phone.answer is Answer.NO_ANSWER or phone.rings >= limit:
            yield Listen(limit)
            return Stop("no-answer", "nobody answered")
        yield Listen(phone.rings)
        self.answer()
        yield from self._detect_machine()
        return None

    def _detect_machine(self) -> Generator[Listen, Heard | None, None]:
        """Listen for a machine, where that is asked for; keys to send switch it off."""
        if digits := self.setup.send_digits:
            self.heard("Play", digits, Element("Play"))
            yield Listen(lasting.tones(digits))
        elif self.setup.detects_machines:
            yield Listen(SECONDS_TO_DETECT)
            is_machine = self._phone.answer is Answer.MACHINE
            found = self.results.next("AnsweringMachine").name if is_machine else "human"
            duration = str(int(SECONDS_TO_DETECT * 1000))
            self._detected = {"AnsweredBy": found, "MachineDetectionDuration": duration}

    def _talk(self) -> Life:
        document = self._first_document()
        while document is not None and not self.is_over:
            outcome = yield from self.play(document)
            if isinstance(outcome, Stop):
                return outcome
            if not isinstance(outcome, Action):
                return Stop(reason="the document ended")
            document = self._following(document, outcome)
        if self.is_over:
            return Stop(reason="the person hung up")
        return (yield from self._apologise())

    def _apologise(self) -> Life:
        self.answer()
        self.heard("Say", APPLICATION_ERROR, Element("Say"))
        yield Listen(SECONDS_OF_THE_ERROR)
        return Stop(reason="no document could be had")

    # --- documents

    def _first_document(self) -> Document | None:
        setup = self.setup
        if setup.twiml:
            return self._inline(setup.twiml)
        return self._retrieve(setup.url, setup.method, self._detected)

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
            text = f"the call has fetched {MOST_DOCUMENTS:,} documents; it ends before the next"
            self.warn(None, text, url)
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
            return self._services.retriever.retrieve(request)
        finally:
            self.is_fetching = False

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

    def hang_up(self) -> None:
        """Note that the person has hung up; `report_end` tells the status callback."""
        self._end(COMPLETED if self.is_answered else NEVER_ANSWERED)

    def report_end(self, status: str = COMPLETED) -> None:
        """Tell the status callback, once, that the call is over.

        Args:
            status: the last CallStatus of a call that is not over yet.
        """
        self._end(status)
        if self._progress.report():
            self._call_back(self.status, "completed")

    def drop(self) -> None:
        """Forget the call; the person does nothing more, and nobody is told."""
        self._progress.drop(self.now())
        self._person.left()

    def _end(self, status: str) -> None:
        if self._progress.end(self.now(), status):
            self._person.left()
            self._tell(CallStatusChanged, status=status)

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self._progress.is_over

    @property
    def status(self) -> str:
        """The CallStatus."""
        return self._progress.status

    @property
    def seconds(self) -> float:
        """How long the call has been or was connected."""
        return self._progress.seconds(self.now())

    def _call_back(self, status: str, event: str) -> None:
        """Tell the status callback, if it wants to hear of this (rest-api.md 5.4)."""
        setup = self.setup
        if not setup.status_callback or event not in setup.status_callback_events:
            return
        parameters = call_status_parameters(
            {**self.parameters, **self._detected, "CallStatus": status},
            self._progress.next_number(),
            self._services.clock.now(),
            round(self.seconds) if self.is_over else None,
        )
        self.request(setup.status_callback, setup.status_callback_method, parameters)

    # --- as the verbs see it

    @property
    def document(self) -> Document:  # noqa: D102 - as in Session
        return self._document

    @property
    def is_answered(self) -> bool:  # noqa: D102
        return self._progress.answered_at is not None

    @property
    def parameters(self) -> Mapping[str, str]:  # noqa: D102
        setup = self.setup
        return call_parameters(
            self.sid,
            self._services.account_sid,
            setup.from_,
            setup.to,
            self.status,
            setup.direction,
        )

    @property
    def results(self) -> ScriptedResults:  # noqa: D102
        return self._services.results

    def answer(self) -> None:  # noqa: D102
        if self._progress.answer(self.now()):
            self._tell(CallStatusChanged, status=IN_PROGRESS)
            self._call_back(IN_PROGRESS, "answered")
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

    def request(self, url: str, method: str, parameters: Mapping[str, str]) -> None:  # noqa: D102
        target = absolute_url(self._document.url, url)
        try:
            self._services.retriever.notify(target, method, parameters, self.sid)
        except RouteError as error:
            self.warn(None, str(error), target)

    def _tell(self, kind: type[CarrierEvent], **fields: Any) -> None:
        event: Event = kind(at=self._services.clock.now(), exchange=self.sid, **fields)
        self._services.tell(event)
