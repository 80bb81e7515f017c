"""What all resources of the REST API have in common."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/Keys.json"), ("DELETE", "/Keys.json"), ("PATCH", "/Keys/x.json")],
)
def test_a_method_that_a_resource_does_not_know(web, account, method, path):
    answer = web(method, account + path)
    assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert answer.json["code"] == 20004
    assert answer.json["message"] == f"{method} is not supported on {account}{path}"


@pytest.mark.parametrize("path", ["/Keys", "/Nothing.json", "/Keys/a/b.json"])
def test_a_path_that_leads_to_nothing(web, account, path):
    answer = web("GET", account + path)
    assert (answer.status_code, answer.json["code"]) == (HTTPStatus.NOT_FOUND, 20404)


def test_every_answer_has_twilios_headers(web, account):
    for auth in (None, "ok"):
        answer = web("GET", f"{account}/Keys.json", **({} if auth else {"auth": None}))
        assert answer.mimetype == "application/json"
        assert re.fullmatch(r"RQ[0-9a-f]{32}", answer.headers["Twilio-Request-Id"])
        assert answer.headers["Twilio-Concurrent-Requests"] == "1"
        assert re.fullmatch(r"\d+\.\d{3}", answer.headers["Twilio-Request-Duration"])


def test_a_deletion_has_no_body_and_no_content_type(web, client, account):
    key = client.new_keys.create()
    answer = web("DELETE", f"{account}/Keys/{key.sid}.json")
    assert (answer.status_code, answer.data) == (HTTPStatus.NO_CONTENT, b"")
    assert "Content-Type" not in answer.headers


def test_an_endpoint_for_a_path_of_the_api_goes_before_it(sandbox, web, account):
    endpoint = {"name": "mine", "url": f"https://api.twilio.com{account}/Keys.json"}
    sandbox.add_endpoints({"endpoints": [{**endpoint, "reply": {"json": {"mine": True}}}]})
    scripted = web("GET", f"{account}/Keys.json", base_url="https://api.twilio.com")
    assert scripted.json == {"mine": True}
    assert "keys" in web("GET", f"{account}/Keys.json").json
