"""Start Conversation, and what Resume Conversation shares with it (reference 2.21)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from mockstudio.flows.triggers import INCOMING_REQUEST
from mockstudio.flows.widgets.base import Created, Result, Took, Visit, Widget
from mockstudio.flows.widgets.resource_request import is_on, request_resource, was_started_by
from mockstudio.sids import new_sid

FAILED = "failed"


class ConversationWidget(Widget):
    """Gives the execution its one conversation, which later widgets read as `flow.channel`.

    Attributes:
        done: the event when there is a conversation now.
    """

    done: ClassVar[str]

    def enter(self, visit: Visit) -> Result:
        """Ask for the conversation; `failed` sets nothing."""
        if not was_started_by(visit, INCOMING_REQUEST):
            return Took(FAILED)
        channel = visit.context["flow"]["channel"]
        if "sid" in channel:
            visit.warn(None, f"this execution has a channel already: {channel['sid']}")
            return Took(FAILED)
        created = self.conversation(visit)
        if created.was_refused:
            visit.warn(created.error_code, f"conversation: {created.error_message}")
            return Took(FAILED)
        return _kept(visit, self.done, created.properties)

    @abstractmethod
    def conversation(self, visit: Visit) -> Created:
        """Ask the API for the conversation that the properties describe."""


class StartConversation(ConversationWidget):
    """Creates a conversation with its participants."""

    type = "start-conversation"
    done = "created"

    def conversation(self, visit: Visit) -> Created:  # noqa: D102
        participants = visit.properties.get("participants") or ()
        parameters = {
            "ChatServiceSid": visit.text("conversation_service_sid"),
            "MessagingServiceSid": visit.text("messaging_service_sid"),
            "FriendlyName": visit.text("friendly_name"),
            "Attributes": visit.text("attributes"),
            "Timers.Inactive": visit.text("timers_inactive"),
            "Timers.Closed": visit.text("timers_closed"),
            "Participant": [_participant(e) for e in participants if isinstance(e, Mapping)],
        }
        return request_resource(visit, "Conversations", parameters)


def _participant(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return a participant as the API takes one: by identity, or by a pair of addresses."""
    if described.get("identity"):
        return {"identity": described["identity"]}
    return {
        "messaging_binding": {
            "address": described.get("messaging_binding_address"),
            "proxy_address": described.get("messaging_binding_proxy_address"),
        }
    }


def _kept(visit: Visit, event: str, conversation: Mapping[str, Any]) -> Took:
    """Write the conversation under `flow.channel` and under the widget."""
    known = _without_nulls(conversation)
    settings = {
        # Studio hears of new messages by a webhook of its own.
        "webhook_sid": new_sid("WH"),
        "close_channel_on_execution_end": is_on(visit, "close_conversation_on_execution_end"),
    }
    channel = {**known, **settings, "type": "conversation", "status": known["state"]}
    return Took(event, {"conversation": known, **settings}, flow={"channel": channel})


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value
