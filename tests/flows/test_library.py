from __future__ import annotations

from dataclasses import replace

import pytest

from mockstudio.errors import UnknownNameError, UsageError
from mockstudio.flows.library import FlowLibrary
from mockstudio.flows.model import State


@pytest.fixture
def library(stage):
    return stage.sandbox.library


def test_a_flow_is_found_by_name_and_by_sid(library, flow_of):
    flow = library.add(flow_of(name="orders"))
    assert library.find("orders") is library.find(flow.sid) is flow


def test_an_unknown_flow_is_answered_with_the_nearest(library, flow_of):
    library.add(flow_of(name="orders"))
    with pytest.raises(UnknownNameError, match="did you mean 'orders'"):
        library.find("order")


def test_the_only_flow_need_not_be_named(library, flow_of):
    assert library.only() is library.flows[0] if library.flows else True
    flow = library.add(flow_of(name="orders"))
    assert library.only() is flow
    library.add(replace(flow, revision=2))
    assert library.only().revision == 2


@pytest.mark.parametrize("names", [(), ("one", "two")])
def test_the_flow_must_be_named_when_there_are_none_or_several(library, flow_of, names):
    for name in names:
        library.add(flow_of(name=name))
    with pytest.raises(UsageError, match=r"loaded: (none|one, two)\)"):
        library.only()


def test_the_newest_revision_counts_and_older_ones_stay(library, flow_of):
    flow = flow_of(name="orders")
    for revision in (2, 3, 1):
        library.add(replace(flow, revision=revision))
    assert library.find("orders").revision == 3
    assert [f.revision for f in library.flows] == [3]
    assert [library.program(flow.sid, n).flow.revision for n in (1, 2, 3)] == [1, 2, 3]
    with pytest.raises(UnknownNameError, match="revision 4"):
        library.program(flow.sid, 4)


def test_adding_a_revision_again_replaces_it(library, flow_of):
    flow = library.add(flow_of(name="orders"))
    changed = library.add(replace(flow, description="changed"))
    assert library.program(flow.sid, 1).flow is changed


@pytest.mark.parametrize(
    ("specifier", "revision"),
    [("LatestPublished", 3), ("LatestDraft", 3), ("1", 1), ("3", 3), ("2", None), ("", 3)],
)
def test_what_a_subflow_widget_names(library, flow_of, specifier, revision):
    flow = flow_of(name="orders")
    for number in (1, 3):
        library.add(replace(flow, revision=number))
    found = library.subflow(flow.sid, specifier)
    assert (found.revision if found else None) == revision


def test_an_execution_keeps_its_revision(stage, state):
    ask = state("ask", "send-and-wait-for-reply", {"incomingMessage": "say"}, body="?")
    old, new = (state("say", "send-message", {"sent": None}, body=body) for body in ("old", "new"))
    flow = stage.play(ask, old)
    stage.sandbox.message("hi")
    newer = stage.play(ask, new)
    stage.sandbox.library.add(replace(flow, revision=1))
    stage.sandbox.library.add(replace(newer, revision=2))
    stage.sandbox.message("yes")
    stage.sandbox.message("hi")
    stage.sandbox.message("yes")
    assert stage.sent == ["?", "old", "?", "new"]


def test_what_is_never_liquid_is_kept_as_it_is(library, flow_of):
    flow = flow_of(name="orders")
    properties = {"flow_sid": "{{a}}", "flow_revision": "{{b}}", "other": "{{c}}", "offset": {}}
    library.add(replace(flow, states=(State("run", "run-subflow", (), properties),)))
    compiled = library.program(flow.sid, 1).state("run")
    assert compiled.fixed == {"flow_sid": "{{a}}", "flow_revision": "{{b}}", "offset": {}}
    assert compiled.templated.keys() == {"other"}


def test_templates_are_compiled_once(state, flow_of):
    compiled = []

    class Liquid:
        def compile(self, source):
            compiled.append(source)
            return source

    flow = flow_of(state("say", "send-message", {"sent": None}, body="{{a}}", to="plain"))
    library = FlowLibrary(Liquid())  # type: ignore[arg-type]
    library.add(flow)
    program = library.program(flow.sid, 1)
    assert program.state("say") is program.state("say")
    assert compiled == ["{{a}}"]
