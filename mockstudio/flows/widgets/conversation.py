"""The Conversation that an execution is about (reference 2.17, 2.21)."""

from __future__ import annotations

from mockstudio.flows.triggers import INCOMING_CONVERSATION_MESSAGE
from mockstudio.flows.widgets.base import Visit

CONVERSATION = "conversation"


def conversation_sid(visit: Visit) -> str:
    """Return the conversation that triggered the flow or that it started, or empty for none."""
    channel = visit.context["flow"]["channel"]
    if channel.get("type") == CONVERSATION:
        return str(channel.get("sid", ""))
    if visit.execution.trigger_event != INCOMING_CONVERSATION_MESSAGE:
        return ""
    return str(visit.context["trigger"][CONVERSATION].get("ConversationSid", ""))
