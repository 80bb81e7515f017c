"""`/2010-04-01/Accounts/{AC}/Calls` (rest-api.md 3.5).

All calls of the sandbox are here: those that people make, those that flows place and those that
clients create. They are the carrier's; this shows them, and says what is to become of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from mockstudio.config import API_VERSION
from mockstudio.flows.api_checks import mistake_in
from mockstudio.flows.api_mistakes import Mistake, first_mistake
from mockstudio.flows.call_checks import CHANGE_CHECKS
from mockstudio.rest.date_filter import DateFilter
from mockstudio.rest.errors import NOT_COMPLETE, RestError, invalid, refused
from mockstudio.rest.magic_numbers import CALLS, MAGIC_MESSAGES, check_magic_numbers
from mockstudio.rest.parameters import Parameters
from mockstudio.rest.representation import rfc_2822
from mockstudio.rest.request import Answer, ApiRequest, Listing, created, deleted, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World
from mockstudio.sids import new_sid
from mockstudio.store.ledger import Entry
from mockstudio.store.numbers import friendly_name
from mockstudio.twiml.call_progress import CANCELED, COMPLETED, QUEUED, CallState
from mockstudio.twiml.call_setup import INBOUND, CallSetup, outgoing

if TYPE_CHECKING:
    from mockstudio.twiml.call import Call

UNVERIFIED: Final = 21210
BAD_STATE: Final = 21220
STATUSES: Final = (
    QUEUED,
    "ringing",
    "in-progress",
    COMPLETED,
    "busy",
    "failed",
    "no-answer",
    CANCELED,
)

_CALLS = f"/{API_VERSION}/Accounts/<account_sid>/Calls"
_CHANGEABLE: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
    {
        "FallbackUrl": ("fallback_url", str.strip),
        "FallbackMethod": ("fallback_method", str.upper),
        "StatusCallback": ("status_callback", str.strip),
        "StatusCallbackMethod": ("status_callback_method", str.upper),
        "TimeLimit": ("time_limit", float),
    }
)
"""What an update can change besides the document: the member of the setup, and how it is read."""
_SUBRESOURCES: Final = (
    "notifications",
    "recordings",
    "payments",
    "events",
    "siprec",
    "streams",
    "transcriptions",
    "user_defined_message_subscriptions",
    "user_defined_messages",
)


@dataclass(frozen=True)
class Snapshot:
    """A call as it is at one moment.

    Attributes:
        sid: `CA…`.
        setup: who calls whom.
        state: how far it has come.
        seconds: how long it has been connected.
    """

    sid: str
    setup: CallSetup
    state: CallState
    seconds: float = 0.0


class CallResource:
    """Calls.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.post(f"{_CALLS}.json", self.create)
        routes.get(f"{_CALLS}.json", self.list)
        routes.get(f"{_CALLS}/<sid>.json", self.fetch)
        routes.post(f"{_CALLS}/<sid>.json", self.update)
        routes.delete(f"{_CALLS}/<sid>.json", self.delete)

    def create(self, request: ApiRequest, account_sid: str) -> Answer:
        """Call somebody; with test credentials nobody is called."""
        parameters = _parameters(request.form)
        _check(mistake_in("Calls", parameters))
        check_magic_numbers(CALLS, request)
        if request.caller.is_test:
            return created(self._represent(account_sid, self._pretended(parameters)))
        self._check_owner(request.form.text("From"))
        made = self._world.api.create("Calls", parameters)
        if made.error_code is not None:
            raise refused(made.error_code, made.error_message)
        call = self._call(request, made.properties["Sid"])
        return created(self._represent(account_sid, _snapshot(call)))

    def list(self, request: ApiRequest, account_sid: str) -> Listing[Snapshot]:
        """Answer with the calls that the filters let through."""
        lets_through = _filter(request.query)
        entries = (
            Entry(entry.number, _snapshot(entry.record))
            for entry in self._world.carrier.call_entries()
        )
        shown = [entry for entry in entries if lets_through(entry.record)]
        return Listing("calls", shown, partial(self._represent, account_sid))

    def fetch(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Answer with a call."""
        return fetched(self._represent(account_sid, _snapshot(self._call(request, sid))))

    def update(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Hang up, play another document at once, or change who is told of what."""
        call, form = self._call(request, sid), request.form
        _check(first_mistake(CHANGE_CHECKS, _parameters(form)))
        status = form.one_of("Status", (CANCELED, COMPLETED))
        document, changes = _document(form), dict(_changes(form))
        if call.state.is_over or (status == CANCELED and call.state.answered):
            raise _wrong_state(call, f"be {status}" if status else "be modified")
        if status:
            _end(call, status, changes)
        elif document:
            _redirect(call, document | changes)
        elif changes:
            call.change(**changes)
        return fetched(self._represent(account_sid, _snapshot(call)))

    def delete(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Forget a call that is over."""
        call = self._call(request, sid)
        if not call.state.is_over:
            message = f"Call {sid} is {call.status}: it cannot be deleted before it is complete"
            raise RestError(HTTPStatus.CONFLICT, NOT_COMPLETE, message)
        request.found(self._world.carrier.remove_call(sid))
        return deleted()

    # --- inside

    def _check_owner(self, from_: str) -> None:
        """Let a number pass that the account has bought, or verified: the person's own."""
        is_number = from_.startswith("+")
        if (
            is_number
            and from_ != self._world.settings.contact
            and not self._world.numbers.find(from_)
        ):
            raise refused(UNVERIFIED, MAGIC_MESSAGES[UNVERIFIED].format(from_))

    def _call(self, request: ApiRequest, sid: str) -> Call:
        return request.found(self._world.carrier.call(sid))

    def _pretended(self, parameters: Mapping[str, Any]) -> Snapshot:
        now = self._world.clock.now()
        state = CallState(QUEUED, created=now, updated=now)
        return Snapshot(new_sid("CA"), outgoing(parameters), state)

    def _represent(self, account_sid: str, call: Snapshot) -> Mapping[str, Any]:
        setup = call.setup
        ours = self._world.numbers.find(setup.to if setup.direction == INBOUND else setup.from_)
        return _represent(account_sid, call, ours.sid if ours else None)


def _snapshot(call: Call) -> Snapshot:
    return Snapshot(call.sid, call.setup, call.state, call.seconds)


def _parameters(form: Parameters) -> dict[str, Any]:
    """Return a form as the carrier and its checks take it."""
    return {
        name: form.many(name) if name.endswith("Event") else form.text(name) for name in form.names
    }


def _check(mistake: Mistake | None) -> None:
    if mistake is not None:
        raise refused(*mistake)


def _changes(form: Parameters) -> Iterable[tuple[str, Any]]:
    """Return what changes of a setup; an empty text takes a URL away."""
    for name, (member, read) in _CHANGEABLE.items():
        text = form.text(name)
        if text or (name in form and read is str.strip):
            yield member, read(text)


def _document(form: Parameters) -> dict[str, Any]:
    """Return the members of a setup that name the document to be played, if there is one."""
    url, twiml = form.text("Url").strip(), form.text("Twiml")
    if url and twiml:
        raise invalid("Url and Twiml exclude each other: expected one of them")
    return {"url": url, "method": form.method("Method"), "twiml": twiml} if url or twiml else {}


def _end(call: Call, status: str, changes: Mapping[str, Any]) -> None:
    call.change(**changes)
    if not (call.cancel() if status == CANCELED else call.end()):
        raise _wrong_state(call, f"be {status}")


def _redirect(call: Call, changes: Mapping[str, Any]) -> None:
    if not call.redirect(**changes):
        raise _wrong_state(call, "be redirected")


def _wrong_state(call: Call, wish: str) -> RestError:
    return refused(BAD_STATE, f"Call {call.sid} is {call.status}: it cannot {wish}")


def _filter(query: Parameters) -> Callable[[Snapshot], bool]:
    status = query.one_of("Status", STATUSES)
    to, from_, parent = query.text("To"), query.text("From"), query.text("ParentCallSid")
    starts, ends = DateFilter.of(query, "StartTime"), DateFilter.of(query, "EndTime")

    def lets_through(call: Snapshot) -> bool:
        setup, state = call.setup, call.state
        return (
            not parent  # no call here was dialled by another
            and status in ("", state.status)
            and to in ("", setup.to)
            and from_ in ("", setup.from_)
            and starts.lets_through(state.started)
            and ends.lets_through(_end_time(state))
        )

    return lets_through


def _end_time(state: CallState) -> datetime | None:
    """Return when a call ended; one that did not complete successfully tells no end."""
    return state.ended if state.status == COMPLETED else None


def _represent(account_sid: str, call: Snapshot, number_sid: str | None) -> dict[str, Any]:
    setup, state = call.setup, call.state
    ended = _end_time(state)
    path = f"/{API_VERSION}/Accounts/{account_sid}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "date_created": rfc_2822(state.created),
        "date_updated": rfc_2822(state.updated),
        "parent_call_sid": None,
        "account_sid": account_sid,
        "to": setup.to,
        "to_formatted": friendly_name(setup.to),
        "from": setup.from_,
        "from_formatted": friendly_name(setup.from_),
        "phone_number_sid": number_sid,
        "status": state.status,
        "start_time": rfc_2822(state.started),
        "end_time": rfc_2822(ended),
        "duration": str(round(call.seconds)) if ended else None,
        "price": None,
        "price_unit": "USD",
        "direction": setup.direction,
        "answered_by": state.answered_by,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": _queue_time(state),
        "trunk_sid": None,
        "uri": f"{path}.json",
        "subresource_uris": {
            name: f"{path}/{name.title().replace('_', '')}.json" for name in _SUBRESOURCES
        },
    }


def _queue_time(state: CallState) -> str:
    """Return the milliseconds that a call waited before it rang."""
    waited = (state.started or state.created) - state.created
    return str(int(waited.total_seconds() * 1000))
