"""Send Message, and the sending that Send and Wait for Reply shares (reference 2.8)."""

from __future__ import annotations

from typing import Any

from mockstudio.flows.events import MessageSent
from mockstudio.flows.widgets.base import Result, Took, Visit, Widget
from mockstudio.flows.widgets.conversation import conversation_sid
from mockstudio.store.messages import Message, OutgoingMessage

MESSAGE_NOT_SENT = 81011
SENT = "sent"
FAILED = "failed"
AUTHOR = "system"
"""Who writes into a Conversation when nobody is named."""


class SendMessage(Widget):
    """Sends through the REST API and does not wait for the delivery."""

    type = "send-message"

    def enter(self, visit: Visit) -> Result:
        """Take `sent` when the API took the message, else `failed`."""
        message = send(visit)
        return Took(FAILED if message.has_failed else SENT, {"outbound": outbound(visit, message)})


def send(visit: Visit) -> Message:
    """Send the message that a widget's properties describe; 81011 when it cannot be sent.

    Into a Conversation nobody need be named: its messages bring no `To` (reference 4).
    """
    conversation = conversation_sid(visit)
    message = visit.services.messenger.send(
        OutgoingMessage(
            from_=visit.text("from", _address(visit, "flow")) or (conversation and AUTHOR),
            to=visit.text("to", _address(visit, "contact")) or conversation,
            body=_body(visit),
            media_url=visit.text("media_url"),
        )
    )
    if message.has_failed:
        visit.warn(MESSAGE_NOT_SENT, f"message could not be sent: {message.error_message}")
    else:
        visit.tell(
            MessageSent,
            sid=message.sid,
            from_=message.from_,
            to=message.to,
            body=message.body,
            media_url=message.media_url,
        )
    return message


def outbound(visit: Visit, message: Message) -> dict[str, Any]:
    """Return what a message widget writes under `outbound` (reference 2.8)."""
    conversation = conversation_sid(visit)
    if conversation and not message.has_failed:
        return _conversation_message(visit, message, conversation)
    return _message(message)


def _conversation_message(visit: Visit, message: Message, conversation: str) -> dict[str, Any]:
    return {
        "Sid": f"IM{message.sid[2:]}",
        "AccountSid": message.account_sid,
        "ConversationSid": conversation,
        "ParticipantSid": None,
        "Author": message.from_,
        "Body": message.body,
        "Attributes": visit.text("attributes", "{}"),
        "Media": [{"url": message.media_url}] if message.media_url else None,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "Sid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "To": message.to,
        "Body": message.body,
        "Status": message.status,
        "Direction": "outbound-api",
        "NumMedia": "1" if message.media_url else "0",
        "NumSegments": str(message.segments),
        "Price": None,
        "PriceUnit": "USD",
        "ErrorCode": message.error_code,
        "ErrorMessage": message.error_message or None,
        "MessagingServiceSid": message.from_ if message.from_.startswith("MG") else None,
    }


def _address(visit: Visit, side: str) -> str:
    return str(visit.context[side]["channel"].get("address", ""))


def _body(visit: Visit) -> str:
    """Return the text; for a content template, what stands for it here: its SID and variables."""
    if visit.text("message_type", "custom") != "content_template":
        return visit.text("body")
    values = ", ".join(f"{key}={value}" for key, value in visit.pairs("content_variables"))
    sid = visit.text("content_sid")
    return f"[content template {sid}{': ' + values if values else ''}]" if sid else ""
