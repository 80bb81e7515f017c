from __future__ import annotations

import copy
import json
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockstudio.errors import FlowDefinitionError
from mockstudio.flows.definition import check_definition, parse_flow, read_flow
from mockstudio.flows.model import Condition, Transition
from mockstudio.flows.placeholders import MissingPlaceholdersError
from mockstudio.sids import derived_sid

OWN_SID = "FW" + "5" * 32


@pytest.fixture
def saved(tmp_path):
    def save(data, name="orders.flow.json"):
        path = tmp_path / name
        path.write_text(data if isinstance(data, str) else json.dumps(data, indent=2))
        return path

    return save


def refusal(call, *arguments):
    with pytest.raises(FlowDefinitionError) as caught:
        call(*arguments)
    return [str(problem) for problem in caught.value.problems]


def test_a_file_becomes_a_flow(saved, definition):
    path = saved(definition)
    flow = read_flow(path).flow
    assert (flow.name, flow.source) == ("orders", str(path))
    assert (flow.initial_state, flow.description) == ("Trigger", "Looks an order up")
    assert [state.index for state in flow.states] == [0, 1, 2, 3]
    assert flow.state("lookup").transitions == (
        Transition("success", "is_shipped"),
        Transition("failed", "sorry"),
    )
    assert flow.state("is_shipped").transitions[1].conditions == (
        Condition(
            type="equal_to",
            arguments=("{{widgets.lookup.parsed.state}}",),
            value="shipped",
            friendly_name="If value equal_to shipped",
        ),
    )


def test_a_file_keeps_its_sid_and_another_one_can_be_given(saved, definition):
    path = saved(definition)
    assert read_flow(path).flow.sid == derived_sid("FW", "orders")
    assert read_flow(path, sid=OWN_SID).flow.sid == OWN_SID


@pytest.mark.parametrize(
    ("flags", "allowed"),
    [({"allow_concurrent_calls": False}, False), (None, True), (..., True)],
)
def test_concurrent_calls_are_allowed_unless_the_flags_say_no(definition, put, flags, allowed):
    flow = parse_flow(put(definition, ("flags",), flags), "orders.json").flow
    assert flow.allow_concurrent_calls is allowed


def test_properties_that_are_null_are_left_out(definition, put):
    put(definition, ("states", 1, "properties", "body"), None)
    flow = parse_flow(definition, "orders.json").flow
    assert flow.state("lookup").properties == {
        "method": "GET",
        "url": "https://shop.example.com/orders",
    }


def test_placeholders_are_filled_before_anything_is_checked(saved, definition, put):
    put(definition, ("states", 1, "transitions", 0, "next"), "${target}")
    path = saved(definition)
    with pytest.raises(MissingPlaceholdersError) as caught:
        read_flow(path)
    assert caught.value.names == ("target",)
    flow = read_flow(path, {"target": "sorry"}).flow
    assert flow.state("lookup").transitions[0].next == "sorry"


def test_a_problem_names_file_line_and_column(saved, definition, put):
    path = saved(put(definition, ("states", 1, "type"), "make-http-reqest"))
    line = next(n for n, x in enumerate(path.read_text().splitlines(), 1) if "reqest" in x)
    (problem,) = refusal(read_flow, path)
    assert problem.startswith(f"{path}:{line}:15: #/states/1/type: 'make-http-reqest' does not")


def test_warnings_come_in_the_file_s_order_with_their_lines(saved, definition, put):
    put(definition, ("states", 3, "properties", "color"), "red")
    put(definition, ("states", 1, "properties", "color"), "red")
    loaded = read_flow(saved(definition))
    assert [warning.path for warning in loaded.warnings] == [
        "#/states/1/properties/color",
        "#/states/3/properties/color",
    ]
    assert loaded.warnings[0].line < loaded.warnings[1].line


@pytest.mark.parametrize(
    "wrap",
    [
        lambda flow: {"definition": flow},
        lambda flow: {"flow": flow, "states": "CA, NY"},
        lambda flow: {"meta": {"states": [1]}, "exports": [{"flow": flow}]},
        lambda flow: {"definition": json.dumps(flow)},
        lambda flow: {"outer": json.dumps({"inner": json.dumps(flow)})},
        lambda flow: {"resource": {"twilio_studio_flows_v2": {"bot": {"definition": flow}}}},
        lambda flow: [flow],
        lambda flow: json.dumps(flow),
    ],
)
def test_a_definition_is_found_in_a_larger_json(definition, wrap):
    flow = parse_flow(json.dumps(wrap(definition)), "export.json").flow
    assert [state.name for state in flow.states] == ["Trigger", "lookup", "is_shipped", "sorry"]


@pytest.mark.parametrize("pointer", ["", "#/flow", "#/flow/definition"])
def test_a_flow_resource_gives_its_own_sid_name_and_revision(saved, definition, pointer):
    resource = {
        "sid": OWN_SID,
        "friendly_name": "Orders",
        "revision": 7,
        "definition": definition,
    }
    flow = read_flow(Path(f"{saved({'flow': resource})}{pointer}")).flow
    assert (flow.sid, flow.name, flow.revision) == (OWN_SID, "Orders", 7)


@pytest.mark.parametrize(
    "resource", [{"sid": 5, "friendly_name": 5, "revision": "7"}, {"sid": "FW5", "revision": 0}]
)
def test_what_a_resource_says_of_itself_is_used_only_when_it_is_right(definition, resource):
    flow = parse_flow({**resource, "definition": definition}, "orders.json").flow
    assert (flow.sid, flow.name, flow.revision) == (derived_sid("FW", "orders"), "orders", 1)


def test_paths_are_the_definition_s_and_lines_the_file_s(saved, definition, put):
    put(definition, ("states", 1, "type"), "make-http-reqest")
    path = saved({"sid": OWN_SID, "definition": definition})
    line = next(n for n, x in enumerate(path.read_text().splitlines(), 1) if "reqest" in x)
    (problem,) = refusal(read_flow, path)
    assert problem.startswith(f"{path}:{line}:17: #/states/1/type: ")


def test_in_a_text_the_line_is_the_text_s(saved, definition, put):
    put(definition, ("states", 1, "type"), "make-http-reqest")
    path = saved({"sid": OWN_SID, "definition": json.dumps(definition)})
    (problem,) = refusal(read_flow, path)
    assert problem.startswith(f"{path}:3:17: #/states/1/type: ")


def test_of_several_definitions_one_is_chosen_by_pointer(saved, definition, put):
    other = put(copy.deepcopy(definition), ("description",), "The other one")
    path = saved({"flows": [{"definition": definition}, {"definition": json.dumps(other)}]})
    assert refusal(read_flow, path) == [
        f"{path}:1:1: holds 2 flow definitions, choose one of:"
        f" {path}#/flows/0/definition, {path}#/flows/1/definition"
    ]
    for pointer in ("#/flows/1/definition", "#/flows/1"):
        flow = read_flow(Path(f"{path}{pointer}")).flow
        assert (flow.description, flow.source) == ("The other one", f"{path}{pointer}")
    sids = {read_flow(Path(f"{path}#/flows/{number}")).flow.sid for number in (0, 1)}
    assert len(sids) == 2


def test_a_pointer_leads_through_a_text_and_knows_escapes(saved, definition):
    path = saved({"a/b~c": json.dumps({"states": 1, "definition": definition})})
    assert read_flow(Path(f"{path}#/a~1b~0c/definition")).flow.description == "Looks an order up"


@pytest.mark.parametrize(
    ("pointer", "problem"),
    [
        ("#/flow", "1:1: #: there is no 'flow' here; did you mean 'flows'?"),
        ("#/flows/1", "2:12: #/flows: there is no '1' here"),
        ("#/flows/x", "2:12: #/flows: there is no 'x' here"),
        ("#/flows/0/states/0/name/x", "there is no 'x' here"),
    ],
)
def test_a_pointer_to_nothing_says_where_it_ends(saved, definition, pointer, problem):
    path = saved({"flows": [definition]})
    (found,) = refusal(read_flow, Path(f"{path}{pointer}"))
    assert found.startswith(f"{path}:")
    assert found.endswith(problem)


def test_a_file_whose_name_holds_the_mark_is_read(saved, definition):
    assert read_flow(saved(definition, "c#.json")).flow.name == "c#"


def test_an_empty_pointer_is_the_whole_file(saved, definition):
    assert read_flow(Path(f"{saved(definition)}#")).flow.description == "Looks an order up"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "x.json:1:1: #: no flow definition in this object"),
        ("[]", "x.json:1:1: #: no flow definition in this array"),
        ("null", "x.json:1:1: #: no flow definition in this null"),
        ('{"states": ', "x.json:1:12: not valid JSON"),
        ("[" * 100_000, "x.json: nested too deeply"),
        ('{"states": 1, "states": 2}', "x.json:1:15: duplicate key 'states'"),
        ('{"initial_state": "Trigger"}', "x.json:1:1: #/states: is missing"),
    ],
)
def test_a_text_that_holds_no_flow_is_refused_with_the_reason(text, problem):
    (found,) = refusal(parse_flow, text, "x.json")
    assert found.startswith(problem)


def test_a_broken_definition_in_a_text_is_pointed_at(saved):
    path = saved({"definition": '{"states": ${jsonencode(x)}}'})
    _, problem = refusal(read_flow, path)
    expected = "#/definition: this text could hold a definition, but is not valid JSON"
    assert problem == f"{path}:2:17: {expected}"


def test_a_file_that_is_not_there_is_a_flow_definition_error(tmp_path):
    (problem,) = refusal(read_flow, tmp_path / "none.json")
    assert "cannot be read" in problem


@pytest.mark.parametrize("levels", [98, 300, 5000])
def test_a_definition_nested_too_deeply_is_refused(definition, put, levels):
    deep = []
    for _ in range(levels):
        deep = [deep]
    problems = refusal(parse_flow, put(definition, ("states", 1, "properties"), deep), "x.json")
    assert problems[0].endswith("#: nested deeper than 100 levels")


def test_a_flow_with_a_thousand_mistakes_lists_them_all(definition):
    say = {"type": "say-play", "properties": {"say": "x"}}
    ends = [{"event": "audioComplete", "next": "nowhere"}]
    definition["states"] += [{**say, "name": f"s{n}", "transitions": ends} for n in range(996)]
    assert len(refusal(parse_flow, json.dumps(definition), "x.json")) == 996


def _paths(data, path=()):
    yield path
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield from _paths(data[key], (*path, key))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ANYTHING = st.recursive(
    SCALARS | st.sampled_from(["Trigger", "trigger", "match", "run-subflow", "${x}", "lookup"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), times=st.integers(1, 4))
def test_no_mutation_of_a_flow_raises_anything_else(definition, put, data, times):
    mutant = copy.deepcopy(definition)
    for _ in range(times):
        path = data.draw(st.sampled_from(list(_paths(mutant))[1:] or [("states",)]))
        put(mutant, path, data.draw(st.just(...) | ANYTHING))
    with suppress(FlowDefinitionError):
        flow = parse_flow(mutant, "mutant.json").flow
        names = set(flow.by_name)
        assert flow.initial_state in names
        assert {t.next for state in flow.states for t in state.transitions} <= names | {None}


@given(ANYTHING)
def test_no_data_at_all_raises_anything_else(data):
    with pytest.raises(FlowDefinitionError):
        parse_flow(data, "x.json")


@given(st.text())
def test_no_text_at_all_raises_anything_else(text):
    with pytest.raises(FlowDefinitionError):
        parse_flow(text, "x.json")


# --- what a flow was read from, and definitions that are sent


def test_a_flow_keeps_its_definition_with_the_placeholders_filled(definition):
    data = {**definition, "description": "for ${shop}"}
    flow = parse_flow({"flows": [data]}, "x", {"shop": "us"}).flow
    assert flow.definition == {**definition, "description": "for us"}


def test_a_sent_definition_becomes_a_flow_and_placeholders_stay(definition):
    data = {**definition, "description": "for ${shop}"}
    checked = check_definition(data, OWN_SID, "REST API")
    assert (checked.errors, checked.warnings) == ((), ())
    flow = checked.flow
    assert (flow.sid, flow.source, flow.revision) == (OWN_SID, "REST API", 1)
    assert (flow.description, flow.definition) == ("for ${shop}", data)


def test_a_sent_definition_must_be_one_itself(definition):
    checked = check_definition({"definition": definition}, OWN_SID, "REST API")
    assert checked.flow is None
    assert [each.path for each in checked.errors] == ["#/states"]
    assert [each.path for each in checked.warnings] == ["#/definition"]


def test_errors_and_warnings_of_a_sent_definition_come_together(definition):
    data = {**definition, "extra": 1, "initial_state": "nowhere"}
    checked = check_definition(data, OWN_SID, "REST API")
    assert checked.flow is None
    assert "#/initial_state" in [each.path for each in checked.errors]
    assert [each.path for each in checked.warnings] == ["#/extra"]


def test_a_flow_of_far_too_many_widgets_is_refused_at_once():
    widget = {"type": "send-message", "properties": {"body": "hi"}, "transitions": []}
    states = [{**widget, "name": f"tell{number}"} for number in range(40_000)]
    text = json.dumps({"states": states, "initial_state": "tell0"})
    began = time.process_time()
    with pytest.raises(FlowDefinitionError) as caught:
        parse_flow(text, "large.json")
    assert time.process_time() - began < 3
    (problem,) = caught.value.problems
    assert "maximum of 1000 items in the array, found 40000" in problem.message
    assert (problem.path, problem.line, problem.column) == ("#/states", 1, 12)
