"""Each kind of expectation holds where it should, and fails where it should."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import yaml

from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.record import Mark, Record
from mockstudio.contracts.scenario.rules import DETAILS
from mockstudio.contracts.scenario.seen import Seen
from mockstudio.contracts.scenario.value_expectations import SIGNATURES, WasCalled
from mockstudio.endpoints.request import Request
from mockstudio.endpoints.visibility import signature_problem
from mockstudio.sandbox import Sandbox

TABLE = yaml.safe_load(Path(__file__).with_name("expectation_cases.yaml").read_text())


def lines(which):
    return [
        pytest.param(block, line, id=f"{block['flow']}: {line}")
        for block in TABLE
        for line in block[which]
    ]


def play_line(outcome, block, line):
    scenario = {key: block[key] for key in ("given", "when") if key in block}
    return outcome(block["flow"], **scenario, then=[line])


@pytest.mark.parametrize(("block", "line"), lines("holds"))
def test_it_holds(outcome, block, line):
    played = play_line(outcome, block, line)
    assert (played.failures, played.error) == ((), "")


@pytest.mark.parametrize(("block", "line"), lines("fails"))
def test_it_fails_and_says_what_there_was_instead(outcome, block, line):
    played = play_line(outcome, block, line)
    (failure,) = played.failures
    assert failure.expected
    assert all(failure.found)
    assert failure.place.line > 0


@pytest.mark.parametrize("which", ["holds", "fails"])
def test_every_kind_and_every_detail_is_in_the_table(which):
    said = {key for block in TABLE for line in block[which] for key in line if line != key}
    assert said >= {detail for details in DETAILS.values() for detail in details}
    assert said >= DETAILS.keys()


HI = {"message": "hi"}
FORTY_TWO = {"message": "42"}


def test_what_is_expected_comes_in_that_order(outcome):
    asked, told = {"sent": {"contains": "number"}}, {"sent": {"contains": "Order 42"}}
    when = [HI, FORTY_TWO]
    assert outcome(when=when, then=[asked, told]).passed
    (failure,) = outcome(when=when, then=[told, asked]).failures
    assert failure.found[1].endswith("(expected above)")


def test_one_message_does_not_answer_two_expectations(outcome):
    asked = {"sent": {"contains": "number"}}
    assert not outcome(when=[HI], then=[asked, asked]).passed


def test_calls_are_expected_in_the_order_in_which_they_come(outcome):
    first, then = {"called": "lookup"}, {"called": "stock"}
    when = [HI, FORTY_TWO]
    assert outcome(when=when, then=[first, then]).passed
    (failure,) = outcome(when=when, then=[then, first]).failures
    assert failure.expected == "endpoint 'lookup' to be called"
    assert failure.found[0] == "it was before what is expected above, and not again"


def test_calls_that_are_counted_may_come_in_any_order(outcome):
    both = [{"called": "stock", "times": 1}, {"called": "lookup", "times": 1}, {"called": "lookup"}]
    assert outcome(when=[HI, FORTY_TWO], then=both).passed


def test_one_call_does_not_answer_two_expectations(outcome):
    called = {"called": "random-number", "params": {"most": "100"}}
    assert outcome("random-number", when=[HI], then=[called] * 3).passed
    assert not outcome("random-number", when=[HI], then=[called] * 4).passed


@pytest.mark.parametrize(
    ("header", "signature"),
    [((), "absent"), ((("X-Twilio-Signature", "Zm9yZ2Vk"),), "invalid")],
)
def test_a_call_that_is_not_signed_as_twilio_does_is_told_from_one_that_is(header, signature):
    with Sandbox() as sandbox:
        (endpoint,) = sandbox.add_endpoints([{"name": "a", "url": "https://a.example/a"}])
        record = Record()
        sandbox.endpoints.subscribe(record.answered)
        sandbox.endpoints.respond(Request("GET", "/a", [("Host", "a.example"), *header]))
    problem = partial(signature_problem, endpoint, auth_token="token")
    seen = Seen(record, Mark(), None, 0.0, (), lambda entry: problem(entry.request))
    misses = {
        each: WasCalled(place=Place("a"), endpoint="a", signature=each).check(seen)
        for each in SIGNATURES
    }
    assert [each for each, miss in misses.items() if miss is None] == [signature]
    assert "the X-Twilio-Signature header" in misses["valid"].found[1]


def test_a_widget_that_ran_twice_can_be_expected_twice_and_not_three_times(outcome):
    ran = {"widget": "is_large", "took": "noMatch"}
    assert outcome("random-number", when=[HI], then=[ran, ran]).passed
    (failure,) = outcome("random-number", when=[HI], then=[ran, ran, ran]).failures
    assert failure.found == ("it did before what is expected above, and not again",)


def test_warnings_may_come_in_any_order(outcome):
    when, given = [HI, FORTY_TWO], {"lookup": {"status": 500, "text": "no"}}
    both = [{"warned": 81017}, {"warned": {"contains": "answered with an error"}}]
    assert not outcome(given=given, when=when, then=both).passed
    assert outcome(given=given, when=when, then=both[:1]).passed
    assert outcome(given=given, when=when, then=both[1:]).passed


def test_json_is_expected_of_a_body_that_is_none(outcome):
    then = [{"called": "lookup", "json": {"order": "42"}}]
    (failure,) = outcome(when=[HI, FORTY_TWO], then=then).failures
    assert failure.found[1].endswith(
        ": the body is not valid JSON: Expecting value: line 1 column 1 (char 0)"
    )


@pytest.mark.parametrize("expected", [None, 1])
def test_an_empty_body_is_no_json(outcome, expected):
    when = [HI, FORTY_TWO]
    (failure,) = outcome(when=when, then=[{"called": "stock", "json": expected}]).failures
    assert failure.found[1].endswith(": the body is not valid JSON: it is empty")


def test_a_document_that_was_asked_for_belongs_to_the_widget_that_led_to_it(outcome):
    reply = {"twiml": "<Response><Say>Hi.</Say><Gather timeout='50'/></Response>"}
    then = [{"called": "start", "params": {"amount": "13"}}]
    played = outcome("payment", given={"start": reply}, when=["call", "return"], then=then)
    (failure,) = played.failures
    assert played.steps[failure.step].widget == "pay"


def test_each_then_looks_at_what_happened_since_the_one_before(outcome):
    first = {"when": [HI], "then": [{"path": ["Trigger"]}, {"sent": {"contains": "number"}}]}
    second = {
        "when": [FORTY_TWO],
        "then": [
            {"path": ["ask", "lookup", "is_shipped", "stock", "tell_stock"]},
            {"time": {"at_most": "1s"}},
        ],
    }
    again = {"then": [{"sent": {"absent": True}}, {"called": "lookup", "times": 0}, "ended"]}
    assert outcome(steps=[first, second, again]).passed


def test_the_first_then_that_fails_is_the_last_one(outcome):
    steps = [{"when": [HI], "then": ["ended", "no-warnings"]}, {"then": ["ended"]}]
    assert [failure.expected for failure in outcome(steps=steps).failures] == [
        "the execution to have ended"
    ]


@pytest.mark.parametrize(
    ("then", "left"),
    [
        ([{"sent": {"contains": "number"}}], ()),
        (["waiting"], ("sent: 'Hi! What is your order number?'  to +12025550123",)),
    ],
)
def test_a_strict_scenario_expects_all_that_is_sent(outcome, then, left):
    played = outcome(strict=True, when=[HI], then=then)
    assert tuple(line for failure in played.failures for line in failure.found) == left


def test_strict_counts_warnings_too(outcome):
    texts = [{"sent": {"contains": "number"}}, {"sent": {"contains": "Sorry"}}]
    scenario = {"strict": True, "given": {"lookup": "timeout"}, "when": [HI, FORTY_TWO]}
    assert not outcome(**scenario, then=texts).passed
    assert outcome(**scenario, then=[*texts, {"warned": 81017}]).passed


@pytest.mark.parametrize(
    ("flow", "scenario", "endpoint", "url"),
    [
        ("order-status", [HI, FORTY_TWO], "lookup", "https://orders-1234.twil.io/lookup "),
        ("payment", ["call"], "start", "https://pay-1234.twil.io/start?amount=12&"),
    ],
)
def test_a_request_is_told_with_the_url_that_the_flow_has(outcome, flow, scenario, endpoint, url):
    (failure,) = outcome(flow, when=scenario, then=[{"called": endpoint, "times": 9}]).failures
    assert failure.found[1].split(" ", 1)[1].startswith(url)
