"""Every document that Twilio's own library can build is read without a remark."""

from __future__ import annotations

import inspect
from collections import deque

import pytest
from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from mockstudio.twiml.document import parse_document
from mockstudio.twiml.events import CallEnded, CarrierWarned
from mockstudio.twiml.numbers import PhoneNumber

VALUES = {
    "Application.copy_parent_to": True,
    "Conference.beep": "onEnter",
    "Conference.status_callback_event": "start end join leave mute hold speaker",
    "Conversation.status_callback_event": "call-initiated call-completed",
    "Conversation.record": "record-from-ringing",
    "ConversationRelay.voice": "en-US-Journey-O",
    "Dial.caller_id": "+15005550006",
    "Dial.number": "+15005550006",
    "Dial.record": "record-from-answer-dual",
    "Gather.input": "dtmf speech",
    "Number.phone_number": "+15005550006",
    "Pay.input": "dtmf",
    "Play.digits": "1w2W#",
    "Prompt.attempt": "1 2 10",
    "Recording.track": "both",
    "Reject.reason": "busy",
    "Say.voice": "Polly.Joanna-Neural",
    "Task.timeout": 60,
    "action_on_empty_result": True,
    "alphabet": "ipa",
    "answer_on_bridge": True,
    "application_reconnect": True,
    "asr_smart_format": True,
    "bank_account_type": "consumer-checking",
    "barge_in": False,
    "card_type": "visa amex",
    "channels": "dual",
    "charge_amount": "20.45",
    "debug": True,
    "deepgramSmartFormat": True,
    "dtmf_detection": True,
    "eager_eot_threshold": 0.5,
    "echo_prompt_filtering": True,
    "elevenlabs_language_text_normalization": True,
    "elevenlabs_text_normalization": "auto",
    "enable_automatic_punctuation": True,
    "end_conference_on_exit": True,
    "enhanced": True,
    "error_type": "timeout invalid-card-number",
    "finish_on_key": "#",
    "for_": "payment-card-number",
    "hangup_on_star": True,
    "inbound_autocreation": True,
    "inbound_timeout": 60,
    "include_in_prompt": "turn-state prompt-segments",
    "interpret_as": "telephone",
    "interrupt_sensitivity": "low",
    "interruptible": "any",
    "jitter_buffer_size": "small",
    "language": "en-US",
    "language_code": "de-DE",
    "length": 2,
    "level": "strong",
    "loop": 0,
    "machine_detection": "DetectMessageEnd",
    "machine_detection_silence_timeout": 5000,
    "machine_detection_speech_end_threshold": 1200,
    "machine_detection_speech_threshold": 2400,
    "machine_detection_timeout": 30,
    "max_attempts": 3,
    "max_length": 60,
    "max_participants": 10,
    "max_queue_size": 100,
    "max_speech_time": 30,
    "method": "GET",
    "min_postal_code_length": 5,
    "muted": True,
    "num_digits": 4,
    "partial_prompt_on_hangup": True,
    "partial_prompts": True,
    "partial_results": True,
    "payment_method": "ach-debit",
    "pitch": "+10%",
    "play_beep": False,
    "postal_code": "94105",
    "preemptible": True,
    "priority": 5,
    "profanity_filter": False,
    "rate": "85%",
    "record": "record-from-start",
    "recording_status_callback_event": "in-progress completed absent",
    "recording_track": "inbound",
    "report_input_during_agent_speech": "dtmf",
    "require_matching_inputs": True,
    "ring_tone": "us-old",
    "routing_assignment_timeout": 60,
    "security_code": False,
    "send_digits": "ww1234#",
    "sentiment_analysis": True,
    "sequential": True,
    "speechTimeout": "auto",
    "speech_timeout": "auto",
    "start_conference_on_enter": False,
    "status_callback_event": "initiated ringing answered completed",
    "strength": "x-strong",
    "time": "250ms",
    "time_limit": 3600,
    "timeout": 10,
    "token_type": "one-time",
    "track": "both_tracks",
    "transcribe": True,
    "transcription_language": "en-US",
    "trim": "do-not-trim",
    "tts_language": "en-US",
    "tts_language_text_normalization": True,
    "tts_text_normalization": "on",
    "turn_detection": True,
    "valid_card_types": "visa mastercard amex",
    "volume": "+6dB",
    "weight": 10,
    "welcome_greeting_interruptible": "speech",
    "xml_lang": "fr-FR",
}
"""Plausible values by parameter, or by class and parameter; all others are URLs or plain text."""

URL = "https://example.com/first"
ADVISED_AGAINST = (("sms",), ("queue",), ("prompt",), ("refer",))
"""Verbs that are deprecated or nothing by themselves: mockstudio says so while it plays them."""


def value(made, parameter):
    for name in (f"{made}.{parameter}", parameter):
        if name in VALUES:
            return VALUES[name]
    if parameter.endswith("_method"):
        return "GET"
    is_url = parameter == "action" or parameter.endswith(("url", "callback"))
    return "https://example.com/a?b=1&c=2" if is_url else "some words"


def methods(node):
    """Return the methods of a node that add an element, by name."""
    own = inspect.getmembers(type(node), inspect.isfunction)
    return {name: method for name, method in own if not hasattr(TwiML, name)}


def grow(node, name, optional):
    """Add an element with all its parameters, or with those that have to be."""
    method = methods(node)[name]
    made = name.title().replace("_", "")
    parameters = [
        parameter
        for parameter in list(inspect.signature(method).parameters.values())[1:]
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return getattr(node, name)(
        **{
            each.name: value(made, each.name)
            for each in parameters
            if optional or each.default is inspect.Parameter.empty
        }
    )


def paths(response):
    """Return a path of methods to each way in which an element can stand in another."""
    found, seen, waiting = [], set(), deque([()])
    while waiting:
        path = waiting.popleft()
        node = response()
        for name in path:
            node = grow(node, name, optional=False)
        for name in methods(node):
            if (type(node), name) not in seen:
                seen.add((type(node), name))
                found.append((*path, name))
                waiting.append((*path, name))
    return found


DOCUMENTS = [
    pytest.param(response, kind, path, id=f"{kind}-{'-'.join(path)}")
    for response, kind in ((VoiceResponse, "voice"), (MessagingResponse, "messaging"))
    for path in paths(response)
]


@pytest.mark.parametrize("optional", [True, False], ids=["all", "least"])
@pytest.mark.parametrize(("response", "kind", "path"), DOCUMENTS)
def test_a_document_of_the_official_library_leaves_no_remark(response, kind, path, optional):
    root = node = response()
    for name in path:
        node = grow(node, name, optional)
    if not optional and path[-1] == "say":
        node.nest("some words")
    document = parse_document(root.to_xml().encode(), kind=kind)
    assert document.remarks == ()
    assert names(document.verbs) == names_of(root.verbs)


@pytest.mark.parametrize(("response", "kind", "path"), DOCUMENTS)
def test_a_document_of_the_official_library_plays_to_its_end(stage, response, kind, path):
    root = node = response()
    for name in path:
        node = grow(node, name, optional=True)
    replies = [{"twiml": root.to_xml()}, {"twiml": "<Response/>"}]
    stage.endpoint("any", "https://example.com/*", kind="twiml", replies=replies)
    number = PhoneNumber("+15005550006", voice_url=URL, sms_url=URL)
    if kind == "voice":
        call = stage.sandbox.carrier.call_number(number, "+12025550123")
        assert call.wait()
        assert stage.of(CallEnded)[0].reason != "an internal error"
    else:
        stage.sandbox.carrier.chat(number, "+12025550123").send("Hello")
    is_advised_against = path in ADVISED_AGAINST or path[0] == "prompt"
    warned = {warning.code for warning in stage.of(CarrierWarned)}
    assert warned == ({None} if is_advised_against else set())


def names(elements):
    return [(each.name, names(each.children)) for each in elements]


def names_of(nodes):
    return [(each.name, names_of(each.verbs)) for each in nodes if isinstance(each, TwiML)]


def test_the_paths_lead_to_every_element_of_the_library():
    reached = {param.values[2][-1] for param in DOCUMENTS}
    assert {"gather", "conference", "whats_app", "conversation_relay", "say_as"} <= reached
    assert len(DOCUMENTS) > 130


def test_a_whole_menu_is_read_as_the_library_writes_it():
    response = VoiceResponse()
    gather = response.gather(input="dtmf speech", timeout=3, num_digits=1, action="/menu?a=1&b=2")
    say = gather.say("Press ")
    say.emphasis("one")
    say.append(" for sales & support.")
    response.redirect("/again")
    verbs = parse_document(response.to_xml().encode()).verbs
    assert verbs[0].attributes == {
        "action": "/menu?a=1&b=2",
        "input": "dtmf speech",
        "numDigits": "1",
        "timeout": "3",
    }
    assert verbs[0].children[0].text == "Press one for sales & support."
    assert verbs[1].text == "/again"
