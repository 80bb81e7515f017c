"""Resume Conversation: attaches the execution to one that exists (reference 2.21)."""

from __future__ import annotations

from mockstudio.flows.widgets.base import Created, Visit
from mockstudio.flows.widgets.resource_request import request_resource
from mockstudio.flows.widgets.start_conversation import ConversationWidget

NO_CONVERSATION = Created(error_code=20001, error_message="conversation_sid is empty")


class ResumeConversation(ConversationWidget):
    """Takes up a conversation by its SID, with all its participants."""

    type = "resume-conversation"
    done = "resumed"

    def conversation(self, visit: Visit) -> Created:  # noqa: D102
        sid = visit.text("conversation_sid").strip()
        if not sid:
            return NO_CONVERSATION
        parameters = {
            "ChatServiceSid": visit.text("conversation_service_sid"),
            "Sid": sid,
            "Attributes": visit.text("attributes"),
            "Webhook.Filters": visit.properties.get("webhook_filters"),
        }
        return request_resource(visit, "Conversations", parameters)
