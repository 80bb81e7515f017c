"""The golden cases of every widget: what is given, and the TwiML, talk, outputs and event of it.

Each is played through the front door: a call, a chat, a request of the REST API, or the webhook of
a Conversation. `golden/<type>.yaml` holds a type's cases:

    name:        what happens
    by:          call, chat, request or conversation; a call when not given
    properties:  of the widget
    transitions: of the widget, where its events shall lead somewhere
    before:      the widgets ahead of it: each with type, properties and the event that leads on
    posted:      what comes to the flow's webhook about the Conversation afterwards
    subflow:     the states of the flow FW5555… that it runs
    phone:       what the person does
    results:     what the world outside decides
    endpoints:   replies by URL
    later:       seconds that pass afterwards

    twiml:       what it prints, the flow's webhook shortened to FLOW
    heard:       what is said, played, pressed and sent
    asked:       what it asks the REST API for, by resource
    requests:    the HTTP widgets' requests
    takes:       its event
    brings:      its outputs, without the standard parameters of the call
    codes:       of the debugger
    stops:       the error that stops the flow, for a retired widget
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from mockstudio.errors import UnsupportedWidgetError
from mockstudio.flows.catalogue import load_catalogue
from mockstudio.flows.events import ResourceRequested, TwimlPrinted
from mockstudio.flows.widgets.registry import standard_widgets
from mockstudio.flows.widgets.retired import Retired
from mockstudio.store.results import Result
from mockstudio.twiml.events import TranscriptLine
from mockstudio.twiml.phone import Answer, HangUp, Phone, Press, Send, Silence, Speak

FILES = sorted((Path(__file__).parent / "golden").glob("*.yaml"))
CASES = [
    {"type": path.stem, **case}
    for path in FILES
    for case in yaml.safe_load(path.read_text("utf-8"))
]
SUBFLOW = "FW" + "5" * 32
CONVERSATION = "CH" + "5" * 32
EXPECTED = ("twiml", "heard", "asked", "requests", "takes", "brings", "codes", "stops")
STANDARD = {"AccountSid", "ApiVersion", "CallSid", "Called", "Caller", "Direction", "From", "To"}
PLACE = re.compile(r"(From|To|Caller|Called)(City|State|Zip|Country)")
SID = re.compile(r"\b([A-Z]{2})[0-9a-f]{32}\b")
ACTS = {
    "press": Press,
    "say": Speak,
    "hang up": lambda after: HangUp(after=after),
    "wait": lambda _: Silence(),
}
EXCUSED_EVENTS = {
    ("send-to-flex", "composerStarted"): "no source says when it happens",
}
EXCUSED_PROPERTIES = {
    "offset": "a place on the canvas",
    "flow_url": "of the editor before today's",
    "save_response_as": "of the editor before today's",
}
TYPES = load_catalogue().types
RETIRED = {name for name, widget in standard_widgets().items() if isinstance(widget, Retired)}


def name_of(case):
    return f"{case['type']}: {case['name']}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_golden_case(stage, state, flow_of, case):
    flow = prepare(stage, state, flow_of, case)
    begin(stage, flow, case)
    assert found(stage, flow, case) == {key: case[key] for key in EXPECTED if key in case}


def test_every_event_of_every_type_is_taken_by_a_case():
    events = {(name, event) for name, kind in TYPES.items() for event in kind.events or ()}
    stopped = {(name, event) for name, event in events if name in RETIRED}
    taken = {(case["type"], case["takes"]) for case in CASES if "takes" in case}
    assert taken == events - stopped - EXCUSED_EVENTS.keys()


def test_every_property_of_every_type_is_set_in_a_case():
    known = {(name, each) for name, kind in TYPES.items() for each in kind.properties or ()}
    given = {(case["type"], each) for case in CASES for each in case.get("properties", {})}
    assert given == {(name, each) for name, each in known if each not in EXCUSED_PROPERTIES}


def test_every_retired_type_stops_a_flow_in_a_case():
    assert {case["type"] for case in CASES if "stops" in case} == RETIRED


# --- what is given


def prepare(stage, state, flow_of, case):
    """Build the case's world and return its flow."""
    for what, results in case.get("results", {}).items():
        made = [Result(**each) if isinstance(each, dict) else each for each in results]
        stage.sandbox.results.script(what, *made)
    if "subflow" in case:
        inside = [state(**each) for each in case["subflow"]]
        sub = flow_of(*inside, name="sub")
        stage.sandbox.library.add(dataclasses.replace(sub, sid=SUBFLOW))
    flow = stage.play(*states(state, case))
    for number, (url, reply) in enumerate(case.get("endpoints", {}).items()):
        stage.endpoint(
            f"endpoint{number}", url, reply=led_back(reply, stage.sandbox.webhook_url(flow))
        )
    return flow


def led_back(reply, webhook):
    """Return an endpoint's reply, whose TwiML calls the flow's webhook FLOW."""
    return (
        {**reply, "twiml": reply["twiml"].replace("FLOW", webhook)} if "twiml" in reply else reply
    )


def states(state, case):
    """Return the widgets ahead, the one under test, and one for events that lead somewhere."""
    ahead = case.get("before", [])
    last = "after" if case["type"] == "trigger" else "widget"
    names = [*(f"before{number}" for number in range(len(ahead))), last]
    for name, following, each in zip(names, names[1:], ahead, strict=False):
        yield state(name, each["type"], {each["on"]: following}, **each.get("properties", {}))
    if case["type"] != "trigger":
        usual = dict.fromkeys(TYPES[case["type"]].events or ())
        transitions = case.get("transitions", usual)
        yield state("widget", case["type"], transitions, **case.get("properties", {}))
    yield state("after", "set-variables", {"next": None}, variables=[])


def phone_of(written):
    """Return the phone of a case: `acts` and `replies` in short, all else as the class has it."""
    made = dict(written)
    acts = [ACTS[key](value) for act in made.pop("acts", []) for key, value in act.items()]
    replies = tuple(Send(body) for body in made.pop("replies", []))
    answer = Answer(made.pop("answer", "answer"))
    return Phone(answer=answer, acts=tuple(acts), replies=replies, **made)


def begin(stage, flow, case):
    """Let the flow begin as the case has it, and time pass."""
    phone = phone_of(case.get("phone", {}))
    match case.get("by", "call"):
        case "call":
            assert stage.sandbox.call(flow, phone).wait()
        case "chat":
            stage.sandbox.chat(flow, phone).send("hi")
        case "request":
            stage.sandbox.request({"name": "Ada"}, flow, phone)
        case "conversation":
            for parameters in [{"Body": "hi"}, *case.get("posted", [])]:
                post_to_webhook(stage, flow, parameters)
    stage.sandbox.clock.advance(case.get("later", 0))


def post_to_webhook(stage, flow, parameters):
    path = stage.sandbox.webhook_url(flow).partition("/v1")[2]
    sent = {"ConversationSid": CONVERSATION, "From": stage.sandbox.settings.contact, **parameters}
    answer = stage.sandbox.app.test_client().post(f"/v1{path}", data=sent)
    assert (answer.status_code, answer.text) == (200, "<Response/>")


# --- what comes of it


def found(stage, flow, case):
    """Return what came of a case as the tables write it, without what is empty."""
    everything = {
        "twiml": twiml(stage, flow),
        "heard": heard(stage),
        "asked": {asked.resource: asked.parameters for asked in stage.of(ResourceRequested)},
        **taken(stage, "Trigger" if case["type"] == "trigger" else "widget", case["type"]),
        "requests": requests(stage),
        "codes": [code for code in stage.codes if code is not None],
        "stops": why_stopped(stage),
    }
    return {key: plain(value) for key, value in everything.items() if value not in ("", [], {})}


def twiml(stage, flow):
    """Return what the widget printed, without what stands around it."""
    printed = [event.twiml for event in stage.of(TwimlPrinted) if event.widget == "widget"]
    inside = "".join(printed).removeprefix("<Response>").removesuffix("</Response>")
    return inside.replace(stage.sandbox.webhook_url(flow), "FLOW")


def heard(stage):
    lines = [event for event in stage.events if isinstance(event, TranscriptLine)]
    told = (f"{line.who} {line.what}: {line.text}" for line in lines)
    return [text.removeprefix("Twilio ").removesuffix(": ") for text in told]


def requests(stage):
    """Return what reached the endpoints that did not come from the carrier."""
    made = [e.request for e in stage.sandbox.journal if "CallSid" not in e.request.params]
    theirs = [request for request in made if "MessageSid" not in request.params]
    sent = ((each.method, each.url.partition("://")[2], each.text) for each in theirs)
    return [" ".join(parts).rstrip() for parts in sent]


def taken(stage, widget, kind):
    """Return the event and the outputs of the last step of the widget under test."""
    steps = [step for execution in stage.sandbox.executions.all() for step in execution.steps]
    mine = [step for step in steps if (step.transitioned_from, step.type) == (widget, kind)]
    return {"takes": mine[-1].name, "brings": mine[-1].outputs} if mine else {}


def why_stopped(stage):
    try:
        stage.sandbox.raise_problem()
    except UnsupportedWidgetError as error:
        return str(error)
    return ""


def plain(value):
    """Return data without what every call and message brings; of a SID its prefix alone."""
    if isinstance(value, Mapping):
        kept = {key: plain(each) for key, each in value.items() if not is_standard(key)}
        return {key: each for key, each in kept.items() if each is not None}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return SID.sub(r"\1…", value) if isinstance(value, str) else value


def is_standard(key):
    return key in STANDARD or PLACE.fullmatch(key) is not None
