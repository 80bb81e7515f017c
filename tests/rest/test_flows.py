"""Flows, by way of the official library and of plain requests."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus

import pytest
from twilio.base.exceptions import TwilioRestException

from mockstudio.config import Settings

SETTINGS = Settings()
PERSON, NUMBER = SETTINGS.contact, SETTINGS.number
AUTHOR = "US" + "a" * 32
MEMBERS = {
    *("sid", "account_sid", "author_sid", "friendly_name", "definition", "status", "revision"),
    *("commit_message", "valid", "errors", "warnings", "date_created", "date_updated"),
    *("webhook_url", "url", "links"),
}
NOT_IN_A_LIST = {"definition", "valid", "errors", "warnings"}
OLD_MEMBERS = {
    *("sid", "account_sid", "friendly_name", "status", "version", "date_created"),
    *("date_updated", "url", "links"),
}


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


def test_a_flow_lives_from_its_making_to_its_deletion(client, deploy, definition):
    made = deploy("one", commit_message="first", author_sid=AUTHOR)
    assert (made.friendly_name, made.status, made.revision) == ("orders", "published", 1)
    assert (made.commit_message, made.author_sid, made.valid) == ("first", AUTHOR, True)
    flow = client.studio.v2.flows(made.sid)
    updated = flow.update("published", "shop", definition("two"), "second")
    assert (updated.friendly_name, updated.revision) == ("shop", 2)
    assert (updated.commit_message, updated.author_sid) == ("second", None)
    fetched = flow.fetch()
    assert (fetched.definition, fetched.revision) == (definition("two"), 2)
    assert [each.sid for each in client.studio.v2.flows.list()] == [made.sid]
    assert flow.delete() is True
    assert client.studio.v2.flows.list() == []
    with pytest.raises(TwilioRestException) as refusal:
        flow.fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_a_flow_as_json(web, sandbox, definition):
    form = {"FriendlyName": "Té st", "Status": "draft", "Definition": json.dumps(definition())}
    answer = web("POST", "/v2/Flows", data=form, base_url="http://shop.test:81")
    assert answer.status_code == HTTPStatus.CREATED
    sid = answer.json["sid"]
    url, now = f"http://shop.test:81/v2/Flows/{sid}", sandbox.clock.now()
    assert answer.json == {
        "sid": sid,
        "account_sid": SETTINGS.account_sid,
        "author_sid": None,
        "friendly_name": "Té st",
        "definition": definition(),
        "status": "draft",
        "revision": 1,
        "commit_message": None,
        "valid": True,
        "errors": [],
        "warnings": [],
        "webhook_url": sandbox.webhook_url(sandbox.flow("Té st")),
        "date_created": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "date_updated": None,
        "url": url,
        "links": {
            "test_users": f"{url}/TestUsers",
            "revisions": f"{url}/Revisions",
            "executions": f"{url}/Executions",
        },
    }


def test_the_date_of_an_update(web, sandbox, deploy):
    made = deploy()
    sandbox.clock.advance(60)
    updated = web("POST", f"/v2/Flows/{made.sid}", data={"Status": "draft"}).json
    assert updated["date_created"] == made.date_created.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert updated["date_updated"] == sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert web("GET", f"/v2/Flows/{made.sid}").json == updated


def test_a_list_leaves_out_what_is_large(web, deploy):
    for name in ("one", "two"):
        deploy(name=name)
    page = web("GET", "/v2/Flows").json
    assert page["meta"]["key"] == "flows"
    assert [flow["friendly_name"] for flow in page["flows"]] == ["two", "one"]
    for flow in page["flows"]:
        assert set(flow) == MEMBERS
        assert {name for name in MEMBERS if flow[name] is None} == {
            *NOT_IN_A_LIST,
            *("author_sid", "commit_message", "date_updated"),
        }


def test_flows_are_listed_page_by_page(client, deploy):
    names = [deploy(name=name).friendly_name for name in "abcde"]
    listed = client.studio.v2.flows.list(page_size=2)
    assert [flow.friendly_name for flow in listed] == names[::-1]


@pytest.mark.parametrize("page_size", [1, 50])
def test_flows_with_capital_letters_in_their_sids_are_listed(sandbox, flow_of, client, page_size):
    sids = ["FW" + "A" * 32, "FW" + "B" * 32]
    for sid in sids:
        sandbox.library.add(replace(flow_of(), sid=sid))
    listed = client.studio.v2.flows.list(page_size=page_size)
    assert [flow.sid for flow in listed] == sids[::-1]


@pytest.mark.parametrize("missing", ["FriendlyName", "Status", "Definition"])
def test_what_a_new_flow_needs(web, definition, missing):
    form = {"FriendlyName": "x", "Status": "draft", "Definition": json.dumps(definition())}
    for data in ({**form, missing: ""}, {k: form[k] for k in form if k != missing}):
        answer = web("POST", "/v2/Flows", data=data)
        assert (answer.status_code, answer.json["code"]) == (400, 20001)
        assert answer.json["message"] == f"Missing required parameter {missing} in the post body"


def test_an_update_needs_a_status(web, deploy, definition):
    path = f"/v2/Flows/{deploy().sid}"
    answer = web("POST", path, data={"Definition": "{}", "FriendlyName": "x"})
    assert (answer.status_code, answer.json["code"]) == (400, 20001)
    assert answer.json["message"] == "Missing required parameter Status in the post body"
    assert web("GET", path).json["revision"] == 1


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"Status": "live"}, "Status: expected one of draft, published, found 'live'"),
        ({"Status": "Draft"}, "Status: expected one of draft, published, found 'Draft'"),
        ({"AuthorSid": "me"}, "AuthorSid: expected US and 32 hex digits, found 'me'"),
        ({"Definition": "{'a'}"}, "Definition: expected a JSON object: Expecting property name"),
        ({"Definition": "[1]"}, "Definition: expected a JSON object, found [1]"),
        ({"Definition": "null"}, "Definition: expected a JSON object, found null"),
    ],
)
def test_a_parameter_that_cannot_be(web, deploy, definition, form, message):
    given = {"FriendlyName": "x", "Status": "draft", "Definition": json.dumps(definition())}
    made = deploy()
    for path in ("/v2/Flows", "/v2/Flows/Validate", f"/v2/Flows/{made.sid}"):
        answer = web("POST", path, data={**given, **form})
        assert (answer.status_code, answer.json["code"]) == (400, 20001)
        assert message in answer.json["message"]
    (listed,) = web("GET", "/v2/Flows").json["flows"]
    assert listed["revision"] == 1


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["", "/Revisions", "/Revisions/1", "/TestUsers"])
def test_a_flow_that_is_not_there_is_not_found(web, method, path):
    answer = web(method, f"/v2/Flows/FW{'0' * 32}{path}")
    known = {"": ("GET", "POST", "DELETE"), "/TestUsers": ("GET", "POST")}.get(path, ("GET",))
    expected = (404, 20404) if method in known else (405, 20004)
    assert (answer.status_code, answer.json["code"]) == expected


def test_an_update_keeps_what_it_does_not_name(client, deploy, definition):
    made = deploy("one", status="draft", commit_message="first", author_sid=AUTHOR)
    updated = client.studio.v2.flows(made.sid).update("published")
    assert (updated.definition, updated.friendly_name) == (definition("one"), "orders")
    assert (updated.status, updated.revision) == ("published", 2)
    assert (updated.commit_message, updated.author_sid) == (None, None)
    renamed = client.studio.v2.flows(made.sid).update("draft", friendly_name="shop")
    assert (renamed.definition, renamed.friendly_name) == (definition("one"), "shop")
    replaced = client.studio.v2.flows(made.sid).update("draft", definition=definition("two"))
    assert (replaced.definition, replaced.friendly_name) == (definition("two"), "shop")


def test_updates_at_once_lose_no_revision(client, web, deploy, definition):
    sid = deploy("0").sid
    form = {"Status": "published"}

    def update(number):
        text = json.dumps(definition(str(number)))
        return web("POST", f"/v2/Flows/{sid}", data={**form, "Definition": text}).json

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(update, range(1, 41)))
    assert sorted(answer["revision"] for answer in answers) == list(range(2, 42))
    revisions = client.studio.v2.flows(sid).revisions
    for answer in answers:
        assert revisions(str(answer["revision"])).fetch().definition == answer["definition"]


def test_flows_made_at_once_are_all_there(web, definition):
    form = {"Status": "draft", "Definition": json.dumps(definition())}

    def make(number):
        return web("POST", "/v2/Flows", data={**form, "FriendlyName": str(number)}).json["sid"]

    with ThreadPoolExecutor(8) as pool:
        sids = set(pool.map(make, range(40)))
    assert len(sids) == 40
    assert {flow["sid"] for flow in web("GET", "/v2/Flows").json["flows"]} == sids


def test_a_flow_of_a_thousand_widgets_can_be_deployed(deploy, state):
    states = [
        state(f"say{n}", "send-message", {"sent": f"say{n + 1}"}, body="é" * 200)
        for n in range(998)
    ]
    last = state("say998", "send-message", {"sent": None}, body="bye")
    assert deploy(states=[*states, last]).valid is True


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


# --- version 1


def test_flows_as_version_1_shows_them(client, web, deploy):
    made = deploy()
    client.studio.v2.flows(made.sid).update("draft", friendly_name="shop")
    (listed,) = client.studio.v1.flows.list()
    assert (listed.sid, listed.friendly_name) == (made.sid, "shop")
    fetched = client.studio.v1.flows(made.sid).fetch()
    assert (fetched.status, fetched.version) == ("draft", 2)
    shown = web("GET", f"/v1/Flows/{made.sid}").json
    assert set(shown) == OLD_MEMBERS
    assert shown["url"].endswith(f"/v1/Flows/{made.sid}")
    assert shown["links"] == {
        "engagements": f"{shown['url']}/Engagements",
        "executions": f"{shown['url']}/Executions",
    }
    assert client.studio.v1.flows(made.sid).delete() is True
    assert client.studio.v2.flows.list() == []
    for method in ("GET", "DELETE"):
        assert web(method, f"/v1/Flows/{made.sid}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", ["/v1/Flows", "/v1/Flows/FW" + "0" * 32])
def test_version_1_makes_and_changes_no_flows(web, path):
    answer = web("POST", path, data={"FriendlyName": "x"})
    assert (answer.status_code, answer.json["code"]) == (405, 20004)
