"""Flows that are deployed by REST or loaded from files: what runs for whom, and for how long."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest

from mockstudio.config import Settings

SETTINGS = Settings()
PERSON, NUMBER = SETTINGS.contact, SETTINGS.number


@pytest.fixture
def asking(state):
    """The states of a flow that asks and waits."""

    def states(question="Which?"):
        ask = state("ask", "send-and-wait-for-reply", {"incomingMessage": "end"}, body=question)
        return [ask, state("end", "send-message", {"sent": None}, body=f"{question} Thanks!")]

    return states


@pytest.fixture
def told(sandbox):
    """Post a message to a flow's webhook; returns the answer."""
    app = sandbox.app.test_client()

    def tell(sid, body="hi", contact=PERSON):
        data = {"MessageSid": "SM1", "From": contact, "To": NUMBER, "Body": body}
        return app.post(f"/v1/Accounts/{SETTINGS.account_sid}/Flows/{sid}", data=data)

    return tell


@pytest.fixture
def sent(sandbox):
    """Return the texts that were sent."""
    return lambda: [message.body for message in sandbox.messages.all() if message.from_ == NUMBER]


def test_placeholders_of_a_deployed_flow_are_text_as_in_studio(deploy, told, sent, definition):
    made = deploy("costs ${price}")
    assert made.definition == definition("costs ${price}")
    told(made.sid)
    assert sent() == ["costs ${price}"]


# --- flows from files


def test_a_flow_from_a_file_is_there_as_it_was_loaded(sandbox, web, definition, tmp_path):
    path = tmp_path / "shop.flow.json"
    path.write_text(json.dumps({**definition(), "extra": 1}), "utf-8")
    sid = sandbox.load_flow(path).flow.sid
    (listed,) = web("GET", "/v2/Flows").json["flows"]
    assert (listed["sid"], listed["friendly_name"]) == (sid, "shop")
    flow = web("GET", f"/v2/Flows/{sid}").json
    assert (flow["status"], flow["revision"]) == ("published", 1)
    assert flow["definition"] == {**definition(), "extra": 1}
    assert flow["warnings"] == [{"message": "unknown property", "property_path": "#/extra"}]


def test_the_definition_of_a_flow_from_a_file_has_its_placeholders_filled(
    on_stage, definition, tmp_path
):
    sandbox = on_stage(Settings(variables={"price": "$5"})).sandbox
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(definition("costs ${price}")), "utf-8")
    assert sandbox.load_flow(path).flow.definition == definition("costs $5")


def test_a_flow_from_a_file_can_be_updated_and_comes_back_with_a_reset(
    sandbox, client, flow_of, state, deploy, told, sent
):
    loaded = sandbox.library.add(
        flow_of(state("say", "send-message", {"sent": None}, body="from a file"))
    )
    flow = client.studio.v2.flows(loaded.sid)
    definition = flow.fetch().definition
    definition["states"][1]["properties"]["body"] = "deployed"
    assert flow.update("published", definition=definition).revision == 2
    told(loaded.sid)
    other = deploy(name="other")
    sandbox.reset()
    told(loaded.sid)
    assert sent() == ["from a file"]
    assert flow.fetch().revision == 1
    assert told(other.sid).status_code == HTTPStatus.NOT_FOUND


# --- what runs


def test_a_deployed_flow_is_messaged_and_called(sandbox, deploy, state, told, sent):
    say = state("say", "say-play", {"audioComplete": None}, say="Good day")
    called = deploy(name="menu", states=[say])
    told(deploy("hello", name="texts").sid)
    assert sent() == ["hello"]
    call = sandbox.call(sandbox.flow("menu"))
    call.wait()
    assert sandbox.execution_of(call).flow_sid == called.sid
    assert "Good day" in str(call.transcript)


def test_a_deployed_flow_shows_in_the_health(sandbox, deploy):
    made = deploy()
    health = sandbox.app.test_client().get("/_mockstudio/health").json
    flow = {"sid": made.sid, "name": "orders", "webhook": made.webhook_url}
    assert health["flows"] == [flow]


def test_an_update_is_live_at_once_and_an_active_execution_keeps_its_revision(
    client, deploy, definition, asking, told, sent
):
    sid = deploy(states=asking("Old?")).sid
    told(sid)
    client.studio.v2.flows(sid).update("published", definition=definition(states=asking("New?")))
    told(sid, contact="+12025550124")
    told(sid)
    told(sid)
    assert sent() == ["Old?", "New?", "Old? Thanks!", "New?"]


def test_a_draft_is_not_live(client, deploy, definition, told, sent):
    sid = deploy("live").sid
    client.studio.v2.flows(sid).update("draft", definition=definition("draft"))
    told(sid)
    assert sent() == ["live"]
    client.studio.v2.flows(sid).update("published")
    told(sid)
    assert sent() == ["live", "draft"]


def test_a_flow_that_was_never_published_answers_nothing_and_says_so(
    sandbox, deploy, told, sent, caplog
):
    sid = deploy(status="draft").sid
    answer = told(sid)
    assert (answer.status_code, answer.text) == (200, "<Response/>")
    assert (sent(), sandbox.executions.all()) == ([], [])
    assert "flow 'orders' has no published revision" in caplog.text


def test_test_users_get_the_latest_revision_of_all(client, deploy, definition, told, sent):
    sid = deploy("live").sid
    flow = client.studio.v2.flows(sid)
    flow.update("draft", definition=definition("draft"))
    flow.test_users().update([PERSON])
    told(sid)
    told(sid, contact="+12025550124")
    assert sent() == ["draft", "live"]
    flow.update("published", definition=definition("newest"))
    told(sid)
    assert sent()[2:] == ["newest"]


def test_a_test_user_runs_a_flow_that_was_never_published(client, sandbox, deploy, told, sent):
    sid = deploy("draft", status="draft").sid
    client.studio.v2.flows(sid).test_users().update([PERSON])
    told(sid)
    sandbox.message("hi")
    sandbox.request()
    assert sent() == ["draft", "draft", "draft"]


def test_who_is_no_test_user_any_more_ends_what_was_begun(client, deploy, asking, told, sent):
    sid = deploy(status="draft", states=asking()).sid
    users = client.studio.v2.flows(sid).test_users()
    users.update([PERSON])
    told(sid)
    users.update(["somebody else"])
    told(sid)
    told(sid)
    assert sent() == ["Which?", "Which? Thanks!"]


@pytest.mark.parametrize(
    ("revision", "text"), [("LatestPublished", "two"), ("LatestDraft", "three"), ("1", "one")]
)
def test_a_deployed_flow_runs_as_a_subflow(
    client, deploy, definition, state, told, sent, revision, text
):
    sub = deploy("one", name="sub")
    client.studio.v2.flows(sub.sid).update("published", definition=definition("two"))
    client.studio.v2.flows(sub.sid).update("draft", definition=definition("three"))
    run = state("run", "run-subflow", {"completed": None}, flow_sid=sub.sid, flow_revision=revision)
    told(deploy(states=[run]).sid)
    assert sent() == [text]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_deleted_flow_ends_what_it_runs_and_has_no_webhook(
    client, sandbox, deploy, asking, told, version
):
    sid, other = deploy(states=asking()).sid, deploy(name="other", states=asking()).sid
    told(sid)
    told(other)
    getattr(client.studio, version).flows(sid).delete()
    ended, active = sandbox.executions.all()
    assert (ended.flow_sid, ended.is_active, ended.ended_reason) == (sid, False, "STOPPED")
    assert (active.flow_sid, active.is_active) == (other, True)
    answer = told(sid)
    assert (answer.status_code, answer.json["code"]) == (404, 20404)
    sandbox.clock.advance(60 * 60 * 24 * 40)


def test_an_execution_that_waits_for_its_turn_ends_with_its_flow(client, sandbox, deploy, sent):
    flow = client.studio.v2.flows(deploy().sid)
    made = flow.executions.create(to=PERSON, from_=NUMBER)
    flow.delete()
    sandbox.clock.advance(1)
    assert sandbox.executions.get(made.sid).is_active is False
    assert sent() == []


def test_a_deleted_flow_that_runs_as_a_subflow_runs_to_its_end(
    client, deploy, asking, state, told, sent
):
    sub = deploy(name="sub", states=asking())
    ends = {"completed": "after", "failed": None}
    run = state("run", "run-subflow", ends, flow_sid=sub.sid, flow_revision="LatestPublished")
    after = state("after", "send-message", {"sent": None}, body="Bye")
    sid = deploy(states=[run, after]).sid
    told(sid)
    client.studio.v2.flows(sub.sid).delete()
    told(sid)
    told(sid)
    assert sent() == ["Which?", "Which? Thanks!", "Bye"]
