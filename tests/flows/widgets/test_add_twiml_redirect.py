from __future__ import annotations

import pytest

from mockstudio.flows.events import FlowEvent, TwimlPrinted, Waiting, Warned

URL = "https://shop.example.com/ivr"
EVENTS = {"return": None, "timeout": None, "fail": None}


@pytest.fixture
def redirect(stage, state):
    def redirected(url=URL, **properties):
        stage.play(state("leave", "add-twiml-redirect", EVENTS, url=url, **properties))
        return stage.sandbox.message("Müller & Söhne")

    return redirected


def printed(stage):
    (event,) = stage.of(TwimlPrinted)
    return event.twiml


@pytest.mark.parametrize(
    ("properties", "twiml"),
    [
        ({}, f'<Response><Redirect method="POST">{URL}</Redirect></Response>'),
        ({"method": "GET"}, f'<Response><Redirect method="GET">{URL}</Redirect></Response>'),
        ({"method": "get"}, f'<Response><Redirect method="GET">{URL}</Redirect></Response>'),
        (
            {"url": URL + "?a=1&b={{trigger.message.Body | url_encode}}"},
            f'<Response><Redirect method="POST">{URL}?a=1&amp;b=M%C3%BCller+%26+S%C3%B6hne'
            "</Redirect></Response>",
        ),
        (
            {"url": f"  {URL}\n"},
            f'<Response><Redirect method="POST">{URL}</Redirect></Response>',
        ),
    ],
)
def test_the_printed_twiml(stage, redirect, properties, twiml):
    execution = redirect(**properties)
    assert printed(stage) == twiml == execution.wait.twiml


def test_nothing_is_called(stage, redirect):
    stage.endpoint("ivr", URL, reply={"status": 404})
    execution = redirect()
    assert len(stage.sandbox.journal) == 0
    assert (execution.status, execution.path) == ("active", ["Trigger"])


@pytest.mark.parametrize(
    "url",
    [
        "{{nothing}}",
        "/ivr",
        "shop.example.com/ivr",
        "ftp://shop.example.com/ivr",
        "https://",
        "https://shop.example.com:port/ivr",
        "https://shop.example.com:99999/ivr",
        "https://[::1/ivr",
        "https://shop.example.com/{{trigger.message.Body}}",
        "https://shop.example.com/a\nb",
        "whatsapp:+551155555555",
    ],
)
def test_only_a_bad_url_fails(stage, redirect, url):
    execution = redirect(url)
    assert execution.steps[-1].name == "fail"
    assert execution.status == "ended"
    assert execution.context["widgets"] == {}
    assert stage.of(TwimlPrinted) == []


def test_a_return_brings_all_its_parameters(stage, redirect):
    execution = redirect()
    parameters = {"FlowEvent": "return", "foo": "bar", "SpeechResult": "Yes.", "Confidence": "0.9"}
    assert stage.sandbox.receive(execution, FlowEvent("return", parameters))
    assert execution.steps[-1].name == "return"
    assert execution.context["widgets"]["leave"] == parameters


def test_a_timeout_sets_nothing_and_comes_at_exactly_the_second(stage, redirect):
    execution = redirect(timeout="90")
    stage.sandbox.clock.advance(89.5)
    assert execution.is_active
    stage.sandbox.clock.advance(0.5)
    assert execution.steps[-1].name == "timeout"
    assert execution.context["widgets"] == {}


def test_a_timeout_sets_nothing_whatever_comes_with_it(stage, redirect):
    execution = redirect()
    assert stage.sandbox.receive(execution, FlowEvent("timeout", {"foo": "bar"}))
    assert execution.context["widgets"] == {}


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [
        ({}, 14_400),
        ({"timeout": ""}, 14_400),
        ({"timeout": "14400"}, 14_400),
        ({"timeout": "{{trigger.message.Body | size}}"}, 14),
        ({"timeout": " 5 "}, 5),
        ({"timeout": "0"}, None),
    ],
)
def test_how_long_it_waits(stage, redirect, timeout, seconds):
    redirect(**timeout)
    assert [waiting.seconds for waiting in stage.of(Waiting)] == [seconds]
    assert stage.codes == []


@pytest.mark.parametrize("timeout", ["14401", "-1", "soon", "nan", "1e9"])
def test_a_nonsense_timeout_is_warned_of_and_the_default_counts(stage, redirect, timeout):
    redirect(timeout=timeout)
    assert [waiting.seconds for waiting in stage.of(Waiting)] == [14_400]
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.widget) == (None, "leave")


def test_timeout_zero_waits_for_nothing_but_the_executions_end(stage, redirect):
    execution = redirect(timeout="0")
    stage.sandbox.clock.advance(29 * 86_400)
    assert execution.is_active
    assert stage.sandbox.receive(execution, FlowEvent("return"))
    assert execution.steps[-1].name == "return"


@pytest.mark.parametrize("event", ["incomingMessage", "audioComplete", "fail", "Return"])
def test_other_events_are_ignored_with_81002(stage, redirect, event):
    execution = redirect()
    assert not stage.sandbox.receive(execution, FlowEvent(event))
    (warning,) = stage.of(Warned)
    assert warning.code == 81002
    assert f"'{event}'" in warning.text
    assert "'leave'" in warning.text
    assert (execution.status, execution.widget) == ("active", "leave")


def test_a_method_that_twiml_does_not_know_becomes_post_with_a_warning(stage, redirect):
    redirect(method="PUT")
    assert printed(stage) == f'<Response><Redirect method="POST">{URL}</Redirect></Response>'
    assert "method 'PUT' is none of GET, POST" in stage.of(Warned)[0].text
