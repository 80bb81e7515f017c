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
