"""Failures on demand, and real limits."""

from __future__ import annotations

from http import HTTPStatus

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from mockstudio.clock import SystemClock
from mockstudio.config import Settings
from mockstudio.durations import parse_duration
from mockstudio.rest.failures import FailureRule, Failures, as_data, failure_rule, resource_of
from mockstudio.server import serve_in_background

SETTINGS = Settings()
LOGIN = (SETTINGS.account_sid, SETTINGS.auth_token)


@pytest.fixture
def fail(sandbox):
    """Put rules in force."""

    def use(*rules):
        sandbox.failures.use(map(failure_rule, rules))

    return use


def statuses(web, account, times, path="/Keys.json", method="POST"):
    return [web(method, account + path).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (400, 20001, "Bad Request"),
        (403, 20403, "Forbidden"),
        (404, 20404, "Not Found"),
        (409, 20409, "Conflict"),
        (429, 20429, "Too Many Requests"),
        (500, 20500, "Internal Server Error"),
        (503, 20503, "Service Unavailable"),
        (504, 504, "Gateway Timeout"),
    ],
)
def test_a_failure_looks_as_twilios(web, account, fail, status, code, message):
    fail({"resource": "Keys", "status": status, "retry_after": 3})
    answer = web("GET", f"{account}/Keys.json")
    assert answer.status_code == status
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers["Twilio-Concurrent-Requests"] == "1"
    more = f"https://www.twilio.com/docs/errors/{code}"
    assert answer.json == {"code": code, "message": message, "more_info": more, "status": status}


def test_a_failed_login_on_demand_looks_as_any_other(web, account, fail):
    failed = web("GET", f"{account}/Keys.json", auth=(SETTINGS.account_sid, "wrong"))
    fail({"status": 401})
    on_demand = web("GET", f"{account}/Keys.json")
    assert on_demand.json == failed.json
    assert on_demand.headers["WWW-Authenticate"] == failed.headers["WWW-Authenticate"]


def test_without_a_time_there_is_no_retry_after(web, account, fail):
    fail({"status": 429})
    assert "Retry-After" not in web("GET", f"{account}/Keys.json").headers


def test_nothing_is_done_when_a_request_fails(client, fail, sandbox):
    fail({"resource": "Keys", "status": 500})
    with pytest.raises(TwilioRestException) as refusal:
        client.new_keys.create()
    assert (refusal.value.status, refusal.value.code) == (500, 20500)
    assert sandbox.keys.all() == []


def test_the_first_few_fail(web, account, fail):
    fail({"status": 503, "first": 2})
    assert statuses(web, account, 4) == [503, 503, 201, 201]


def test_every_third_fails(web, account, fail):
    fail({"status": 503, "every": 3})
    assert statuses(web, account, 6) == [201, 201, 503, 201, 201, 503]


def test_chance_repeats_with_the_seed_and_after_a_reset(web, account, fail, sandbox, on_stage):
    fail({"status": 503, "probability": 0.5})
    seen = statuses(web, account, 40)
    assert {201, 503} == set(seen)
    sandbox.reset()
    assert statuses(web, account, 40) == seen
    other = Failures([FailureRule(status=503, probability=0.5)], seed=1)
    assert [other.next("Keys", "POST") is None for _ in seen] != [s == 201 for s in seen]


@pytest.mark.parametrize(("probability", "failing"), [(0, 0), (1, 20)])
def test_never_and_always(web, account, fail, probability, failing):
    fail({"status": 503, "probability": probability})
    assert statuses(web, account, 20).count(503) == failing


def test_a_rule_is_about_its_resource_and_methods_alone(web, account, fail):
    fail({"resource": "Keys", "methods": ["POST"], "status": 500})
    assert statuses(web, account, 1, method="GET") == [200]
    assert statuses(web, account, 1, path=".json", method="GET") == [200]
    assert statuses(web, account, 1) == [500]


def test_the_first_rule_that_fails_a_request_counts(web, account, fail):
    fail({"status": 503, "first": 1}, {"status": 500, "first": 3})
    assert statuses(web, account, 4) == [503, 500, 500, 201]


def test_a_delay_passes_on_the_clock_before_the_answer(web, account, fail, sandbox):
    fail({"delay": "1m30s"})
    assert web("GET", f"{account}/Keys.json").status_code == HTTPStatus.OK
    assert sandbox.clock.monotonic() == 90


def test_a_connection_that_cannot_be_dropped_says_so(web, account, fail):
    fail({"drop": True})
    answer = web("GET", f"{account}/Keys.json")
    assert answer.status_code == HTTPStatus.NOT_IMPLEMENTED
    assert "`mockstudio serve` can" in answer.text


def test_a_connection_is_dropped_on_the_wire(on_stage):
    settings = Settings(rest_failures=({"resource": "Keys", "drop": True, "first": 1},))
    stage = on_stage(settings, clock=SystemClock())
    with serve_in_background(stage.sandbox) as server:
        client = Client(*LOGIN)
        client.api.base_url = server.url
        with pytest.raises(requests.exceptions.ConnectionError):
            client.new_keys.create()
        assert client.new_keys.create().sid.startswith("SK")
    assert len(stage.sandbox.keys.all()) == 1


def test_more_than_the_limit_of_a_second_is_refused(on_stage):
    sandbox = on_stage(Settings(rest_limits={"Keys": 2})).sandbox
    app, path = sandbox.app.test_client(), f"/2010-04-01/Accounts/{SETTINGS.account_sid}/Keys.json"

    def make():
        return app.post(path, auth=LOGIN)

    assert [make().status_code for _ in range(2)] == [201, 201]
    refused = make()
    assert (refused.status_code, refused.json["code"]) == (429, 20429)
    assert refused.json["message"] == "Too many requests: 2 Keys per second are the limit"
    assert refused.headers["Retry-After"] == "1"
    assert app.get(path, auth=LOGIN).status_code == HTTPStatus.OK
    sandbox.clock.advance(0.999)
    assert make().status_code == 429
    sandbox.clock.advance(0.001)
    assert [make().status_code for _ in range(3)] == [201, 201, 429]


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/2010-04-01/Accounts/AC1/Messages.json", "Messages"),
        ("/2010-04-01/Accounts/AC1/Messages/SM1.json", "Messages"),
        ("/2010-04-01/Accounts/AC1/Messages/SM1/Media/ME1.json", "Media"),
        ("/2010-04-01/Accounts/AC1.json", "Accounts"),
        ("/v2/Flows", "Flows"),
        ("/v2/Flows/Validate", "Validate"),
        ("/v2/Flows/FW1/Revisions/LatestPublished", "Revisions"),
        ("/v2/Flows/FW1/Executions/FN1/Steps/FT1/Context", "Context"),
        ("/2010-04-01/", ""),
    ],
)
def test_a_paths_resource(path, resource):
    assert resource_of(path) == resource


RULES = st.fixed_dictionaries(
    {"status": st.sampled_from([429, 500, 503])},
    optional={
        "resource": st.sampled_from(["*", "Keys", "Messages"]),
        "methods": st.sets(st.sampled_from(["GET", "POST"]), min_size=1).map(sorted),
        "retry_after": st.integers(0, 100),
        "delay": st.integers(0, 100).map(lambda seconds: f"{seconds}s"),
        "every": st.integers(1, 100),
    },
)


@given(RULES)
def test_a_rule_is_shown_as_it_was_written(data):
    rule = failure_rule(data)
    assert failure_rule(as_data(rule)) == rule
    assert rule.delay == parse_duration(data.get("delay", 0))
