"""Send to Flex: hands a call, a message or a conversation over to an agent (reference 2.17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockstudio.flows.execution import LIVE
from mockstudio.flows.widgets.base import Result, Took, Visit
from mockstudio.flows.widgets.conversation import conversation_sid
from mockstudio.flows.widgets.resource_request import request_resource
from mockstudio.flows.widgets.task_queue import (
    CALL_COMPLETE,
    ENQUEUE_COMPLETE,
    FAILED_TO_ENQUEUE,
    TASK_NOT_CREATED,
    EnqueueWidget,
    has_sound_attributes,
    task,
    wait_attributes,
)
from mockstudio.flows.widgets.twiml import Tag
from mockstudio.flows.widgets.twiml_widget import attribute

DEFAULT_TIMEOUT = 3_600
_SOURCES = {"whatsapp": "whatsapp", "messenger": "messenger", "+": "sms"}


class SendToFlex(EnqueueWidget):
    """Enqueues a call; asks the REST API for a task, or for an interaction."""

    type = "send-to-flex"
    prints_twiml_for = frozenset({"call", "message"})

    def enter(self, visit: Visit) -> Result:
        """Print the TwiML and wait, or take the API's answer at once."""
        if not has_sound_attributes(visit, visit.text("attributes")):
            return Took(FAILED_TO_ENQUEUE)
        if visit.execution.call == LIVE:
            return super().enter(visit)
        conversation = conversation_sid(visit)
        if conversation:
            return _created(visit, "Interactions", _interaction(visit, conversation))
        return _created(visit, "Tasks", _task(visit))

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Enqueue."""
        attributes = {
            "workflowSid": attribute(visit, "workflow"),
            "action": visit.action_url(ENQUEUE_COMPLETE),
            **wait_attributes(visit, visit.text("waitUrl"), attribute(visit, "waitUrlMethod")),
        }
        made = task(visit.text("attributes"), _priority(visit), _timeout(visit))
        return [Tag("Enqueue", attributes, children=(made,))]


def _created(visit: Visit, resource: str, parameters: Mapping[str, Any]) -> Took:
    """Ask for the resource; a refusal is `failedToEnqueue` with 81015."""
    created = request_resource(visit, resource, parameters)
    if created.was_refused:
        text = f"task could not be created: {created.error_message} ({created.error_code})"
        visit.warn(TASK_NOT_CREATED, text)
        return Took(FAILED_TO_ENQUEUE)
    return Took(CALL_COMPLETE, created.properties)


def _task(visit: Visit) -> dict[str, Any]:
    return {
        "WorkflowSid": visit.text("workflow"),
        "TaskChannel": visit.text("channel"),
        "Attributes": visit.text("attributes", "{}"),
        "Priority": _priority(visit),
        "Timeout": _timeout(visit),
    }


def _interaction(visit: Visit, conversation: str) -> dict[str, Any]:
    channel = visit.text("channel")
    named = "task_channel_sid" if channel.startswith("TC") else "task_channel_unique_name"
    return {
        "Channel": {
            "type": _channel_type(visit.execution.contact),
            "initiated_by": "api",
            "properties": {"media_channel_sid": conversation},
        },
        "Routing": {
            "properties": {
                "workflow_sid": visit.text("workflow"),
                named: channel,
                "attributes": visit.text("attributes", "{}"),
                "priority": _priority(visit),
                "timeout": _timeout(visit),
            }
        },
    }


def _channel_type(address: str) -> str:
    """Return an interaction's type of channel: by the contact's address, `web` for a chat."""
    return next((kind for start, kind in _SOURCES.items() if address.startswith(start)), "web")


def _priority(visit: Visit) -> str | None:
    return attribute(visit, "priority", 0)


def _timeout(visit: Visit) -> str | None:
    return attribute(visit, "timeout", DEFAULT_TIMEOUT)
