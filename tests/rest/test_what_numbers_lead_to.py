"""Which flow or URL answers a call or a message: what the number that it is for is set to."""

from __future__ import annotations

import pytest

from mockstudio.config import Settings
from mockstudio.errors import UsageError
from mockstudio.store.messages import FAILED
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.numbers import PhoneNumber

FIRST = Settings().number
OTHER = "+14155551234"
HOST = "https://example.test"
AP, TK = "AP" + "1" * 32, "TK" + "1" * 32


@pytest.fixture
def flow(sandbox, flow_of, state):
    """Load a flow that says its name in calls and in messages."""

    def load(name):
        there = {"from": "{{flow.channel.address}}", "to": "{{contact.channel.address}}"}
        widgets = (
            state("choose", "split-based-on", [
                {"event": "noMatch", "next": "call"},
                {"event": "match", "next": "text", "conditions": [
                    {"friendly_name": "text", "arguments": ["{{trigger.message.Body}}"],
                     "type": "is_not_blank", "value": "Is Not Blank"}]},
            ], input="{{trigger.message.Body}}"),
            state("call", "say-play", {"audioComplete": None}, say=name),
            state("text", "send-message", {"sent": None}, body=name, **there),
        )  # fmt: skip
        return sandbox.library.add(flow_of(*widgets, name=name))

    return load


@pytest.fixture
def urls(sandbox):
    """Script documents that say a name; return what sets a number to them."""

    def script(name):
        say, message = f"<Say>{name}</Say>", f"<Message>{name}</Message>"
        documents = {"voice": say, "sms": message}
        for kind, verb in documents.items():
            reply = {"twiml": f"<Response>{verb}</Response>"}
            endpoint = {"name": f"{name}-{kind}", "url": f"{HOST}/{name}/{kind}", "kind": "twiml"}
            sandbox.add_endpoints({"endpoints": [{**endpoint, "reply": reply}]})
        return {f"{kind}_url": f"{HOST}/{name}/{kind}" for kind in documents}

    return script


@pytest.fixture
def heard(sandbox):
    """Tell what is said in a call, and what is answered to a message."""

    def answer(**whom):
        call, chat = sandbox.call(**whom), sandbox.chat(**whom)
        call.wait()
        return said(call), replied(sandbox, chat)

    return answer


def said(call):
    return [line.text for line in call.transcript if line.what == "Say"]


def replied(sandbox, chat):
    before = len(sandbox.messages.all())
    chat.send("hi")
    sandbox.clock.advance(0)
    return [message.body for message in sandbox.messages.all()[before + 1 :]]


def the_number(client, written=FIRST):
    (number,) = client.incoming_phone_numbers.list(phone_number=written)
    return number


def test_the_first_number_is_set_to_nothing_where_there_is_no_flow(client):
    number = the_number(client)
    assert (number.voice_url, number.sms_url, number.status_callback) == ("", "", "")


def test_the_first_number_is_set_to_the_first_flow_that_is_loaded(sandbox, client, flow):
    one, two = flow("one"), flow("two")
    url, number = sandbox.webhook_url(one), the_number(client)
    assert (number.voice_url, number.sms_url, number.status_callback) == (url, url, url)
    assert sandbox.number_of(one) == sandbox.flow_numbers.look_up(FIRST)
    url = sandbox.webhook_url(two)
    expected = PhoneNumber(FIRST, voice_url=url, status_callback=url, sms_url=url)
    assert sandbox.number_of(two) == expected


def test_the_settings_fallback_url_goes_with_the_number(on_stage, flow_of):
    sandbox = on_stage(Settings(fallback_url=f"{HOST}/fallback")).sandbox
    flow = sandbox.library.add(flow_of())
    (number,) = sandbox.numbers.all()
    assert number.voice_fallback_url == number.sms_fallback_url == f"{HOST}/fallback"
    assert sandbox.number_of(flow).voice_fallback_url == f"{HOST}/fallback"


def test_a_call_or_message_to_nobody_in_particular_is_for_the_first_number(heard, flow):
    flow("one")
    assert heard() == (["one"], ["one"])
    two = flow("two")
    assert heard() == (["one"], ["one"])
    assert heard(flow=two) == (["two"], ["two"])


def test_a_number_bought_for_urls_answers_with_them(heard, client, urls, flow):
    client.incoming_phone_numbers.create(phone_number=OTHER, **urls("other"))
    assert heard(number=OTHER) == (["other"], ["other"])
    flow("one")
    assert heard() == (["one"], ["one"])
    assert heard(number=OTHER) == (["other"], ["other"])


def test_a_number_bought_for_a_flow_runs_it(sandbox, heard, client, flow):
    flow("one")
    two = flow("two")
    url = sandbox.webhook_url(two)
    client.incoming_phone_numbers.create(phone_number=OTHER, voice_url=url, sms_url=url)
    assert sandbox.number_of(two).number == OTHER
    assert heard(number=OTHER) == (["two"], ["two"])
    assert sandbox.messages.all()[0].to == OTHER
    assert {execution.flow_sid for execution in sandbox.executions.all()} == {two.sid}


def test_the_first_number_can_be_set_to_something_else(heard, client, urls, flow):
    flow("one")
    the_number(client).update(**urls("mine"))
    assert heard() == (["mine"], ["mine"])


def test_a_chat_follows_what_its_number_is_set_to(sandbox, client, urls, flow):
    flow("one")
    chat = sandbox.chat()
    assert replied(sandbox, chat) == ["one"]
    number = the_number(client)
    number.update(**urls("mine"))
    assert replied(sandbox, chat) == ["mine"]
    number.delete()
    assert replied(sandbox, chat) == []


def test_a_number_that_somebody_has_set_is_left_alone(sandbox, client, urls, flow):
    the_number(client).update(**urls("mine"))
    flow("one")
    sandbox.connect("http://127.0.0.1:8080")
    assert the_number(client).voice_url == f"{HOST}/mine/voice"


def test_numbers_follow_their_flows_webhooks_to_a_server(sandbox, client, flow):
    sandbox.bind(flow("one"))
    sandbox.bind(flow("two"), OTHER)
    sandbox.connect("http://127.0.0.1:8080")
    for name, number in (("one", FIRST), ("two", OTHER)):
        url = sandbox.webhook_url(sandbox.flow(name))
        assert url.startswith("http://127.0.0.1:8080/")
        assert the_number(client, number).voice_url == url


def test_a_number_can_be_bound_before_the_first_flow_is_loaded(sandbox, client, flow, flow_of):
    later = flow_of(name="later")
    sandbox.bind(later, OTHER)
    one = flow("one")
    assert the_number(client, OTHER).voice_url == sandbox.webhook_url(later)
    assert the_number(client).voice_url == sandbox.webhook_url(one)


def test_binding_takes_away_what_would_answer_instead(sandbox, heard, client, flow):
    one = flow("one")
    handlers = {"trunk_sid": TK, "sms_application_sid": AP, "voice_method": "GET"}
    the_number(client).update(**handlers)
    bound = sandbox.bind(one)
    assert sandbox.flow_numbers.look_up(FIRST) == bound == sandbox.number_of(one)
    assert heard(number=FIRST) == (["one"], ["one"])


def test_a_reset_sets_the_first_number_to_its_flow_and_forgets_the_others(sandbox, client, flow):
    flow("one")
    two = flow("two")
    sandbox.bind(two)
    sandbox.bind(two, OTHER)
    the_number(client).delete()
    sandbox.reset()
    (number,) = client.incoming_phone_numbers.list()
    assert (number.phone_number, number.voice_url) == (FIRST, sandbox.webhook_url(two))


@pytest.mark.parametrize(
    ("handler", "is_call_answered", "is_message_answered"),
    [
        ({"voice_application_sid": AP}, False, True),
        ({"trunk_sid": TK}, False, True),
        ({"sms_application_sid": AP}, True, False),
    ],
)
def test_what_an_application_or_trunk_handles_asks_no_url(
    heard, client, urls, handler, is_call_answered, is_message_answered
):
    client.incoming_phone_numbers.create(phone_number=OTHER, **urls("other"), **handler)
    calls, messages = heard(number=OTHER)
    assert (calls, messages) == (
        ["other"] if is_call_answered else [],
        ["other"] if is_message_answered else [],
    )


def test_a_call_to_a_number_without_voice_url_fails(on_stage):
    stage = on_stage()
    call = stage.sandbox.call(number=FIRST)
    assert call.wait()
    assert (call.status, call.seconds, said(call)) == ("failed", 0, [])
    (warning,) = stage.of(CarrierWarned)
    assert warning.text == f"number {FIRST} has no voice_url: nobody answers its calls"


def test_whom_the_account_has_no_number_for_cannot_be_called(sandbox, client, flow):
    one = flow("one")
    for begin in (sandbox.call, sandbox.chat):
        with pytest.raises(UsageError, match=rf"no number \{OTHER} \(it has: \{FIRST}\)"):
            begin(number=OTHER)
        with pytest.raises(UsageError, match="name flow 'one' or number"):
            begin(one, number=FIRST)
    the_number(client).delete()
    for begin in (sandbox.call, sandbox.chat):
        with pytest.raises(UsageError, match=rf"no number \{FIRST} \(it has: none\)"):
            begin(number=FIRST)
        with pytest.raises(UsageError, match="no number of the account is set to flow"):
            begin()


def test_without_flows_it_must_be_told_who_is_called(sandbox):
    with pytest.raises(UsageError, match="name the flow that is meant"):
        sandbox.call()


def test_a_person_replies_to_the_number_that_wrote(sandbox, client, urls, flow):
    client.incoming_phone_numbers.create(phone_number=OTHER, **urls("other"))
    one = flow("one")
    sandbox.chat(one).send("hi")
    sandbox.chat(number=OTHER).send("hi")
    sent = {message.from_: message.body for message in sandbox.messages.all()}
    assert (sent[FIRST], sent[OTHER]) == ("one", "other")
    assert not any(message.status == FAILED for message in sandbox.messages.all())


def test_a_call_from_one_number_to_another_rings_at_both_ends(sandbox, client, urls):
    client.incoming_phone_numbers.create(phone_number=OTHER, **urls("ours"))
    hold = "<Response><Pause length='60'/></Response>"
    made = client.calls.create(to=OTHER, from_=FIRST, twiml=hold)
    sandbox.clock.advance(300)
    inbound, outbound = client.calls.list()
    assert (outbound.sid, outbound.status, outbound.direction) == (
        made.sid, "completed", "outbound-api"
    )  # fmt: skip
    assert (inbound._from, inbound.to, inbound.direction) == (FIRST, OTHER, "inbound")
    assert inbound.status == "completed"
    assert said(sandbox.carrier.call(inbound.sid)) == ["ours"]
    assert int(outbound.duration) < 10, "one side hangs up when the other does"


def test_who_calls_a_number_of_the_account_can_hang_up(sandbox, client, flow):
    sandbox.bind(flow("ours"), OTHER)
    made = client.calls.create(to=OTHER, from_=FIRST, twiml="<Response><Hangup/></Response>")
    sandbox.clock.advance(60)
    assert {call.status for call in client.calls.list()} == {"completed"}
    assert client.calls(made.sid).fetch().duration == "0"


def test_a_call_that_is_canceled_before_it_rings_reaches_nobody(sandbox, client, urls):
    client.incoming_phone_numbers.create(phone_number=OTHER, **urls("ours"))
    made = client.calls.create(to=OTHER, from_=FIRST, twiml="<Response/>")
    client.calls(made.sid).update(status="canceled")
    sandbox.clock.advance(60)
    assert client.calls(made.sid).fetch().status == "canceled"
    assert [str(entry) for entry in sandbox.journal] == []
