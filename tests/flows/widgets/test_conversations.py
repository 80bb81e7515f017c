from __future__ import annotations

import pytest

from mockstudio.flows.events import ResourceRequested, Warned
from mockstudio.sids import is_sid

SERVICE = "IS" + "4" * 32
PARTICIPANT = {
    "type": "messaging",
    "messaging_binding_address": "{{trigger.request.to}}",
    "messaging_binding_proxy_address": "{{trigger.request.from}}",
}
START = {"conversation_service_sid": SERVICE, "participants": [PARTICIPANT]}
STARTED = {"created": None, "failed": None}
RESUMED = {"resumed": None, "failed": None}


@pytest.fixture
def started(stage, state):
    """Run a flow that starts a conversation, by REST."""

    def start(**properties):
        flow = stage.play(state("start", "start-conversation", STARTED, **{**START, **properties}))
        return stage.sandbox.request({"name": "Ada"}, flow)

    return start


@pytest.fixture
def resumed(stage, state):
    """Run a flow that resumes a conversation, by REST."""

    def resume(sid, **properties):
        service = {"conversation_service_sid": SERVICE, "conversation_sid": "{{flow.data.sid}}"}
        flow = stage.play(
            state("resume", "resume-conversation", RESUMED, **service, **properties), name="later"
        )
        return stage.sandbox.request({"sid": sid}, flow)

    return resume


def asked(stage):
    return [event.parameters for event in stage.of(ResourceRequested)]


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    return [without_nulls(member) for member in value] if isinstance(value, list) else value


def test_a_conversation_starts_with_the_person_in_it(stage, started):
    execution = started()
    assert execution.steps[-1].name == "created"
    request = execution.context["trigger"]["request"]
    binding = {"address": request["to"], "proxy_address": request["from"]}
    assert asked(stage) == [
        {"ChatServiceSid": SERVICE, "Participant": [{"messaging_binding": binding}]}
    ]
    outputs = execution.context["widgets"]["start"]
    conversation = outputs["conversation"]
    assert is_sid(conversation["sid"], "CH")
    assert conversation["participants"][0]["messaging_binding"] == binding
    assert is_sid(outputs["webhook_sid"], "WH")
    assert outputs["close_channel_on_execution_end"] is False
    assert set(outputs) == {"conversation", "webhook_sid", "close_channel_on_execution_end"}
    assert without_nulls(outputs) == outputs


def test_the_conversation_becomes_the_flows_channel(started):
    execution = started()
    channel, outputs = execution.context["flow"]["channel"], execution.context["widgets"]["start"]
    assert channel.items() >= outputs["conversation"].items()
    assert channel["webhook_sid"] == outputs["webhook_sid"]
    assert (channel["type"], channel["status"]) == ("conversation", "active")
    assert channel["address"] == execution.channel


@pytest.mark.parametrize(
    ("properties", "parameters", "kept"),
    [
        (
            {"friendly_name": "For {{flow.data.name}}"},
            {"FriendlyName": "For Ada"},
            {"friendly_name": "For Ada"},
        ),
        (
            {"attributes": '{"name": "{{flow.data.name}}"}'},
            {"Attributes": '{"name": "Ada"}'},
            {"attributes": '{"name": "Ada"}'},
        ),
        (
            {"messaging_service_sid": "MG" + "3" * 32},
            {"MessagingServiceSid": "MG" + "3" * 32},
            {"messaging_service_sid": "MG" + "3" * 32},
        ),
        (
            {"timers_closed": "PT10M", "timers_inactive": "PT1M"},
            {"Timers.Closed": "PT10M", "Timers.Inactive": "PT1M"},
            {
                "timers": {
                    "date_closed": "2026-01-05T17:10:00Z",
                    "date_inactive": "2026-01-05T17:01:00Z",
                }
            },
        ),
        (
            {"participants": [{"type": "chat", "identity": "{{flow.data.name}}"}]},
            {"Participant": [{"identity": "Ada"}]},
            {"chat_service_sid": SERVICE},
        ),
    ],
)
def test_what_can_be_said_about_a_conversation(stage, started, properties, parameters, kept):
    execution = started(**properties)
    assert asked(stage)[0].items() >= parameters.items()
    assert execution.context["widgets"]["start"]["conversation"].items() >= kept.items()


def test_a_conversation_may_be_closed_with_the_execution(started):
    execution = started(close_conversation_on_execution_end=True)
    assert execution.context["widgets"]["start"]["close_channel_on_execution_end"] is True
    assert execution.context["flow"]["channel"]["close_channel_on_execution_end"] is True


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"attributes": "{"}, 20001),
        ({"timers_closed": "10m"}, 20001),
        ({"participants": [{"type": "messaging"}]}, 20001),
    ],
)
def test_what_the_api_does_not_take_fails_and_sets_nothing(stage, started, properties, code):
    execution = started(**properties)
    assert execution.steps[-1].name == "failed"
    assert execution.context["widgets"] == {}
    assert "sid" not in execution.context["flow"]["channel"]
    assert stage.codes == [code]


def test_the_scripted_api_refuses_the_conversation(stage, started):
    stage.sandbox.results.script("Conversations", "refused")
    execution = started()
    assert (execution.steps[-1].name, execution.context["widgets"]) == ("failed", {})
    assert stage.codes == [50416]


def test_there_is_one_conversation_for_an_execution(stage, state):
    flow = stage.play(
        state("start", "start-conversation", {"created": "again"}, **START),
        state("again", "start-conversation", {"created": None, "failed": "resume"}, **START),
        state("resume", "resume-conversation", RESUMED, conversation_sid="CH" + "5" * 32),
    )
    execution = stage.sandbox.request({}, flow)
    assert [step.name for step in execution.steps[1:]] == ["created", "failed", "failed"]
    sid = execution.context["widgets"]["start"]["conversation"]["sid"]
    assert execution.context["flow"]["channel"]["sid"] == sid
    assert len(asked(stage)) == 1
    texts = [warning.text for warning in stage.of(Warned)]
    assert texts == [f"this execution has a channel already: {sid}"] * 2


def test_a_conversation_of_a_subflow_is_the_parents_too(stage, state, flow_of):
    inner = flow_of(state("start", "start-conversation", STARTED, **START), name="inner")
    stage.sandbox.library.add(inner)
    properties = {"flow_sid": inner.sid, "flow_revision": "LatestPublished"}
    flow = stage.play(
        state("run", "run-subflow", {"completed": "start", "failed": None}, **properties),
        state("start", "start-conversation", STARTED, **START),
        name="outer",
    )
    execution = stage.sandbox.request({}, flow)
    assert execution.steps[-1].name == "failed"
    assert is_sid(execution.context["flow"]["channel"]["sid"], "CH")


def test_a_conversation_is_resumed_with_all_its_participants(stage, started, resumed):
    conversation = started().context["widgets"]["start"]["conversation"]
    execution = resumed(conversation["sid"])
    assert execution.steps[-1].name == "resumed"
    assert asked(stage)[1] == {"ChatServiceSid": SERVICE, "Sid": conversation["sid"]}
    outputs = execution.context["widgets"]["resume"]
    assert outputs["conversation"] == conversation
    assert is_sid(outputs["webhook_sid"], "WH")
    assert execution.context["flow"]["channel"]["sid"] == conversation["sid"]


def test_resuming_may_change_the_attributes_and_name_filters(stage, resumed):
    filters = ["onMessageAdded"]
    execution = resumed("CH" + "5" * 32, attributes='{"a": 1}', webhook_filters=filters)
    assert (
        asked(stage)[0].items()
        >= {
            "Attributes": '{"a": 1}',
            "Webhook.Filters": filters,
        }.items()
    )
    assert execution.context["flow"]["channel"]["attributes"] == '{"a": 1}'


@pytest.mark.parametrize(
    ("sid", "code", "text"),
    [("", 20001, "conversation_sid is empty"), ("CH1", 20404, "CH1 was not found")],
)
def test_only_a_conversation_can_be_resumed(stage, resumed, sid, code, text):
    execution = resumed(sid)
    assert (execution.steps[-1].name, execution.context["widgets"]) == ("failed", {})
    (warning,) = stage.of(Warned)
    assert (warning.code, text in warning.text) == (code, True)


@pytest.mark.parametrize(
    ("type_", "events"), [("start-conversation", STARTED), ("resume-conversation", RESUMED)]
)
def test_other_triggers_are_not_supported(stage, state, type_, events):
    stage.play(state("talk", type_, events, **START))
    execution = stage.sandbox.message("hi")
    assert (execution.steps[-1].name, asked(stage)) == ("failed", [])
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.text) == (
        81020,
        f"{type_} needs incomingRequest; incomingMessage started this",
    )
