"""Connect Virtual Agent, today's and the old one (reference 2.20)."""

from __future__ import annotations

import re
from typing import Any

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import HANGUP, LIVE, Wait
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.widgets.base import Parked, Result, Took, Visit
from mockstudio.flows.widgets.conversation import conversation_sid
from mockstudio.flows.widgets.twiml import Tag
from mockstudio.flows.widgets.twiml_widget import (
    TwimlWidget,
    attribute,
    caller_hung_up,
    named_values,
    returned,
)
from mockstudio.sids import new_sid

UNSUPPORTED_CHANNEL = 81020
VOICE = "voice"
CONVERSATIONS = "conversations"
VIRTUAL_AGENT_COMPLETE = "virtualAgentComplete"
RETURN = "return"
TIMEOUT = "timeout"
FAILED = "failed"
PAUSED = "paused"
STATUSES = ("completed", "live-agent-handoff", PAUSED, FAILED)
"""Every VirtualAgentStatus of a call: each is the name of its event."""

PROVIDER_DATA = "VirtualAgentProviderData"
STATUS_CALLBACK = "status_callback"
_SECONDS = re.compile(r"\d{1,9}", re.ASCII)


class ConnectVirtualAgentV2(TwimlWidget):
    """Takes the event that VirtualAgentStatus names; `failed` when it names none.

    For a call it prints TwiML. Into a Conversation, which has none, the agent comes as a
    participant; nobody plays it here, so its end arrives at the flow's webhook with
    `FlowEvent=virtualAgentComplete`, as replies arrive from outside. The properties about resumed
    sessions have no place in TwiML.
    """

    type = "connect-virtual-agent-v2"
    prints_twiml_for = frozenset({"call", "message"})
    accepts = (VIRTUAL_AGENT_COMPLETE, HANGUP)

    def enter(self, visit: Visit) -> Result:
        """Connect the agent and wait; `failed` where the flow's channel is another."""
        channel = visit.text("channel", VOICE)
        is_call = visit.execution.call == LIVE
        if is_call and channel == VOICE:
            connector = {"ConnectorName": visit.text("connector_name")}
            return self.parked(visit, *self.verbs(visit), outputs=connector)
        if not is_call and channel == CONVERSATIONS and conversation_sid(visit):
            return Parked(_wait_in_conversation(visit))
        visit.warn(UNSUPPORTED_CHANNEL, f"what this flow is about is not of channel '{channel}'")
        return Took(FAILED)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Connect."""
        attributes = {
            "connectorName": attribute(visit, "connector_name"),
            "statusCallback": attribute(visit, STATUS_CALLBACK),
            "statusCallbackMethod": _method(visit),
        }
        configurations = named_values("Config", visit, "configurations")
        parameters = named_values("Parameter", visit, "parameters")
        agent = Tag("VirtualAgent", attributes, children=configurations + parameters)
        return [_connect(visit, VIRTUAL_AGENT_COMPLETE, agent)]

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Keep what came back; `paused`, `timeout` and `hangup` set nothing."""
        took = self.outcome(visit, event)
        outputs = {} if took in (PAUSED, TIMEOUT, HANGUP) else _with_provider_data(event)
        return Took(took, {**wait.outputs, **outputs})

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Return the event that the status names."""
        if event.name == TIMEOUT:
            return TIMEOUT
        if caller_hung_up(event):
            return HANGUP
        status = event.parameters.get("VirtualAgentStatus")
        return status if status in STATUSES else FAILED


class ConnectVirtualAgent(TwimlWidget):
    """The old one: takes `return` however the agent fared, `hangup` when the caller left."""

    type = "connect-virtual-agent"
    accepts = (RETURN, HANGUP)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Connect."""
        attributes = {
            "connectorName": attribute(visit, "connector"),
            "language": attribute(visit, "language"),
            "sentimentAnalysis": attribute(visit, "sentiment_analysis"),
            "statusCallback": attribute(visit, STATUS_CALLBACK),
        }
        return [_connect(visit, RETURN, Tag("VirtualAgent", attributes))]

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Tell who ended it."""
        return HANGUP if caller_hung_up(event) else RETURN


def _connect(visit: Visit, event: str, noun: Tag) -> Tag:
    return Tag("Connect", {"action": visit.action_url(event)}, children=(noun,))


def _method(visit: Visit) -> str | None:
    has_callback = bool(visit.text(STATUS_CALLBACK))
    return attribute(visit, "status_callback_method", "POST") if has_callback else None


def _wait_in_conversation(visit: Visit) -> Wait:
    """Wait for the agent's end, or as long as `timeout` says, in seconds."""
    seconds = visit.text("timeout").strip()
    return Wait(
        accepts=[VIRTUAL_AGENT_COMPLETE, TIMEOUT],
        until=visit.moment_after(int(seconds)) if _SECONDS.fullmatch(seconds) else None,
        outputs={
            "ParticipantSid": new_sid("MB"),
            "onConversationStateUpdatedWebhookSid": new_sid("WH"),
        },
    )


def _with_provider_data(event: FlowEvent) -> dict[str, Any]:
    """Return what came back, the provider's data as the object that its JSON text is."""
    outputs: dict[str, Any] = returned(event)
    try:
        outputs[PROVIDER_DATA] = parse_json(outputs[PROVIDER_DATA])
    except (KeyError, JsonTextError):
        return outputs
    return outputs
