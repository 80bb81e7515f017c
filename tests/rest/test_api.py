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


def test_half_a_surrogate_pair_comes_back_as_it_went_in(web, account):
    made = web("POST", "/v2/Flows", data={
        "FriendlyName": "x", "Status": "draft",
        "Definition": '{"description": "\\ud800", "states": [], "initial_state": "Trigger"}',
    })  # fmt: skip
    assert made.status_code == HTTPStatus.BAD_REQUEST
    sent = {"To": "+12025550123", "From": "+15005550006", "ContentSid": f"HX{'0' * 32}"}
    variables = {"ContentVariables": '{"1": "\\ud800"}'}
    assert web("POST", f"{account}/Messages.json", data={**sent, **variables}).status_code == 201
    assert web("GET", f"{account}/Messages.json").status_code == HTTPStatus.OK


def test_a_header_that_cannot_be_read_is_no_login(web, account):
    header = {"Authorization": "Basic \xff\xfe"}
    answer = web("GET", f"{account}/Keys.json", auth=None, headers=header)
    assert (answer.status_code, answer.json["code"]) == (HTTPStatus.UNAUTHORIZED, 20003)


@pytest.mark.parametrize("path", ["/v2/Services", "/", "/2011-01-01/Accounts"])
def test_what_the_sandbox_does_not_serve_of_twilios(web, path):
    answer = web("POST", path, base_url="http://verify.twilio.com")
    assert (answer.status_code, answer.json["code"]) == (HTTPStatus.NOT_FOUND, 20404)
    assert answer.json["message"] == f"mockstudio does not serve https://verify.twilio.com{path}"


def test_an_endpoint_can_stand_in_for_what_is_not_served(sandbox, web):
    endpoint = {"name": "verify", "url": "https://verify.twilio.com/v2/*"}
    sandbox.add_endpoints([{**endpoint, "reply": {"json": {"mine": True}}}])
    assert web("GET", "/v2/Services", base_url="https://verify.twilio.com").json == {"mine": True}


def test_a_url_of_this_machine_that_a_client_names_is_reached(client, sandbox, httpserver):
    httpserver.expect_request("/status").respond_with_data("")
    callback = httpserver.url_for("/status")
    client.messages.create(
        to="+12025550123", from_="+15005550006", body="hi", status_callback=callback
    )
    sandbox.clock.advance(5)
    statuses = [request.form["MessageStatus"] for request, _ in httpserver.log]
    assert statuses == ["queued", "sent", "delivered"]
