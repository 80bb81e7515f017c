"""What can be given and done in a scenario."""

from __future__ import annotations

import json
import pickle

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.scenario.play import play

HI = {"message": "hi"}
FORTY_TWO = {"message": "42"}


@pytest.mark.parametrize(
    ("flow", "scenario", "then"),
    [
        ("order-status", {"given": {"lookup": "timeout"}}, {"widget": "lookup", "took": "fail"}),
        (
            "order-status",
            {"given": {"lookup": {"json": {"order": 7, "status": "shipped"}}}},
            {"sent": "Order 7 is on its way."},
        ),
        (
            "order-status",
            {"given": {"lookup": ["timeout"], "stock": ["ok", "timeout"]}},
            {"widget": "lookup", "because": "timeout"},
        ),
        ("phone-menu", {"results": {"Dial": "busy"}, "when": ["call", {"press": 2}]}, "waiting"),
        (
            "phone-menu",
            {"when": ["call", {"say": "Order."}]},
            {"widget": "menu", "took": "speech"},
        ),
        ("phone-menu", {"when": ["call", "silence"]}, {"widget": "menu", "took": "timeout"}),
        ("phone-menu", {"when": ["call", "hang-up"]}, {"ended": "hangup"}),
        ("phone-menu", {"when": ["call", {"hang-up": "6s"}]}, {"time": "6s"}),
        ("payment", {"when": ["call", "return"]}, {"widget": "pay", "took": "return"}),
        (
            "payment",
            {"when": ["call", {"return": {"result": "success", "receipt": "R9"}}]},
            {"context": {"widgets.pay.receipt": "R9"}},
        ),
        (
            "order-status",
            {
                "when": [
                    HI,
                    {"event": {"name": "incomingMessage", "parameters": {"Body": 42}}},
                ]
            },
            {"sent": {"contains": "Order 42"}},
        ),
        (
            "order-status",
            {"when": [{"request": {"order": 42}}]},
            {"context": {"flow.data.order": 42}},
        ),
        (
            "order-status",
            {"when": [{"message": {"body": "hi", "media": ["https://a.example/cat.png"]}}]},
            {"context": {"trigger.message.NumMedia": {"equals": 1}}},
        ),
        ("order-status", {"when": [HI, {"wait": "59m"}]}, "waiting"),
        ("order-status", {"when": [HI, {"wait": 3600}]}, {"widget": "ask", "took": "timeout"}),
    ],
)
def test_what_is_given_and_done_shows(outcome, flow, scenario, then):
    played = outcome(flow, **{"when": [HI, FORTY_TWO], **scenario}, then=[then])
    assert (played.failures, played.error) == ((), "")


@pytest.mark.parametrize(
    ("when", "error"),
    [
        ([{"press": "1"}], "there is no call"),
        ([HI, {"event": {"name": "return"}}], "widget 'ask' does not wait for 'return'"),
        (["return"], "the event 'return' reaches nobody: no flow was run yet"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_its_place(outcome, when, error):
    played = outcome(when=when, then=["ended"])
    assert (played.failures, played.error) == ((), error)
    assert not played.passed
    assert played.error_place.line > 0


@pytest.mark.parametrize(
    ("when", "error"),
    [
        (["call", "call"], "a call is live already; hang-up ends it"),
        (["call", "hang-up", {"say": "Order."}], "the call is over"),
    ],
)
def test_calls_follow_one_another(outcome, when, error):
    assert outcome("phone-menu", when=when, then=["ended"]).error == error


GATHERS = {"twiml": "<Response><Say>Hi.</Say><Gather timeout='50'/><Say>Bye.</Say></Response>"}
PAID = {"return": {"result": "success", "receipt": "R 9&"}}
THANKS = {"said": "Thank you. Your receipt is R 9&."}


def test_the_caller_hears_what_the_flow_answers_to_a_return(outcome):
    called = {"when": ["call"], "then": [{"said": "Hi."}, {"waiting": "pay"}]}
    returned = {"when": [PAID], "then": [THANKS, {"time": {"at_most": "5s"}}, "ended"]}
    played = outcome("payment", given={"start": GATHERS}, steps=[called, returned])
    assert (played.failures, played.error) == ((), "")
    assert [line.text for line in played.lines] == ["Hi.", THANKS["said"]]


def test_what_is_pressed_after_a_return_is_for_the_flow(outcome):
    when = ["call", "return", {"press": "1"}]
    assert outcome("payment", given={"start": GATHERS}, when=when, then=["ended"]).error == (
        "the call is over"
    )


def test_a_return_that_the_flow_does_not_wait_for_leaves_the_call_alone(outcome):
    steps = [{"when": ["call"], "then": [{"waiting": "menu"}]}, {"when": ["return"]}]
    played = outcome("phone-menu", steps=steps)
    assert played.error == "widget 'menu' does not wait for 'return'"


def test_a_message_returns_without_a_call(tmp_path, scenarios):
    states = [
        ("Trigger", "trigger", {"incomingMessage": "leave"}, {}),
        ("leave", "add-twiml-redirect", {"return": "greet"}, {"url": "https://a.example/x"}),
        ("greet", "send-message", {}, {"body": "Back by {{widgets.leave.result}}."}),
    ]
    flow = {
        "description": "",
        "initial_state": "Trigger",
        "states": [
            {
                "name": name,
                "type": type_,
                "properties": properties,
                "transitions": [{"event": e, "next": to} for e, to in events.items()],
            }
            for name, type_, events, properties in states
        ],
    }
    (tmp_path / "away.flow.json").write_text(json.dumps(flow))
    endpoint = {"name": "x", "kind": "twiml", "url": "https://a.example/x"}
    (tmp_path / "away.endpoints.yaml").write_text(json.dumps({"endpoints": [endpoint]}))
    scenario = {
        "when": [HI, {"return": {"result": "bus"}}],
        "then": [{"sent": "Back by bus."}, "ended"],
    }
    (made,) = scenarios(scenario, endpoints="away.endpoints.yaml", flow=str(tmp_path / "away"))
    played = play(made)
    assert (played.failures, played.error) == ((), "")


@pytest.mark.parametrize(
    ("reply", "code", "answers"),
    [
        ("server-error", 11200, [500]),
        ("bad-twiml", 12100, [200]),
        ("refused", 11205, []),
        ("timeout", 11200, [200]),
    ],
)
def test_a_document_that_fails_is_kept_at_the_step_that_waits(outcome, reply, code, answers):
    played = outcome("payment", given={"start": reply}, when=["call"], then=[{"said": "no"}])
    document = pickle.loads(pickle.dumps(played)).steps[-1].document
    assert document.request.url.startswith("https://pay-1234.twil.io/start?")
    assert [answered.status for answered in document.answers] == answers
    assert [warning.code for warning in played.warnings] == [code]


def test_warnings_that_were_expected_before_are_not_told_again(outcome):
    first = {"when": [HI, FORTY_TWO], "then": [{"warned": 81017}]}
    steps = [first, {"then": [{"sent": "no"}]}]
    assert outcome(given={"lookup": "timeout"}, steps=steps).warnings == ()
    del first["then"]
    assert [w.code for w in outcome(given={"lookup": "timeout"}, steps=steps).warnings] == [81017]


def test_a_url_without_an_endpoint_is_an_error_unless_there_are_stand_ins(scenarios):
    scenario = {"when": [HI, FORTY_TWO], "then": [{"widget": "lookup", "took": "success"}]}
    (alone,) = scenarios(scenario, endpoints=[])
    assert "no route covers https://orders-1234.twil.io/lookup" in play(alone).error
    (stubbed,) = scenarios(scenario, endpoints=[], stub=True)
    assert play(stubbed).passed


def test_given_may_change_on_the_way(outcome):
    fails = {"when": [{"request": {}}], "then": [{"widget": "lookup", "took": "fail"}]}
    works = {"when": [{"request": {}}], "then": [{"widget": "lookup", "took": "success"}]}
    reply = {"json": {"status": "shipped"}}
    steps = [
        {"given": {"lookup": "reset", "lookup-unknown": "reset"}, **fails},
        {"given": {"lookup": reply, "lookup-unknown": reply}, **works},
    ]
    assert outcome(steps=steps).passed


def test_a_scenario_leaves_nothing_to_the_next_one(scenarios):
    draws = {"when": [HI], "then": [{"called": "random-number", "times": 3}]}
    first, second = scenarios(draws, draws, flow="random-number")
    assert play(first).passed
    assert play(second).passed
    assert play(first).passed


def test_settings_count_where_the_scenario_is_silent(scenarios):
    hurry = {"given": {"lookup": "timeout"}, "when": [HI, FORTY_TWO], "then": [{"time": "5s"}]}
    (scenario,) = scenarios(hurry)
    assert play(scenario, Settings(limits={"http-timeout": "5s"})).passed
    assert not play(scenario).passed


def test_a_scenario_keeps_what_ran_and_how_long_it_took(outcome):
    played = outcome(given={"lookup": "timeout"}, when=[HI, FORTY_TWO], then=["ended"])
    assert [step.widget for step in played.steps] == ["Trigger", "ask", "lookup", "sorry"]
    assert played.seconds == 10
    assert played.real_seconds > 0
    exchange = played.steps[2].exchange
    assert [answered.endpoint for answered in exchange.answers] == ["lookup"]
    assert exchange.verdict.reason == "timeout"


@pytest.mark.parametrize(
    ("phone", "took", "said"),
    [
        (None, "answered", ["Good news."]),
        ("answer", "answered", ["Good news."]),
        ("busy", "busy", []),
        ("no-answer", "noAnswer", []),
        ("failed", "failed", []),
    ],
)
def test_the_persons_phone_does_as_it_is_told(tmp_path, scenarios, phone, took, said):
    events = {"answered": "tell", "busy": None, "noAnswer": None, "failed": None}
    calls = {
        "name": "ring",
        "type": "make-outgoing-call-v2",
        "transitions": [{"event": event, "next": to} for event, to in events.items()],
        "properties": {"from": "{{flow.channel.address}}", "to": "{{contact.channel.address}}"},
    }
    tells = {
        "name": "tell",
        "type": "say-play",
        "transitions": [{"event": "audioComplete"}],
        "properties": {"say": "Good news."},
    }
    starts = {
        "name": "Trigger",
        "type": "trigger",
        "transitions": [{"event": "incomingRequest", "next": "ring"}],
        "properties": {},
    }
    flow = {"description": "", "initial_state": "Trigger", "states": [starts, calls, tells]}
    (tmp_path / "ring.flow.json").write_text(json.dumps(flow))
    scenario = {
        **({"phone": phone} if phone else {}),
        "when": [{"request": {}}, {"wait": "2m"}],
        "then": [{"widget": "ring", "took": took}, *({"said": text} for text in said)],
    }
    (made,) = scenarios(scenario, endpoints=[], flow=str(tmp_path / "ring"))
    outcome = play(made)
    assert (outcome.failures, outcome.error) == ((), "")
    assert [line.text for line in outcome.lines if line.kind == "said"] == said
