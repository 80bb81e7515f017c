import pytest

from mockstudio.clock import SystemClock
from mockstudio.contracts.matrix.matrix import make_matrix
from mockstudio.contracts.matrix.model import UNREACHED
from mockstudio.errors import UsageError

BODY = "{{trigger.message.Body}}"
MESSAGE = ("incomingMessage",)
CALL = ("incomingCall",)


def reached(matrix):
    return [drive.widget for drive in matrix.drives]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("equal_to", "status"),
        ("matches_any_of", "one, two"),
        ("contains", "order"),
        ("starts_with", "st"),
        ("regex", "[0-9]{3,5}"),
        ("regex", r"(order|status)\s+\d{4}"),
        ("is_blank", "Is Blank"),
        ("is_not_blank", "Is Not Blank"),
        ("greater_than", "40"),
        ("less_than", "-3"),
        ("not_equal_to", "1"),
        ("does_not_contain", "1"),
        ("does_not_match_any_of", "1,2"),
        ("does_not_start_with", "1"),
        ("is_before_time", "09:00"),
        ("is_after_time", "17:00"),
        ("is_before_date", "2026-01-01"),
        ("is_after_date", "2026-12-31"),
    ],
)
def test_a_message_is_chosen_that_leads_through_a_split(kind, value, matrix_of, split, http):
    matrix = matrix_of(split("ask", BODY, (kind, value, "call")), http("call"), routed=MESSAGE)
    assert reached(matrix) == ["call"]
    assert {cell.took for cell in matrix.cells} == {"success", "failed"}


def test_no_match_is_taken_when_no_branch_holds(matrix_of, split, http):
    branches = [("equal_to", "1", None), ("is_blank", "", None), ("contains", "mock", None)]
    matrix = matrix_of(
        split("ask", BODY, *branches, otherwise="call"), http("call"), routed=MESSAGE
    )
    assert reached(matrix) == ["call"]
    assert matrix.drives[0].chosen == {"trigger.message.Body": "0"}


def test_an_earlier_branch_is_passed_by(matrix_of, split, http):
    ask = split("ask", BODY, ("contains", "a", None), ("starts_with", "b", "call"))
    assert reached(matrix_of(ask, http("call"), routed=MESSAGE)) == ["call"]


def test_two_splits_agree_on_one_value(matrix_of, split, http):
    first = split("first", BODY, ("greater_than", "5", "second"))
    second = split("second", BODY, ("less_than", "7", "call"))
    matrix = matrix_of(first, second, http("call"), routed=MESSAGE)
    assert matrix.drives[0].chosen == {"trigger.message.Body": "6"}


def test_filters_are_minded(matrix_of, split, http):
    ask = split("ask", "{{trigger.message.Body | strip | size}}", ("equal_to", "5", "call"))
    assert reached(matrix_of(ask, http("call"), routed=MESSAGE)) == ["call"]


def test_nested_attributes_of_a_conversation_are_chosen(matrix_of, split, http):
    source = "{{trigger.conversation.ChannelAttributes.pre_engagement_data.language}}"
    ask = split("ask", source, ("equal_to", "fr-CA", "call"))
    matrix = matrix_of(ask, http("call"), routed=("incomingConversationMessage",))
    assert reached(matrix) == ["call"]


def test_parameters_of_a_request_are_chosen(matrix_of, split, http):
    ask = split("ask", "{{flow.data.order.kind}}", ("equal_to", "late", "call"))
    matrix = matrix_of(ask, http("call"), routed=("incomingRequest",))
    assert matrix.drives[0].chosen == {"flow.data.order.kind": "late"}


def test_what_a_parent_gives_is_chosen(matrix_of, split, http):
    ask = split("ask", "{{trigger.parent.parameters.mode}}", ("equal_to", "debug", "call"))
    assert reached(matrix_of(ask, http("call"), routed=("incomingParent",))) == ["call"]


def test_the_calling_number_is_chosen(matrix_of, split, http):
    ask = split("ask", "{{trigger.call.From}}", ("starts_with", "+44", "call"))
    assert reached(matrix_of(ask, http("call"), routed=CALL)) == ["call"]


def question(state, next_, silent=None):
    ways = {"incomingMessage": next_, "timeout": silent, "deliveryFailure": None}
    to, from_ = "{{contact.channel.address}}", "{{flow.channel.address}}"
    kind = "send-and-wait-for-reply"
    return state("question", kind, ways, body="Which?", timeout="60", to=to, **{"from": from_})


def test_a_reply_is_chosen(matrix_of, state, split, http):
    ask = split("ask", "{{widgets.question.inbound.Body}}", ("equal_to", "3", "call"))
    matrix = matrix_of(question(state, "ask"), ask, http("call"), routed=MESSAGE)
    assert matrix.drives[0].chosen == {"widgets.question.inbound.Body": "3"}


def test_a_stub_answers_every_name_that_templates_read(matrix_of, state, http, say):
    body = "{{widgets.look.parsed.text}}"
    matrix = matrix_of(
        http("look", "told"), say("told", body, "call"), http("call"), routed=MESSAGE
    )
    assert reached(matrix) == ["look", "call"]
    assert matrix.cells[0].heard == "mockstudio"


def test_a_full_queue_is_played_where_it_is_the_way(matrix_of, state, http):
    ways = {"callComplete": None, "failedToEnqueue": "call", "callFailure": None}
    flex = state("flex", "send-to-flex", ways, workflow="WW" + "0" * 32, channel="TC" + "0" * 32)
    assert reached(matrix_of(flex, http("call"), routed=CALL)) == ["call"]


def test_a_question_passes_without_a_reply(matrix_of, state, http):
    matrix = matrix_of(question(state, None, "call"), http("call"), routed=MESSAGE)
    assert matrix.drives[0].path == ("Trigger", "question")


@pytest.mark.parametrize(
    ("event", "output"), [("keypress", "Digits"), ("speech", "SpeechResult"), ("timeout", "")]
)
def test_a_question_in_a_call_is_answered(event, output, matrix_of, state, split, http):
    ways = {"keypress": None, "speech": None, "timeout": None, event: "ask" if output else "call"}
    gather = state("gather", "gather-input-on-call", ways, say="Which?", timeout=5)
    ask = split("ask", f"{{{{widgets.gather.{output}}}}}", ("equal_to", "42", "call"))
    matrix = matrix_of(gather, ask, http("call"), routed=CALL)
    assert reached(matrix) == ["call"]
    assert [cell.took for cell in matrix.cells] == ["success", "failed"]


@pytest.mark.parametrize("member", ["parsed.status", "parsed.items[0].state", "body"])
def test_an_endpoint_answers_what_a_split_wants(member, matrix_of, split, http):
    ask = split("ask", f"{{{{widgets.look.{member}}}}}", ("equal_to", "shipped", "call"))
    matrix = matrix_of(http("look", success="ask"), ask, http("call"), routed=MESSAGE)
    assert reached(matrix) == ["look", "call"]


def test_widgets_that_share_an_endpoint_are_answered_each_for_itself(matrix_of, state, split, http):
    look = http("look", success="ask")
    ask = split("ask", "{{widgets.look.parsed.status}}", ("equal_to", "shipped", "again"))
    again = {**look, "name": "again", "transitions": [{"event": "success"}, {"event": "failed"}]}
    matrix = matrix_of(look, ask, again, outcomes=["server-error"], routed=MESSAGE)
    assert [(cell.widget, cell.took) for cell in matrix.cells] == [
        ("look", "failed"),
        ("again", "failed"),
    ]


def test_a_failure_is_played_where_it_is_the_way(matrix_of, http):
    matrix = matrix_of(http("first", failed="second"), http("second"), routed=MESSAGE)
    assert reached(matrix) == ["first", "second"]


def test_a_variable_is_traced_to_what_it_was_made_of(matrix_of, state, split, http):
    item = {"key": "wanted", "value": BODY, "type": "string"}
    remember = state("remember", "set-variables", {"next": "ask"}, variables=[item])
    ask = split("ask", "{{flow.variables.wanted}}", ("equal_to", "refund", "call"))
    matrix = matrix_of(remember, ask, http("call"), routed=MESSAGE)
    assert matrix.drives[0].chosen == {"trigger.message.Body": "refund"}


def test_the_world_outside_refuses_where_that_is_the_way(matrix_of, state, http):
    ways = {"callComplete": None, "failedToEnqueue": "call", "callFailure": None}
    flex = state("flex", "send-to-flex", ways, workflow="WW" + "0" * 32, channel="TC" + "0" * 32)
    assert reached(matrix_of(flex, http("call"), routed=MESSAGE)) == ["call"]


# --- questions of documents that are not the flow's own


SHOP = "https://shop.example.com/ivr"


@pytest.fixture
def leave(state):
    """Make TwiML Redirects."""
    return lambda next_: state("leave", "add-twiml-redirect", {"return": next_}, url=SHOP)


def asks(stage, flow):
    """Return a document that asks twice, and goes back to the flow when nobody answers."""
    question = '<Gather timeout="3" action="/chosen"><Say>Which language?</Say></Gather>'
    back = f"{stage.sandbox.webhook_url(flow)}?FlowEvent=return"
    return {"twiml": f"<Response>{question * 2}<Redirect>{back}</Redirect></Response>"}


def gather(state, next_):
    ways = {"keypress": next_, "speech": None, "timeout": None}
    return state("gather", "gather-input-on-call", ways, say="Which?", timeout=5)


def test_questions_of_other_documents_pass_in_silence(stage, state, leave, http):
    flow = stage.play(leave("gather"), gather(state, "call"), http("call"), routed=CALL)
    stage.endpoint("shop", SHOP, reply=asks(stage, flow))
    stage.sandbox.stub(flow)
    matrix = make_matrix(stage.sandbox, flow, ["ok"])
    assert matrix.drives[0].path == ("Trigger", "leave", "gather")
    assert matrix.findings == ()


def test_a_person_who_is_called_stays_silent_there_as_well(stage, state, leave, http):
    ways = {"answered": "leave", "busy": None, "noAnswer": None, "failed": None}
    to = {"from": "{{flow.channel.address}}", "to": "{{contact.channel.address}}", "timeout": 60}
    dial = state("dial", "make-outgoing-call-v2", ways, **to)
    states = dial, leave("gather"), gather(state, "call"), http("call")
    flow = stage.play(*states, routed=("incomingRequest",))
    stage.endpoint("shop", SHOP, reply=asks(stage, flow))
    stage.sandbox.stub(flow)
    matrix = make_matrix(stage.sandbox, flow, ["ok"])
    assert matrix.drives[0].path == ("Trigger", "dial", "leave", "gather")


def test_a_document_that_asks_for_ever_is_left_at_last(stage, leave, http):
    again = f'<Gather timeout="3"><Say>Which?</Say></Gather><Redirect>{SHOP}</Redirect>'
    stage.endpoint("shop", SHOP, reply={"twiml": f"<Response>{again}</Response>"})
    flow = stage.play(leave("call"), http("call"), routed=CALL)
    stage.sandbox.stub(flow)
    assert why(make_matrix(stage.sandbox, flow, ["ok"])) == [
        "widget 'leave' was to take 'return', but ended at 'leave' (hangup)"
    ]


def test_a_question_of_a_function_passes_in_silence(stage, state, http):
    ways = {"success": "call", "fail": None}
    function = state("function", "run-function", ways, url=SHOP)
    flow = stage.play(function, http("call"), routed=CALL)
    stage.endpoint("function", SHOP, reply=asks(stage, flow))
    stage.sandbox.stub(flow)
    assert reached(make_matrix(stage.sandbox, flow, ["ok"])) == ["function", "call"]


# --- what cannot be reached


def why(matrix):
    return [finding.text for finding in matrix.findings if finding.id == UNREACHED]


def test_a_split_that_nobody_can_lead_is_named(matrix_of, split, http):
    ask = split("ask", "{{widgets.nobody.Body}}", ("equal_to", "x", "call"))
    assert why(matrix_of(ask, http("call"), routed=MESSAGE)) == [
        "split 'ask' does not lead to 'call' (equal_to 'x' of {{widgets.nobody.Body}}): "
        "there is no widget 'nobody'"
    ]


def test_conditions_that_exclude_each_other_are_named(matrix_of, split, http):
    first = split("first", BODY, ("equal_to", "a", "second"))
    second = split("second", BODY, ("equal_to", "b", "call"))
    assert why(matrix_of(first, second, http("call"), routed=MESSAGE)) == [
        "split 'second' does not lead to 'call' (equal_to 'b' of {{trigger.message.Body}}): "
        "no value was found for trigger.message.Body"
    ]


def test_a_widget_that_nothing_leads_to_is_named(matrix_of, say, http):
    matrix = matrix_of(say("hello"), http("call"), routed=MESSAGE)
    assert why(matrix) == ["no way leads to it from incomingMessage: no transition leads to it"]


def test_where_ways_begin_that_nothing_leads_to_is_named(matrix_of, say, http):
    matrix = matrix_of(say("hello"), say("left", next_="call"), http("call"), routed=MESSAGE)
    assert why(matrix) == [
        "no way leads to it from incomingMessage: ways to it begin at 'left', "
        "to which no transition leads"
    ]


def test_other_events_that_lead_there_are_named(matrix_of, http):
    matrix = matrix_of(http("call"), routed=("incomingRequest",), triggers=MESSAGE)
    assert why(matrix) == [
        "no way leads to it from incomingMessage; ways begin with incomingRequest"
    ]


def test_a_widget_that_cannot_be_played_is_named(matrix_of, state, http):
    old = state("old", "understand", {"success": "call"})
    text = why(matrix_of(old, http("call"), routed=MESSAGE))[0]
    assert text.startswith("widget 'old' was to take 'success', but stopped at 'old' (")


def test_a_constant_is_named(matrix_of, remember, split, http):
    mode = remember("set", "mode", "live", "ask")
    ask = split("ask", "{{flow.variables.mode}}", ("equal_to", "debug", "call"))
    text = why(matrix_of(mode, ask, http("call"), routed=MESSAGE))[0]
    assert text.endswith(": flow.variables.mode is always 'live'")


def test_what_a_value_is_instead_is_named(matrix_of, split, http):
    ask = split("ask", "{{contact.channel.address}}", ("equal_to", "x", "call"))
    text = why(matrix_of(ask, http("call"), routed=MESSAGE))[0]
    assert text.endswith(": contact.channel.address is '+12025550123' there")


def test_a_split_that_reads_nothing_is_named(matrix_of, split, http):
    ask = split("ask", "a", ("equal_to", "x", "call"))
    text = why(matrix_of(ask, http("call"), routed=MESSAGE))[0]
    assert text.endswith(": it reads nothing that can be chosen")


def test_what_has_not_run_is_named(matrix_of, split, http):
    ask = split("ask", "{{widgets.call.parsed.x}}", ("equal_to", "y", "call"))
    text = why(matrix_of(ask, http("call"), routed=MESSAGE))[0]
    assert text.endswith(": widget 'call' has not run before")


def test_a_widget_behind_one_that_needs_a_call_is_not_reached_by_message(matrix_of, state, http):
    hello = state("hello", "say-play", {"audioComplete": "call"}, say="Hello", loop=1)
    matrix = matrix_of(hello, http("call"), routed=MESSAGE)
    assert why(matrix) == ["widget 'hello' needs a call"]


def test_an_edge_that_is_not_taken_when_tried_is_named_with_the_reason(matrix_of, state, http):
    ways = {"callComplete": "call", "failedToEnqueue": None, "callFailure": None}
    flex = state("flex", "send-to-flex", ways, workflow="WW1", channel="TC1", attributes="value")
    text = why(matrix_of(flex, http("call"), routed=MESSAGE))[0]
    begin = "widget 'flex' was to take 'callComplete', but takes 'failedToEnqueue' (81015: "
    assert text.startswith(begin)


# --- what a cell tells


def test_a_cell_tells_where_the_contact_ends_up(matrix_of, say, http):
    states = http("call", "thanks", "sorry"), say("thanks"), say("sorry", "Later, please.")
    matrix = matrix_of(*states, outcomes=["timeout"], routed=MESSAGE)
    cell = matrix.cells[0]
    assert (cell.took, cell.reason, cell.heard) == ("failed", "timeout", "Later, please.")
    assert str(cell.ending) == "ended at 'sorry' (FLOW_END)"
    assert (cell.path, cell.seconds) == (("sorry",), 10.0)
    assert cell.warnings == ("81016: widget 'call': the outgoing HTTP request failed",)


def test_a_run_stops_where_the_person_is_asked(matrix_of, state, http):
    matrix = matrix_of(http("call", "question", "question"), question(state, None), routed=MESSAGE)
    assert {cell.ending.kind for cell in matrix.cells} == {"waits"}
    assert {cell.heard for cell in matrix.cells} == {"Which?"}


def test_a_run_stops_where_the_caller_is_asked(matrix_of, state, http):
    ways = {"keypress": None, "speech": None, "timeout": None}
    gather = state("gather", "gather-input-on-call", ways, say="Which?", timeout=5)
    matrix = matrix_of(http("call", "gather", "gather"), gather, routed=CALL)
    assert {str(cell.ending) for cell in matrix.cells} == {
        "waits at 'gather' (gatherComplete, timeout)"
    }
    assert {cell.heard for cell in matrix.cells} == {"Which?"}


def test_a_longer_way_is_taken_where_the_shorter_fixes_a_value(matrix_of, remember, split, http):
    states = (
        split("who", "{{trigger.message.From}}", ("equal_to", "x", "detour"), otherwise="one"),
        split("one", BODY, ("equal_to", "1", "two")),
        remember("detour", "a", "1", "further"),
        remember("further", "b", "1", "two"),
        split("two", BODY, ("equal_to", "2", "call")),
        http("call"),
    )
    matrix = matrix_of(*states, routed=MESSAGE)
    assert matrix.drives[0].path == ("Trigger", "who", "detour", "further", "two")


def test_an_endpoints_own_outcome_is_played_where_there_is_one(matrix_of, http):
    own = {"name": "call", "url": "https://orders.example.com/call", "reply": {"json": {"n": 1}}}
    own["outcomes"] = {"gone": {"status": 410}}
    states = http("call", "other"), http("other")
    matrix = matrix_of(*states, outcomes=["gone"], endpoints=[own], routed=MESSAGE)
    assert [cell.widget for cell in matrix.cells] == ["call"]
    assert matrix.cells[0].explanation == "failed: status 410 is 4xx"


def test_the_endpoints_answer_afterwards_as_before(stage, http, split):
    ask = split("ask", "{{widgets.look.parsed.status}}", ("equal_to", "x", "call"))
    flow = stage.play(http("look", success="ask"), ask, http("call"), routed=MESSAGE)
    stage.sandbox.stub(flow)
    before = stage.sandbox.endpoints.definitions
    make_matrix(stage.sandbox, flow, ["timeout"])
    assert stage.sandbox.endpoints.definitions == before
    assert stage.sandbox.endpoints.state("look").playing is None


def test_what_a_subflow_sends_is_heard(stage, flow_of, http, say, state):
    subflow = stage.sandbox.library.add(flow_of(say("apology", "So sorry."), name="apologies"))
    ways = {"completed": None, "failed": None}
    told = state("told", "run-subflow", ways, flow_sid=subflow.sid, flow_revision="LatestPublished")
    flow = stage.play(http("call", "thanks", "told"), say("thanks"), told, routed=MESSAGE)
    stage.sandbox.stub(flow)
    matrix = make_matrix(stage.sandbox, flow, ["reset"])
    assert matrix.cells[0].heard == "So sorry."
    assert matrix.findings == ()


def test_a_matrix_needs_a_virtual_clock(on_stage, http):
    stage = on_stage(clock=SystemClock())
    flow = stage.play(http("call"))
    with pytest.raises(UsageError, match="virtual clock"):
        make_matrix(stage.sandbox, flow)
