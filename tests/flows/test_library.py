from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mockstudio.errors import Problem, UnknownNameError, UsageError
from mockstudio.flows.deployed import DeployedFlow, Revision
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
    library = FlowLibrary(Liquid(), lambda: datetime.now(UTC))  # type: ignore[arg-type]
    library.add(flow)
    program = library.program(flow.sid, 1)
    assert program.state("say") is program.state("say")
    assert compiled == ["{{a}}"]


# --- what is deployed


@pytest.fixture
def deployed(library, flow_of):
    """Return a flow with revisions of these statuses, in their order."""

    def deploy(*statuses, name="orders", sid="FW" + "1" * 32):
        flow = replace(flow_of(name=name), sid=sid)
        first, *others = (Revision(flow, status, datetime.now(UTC)) for status in statuses)
        library.deployed.add(DeployedFlow((first,)))
        for revision in others:
            library.deployed.change(sid, lambda each, more=revision: each.followed_by(more))
        return library.deployed.get(sid)

    return deploy


def test_revisions_are_numbered_as_they_come(library, deployed):
    flow = deployed("draft", "published", "draft")
    assert [revision.number for revision in flow.revisions] == [1, 2, 3]
    assert [library.program(flow.sid, n).flow.revision for n in (1, 2, 3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("statuses", "for_test_users", "for_others"),
    [
        (["published"], 1, 1),
        (["published", "draft"], 2, 1),
        (["published", "draft", "published"], 3, 3),
        (["draft", "published", "draft", "draft"], 4, 2),
        (["draft", "draft"], 2, None),
    ],
)
def test_who_gets_which_revision(library, deployed, statuses, for_test_users, for_others):
    flow = deployed(*statuses)
    library.deployed.change(flow.sid, lambda each: replace(each, test_users=("+1", "client:bob")))
    for contact, number in (("client:bob", for_test_users), ("bob", for_others), ("", for_others)):
        found = library.flow_for(flow.sid, contact)
        assert (found.revision if found else None) == number
    assert library.find(flow.sid).revision == (for_others or len(statuses))


def test_nobody_gets_a_flow_that_is_not_there(library):
    assert library.flow_for("FW" + "0" * 32, "+1") is None


@pytest.mark.parametrize(
    ("specifier", "revision"),
    [("LatestPublished", 2), ("LatestDraft", 3), ("1", 1), ("3", 3), ("4", None), ("", 2)],
)
def test_which_revision_a_subflow_widget_names(library, deployed, specifier, revision):
    found = library.subflow(deployed("draft", "published", "draft").sid, specifier)
    assert (found.revision if found else None) == revision


def test_a_draft_has_no_latest_published_for_a_subflow_widget(library, deployed):
    assert library.subflow(deployed("draft").sid, "LatestPublished") is None


def test_a_name_that_several_flows_have_says_nothing(library, deployed):
    sids = ["FW" + "1" * 32, "FW" + "2" * 32]
    for sid in sids:
        deployed("published", sid=sid)
    with pytest.raises(UsageError, match=f"2 flows are called 'orders': .*{', '.join(sids)}"):
        library.find("orders")
    assert [library.find(sid).sid for sid in sids] == sids
    library.deployed.remove(sids[0])
    assert library.find("orders").sid == sids[1]


def test_a_flow_that_is_called_like_the_sid_of_another_hides_nothing(library, deployed):
    sid = deployed("published").sid
    deployed("published", sid="FW" + "2" * 32, name=sid)
    assert library.find(sid).name == "orders"


def test_a_reset_brings_back_what_was_loaded(library, deployed, flow_of):
    warning = Problem("odd", "#/extra")
    loaded = library.add(flow_of(name="loaded"), [warning])
    newer = Revision(replace(loaded, name="newer"), "published", datetime.now(UTC))
    library.deployed.change(loaded.sid, lambda each: each.followed_by(newer))
    gone = library.add(replace(flow_of(name="gone"), sid="FW" + "3" * 32))
    library.deployed.remove(gone.sid)
    deployed("published")
    assert [flow.name for flow in library.flows] == ["newer", "orders"]
    library.reset()
    assert [flow.name for flow in library.flows] == ["loaded", "gone"]
    assert library.deployed.get(loaded.sid).latest.warnings == (warning,)
    with pytest.raises(UnknownNameError):
        library.program(loaded.sid, 2)
