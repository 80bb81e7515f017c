"""A flow's webhook: `/v1/Accounts/{AC}/Flows/{FW}` (reference 7, rest-api.md 5.1)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from flask import Blueprint, Response, jsonify
from flask import request as flask_request

from mockstudio.config import Settings
from mockstudio.errors import MockstudioError, UnknownNameError, UsageError
from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import Execution
from mockstudio.flows.library import FlowLibrary
from mockstudio.flows.model import Flow
from mockstudio.flows.triggers import (
    CALL_IS_OVER,
    INCOMING_CALL,
    INCOMING_CONVERSATION_MESSAGE,
    INCOMING_MESSAGE,
    Trigger,
    call_trigger,
    conversation_trigger,
    message_trigger,
)
from mockstudio.signing import SIGNATURE_HEADER, is_signed

logger = logging.getLogger(__name__)

TWIML_TYPE = "text/xml"
EMPTY_TWIML = "<Response/>"
OUT_OF_SERVICE = (
    "<Response><Say>The number you have called is out of service.</Say><Hangup/></Response>"
)
"""What a contact's second call hears where the flow takes one at a time (reference 6)."""
FLOW_EVENT = "FlowEvent"
TRIGGER = "Trigger"
_EMPTY_FROM = "From is empty: executions are told apart by From and To, send From=%2B12025550123"
_BLANK_FOR_PLUS = (
    "%s is %r: a + that is not encoded arrives as a blank, send %%2B (curl: --data-urlencode)"
)
_NOTHING_RUNS = "flow '%s' has no published revision, and '%s' is no test user: nothing runs"
"""Live traffic of a draft (rest-api.md 10 no. 16)."""
TRIGGERS: Mapping[str, Callable[[Mapping[str, str]], Trigger]] = MappingProxyType(
    {
        INCOMING_CALL: call_trigger,
        INCOMING_MESSAGE: message_trigger,
        INCOMING_CONVERSATION_MESSAGE: conversation_trigger,
    }
)
ARRIVALS = frozenset({"MessageSid", "SmsSid", "CallSid", "ConversationSid"})
"""One of these parameters tells what has arrived."""


class World(Protocol):
    """What the webhook needs of the sandbox."""

    library: FlowLibrary

    @property
    def settings(self) -> Settings:
        """The auth token, and whether signatures are checked."""

    def report(self, error: MockstudioError) -> None:
        """Note what stopped a flow."""

    def is_awaited(self, flow: Flow, trigger: Trigger) -> bool:
        """Tell whether an active execution is there for what arrives."""

    def hang_up(self, flow: Flow, parameters: Mapping[str, str]) -> None:
        """Tell the execution of a call, if there is one, that the call is over."""

    def deliver(self, flow: Flow, trigger: Trigger, event: FlowEvent) -> tuple[Execution, bool]:
        """Resume the contact's active execution with the event, or start one with the trigger.

        Returns:
            The execution, and whether it took what arrived.
        """


def create_blueprint(world: World) -> Blueprint:
    """Return the blueprint of the webhooks."""
    blueprint = Blueprint("webhook", __name__)

    @blueprint.route("/v1/Accounts/<account_sid>/Flows/<flow_sid>", methods=["GET", "POST"])
    def webhook(account_sid: str, flow_sid: str) -> Response:
        """Run the flow until it waits or ends, and answer with the TwiML it printed."""
        try:
            flow = world.library.find(flow_sid)
        except (UnknownNameError, UsageError) as error:
            return _error(404, 20404, str(error))
        if world.settings.verify_signatures and not _is_signed(world.settings.auth_token):
            return _error(403, 20403, _why_unsigned())
        parameters = flask_request.values.to_dict()
        if not (ARRIVALS & parameters.keys()):
            return _error(
                400,
                20001,
                "expected an incoming message's or call's parameters: MessageSid or "
                "CallSid, From, To, Body",
            )
        try:
            return _answer(world, flow, parameters)
        except MockstudioError as error:
            world.report(error)
            return _error(500, 20500, f"flow '{flow.name}' stopped: {error}")

    return blueprint


def _answer(world: World, flow: Flow, parameters: Mapping[str, str]) -> Response:
    if _is_status_callback(parameters):
        world.hang_up(flow, parameters)
        return _twiml(None)
    _hint_at_addresses(parameters)
    trigger = _trigger(parameters)
    live = world.library.flow_for(flow.sid, trigger.contact)
    if live is None and not world.is_awaited(flow, trigger):
        logger.warning(_NOTHING_RUNS, flow.name, trigger.contact)
        return _twiml(None)
    execution, taken = world.deliver(live or flow, trigger, _event(parameters, trigger))
    if not taken and trigger.call_sid and execution.call_sid not in ("", trigger.call_sid):
        return Response(OUT_OF_SERVICE, mimetype=TWIML_TYPE)
    return _twiml(execution if taken else None)


def _hint_at_addresses(parameters: Mapping[str, str]) -> None:
    """Log what is odd about who writes or calls; a Conversation may have no From."""
    for name in ("From", "To"):
        address = parameters.get(name, "")
        if address.startswith(" "):
            logger.warning(_BLANK_FOR_PLUS, name, address)
    if not parameters.get("From") and "ConversationSid" not in parameters:
        logger.warning(_EMPTY_FROM)


def _is_status_callback(parameters: Mapping[str, str]) -> bool:
    """Tell whether a request says no more than that a call is over (rest-api.md 5.4)."""
    return FLOW_EVENT not in parameters and parameters.get("CallStatus") in CALL_IS_OVER


def _is_signed(auth_token: str) -> bool:
    given = flask_request.headers.get(SIGNATURE_HEADER, "")
    form = flask_request.form.to_dict(flat=False)
    return is_signed(given, auth_token, flask_request.url, form, flask_request.get_data())


def _why_unsigned() -> str:
    is_there = flask_request.headers.get(SIGNATURE_HEADER)
    found = "does not match the request" if is_there else "is missing"
    return (
        f"the {SIGNATURE_HEADER} header {found}: expected {flask_request.url} and the form's "
        "parameters signed with the auth token of the setting `auth_token`"
    )


def _trigger(parameters: Mapping[str, str]) -> Trigger:
    """Return what starts a flow: what `Trigger` names (reference 7 no. 12), else what arrived."""
    named = parameters.get(TRIGGER, "")
    if named in TRIGGERS:
        return TRIGGERS[named](parameters)
    if "ConversationSid" in parameters:
        return conversation_trigger(parameters)
    is_call = "CallSid" in parameters and "MessageSid" not in parameters
    return call_trigger(parameters) if is_call else message_trigger(parameters)


def _event(parameters: Mapping[str, str], trigger: Trigger) -> FlowEvent:
    """Return the event a webhook brings: the one it names, else what arrived."""
    return FlowEvent(parameters.get(FLOW_EVENT, trigger.event), dict(parameters))


def _twiml(execution: Execution | None) -> Response:
    """Return what was printed; TwiML printed for an earlier webhook is not printed again."""
    printed = execution.wait.twiml if execution and execution.wait else None
    return Response(printed or EMPTY_TWIML, mimetype=TWIML_TYPE)


def _error(status: int, code: int, message: str) -> Response:
    """Log an error and return it in the form of Twilio's APIs (rest-api.md 2.1)."""
    logger.warning("webhook refused (%d): %s", status, message)
    response = jsonify(
        code=code,
        message=message,
        more_info=f"https://www.twilio.com/docs/errors/{code}",
        status=status,
    )
    response.status_code = status
    return response
