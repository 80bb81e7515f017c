from __future__ import annotations

import pytest

from mockstudio.flows.catalogue import load_catalogue

OFFICIAL_TYPES = """
    add-member-to-chat-channel add-twiml-redirect capture-payments connect-call-to
    create-chat-channel create-task enqueue-call fork-stream gather-input-on-call
    make-http-request make-outgoing-call-v1 make-outgoing-call-v2 record-call record-voicemail
    run-function run-function-v2 say-play send-and-wait-for-reply send-message send-to-flex
    set-variables split-based-on run-subflow trigger understand update-sync-object
    connect-virtual-agent connect-virtual-agent-v2
"""
OTHER_TYPES = "start-conversation resume-conversation run-conversation-relay send-to-auto-pilot"


@pytest.fixture
def catalogue():
    return load_catalogue()


def test_the_official_types_come_first_and_in_order(catalogue):
    assert list(catalogue.types) == [*OFFICIAL_TYPES.split(), *OTHER_TYPES.split()]


def test_every_call_gives_an_object_of_its_own(catalogue):
    other = load_catalogue()
    assert other == catalogue
    assert other.types is not catalogue.types


@pytest.mark.parametrize(
    ("type_name", "events"),
    [
        ("make-http-request", ("success", "failed")),
        ("run-function", ("success", "fail")),
        ("add-twiml-redirect", ("return", "timeout", "fail")),
        ("set-variables", ("next",)),
        ("send-and-wait-for-reply", ("incomingMessage", "timeout", "deliveryFailure")),
        (
            "send-to-flex",
            ("callComplete", "failedToEnqueue", "callFailure", "composerStarted"),
        ),
        ("create-task", None),
        ("run-function-v2", None),
    ],
)
def test_events_are_spelt_as_the_type_spells_them(catalogue, type_name, events):
    assert catalogue.types[type_name].events == events


def test_a_property_knows_its_type_its_default_and_its_values(catalogue):
    method = catalogue.types["make-http-request"].properties["method"]
    assert (method.types, method.default, method.allowed) == (("string",), "GET", ("GET", "POST"))


def test_the_timeout_of_a_prompt_is_text_or_in_old_flows_a_number(catalogue):
    prompt = catalogue.types["send-and-wait-for-reply"]
    assert prompt.properties["timeout"].types == ("string", "integer")


def test_a_property_whose_type_nobody_knows_may_have_any(catalogue):
    assert catalogue.types["run-conversation-relay"].properties["dtmf_detection"].types == ()


def test_a_function_without_url_is_required_but_not_refused(catalogue):
    url = catalogue.types["run-function"].properties["url"]
    assert (url.required, url.refused_without) == (True, False)


def test_there_are_seventeen_condition_types(catalogue):
    assert len(set(catalogue.condition_types)) == 17


@pytest.mark.parametrize(
    ("wrong", "suggestion"),
    [
        ("send-mesage", "; did you mean 'send-message'?"),
        ("Webhook", "; did you mean 'make-http-request' (once 'Webhook')?"),
        ("MesagePrompt", "; did you mean 'send-and-wait-for-reply' (once 'MessagePrompt')?"),
        ("HTTP request", "; did you mean 'make-http-request'?"),
        ("reply", "; did you mean 'send-and-wait-for-reply'?"),
        ("xyzzy", ""),
        ("", ""),
    ],
)
def test_an_unknown_type_gets_the_nearest_one(catalogue, wrong, suggestion):
    assert catalogue.type_suggestion(wrong) == suggestion


@pytest.mark.parametrize(
    ("type_name", "wrong", "suggestion"),
    [
        ("gather-input-on-call", "num_digits", "; did you mean 'number_of_digits'?"),
        ("make-http-request", "send_twilio_credentials", "; did you mean 'add_twilio_auth'?"),
        ("make-http-request", "methd", "; did you mean 'method'?"),
        ("say-play", "send_twilio_credentials", ""),
    ],
)
def test_an_unknown_property_gets_the_exported_name(catalogue, type_name, wrong, suggestion):
    assert catalogue.property_suggestion(wrong, catalogue.types[type_name]) == suggestion
