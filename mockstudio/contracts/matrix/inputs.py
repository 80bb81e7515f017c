"""What a plan brings the flow: its trigger, what a person answers, what endpoints reply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from mockstudio.config import Settings
from mockstudio.contracts.matrix.plan import (
    AT_START,
    HTTP_WIDGETS,
    INCOMING_MESSAGE,
    KEYPRESS,
    SPEECH,
    SUCCESS,
    Choice,
    Edge,
    Place,
    Plan,
)
from mockstudio.contracts.matrix.references import Path, put
from mockstudio.flows.context import copied
from mockstudio.flows.model import State
from mockstudio.flows.triggers import (
    INCOMING_CALL,
    INCOMING_CONVERSATION_MESSAGE,
    INCOMING_PARENT,
    INCOMING_REQUEST,
    Trigger,
    call_trigger,
    conversation_trigger,
    message_trigger,
    request_trigger,
)

TRIGGERS: Final = (
    INCOMING_CALL,
    INCOMING_MESSAGE,
    INCOMING_CONVERSATION_MESSAGE,
    INCOMING_REQUEST,
    INCOMING_PARENT,
)
"""The ways in, in the order in which they are tried: a call has most to lose."""

USUAL_ANSWER: Final = "1"
USUAL_WORDS: Final = "yes"

CALLER: Final = ("trigger", "call", "From")
_KINDS: Final = {
    INCOMING_MESSAGE: "message",
    INCOMING_CONVERSATION_MESSAGE: "conversation",
    INCOMING_REQUEST: "request",
    INCOMING_PARENT: "parent",
}


def trigger_of(plan: Plan, settings: Settings) -> Trigger:
    """Return what starts a plan, as the flow's templates will read it."""
    match plan.trigger:
        case "incomingCall":
            direction = {"From": caller(plan, settings), "To": settings.number}
            return call_trigger({**direction, "CallSid": "CA" + "0" * 32})
        case "incomingConversationMessage":
            sid = {"ConversationSid": "CH" + "0" * 32}
            return conversation_trigger({**message_parameters(plan, settings), **sid})
        case "incomingRequest":
            return request_trigger(settings.number, settings.contact, request_parameters(plan))
        case "incomingParent":
            data = _nested(plan.under("trigger", "parent"))
            trigger = plan.trigger
            return Trigger(trigger, "parent", data, settings.contact, settings.number)
    return message_trigger(message_parameters(plan, settings))


def caller(plan: Plan, settings: Settings) -> str:
    """Return the number that calls."""
    return plan.values.get(CALLER, settings.contact)


def message_parameters(plan: Plan, settings: Settings) -> dict[str, str]:
    """Return the parameters of the first message; nested ones are JSON text."""
    direction = {"From": settings.contact, "To": settings.number, "Body": USUAL_ANSWER}
    chosen = _nested(plan.under("trigger", _KINDS[plan.trigger]))
    return {name: _as_text(value) for name, value in {**direction, **chosen}.items()}


def request_parameters(plan: Plan) -> dict[str, Any]:
    """Return the `Parameters` of the REST request."""
    return _nested({**plan.under("trigger", "request", "parameters"), **plan.under("flow", "data")})


def choice_of(path: Path, via: str, plan: Plan, before: int) -> Choice | None:
    """Return what has to be chosen so that templates read a value under a path, if it can be.

    Args:
        path: what is read.
        via: where: empty in the flow, else the widget that runs the subflow.
        plan: the way.
        before: only edges before this one count.
    """
    if path[0] == "widgets" and len(path) > 2:
        indices = (i for i in reversed(range(before)) if _brings(plan.edges[i], via, path))
        index = next(indices, None)
        return None if index is None else (index, path[2:])
    return (AT_START, path) if _starts_with(path, via, plan) else None


def _starts_with(path: Path, via: str, plan: Plan) -> bool:
    """Tell whether a path is about what starts the flow, which a subflow sees as well."""
    if path[:2] == ("flow", "data"):
        return plan.trigger == INCOMING_REQUEST and not via
    if path == CALLER:
        return plan.trigger == INCOMING_CALL
    is_about_the_parent = path[:2] == ("trigger", "parent") and via
    kind = _KINDS.get(plan.trigger)
    return path[0] == "trigger" and len(path) > 2 and path[1] == kind and not is_about_the_parent


def _brings(edge: Edge, via: str, path: Path) -> bool:
    return edge.place == Place(path[1], via) and path[2] in _CHOSEN_BY.get(edge.event, ())


_CHOSEN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    SUCCESS: ("parsed", "body"),
    INCOMING_MESSAGE: ("inbound",),
    KEYPRESS: ("Digits",),
    SPEECH: ("SpeechResult",),
}
"""The outputs of a widget that can be chosen when it takes an event."""


def outputs(edge: Edge, state: State, settings: Settings, usual: Mapping[str, Any]) -> Any:
    """Return what a widget writes when a plan leaves it.

    Args:
        edge: by which it is left.
        state: the widget.
        settings: who writes to whom.
        usual: the JSON object that the widget's endpoint answers when all is well.
    """
    event = edge.event
    if state.type in HTTP_WIDGETS and event == SUCCESS:
        return http_outputs(edge, usual)
    found: dict[str, Any] = {}
    if event == INCOMING_MESSAGE:
        found = {"inbound": {"Body": USUAL_ANSWER, "From": settings.contact, "To": settings.number}}
    elif event in (KEYPRESS, SPEECH):
        found = {"Digits": USUAL_ANSWER} if event == KEYPRESS else {"SpeechResult": USUAL_WORDS}
    for path, value in edge.brings.items():
        put(found, path, value)
    return found


def http_outputs(edge: Edge, usual: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a successful call brings: the usual object with the chosen values in it."""
    if ("body",) in edge.brings:
        return {"body": edge.brings["body",], "status_code": 200, "content_type": "text/plain"}
    parsed = copied(dict(usual))
    for path, value in edge.brings.items():
        put(parsed, path[1:], value)
    body = json.dumps(parsed, ensure_ascii=False)
    media_type = "application/json"
    return {"body": body, "status_code": 200, "content_type": media_type, "parsed": parsed}


def _nested(values: Mapping[Path, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in values.items():
        put(found, path, value)
    return found


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
