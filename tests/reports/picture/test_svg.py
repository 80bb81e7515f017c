"""The picture of a flow as SVG."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.coverage import Edge, FlowCoverage
from mockstudio.flows.definition import read_flow
from mockstudio.flows.model import Condition, Flow, State, Transition
from mockstudio.reports.picture.svg import flow_svg

FIXTURES = Path(__file__).parents[3] / "fixtures"
TIMES = "\N{MULTIPLICATION SIGN}"
SVG = "{http://www.w3.org/2000/svg}"
TEXTS = st.text() | st.sampled_from(["]]>", "<b>&amp;", "\x00\x0b\x85", "\ud800", "\ufffe", "\"'"])


def demo():
    return read_flow(FIXTURES / "order-status.flow.json").flow


def covered(flow, **times):
    """Return a coverage in which widgets ran so often, and all their transitions too."""
    entered = {state.name: times.get(state.name, 0) for state in flow.states}
    edges = (
        Edge(state.name, number, transition, entered[state.name])
        for state in flow.states
        for number, transition in enumerate(state.transitions)
        if transition.next is not None
    )
    return FlowCoverage(flow, entered, tuple(edges))


def drawn(flow, coverage=None):
    return ET.fromstring(flow_svg(flow, coverage))


def groups(root, of):
    """Return the title and the classes of each group of a class."""
    found = (each for each in root.iter(f"{SVG}g") if of in each.get("class", "").split())
    return [(each.find(f"{SVG}title").text, each.get("class")) for each in found]


def texts(root):
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def test_each_widget_and_each_wired_transition_is_drawn_once():
    root = drawn(demo())
    assert [title for title, _ in groups(root, "widget")] == [
        f"{state.name} ({state.type})" for state in demo().states
    ]
    wires = [title for title, _ in groups(root, "wire")]
    assert len(wires) == len(set(wires)) == 10
    assert "is_shipped.match (If value equal_to shipped) → tell_shipped" in wires
    assert len(groups(root, "port")) == sum(len(state.transitions) for state in demo().states)


def test_ports_are_named_by_their_event_and_splits_by_their_condition():
    root = drawn(demo())
    assert {"incomingRequest", "fail", "noMatch", "If value equal_to shipped"} <= set(texts(root))
    ports = dict(groups(root, "port"))
    assert ports["match: If value equal_to shipped"] == "port wired"
    assert ports["deliveryFailure, leads nowhere"] == "port open"


def test_a_picture_says_what_it_is():
    root = drawn(demo())
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Flow order-status"
    assert root.find(f"{SVG}desc").text == "10 widgets, 10 transitions between them"
    assert "prefers-color-scheme: dark" in root.find(f"{SVG}style").text


def test_a_plain_picture_marks_nothing():
    text = flow_svg(demo())
    assert 'class="widget"' in text
    assert not {"taken", "never"} & set(texts(ET.fromstring(text)))


def test_what_ran_is_marked_by_words_and_counts():
    root = drawn(demo(), covered(demo(), Trigger=3, ask=1))
    wires = dict(groups(root, "wire"))
    assert wires["Trigger.incomingMessage → ask: taken 3 times"] == "wire ran"
    assert wires["ask.timeout → no_reply: taken once"] == "wire ran"
    assert wires["lookup.fail → sorry: never taken"] == "wire missed"
    widgets = dict(groups(root, "widget"))
    assert widgets["Trigger (trigger): entered 3 times"] == "widget ran"
    assert widgets["sorry (send-message): never entered"] == "widget missed"
    assert {f"3{TIMES}", f"1{TIMES}", "never", "taken", "never taken"} <= set(texts(root))


def test_the_legend_says_how_much_ran():
    root = drawn(demo(), covered(demo(), Trigger=3, ask=1))
    said = "widgets 2 of 10, transitions 4 of 10, 40 %"
    assert said in texts(root)
    assert root.find(f"{SVG}desc").text == said


def test_what_never_ran_is_dashed():
    style = drawn(demo()).find(f"{SVG}style").text
    for part in ("line", "box"):
        rules = [rule for rule in style.splitlines() if f".missed .{part} {{" in rule]
        assert any("stroke-dasharray" in rule for rule in rules)


def test_the_view_box_holds_every_widget():
    root = drawn(demo(), covered(demo()))
    left, top, width, height = map(float, root.get("viewBox").split())
    assert (float(root.get("width")), float(root.get("height"))) == (width, height)
    for box in root.iter(f"{SVG}rect"):
        x, y, wide, high = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert left <= x
        assert top <= y
        assert x + wide <= left + width
        assert y + high <= top + height


def test_a_long_name_is_shortened_and_whole_in_the_title():
    name = "a_very_long_name_" * 5
    root = drawn(Flow("FW1", "long", (State(name, "trigger"),), name))
    assert groups(root, "widget") == [(f"{name} (trigger)", "widget")]
    (shown,) = (text for text in texts(root) if text.startswith("a_very"))
    assert shown.endswith("…")
    assert len(shown) < 40


def test_a_picture_needs_nothing_from_elsewhere():
    text = flow_svg(demo(), covered(demo()))
    assert not any(word in text for word in ("href", "url(", "@import", "<script"))
    assert text.isascii()


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_any_text_gives_a_well_formed_picture(name, event, condition, title):
    transition = Transition(event, name, (Condition("equal_to", ("x",), condition, condition),))
    flow = Flow("FW1", title, (State(name, event, (transition, Transition(event))),), name)
    for coverage in (None, covered(flow, **{name: 1})):
        root = drawn(flow, coverage)
        assert [each.tag for each in root][:3] == [f"{SVG}title", f"{SVG}desc", f"{SVG}style"]
        assert len(groups(root, "widget")) == len(groups(root, "wire")) == 1
