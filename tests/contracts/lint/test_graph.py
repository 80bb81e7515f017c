"""What leads where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.lint.graph import Graph
from mockstudio.flows.model import Flow, State, Transition

NAMES = "abcdef"
EDGES = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3))


def graph_of(edges):
    states = tuple(
        State(name, "set-variables", tuple(Transition("next", n) for n in edges.get(name, ())))
        for name in NAMES
    )
    return Graph(Flow("FW" + "0" * 32, "flow", states, NAMES[0]))


def walks(edges, start):
    """Return all that can be come to in one step or more, by walking."""
    seen, left = set(), list(edges.get(start, ()))
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left.extend(edges.get(name, ()))
    return seen


@given(EDGES)
def test_reachable_is_what_walking_from_the_trigger_comes_to(edges):
    assert graph_of(edges).reachable == {NAMES[0], *walks(edges, NAMES[0])}


@given(EDGES)
def test_before_a_widget_are_the_reachable_ones_from_which_walking_comes_to_it(edges):
    graph = graph_of(edges)
    for name in NAMES:
        expected = {other for other in graph.reachable if name in walks(edges, other)}
        assert graph.before(name) == expected


@given(EDGES)
def test_islands_are_what_is_not_reachable_each_widget_once(edges):
    graph = graph_of(edges)
    members = [name for _, island in graph.islands for name in island]
    assert sorted(members) == sorted(set(NAMES) - graph.reachable)
    assert all(start in island for start, island in graph.islands)


def test_a_part_begins_with_what_nothing_else_leads_to():
    edges = {"a": ["b"], "c": ["d"], "e": ["c"]}
    assert graph_of(edges).islands == (("e", frozenset("cde")), ("f", frozenset("f")))


def test_a_circle_that_nothing_leads_to_begins_with_its_first_widget():
    edges = {"a": ["b", "f"], "d": ["e"], "e": ["d", "c"]}
    assert graph_of(edges).islands == (("d", frozenset("cde")),)
