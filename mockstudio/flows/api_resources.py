"""How the resources look that the REST API makes for widgets.

Names are as flows read them: CamelCase for the 2010 API (reference 2.13, 2.15), snake_case for the
newer ones (reference 2.17, 2.21). Whatever an account has once, such as its TaskRouter workspace,
keeps its SID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from mockstudio.config import API_VERSION
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.sids import derived_sid, is_sid, new_sid

DEFAULT_TASK_TIMEOUT: Final = "86400"
STOPPED: Final = "stopped"

_DURATION = re.compile(
    r"P(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?"
)


@dataclass(frozen=True)
class ApiRequest:
    """One request to the API.

    Attributes:
        parameters: as the API names them.
        account_sid: whose resource it is.
        now: when it is made.
    """

    parameters: Mapping[str, Any]
    account_sid: str
    now: datetime

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter; `default` when it is absent or empty."""
        value = self.parameters.get(name)
        return default if value in (None, "") else value

    @property
    def iso_date(self) -> str:
        """The moment as the newer APIs write it."""
        return _iso(self.now)

    @property
    def date(self) -> str:
        """The moment as the 2010 API writes it: RFC 2822 (rest-api.md 3)."""
        return format_datetime(self.now.astimezone(UTC))


def call(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Return a call that is about to leave (rest-api.md 3.5)."""
    return {
        "Sid": sid,
        "AccountSid": request.account_sid,
        "ApiVersion": API_VERSION,
        "From": request.get("From"),
        "To": request.get("To"),
        "Status": "queued",
        "Direction": "outbound-api",
        "AnsweredBy": None,
        "DateCreated": request.date,
        "DateUpdated": request.date,
        "StartTime": None,
        "EndTime": None,
        "Duration": None,
        "Price": None,
        "PriceUnit": "USD",
        "Uri": f"/{API_VERSION}/Accounts/{request.account_sid}/Calls/{sid}.json",
    }


def recording(request: ApiRequest) -> dict[str, Any]:
    """Return a recording that has just begun (reference 2.15)."""
    sid, account, call_sid = new_sid("RE"), request.account_sid, request.get("CallSid", "")
    return {
        "Sid": sid,
        "AccountSid": account,
        "CallSid": call_sid,
        "Status": "in-progress",
        "StartTime": request.date,
        "Duration": None,
        "DateCreated": request.date,
        "DateUpdated": request.date,
        "ErrorCode": None,
        "Price": None,
        "PriceUnit": None,
        "Channels": 1 if request.get("RecordingChannels") == "mono" else 2,
        "Source": "StartCallRecordingAPI",
        "Uri": f"/{API_VERSION}/Accounts/{account}/Calls/{call_sid}/Recordings/{sid}.json",
    }


def stopped_recording(request: ApiRequest, running: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recording that has just been stopped; its length is whole seconds, as text."""
    length = request.now - parsedate_to_datetime(running["StartTime"])
    return {
        **running,
        "Status": STOPPED,
        "Duration": str(int(length.total_seconds())),
        "DateUpdated": request.date,
    }


def task(request: ApiRequest) -> dict[str, Any]:
    """Return a task that nobody has taken yet (reference 2.17)."""
    sid, account = new_sid("WT"), request.account_sid
    workspace = request.get("WorkspaceSid", derived_sid("WS", account))
    url = f"https://taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{sid}"
    return {
        "sid": sid,
        "account_sid": account,
        "age": 0,
        "assignment_status": "pending",
        "attributes": request.get("Attributes", "{}"),
        "addons": "{}",
        "date_created": request.iso_date,
        "date_updated": request.iso_date,
        "priority": int(request.get("Priority", 0)),
        "reason": None,
        "task_queue_sid": derived_sid("WQ", account),
        "task_queue_friendly_name": "Everyone",
        **_task_channel(request.get("TaskChannel", "default")),
        "timeout": int(request.get("Timeout", DEFAULT_TASK_TIMEOUT)),
        "workflow_sid": request.get("WorkflowSid"),
        "workflow_friendly_name": "Assign to Anyone",
        "workspace_sid": workspace,
        "url": url,
        "links": {"reservations": f"{url}/Reservations"},
    }


def _task_channel(named: str) -> dict[str, str]:
    """Return the two names of a task's channel, which may be asked for by either."""
    is_by_sid = is_sid(named, "TC")
    return {
        "task_channel_sid": named if is_by_sid else derived_sid("TC", named),
        "task_channel_unique_name": "default" if is_by_sid else named,
    }


def interaction(request: ApiRequest) -> dict[str, Any]:
    """Return an interaction whose task waits for an agent (reference 2.17).

    What `Routing` has under `properties` goes "as is" to the task.
    """
    sid = new_sid("KD")
    url = f"https://flex-api.twilio.com/v1/Interactions/{sid}"
    channel = as_object(request.get("Channel", {})) or {}
    routing = as_object(request.get("Routing", {})) or {}
    asked = as_object(routing.get("properties", {})) or {}
    routed = task(replace(request, parameters={"WorkspaceSid": asked.get("workspace_sid")}))
    return {
        "sid": sid,
        "channel": {**channel, "sid": new_sid("UO")},
        "routing": {"properties": {**routed, **asked}},
        "url": url,
        "links": {"channels": f"{url}/Channels"},
        "FlexContextSid": new_sid("HQ"),
    }


def conversation(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Return an active conversation with its participants (reference 2.21)."""
    service = request.get("ChatServiceSid", derived_sid("IS", request.account_sid))
    url = f"https://conversations.twilio.com/v1/Services/{service}/Conversations/{sid}"
    return {
        "sid": sid,
        "account_sid": request.account_sid,
        "chat_service_sid": service,
        "messaging_service_sid": request.get("MessagingServiceSid", derived_sid("MG", service)),
        "friendly_name": request.get("FriendlyName"),
        "unique_name": None,
        "attributes": request.get("Attributes", "{}"),
        "state": "active",
        "date_created": request.iso_date,
        "date_updated": request.iso_date,
        "timers": dict(_timers(request)),
        "bindings": None,
        "participants": [
            _participant(request, sid, url, each) for each in request.get("Participant", ())
        ],
        "url": url,
        "links": {
            name: f"{url}/{name.title()}" for name in ("participants", "messages", "webhooks")
        },
    }


def _participant(
    request: ApiRequest, conversation_sid: str, url: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    sid = new_sid("MB")
    return {
        "sid": sid,
        "conversation_sid": conversation_sid,
        "identity": asked.get("identity"),
        "attributes": "{}",
        "messaging_binding": asked.get("messaging_binding"),
        "role_sid": derived_sid("RL", request.account_sid),
        "last_read_message_index": None,
        "last_read_timestamp": None,
        "date_created": request.iso_date,
        "date_updated": request.iso_date,
        "url": f"{url}/Participants/{sid}",
    }


def _timers(request: ApiRequest) -> Iterator[tuple[str, str]]:
    for name in ("Inactive", "Closed"):
        seconds = duration_seconds(request.get(f"Timers.{name}", ""))
        if seconds is not None:
            yield f"date_{name.lower()}", _iso(request.now + timedelta(seconds=seconds))


def as_object(value: Any) -> dict[str, Any] | None:
    """Return a JSON object, given as data or as text; None for anything else."""
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except JsonTextError:
            return None
    return dict(value) if isinstance(value, Mapping) else None


def duration_seconds(text: str) -> float | None:
    """Return the seconds of an ISO 8601 duration such as `PT10M`, None for anything else."""
    found = _DURATION.fullmatch(text)
    parts = {unit: int(n) for unit, n in found.groupdict().items() if n} if found else {}
    return timedelta(**parts).total_seconds() if parts else None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
