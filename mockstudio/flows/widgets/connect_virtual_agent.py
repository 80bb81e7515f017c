"""Connect Virtual Agent, today's and the old one (reference 2.20)."""

from __future__ import annotations

from typing import Any

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import HANGUP, Wait
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.widgets.base import Result, Took, Visit
from mockstudio.flows.widgets.twiml import Tag
from mockstudio.flows.widgets.twiml_widget import (
    TwimlWidget,
    attribute,
    caller_hung_up,
    named_values,
    returned,
)

UNSUPPORTED_CHANNEL = 81020
VIRTUAL_AGENT_COMPLETE = "virtualAgentComplete"
RETURN = "return"
FAILED = "failed"
PAUSED = "paused"
STATUSES = ("completed", "live-agent-handoff", PAUSED, FAILED)
"""Every VirtualAgentStatus of a call: each is the name of its event."""

PROVIDER_DATA = "VirtualAgentProviderData"
STATUS_CALLBACK = "status_callback"


class ConnectVirtualAgentV2(TwimlWidget):
    """Takes the event that VirtualAgentStatus names; `failed` when it names none.

    Conversations have no TwiML: for them it fails here. The properties about resumed sessions
    have no place in TwiML either.
    """

    type = "connect-virtual-agent-v2"
    accepts = (VIRTUAL_AGENT_COMPLETE, HANGUP)

    def enter(self, visit: Visit) -> Result:
        """Print the TwiML and wait; the connector's name is an output in any case."""
        if visit.text("channel", "voice") != "voice":
            visit.warn(UNSUPPORTED_CHANNEL, "a call cannot be connected in channel 'conversations'")
            return Took(FAILED)
        connector = {"ConnectorName": visit.text("connector_name")}
        return self.parked(visit, *self.verbs(visit), outputs=connector)

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
        """Keep what came back; `paused` and `hangup` set nothing."""
        took = self.outcome(visit, event)
        outputs = {} if took in (PAUSED, HANGUP) else _with_provider_data(event)
        return Took(took, {**wait.outputs, **outputs})

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Return the event that the status names."""
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


def _with_provider_data(event: FlowEvent) -> dict[str, Any]:
    """Return what came back, the provider's data as the object that its JSON text is."""
    outputs: dict[str, Any] = returned(event)
    try:
        outputs[PROVIDER_DATA] = parse_json(outputs[PROVIDER_DATA])
    except (KeyError, JsonTextError):
        return outputs
    return outputs
