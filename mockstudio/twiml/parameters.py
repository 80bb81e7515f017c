"""What Twilio sends: parameters of calls, messages and their callbacks (rest-api.md 5.2 to 5.5)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from mockstudio.config import API_VERSION
from mockstudio.store.messages import DELIVERED, FAILED, READ, UNDELIVERED, Message

COMPLETED: Final = "completed"
MESSAGE_FAILURES: Final = (FAILED, UNDELIVERED)
DELIVERY_RECEIPTS: Final = (DELIVERED, UNDELIVERED)
CHANNEL: Final = ":"
"""What ends the prefix of an address that is no number: `whatsapp:+15551230000`."""


def call_parameters(
    call_sid: str,
    account_sid: str,
    from_: str,
    to: str,
    status: str,
    direction: str = "inbound",
    parent_call_sid: str = "",
) -> dict[str, str]:
    """Return a call's standard parameters (rest-api.md 5.3).

    Args:
        call_sid: `CA…`.
        account_sid: `AC…`.
        from_: who calls.
        to: who is called.
        status: the CallStatus of the moment.
        direction: `inbound`, `outbound-api` or `outbound-dial`.
        parent_call_sid: of the call that dialled this one, or empty.
    """
    parameters = {
        "CallSid": call_sid,
        "AccountSid": account_sid,
        "From": from_,
        "To": to,
        "Caller": from_,
        "Called": to,
        "CallStatus": status,
        "Direction": direction,
        "ApiVersion": API_VERSION,
        **_place("From", from_),
        **_place("To", to),
        **_place("Caller", from_),
        **_place("Called", to),
    }
    return parameters | ({"ParentCallSid": parent_call_sid} if parent_call_sid else {})


def message_parameters(message: Message) -> dict[str, str]:
    """Return an incoming message's parameters (rest-api.md 5.2)."""
    media = [*enumerate(message.media)]
    return {
        **_message_sids(message),
        "AccountSid": message.account_sid,
        "From": message.from_,
        "To": message.to,
        "Body": message.body,
        "NumMedia": str(len(media)),
        "NumSegments": str(message.segments),
        "SmsStatus": "received",
        "ApiVersion": API_VERSION,
        **_place("From", message.from_),
        **_place("To", message.to),
        **{f"MediaUrl{number}": medium.url for number, medium in media},
        **{f"MediaContentType{number}": medium.content_type for number, medium in media},
    }


def call_status_parameters(
    parameters: Mapping[str, str],
    sequence_number: int,
    timestamp: datetime,
    seconds: int | None = None,
) -> dict[str, str]:
    """Return what a call's status callback gets (rest-api.md 5.4).

    Args:
        parameters: the call's own, with the CallStatus that is told of.
        sequence_number: counted from 0.
        timestamp: when it happened.
        seconds: how long the call was connected; told once the status is `completed`.
    """
    told = {
        **parameters,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence_number),
        "Timestamp": format_datetime(timestamp),
    }
    if seconds is not None and parameters.get("CallStatus") == COMPLETED:
        told |= {"CallDuration": str(seconds), "Duration": str(math.ceil(seconds / 60))}
    return told


def recording_status_parameters(
    parameters: Mapping[str, str],
    *,
    recording_sid: str,
    url: str,
    status: str,
    seconds: int,
    source: str,
    started: datetime,
    channels: int = 1,
    track: str = "both",
) -> dict[str, str]:
    """Return what a recording's status callback gets (rest-api.md 5.4).

    Args:
        parameters: the call's own.
        recording_sid: `RE…`.
        url: where the recording can be had.
        status: `in-progress`, `completed` or `absent`.
        seconds: its length.
        source: what recorded, such as `RecordVerb`.
        started: when it began.
        channels: 1 or 2.
        track: `inbound`, `outbound` or `both`.
    """
    return {
        "AccountSid": parameters.get("AccountSid", ""),
        "CallSid": parameters.get("CallSid", ""),
        "RecordingSid": recording_sid,
        "RecordingUrl": url,
        "RecordingStatus": status,
        "RecordingDuration": str(seconds),
        "RecordingChannels": str(channels),
        "RecordingStartTime": format_datetime(started),
        "RecordingSource": source,
        "RecordingTrack": track,
    }


def message_status_parameters(message: Message) -> dict[str, str]:
    """Return what a message's status callback gets (rest-api.md 5.5)."""
    status = message.status
    parameters = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "To": message.to,
        "ApiVersion": API_VERSION,
        **_channel(message),
    }
    if message.messaging_service_sid:
        parameters["MessagingServiceSid"] = message.messaging_service_sid
    if status in MESSAGE_FAILURES and message.error_code is not None:
        parameters["ErrorCode"] = str(message.error_code)
    if status in DELIVERY_RECEIPTS:
        parameters["RawDlrDoneDate"] = message.last_changed.strftime("%y%m%d%H%M")
    return parameters


def _channel(message: Message) -> dict[str, str]:
    """Return what is told of a message that is none by SMS."""
    prefix, separator, address = message.to.partition(CHANNEL)
    if not separator:
        return {}
    read = {"EventType": "READ"} if message.status == READ else {}
    return {"ChannelPrefix": prefix, "ChannelToAddress": address, **read}


def _message_sids(message: Message) -> dict[str, str]:
    return dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), message.sid)


def _place(whose: str, address: str) -> dict[str, str]:
    """Return where an address is: of North America the country is assumed, no more is known."""
    country = "US" if address.startswith("+1") else ""
    return {
        f"{whose}City": "",
        f"{whose}State": "",
        f"{whose}Zip": "",
        f"{whose}Country": country,
    }
