"""A flow deployed, published and triggered with the official library, and answered by a phone."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from mockstudio.twiml.phone import Phone, Press, Send

STOCK = {
    "endpoints": [
        {
            "name": "stock",
            "url": "https://shop.example.com/stock",
            "reply": {"json": {"left": 3, "sizes": ["S", "M"]}},
        }
    ]
}


@pytest.fixture
def shout(deploy, state):
    """A flow that other flows run: it gives back a name in capitals."""
    loud = {"key": "loud", "value": "{{trigger.parent.parameters.name | upcase}}"}
    return deploy(
        name="shout", states=[state("shout", "set-variables", {"next": None}, variables=[loud])]
    )


@pytest.fixture
def survey(deploy, state, shout):
    """A draft that asks for a colour, looks up what is left of it, and says so."""
    in_colour = {
        "event": "match",
        "next": "look_up",
        "conditions": [
            {
                "type": "matches_any_of",
                "arguments": ["{{widgets.ask.inbound.Body}}"],
                "value": "red,blue",
                "friendly_name": "a colour",
            }
        ],
    }
    left = {"key": "left", "value": "{{widgets.look_up.parsed.left}}"}
    return deploy(
        name="survey",
        status="draft",
        states=[
            state("greet", "run-subflow", {"completed": "ask", "failed": None},
                  flow_sid=shout.sid, flow_revision="LatestPublished",
                  parameters=[{"key": "name", "value": "{{flow.data.name}}"}]),
            state("ask", "send-and-wait-for-reply",
                  {"incomingMessage": "which", "timeout": None, "deliveryFailure": None},
                  body="{{widgets.greet.loud}}, which colour?", timeout="600"),
            state("which", "split-based-on", [{"event": "noMatch", "next": "ask"}, in_colour],
                  input="{{widgets.ask.inbound.Body}}"),
            state("look_up", "make-http-request", {"success": "keep", "failed": None},
                  method="GET", url="https://shop.example.com/stock?c={{widgets.ask.inbound.Body}}"),
            state("keep", "set-variables", {"next": "tell"}, variables=[left]),
            state("tell", "send-message", {"sent": None, "failed": None},
                  body="{{flow.variables.left}} are left"),
        ],
    )  # fmt: skip


def test_a_deployed_flow_is_published_triggered_answered_and_read_back(client, sandbox, survey):
    person, number = sandbox.settings.contact, sandbox.settings.number
    sandbox.add_endpoints(STOCK)
    flow = client.studio.v2.flows(survey.sid)
    with pytest.raises(TwilioRestException, match="has no published revision"):
        flow.executions.create(person, number)
    assert flow.update("published").revision == 2
    sandbox.chat(sandbox.flow(survey.sid), Phone(replies=(Send("green"), Send("blue"))))

    made = flow.executions.create(person, number, parameters={"name": "zoë", "orders": [1, 2]})
    assert (made.status, made.flow_version) == ("active", 2)
    sandbox.clock.advance(60)

    sent = [message.body for message in sandbox.messages.all() if message.from_ == number]
    assert sent == ["ZOË, which colour?", "ZOË, which colour?", "3 are left"]
    resource, engine = flow.executions(made.sid), sandbox.executions.get(made.sid)
    assert resource.fetch().status == engine.status == "ended"
    context = resource.execution_context().fetch().context
    assert context == engine.context == engine.context_after()
    assert context["flow"]["data"] == {"name": "zoë", "orders": [1, 2]}
    assert context["trigger"]["request"]["parameters"] == context["flow"]["data"]
    assert context["flow"]["variables"] == {"left": 3}
    assert context["contact"]["channel"]["address"] == person
    assert context["widgets"]["ask"]["inbound"]["Body"] == "blue"
    assert context["widgets"]["look_up"]["parsed"]["sizes"] == ["S", "M"]

    steps = list(reversed(resource.steps.list()))
    assert [(step.transitioned_from, step.name, step.transitioned_to) for step in steps] == [
        ("Trigger", "incomingRequest", "greet"),
        ("Trigger", "incomingParent", "shout"),
        ("shout", "next", "Ended"),
        ("greet", "completed", "ask"),
        ("ask", "incomingMessage", "which"),
        ("which", "noMatch", "ask"),
        ("ask", "incomingMessage", "which"),
        ("which", "match", "look_up"),
        ("look_up", "success", "keep"),
        ("keep", "next", "tell"),
        ("tell", "sent", "Ended"),
    ]
    assert [(step.sid, step.type, step.parent_step_sid) for step in steps] == [
        (step.sid, step.type, step.parent_step_sid) for step in engine.steps
    ]
    contexts = [resource.steps(step.sid).step_context().fetch().context for step in steps]
    assert contexts == [engine.context_after(step) for step in engine.steps]
    replies = [each["widgets"].get("ask", {}).get("inbound", {}).get("Body") for each in contexts]
    assert replies == [None, None, None, None, "green", "green", *["blue"] * 5]
    assert contexts[-1] == context


def test_a_deployed_flow_calls_and_its_call_is_one_world_with_the_execution(
    client, sandbox, deploy, state
):
    made = deploy(
        states=[
            state("call", "make-outgoing-call-v2",
                  {"answered": "menu", "busy": None, "noAnswer": None, "failed": None},
                  timeout="30"),
            state("menu", "gather-input-on-call",
                  {"keypress": "bye", "speech": None, "timeout": None},
                  say="Press a key", timeout=5, number_of_digits=1),
            state("bye", "say-play", {"audioComplete": None}, say="{{widgets.menu.Digits}}, bye"),
        ]
    )  # fmt: skip
    person, number = sandbox.settings.contact, sandbox.settings.number
    sandbox.chat(sandbox.flow(made.sid), Phone(acts=(Press("7"),)))
    executions = client.studio.v2.flows(made.sid).executions
    execution = executions.create(person, number)
    sandbox.clock.advance(120)

    resource = executions(execution.sid)
    assert resource.fetch().status == "ended"
    steps = list(reversed(resource.steps.list()))
    assert [(step.transitioned_from, step.name) for step in steps] == [
        ("Trigger", "incomingRequest"),
        ("call", "answered"),
        ("menu", "keypress"),
        ("bye", "audioComplete"),
    ]
    context = resource.execution_context().fetch().context
    assert context == sandbox.executions.get(execution.sid).context
    (call,) = sandbox.carrier.calls
    assert context["widgets"]["call"]["CallSid"] == call.sid
    assert context["widgets"]["menu"]["Digits"] == "7"
    assert (call.status, call.setup.to) == ("completed", person)


def test_with_a_flow_go_its_executions(client, sandbox, deploy, state):
    made = deploy(states=[state("ask", "send-and-wait-for-reply", {"timeout": None}, body="?")])
    flow = client.studio.v2.flows(made.sid)
    execution = flow.executions.create(sandbox.settings.contact, sandbox.settings.number)
    sandbox.clock.advance(0)
    flow.delete()
    for call in (flow.executions(execution.sid).fetch, flow.executions.list):
        with pytest.raises(Exception, match=r"404|not found"):
            call()
    assert not sandbox.executions.get(execution.sid).is_active
