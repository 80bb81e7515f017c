"""What starts a flow: a message, a call, a REST request or a parent flow (reference 2.1, 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.sids import new_sid

INCOMING_MESSAGE = "incomingMessage"
INCOMING_CALL = "incomingCall"
INCOMING_CONVERSATION_MESSAGE = "incomingConversationMessage"
INCOMING_REQUEST = "incomingRequest"
INCOMING_PARENT = "incomingParent"

CALL_IS_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Every CallStatus after which nothing more happens on a call (rest-api.md 5.4)."""


@dataclass(frozen=True)
class Trigger:
    """What happened outside that starts an execution.

    Attributes:
        event: the trigger widget's event.
        kind: the one subtree of `trigger` that is filled: message, call, conversation or request.
        data: that subtree.
        contact: the person's address.
        channel: Twilio's side's address.
        parameters: `flow.data`; only REST requests have any.
        sid: of the message, call or request that it is, or empty.
    """

    event: str
    kind: str
    data: Mapping[str, Any]
    contact: str
    channel: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sid: str = ""

    @property
    def call_sid(self) -> str:
        """The SID of the call, or empty when it is none."""
        return str(self.data.get("CallSid", "")) if self.kind == "call" else ""


def message_trigger(parameters: Mapping[str, str]) -> Trigger:
    """Return the trigger of an incoming message.

    Args:
        parameters: the webhook's parameters, verbatim (rest-api.md 5.2).
    """
    return Trigger(
        event=INCOMING_MESSAGE,
        kind="message",
        data=_with_parsed(parameters, ("ChannelAttributes", "AddOns")),
        contact=parameters.get("From", "").removeprefix("rcs:"),
        channel=parameters.get("MessagingServiceSid") or parameters.get("To", ""),
        sid=parameters.get("MessageSid") or parameters.get("SmsSid", ""),
    )


def call_trigger(parameters: Mapping[str, str]) -> Trigger:
    """Return the trigger of an incoming call.

    Args:
        parameters: the webhook's parameters, verbatim (rest-api.md 5.3).
    """
    return Trigger(
        event=INCOMING_CALL,
        kind="call",
        data=_with_parsed(parameters, ("AddOns",)),
        contact=parameters.get("From", ""),
        channel=parameters.get("To", ""),
        sid=parameters.get("CallSid", ""),
    )


def conversation_trigger(parameters: Mapping[str, str]) -> Trigger:
    """Return the trigger of a message in a Conversation.

    Args:
        parameters: From, Body, ConversationSid, ChannelSid, MessageSid and so on (reference 4).
    """
    return Trigger(
        event=INCOMING_CONVERSATION_MESSAGE,
        kind="conversation",
        data=_with_parsed(parameters, ("ChannelAttributes",)),
        contact=parameters.get("From") or parameters.get("ConversationSid", ""),
        channel=parameters.get("To", ""),
        sid=parameters.get("MessageSid") or parameters.get("ConversationSid", ""),
    )


def request_trigger(from_: str, to: str, parameters: Mapping[str, Any]) -> Trigger:
    """Return the trigger of an execution created through the REST API.

    Args:
        from_: Twilio's side: the flow's number.
        to: the person.
        parameters: the `Parameters` of the request, nested values keeping their types.
    """
    return Trigger(
        event=INCOMING_REQUEST,
        kind="request",
        data={"from": from_, "to": to, "parameters": dict(parameters)},
        contact=to,
        channel=from_,
        parameters=parameters,
        sid=new_sid("RQ"),
    )


def _with_parsed(parameters: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the parameters, those of these names parsed as JSON where they hold JSON."""
    data: dict[str, Any] = dict(parameters)
    for name in names:
        if name in data:
            try:
                data[name] = parse_json(data[name])
            except JsonTextError:
                continue
    return data
