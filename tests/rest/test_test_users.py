"""The test users of a flow, by way of the official library and of plain requests."""

from __future__ import annotations

import pytest

USERS = ["+12025550123", "client:bob"]


@pytest.fixture
def path(deploy):
    """The path of a flow's test users."""
    return f"/v2/Flows/{deploy().sid}/TestUsers"


def test_test_users_are_replaced_all_at_once(client, deploy):
    users = client.studio.v2.flows(deploy().sid).test_users()
    assert users.fetch().test_users == []
    assert users.update(USERS).test_users == USERS
    assert users.fetch().test_users == USERS
    assert users.update(USERS[1:]).test_users == USERS[1:]


def test_test_users_as_json(web, path):
    answer = web("POST", path, data={"TestUsers": USERS}, base_url="http://shop.test:81")
    assert answer.status_code == 200
    sid = path.split("/")[3]
    assert answer.json == {"sid": sid, "test_users": USERS, "url": f"http://shop.test:81{path}"}


def test_test_users_make_no_revision(web, path):
    web("POST", path, data={"TestUsers": USERS})
    flow = web("GET", path.removesuffix("/TestUsers")).json
    assert (flow["revision"], flow["date_updated"]) == (1, None)


def test_an_empty_text_leaves_no_test_users(web, path):
    web("POST", path, data={"TestUsers": USERS})
    assert web("POST", path, data={"TestUsers": ""}).json["test_users"] == []


def test_test_users_must_be_named(web, path):
    answer = web("POST", path)
    assert (answer.status_code, answer.json["code"]) == (400, 20001)
    assert answer.json["message"] == "Missing required parameter TestUsers in the post body"


def test_test_users_outlive_an_update(client, deploy, definition):
    flow = client.studio.v2.flows(deploy().sid)
    flow.test_users().update(USERS)
    flow.update("published", definition=definition("two"))
    assert flow.test_users().fetch().test_users == USERS
