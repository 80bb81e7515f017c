from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import VirtualClock
from mockstudio.errors import UnknownNameError
from mockstudio.flows.api import REFUSALS, SandboxApi
from mockstudio.flows.api_resources import duration_seconds
from mockstudio.sids import SAMPLE_ACCOUNT_SID, is_sid, new_sid
from mockstudio.store.results import Result, ScriptedResults

CALL_SID = "CA" + "1" * 32
PAIR = {"address": "+12025550142", "proxy_address": "+12025550100"}
GOOD = {
    "Calls": {"To": "+12025550142", "From": "+12025550100", "Url": "https://example.com"},
    "Recordings": {"CallSid": CALL_SID},
    "Tasks": {"WorkflowSid": "WW" + "2" * 32},
    "Interactions": {"Channel": {"type": "sms"}, "Routing": {"properties": {}}},
    "Conversations": {"Participant": [{"messaging_binding": PAIR}]},
}
"""A request for each resource that the API takes."""


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def results():
    return ScriptedResults()


@pytest.fixture
def placed():
    """The parameters of every call that was placed."""
    return []


@pytest.fixture
def api(results, clock, placed):
    def place_call(parameters):
        placed.append(parameters)
        return CALL_SID

    return SandboxApi(results, SAMPLE_ACCOUNT_SID, clock, place_call)


def made(api, resource, **parameters):
    created = api.create(resource, {**GOOD[resource], **parameters})
    assert not created.was_refused, created.error_message
    return created.properties


# --- any resource


@pytest.mark.parametrize(
    ("resource", "prefix"),
    [
        ("Calls", "CA"),
        ("Recordings", "RE"),
        ("Tasks", "WT"),
        ("Interactions", "KD"),
        ("Conversations", "CH"),
    ],
)
def test_a_resource_has_a_sid_of_its_kind(api, resource, prefix):
    properties = made(api, resource)
    assert is_sid(properties.get("sid") or properties["Sid"], prefix)
    assert json.loads(json.dumps(properties)) == properties


@pytest.mark.parametrize("resource", GOOD)
def test_the_results_can_have_any_resource_refused(api, results, placed, resource):
    results.script(resource, "refused", "created")
    refused = api.create(resource, GOOD[resource])
    assert (refused.error_code, refused.error_message) == REFUSALS[resource]
    assert (refused.was_refused, refused.properties, placed) == (True, {}, [])
    assert not api.create(resource, GOOD[resource]).was_refused


def test_a_refusal_may_say_why(api, results):
    parameters = {"code": "21210", "message": "not verified"}
    results.script("Calls", Result("refused", parameters=parameters))
    refused = api.create("Calls", GOOD["Calls"])
    assert (refused.error_code, refused.error_message) == (21210, "not verified")


def test_what_a_result_brings_replaces_properties(api, results):
    results.script("Tasks", Result("created", parameters={"assignment_status": "reserved"}))
    assert made(api, "Tasks")["assignment_status"] == "reserved"


def test_a_result_may_take_its_time(api, results, clock):
    results.script("Tasks", Result("created", after=2.5))
    assert made(api, "Tasks")["date_created"] == "2026-01-05T17:00:02Z"
    assert clock.monotonic() == 2.5


def test_a_wrong_request_is_refused_before_the_results_are_asked(api, results):
    results.script("Calls", "refused", "created")
    assert api.create("Calls", {}).error_code == 21201
    assert api.create("Calls", GOOD["Calls"]).error_code == 21215


def test_an_unknown_resource_is_an_error_that_names_the_nearest(api):
    with pytest.raises(UnknownNameError, match="did you mean 'Recordings'"):
        api.create("Recording", {})


# --- calls


def test_a_call_is_placed_with_the_parameters_as_they_came(api, placed):
    properties = made(api, "Calls", Timeout="20")
    assert placed == [{**GOOD["Calls"], "Timeout": "20"}]
    assert properties == {
        "Sid": CALL_SID,
        "AccountSid": SAMPLE_ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "From": "+12025550100",
        "To": "+12025550142",
        "Status": "queued",
        "Direction": "outbound-api",
        "AnsweredBy": None,
        "DateCreated": "Mon, 05 Jan 2026 17:00:00 +0000",
        "DateUpdated": "Mon, 05 Jan 2026 17:00:00 +0000",
        "StartTime": None,
        "EndTime": None,
        "Duration": None,
        "Price": None,
        "PriceUnit": "USD",
        "Uri": f"/2010-04-01/Accounts/{SAMPLE_ACCOUNT_SID}/Calls/{CALL_SID}.json",
    }


# --- recordings


def test_a_recording_that_has_begun(api):
    properties = made(api, "Recordings")
    sid, call = properties["Sid"], f"/2010-04-01/Accounts/{SAMPLE_ACCOUNT_SID}/Calls/{CALL_SID}"
    assert properties == {
        "Sid": sid,
        "AccountSid": SAMPLE_ACCOUNT_SID,
        "CallSid": CALL_SID,
        "Status": "in-progress",
        "StartTime": "Mon, 05 Jan 2026 17:00:00 +0000",
        "Duration": None,
        "DateCreated": "Mon, 05 Jan 2026 17:00:00 +0000",
        "DateUpdated": "Mon, 05 Jan 2026 17:00:00 +0000",
        "ErrorCode": None,
        "Price": None,
        "PriceUnit": None,
        "Channels": 2,
        "Source": "StartCallRecordingAPI",
        "Uri": f"{call}/Recordings/{sid}.json",
    }


@pytest.mark.parametrize(("channels", "number"), [("mono", 1), ("dual", 2), ("", 2)])
def test_the_channels_of_a_recording_are_counted(api, channels, number):
    assert made(api, "Recordings", RecordingChannels=channels)["Channels"] == number


def test_a_stopped_recording_is_the_same_one_with_its_length(api, clock):
    running = made(api, "Recordings", RecordingChannels="mono")
    clock.advance(42.9)
    assert made(api, "Recordings", Status="stopped") == {
        **running,
        "Status": "stopped",
        "Duration": "42",
        "DateUpdated": "Mon, 05 Jan 2026 17:00:42 +0000",
    }


def test_only_a_recording_that_runs_can_be_stopped(api):
    stop = {**GOOD["Recordings"], "Status": "stopped"}
    assert api.create("Recordings", stop).error_code == 20404
    made(api, "Recordings")
    assert not api.create("Recordings", stop).was_refused
    assert api.create("Recordings", stop).error_code == 20404
    made(api, "Recordings")
    assert api.create("Recordings", {**stop, "CallSid": "CA" + "2" * 32}).error_code == 20404
    api.clear()
    assert api.create("Recordings", stop).error_code == 20404


# --- tasks and interactions


@pytest.mark.parametrize(("asked", "unique_name"), [("sms", "sms"), ("TC" + "4" * 32, "default")])
def test_a_tasks_channel_may_be_asked_for_by_either_name(api, asked, unique_name):
    task = made(api, "Tasks", TaskChannel=asked)
    assert task["task_channel_unique_name"] == unique_name
    assert is_sid(task["task_channel_sid"], "TC")
    assert (task["task_channel_sid"] == asked) == asked.startswith("TC")


def test_a_task_waits_with_what_was_asked_for(api):
    attributes = '{"name": "Ada"}'
    task = made(api, "Tasks", Attributes=attributes, Priority="3", Timeout="60", TaskChannel="sms")
    url = f"https://taskrouter.twilio.com/v1/Workspaces/{task['workspace_sid']}/Tasks"
    assert task == {
        "sid": task["sid"],
        "account_sid": SAMPLE_ACCOUNT_SID,
        "age": 0,
        "assignment_status": "pending",
        "attributes": attributes,
        "addons": "{}",
        "date_created": "2026-01-05T17:00:00Z",
        "date_updated": "2026-01-05T17:00:00Z",
        "priority": 3,
        "reason": None,
        "task_queue_sid": task["task_queue_sid"],
        "task_queue_friendly_name": "Everyone",
        "task_channel_sid": task["task_channel_sid"],
        "task_channel_unique_name": "sms",
        "timeout": 60,
        "workflow_sid": GOOD["Tasks"]["WorkflowSid"],
        "workflow_friendly_name": "Assign to Anyone",
        "workspace_sid": task["workspace_sid"],
        "url": f"{url}/{task['sid']}",
        "links": {"reservations": f"{url}/{task['sid']}/Reservations"},
    }


def test_tasks_share_their_workspace_and_queue(api):
    first, second = made(api, "Tasks"), made(api, "Tasks")
    assert first["sid"] != second["sid"]
    for name, prefix in {"workspace_sid": "WS", "task_queue_sid": "WQ"}.items():
        assert first[name] == second[name]
        assert is_sid(first[name], prefix)


def test_what_a_task_has_when_nothing_is_asked_for(api):
    task = made(api, "Tasks", Priority=None, Timeout="", Attributes="")
    names = ("attributes", "priority", "timeout", "task_channel_unique_name")
    assert [task[name] for name in names] == ["{}", 0, 86_400, "default"]


@pytest.mark.parametrize("as_text", [False, True])
def test_an_interaction_is_routed_as_a_task(api, as_text):
    workspace = "WS" + "7" * 32
    channel = {"type": "sms", "initiated_by": "api"}
    routing = {"properties": {"workspace_sid": workspace, "attributes": '{"a": 1}'}}
    asked = {"Channel": channel, "Routing": routing}
    if as_text:
        asked = {name: json.dumps(value) for name, value in asked.items()}
    interaction = made(api, "Interactions", **asked)
    task = interaction["routing"]["properties"]
    assert interaction["channel"] == {**channel, "sid": interaction["channel"]["sid"]}
    assert is_sid(interaction["channel"]["sid"], "UO")
    assert is_sid(task["sid"], "WT")
    assert (task["workspace_sid"], task["attributes"]) == (workspace, '{"a": 1}')
    assert (task["assignment_status"], workspace in task["url"]) == ("pending", True)
    url = f"https://flex-api.twilio.com/v1/Interactions/{interaction['sid']}"
    assert (interaction["url"], interaction["links"]) == (url, {"channels": f"{url}/Channels"})
    assert is_sid(interaction["FlexContextSid"], "HQ")


# --- conversations


def test_a_conversation_has_its_participants_and_timers(api):
    timers = {"Timers.Inactive": "PT10M", "Timers.Closed": "P1DT1H"}
    participants = [{"messaging_binding": PAIR}, {"identity": "ada"}]
    conversation = made(api, "Conversations", Participant=participants, **timers)
    assert conversation["timers"] == {
        "date_inactive": "2026-01-05T17:10:00Z",
        "date_closed": "2026-01-06T18:00:00Z",
    }
    assert (conversation["state"], conversation["attributes"]) == ("active", "{}")
    first, second = conversation["participants"]
    assert (first["messaging_binding"], first["identity"]) == (PAIR, None)
    assert (second["messaging_binding"], second["identity"]) == (None, "ada")
    assert first["conversation_sid"] == second["conversation_sid"] == conversation["sid"]
    assert is_sid(first["sid"], "MB")
    assert first["url"] == f"{conversation['url']}/Participants/{first['sid']}"


def test_a_conversation_without_timers_has_none(api):
    assert made(api, "Conversations")["timers"] == {}


def test_a_conversation_can_be_asked_for_again(api):
    started = made(api, "Conversations", FriendlyName="Order 42")
    assert api.create("Conversations", {"Sid": started["sid"]}).properties == started


def test_asking_again_can_give_it_other_attributes_for_good(api, clock):
    started = made(api, "Conversations")
    clock.advance(1)
    asked = {"Sid": started["sid"], "Attributes": '{"a": 1}'}
    changed = {"attributes": '{"a": 1}', "date_updated": "2026-01-05T17:00:01Z"}
    assert api.create("Conversations", asked).properties == {**started, **changed}
    assert api.create("Conversations", {"Sid": started["sid"]}).properties["attributes"] != "{}"


def test_a_conversation_from_elsewhere_is_believed_in(api):
    sid = new_sid("CH")
    created = api.create("Conversations", {"Sid": sid})
    assert (created.properties["sid"], created.properties["participants"]) == (sid, [])


# --- what is wrong


@pytest.mark.parametrize(
    ("resource", "parameters", "code", "text"),
    [
        ("Calls", {"To": " "}, 21201, "'To'"),
        ("Calls", {"From": ""}, 21213, "'From'"),
        ("Calls", {"From": None}, 21213, "'From'"),
        ("Calls", {"From": "MG" + "3" * 32}, 21212, "Messaging Service"),
        ("Calls", {"Timeout": "601"}, 21208, "Timeout '601' is not 0 to 600"),
        ("Calls", {"Timeout": "soon"}, 21208, "'soon'"),
        ("Calls", {"SendDigits": "12x"}, 21206, "'12x'"),
        ("Calls", {"SendDigits": "1" * 33}, 21206, "32"),
        ("Calls", {"MachineDetectionTimeout": "2"}, 21234, "is not 3 to 120"),
        ("Calls", {"MachineDetectionTimeout": "121"}, 21234, "is not 3 to 120"),
        ("Calls", {"MachineDetectionSpeechThreshold": "999"}, 21234, "1,000 to 6,000"),
        ("Calls", {"MachineDetectionSpeechEndThreshold": "499"}, 21234, "500 to 5,000"),
        ("Calls", {"MachineDetectionSilenceTimeout": "10001"}, 21234, "2,000 to 10,000"),
        ("Tasks", {"Attributes": "{"}, 20001, "Attributes must be a JSON object"),
        ("Tasks", {"Attributes": "[1]"}, 20001, "found [1]"),
        ("Tasks", {"Priority": "high"}, 20001, "Priority 'high'"),
        ("Tasks", {"Timeout": "-1"}, 20001, "Timeout '-1'"),
        ("Interactions", {"Routing": "x"}, 20001, "Routing must be a JSON object"),
        ("Interactions", {"Channel": [1]}, 20001, "Channel must be a JSON object"),
        ("Conversations", {"Sid": "CH1"}, 20404, "/Conversations/CH1 was not found"),
        ("Conversations", {"Attributes": "nope"}, 20001, "Attributes"),
        ("Conversations", {"Timers.Closed": "10m"}, 20001, "such as PT10M"),
        ("Conversations", {"Timers.Inactive": "PT"}, 20001, "Timers.Inactive 'PT'"),
        ("Conversations", {"Participant": [{}]}, 20001, "participant 1"),
        (
            "Conversations",
            {"Participant": [{"identity": "a"}, {"messaging_binding": {**PAIR, "address": ""}}]},
            20001,
            "participant 2",
        ),
    ],
)
def test_a_wrong_request_is_refused_with_the_apis_code(api, resource, parameters, code, text):
    created = api.create(resource, {**GOOD[resource], **parameters})
    assert (created.error_code, created.properties) == (code, {})
    assert text in created.error_message


@pytest.mark.parametrize(
    "parameters",
    [
        {"Timeout": "0"},
        {"Timeout": "600"},
        {"SendDigits": "wW0123456789ABCDabcd#*"},
        {"MachineDetectionTimeout": "120", "MachineDetectionSilenceTimeout": "2000"},
    ],
)
def test_the_limits_themselves_are_allowed(api, parameters):
    assert made(api, "Calls", **parameters)["Sid"] == CALL_SID


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT10M", 600),
        ("PT1H30M5S", 5405),
        ("P2D", 172_800),
        ("P1DT12H", 129_600),
        ("PT0S", 0),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("10M", None),
        ("PT10", None),
        ("pt10m", None),
        ("PT5S10M", None),
        ("", None),
    ],
)
def test_iso_durations(text, seconds):
    assert duration_seconds(text) == seconds


@given(
    days=st.integers(0, 999),
    hours=st.integers(0, 999),
    minutes=st.integers(0, 999),
    seconds=st.integers(0, 999),
)
def test_any_iso_duration_is_the_sum_of_its_parts(days, hours, minutes, seconds):
    text = f"P{days}DT{hours}H{minutes}M{seconds}S"
    assert duration_seconds(text) == ((days * 24 + hours) * 60 + minutes) * 60 + seconds
