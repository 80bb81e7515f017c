"""Connect Call To: dials somebody for the caller (reference 2.12)."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import HANGUP
from mockstudio.flows.widgets.base import Visit
from mockstudio.flows.widgets.resource_request import is_on
from mockstudio.flows.widgets.twiml import Tag
from mockstudio.flows.widgets.twiml_widget import TwimlWidget, attribute, caller_hung_up

CALL_COMPLETED = "callCompleted"
CONNECTING_TIMED_OUT = 81007
MOST_NUMBERS = 10
NUMBER_MULTI = "number-multi"
NOUNS = {
    "number": "Number",
    NUMBER_MULTI: "Number",
    "client": "Client",
    "sip": "Sip",
    "sim": "Sim",
    "conference": "Conference",
}
"""The tag for each value of `noun`."""


class ConnectCallTo(TwimlWidget):
    """Takes `callCompleted` however the dialled leg fared, `hangup` when the caller left."""

    type = "connect-call-to"
    accepts = (CALL_COMPLETED, HANGUP)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Dial, whose action is requested in any case."""
        attributes = {
            "action": visit.action_url(CALL_COMPLETED),
            "callerId": attribute(visit, "caller_id", _contact(visit)),
            "timeout": attribute(visit, "timeout", 30),
            "timeLimit": attribute(visit, "time_limit"),
            "record": "record-from-answer" if is_on(visit, "record") else None,
        }
        return [Tag("Dial", attributes, children=_targets(visit))]

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Tell who ended it; 81007 when nobody answered in time."""
        if caller_hung_up(event):
            return HANGUP
        if event.parameters.get("DialCallStatus") == "no-answer":
            visit.warn(CONNECTING_TIMED_OUT, "connecting the call timed out: nobody answered")
        return CALL_COMPLETED


def _contact(visit: Visit) -> str | None:
    return visit.context["contact"]["channel"].get("address") or None


def _targets(visit: Visit) -> tuple[Tag, ...]:
    noun, to = _noun(visit), visit.text("to").strip()
    if noun == NUMBER_MULTI:
        return tuple(Tag("Number", text=number) for number in _numbers(visit, to))
    if noun != "sip":
        return (Tag(NOUNS[noun], text=to),)
    login = {
        "username": attribute(visit, "sip_username"),
        "password": attribute(visit, "sip_password"),
    }
    return (Tag("Sip", login, visit.text("sip_endpoint", to).strip()),)


def _noun(visit: Visit) -> str:
    noun = visit.text("noun", "number").strip().lower()
    if noun in NOUNS:
        return noun
    visit.warn(None, f"noun '{noun}' is none of {', '.join(NOUNS)}; using number")
    return "number"


def _numbers(visit: Visit, listed: str) -> list[str]:
    numbers = [number.strip() for number in listed.split(",") if number.strip()]
    if len(numbers) > MOST_NUMBERS:
        visit.warn(
            None, f"'to' lists {len(numbers)} numbers; only the first {MOST_NUMBERS} are dialled"
        )
    return numbers[:MOST_NUMBERS]
