"""Templates that render to nothing, with the fault that Studio would log (reference 5.2)."""

import pytest

from mockstudio.clock import VirtualClock
from mockstudio.flows.liquid import StudioLiquid, TemplateFault

CONTEXT = {"items": [1, 2, 3], "odd": "\ud800", "digits": "9" * 5_000, "mixed": [1, "a"]}

FAULTS = [
    ("{{ 1 + 2 }}", "unexpected '+'", 1, 6),
    ("{{ a", "'{{' is never closed by '}}'", 1, 1),
    ("x\n  {% if a", "'{%' is never closed by '%}'", 2, 3),
    ("{{ a }", "'{{' is never closed by '}}'", 1, 1),
    ("{{ }}", "expected a primitive expression, found the end", 1, 4),
    ("{{ a 1 }}", "expected the end, found integer", 1, 6),
    ("{{ a b }}", "expected the end, found word", 1, 6),
    ("{{ widgets.größe }}", "'größe' is not an ASCII name", 1, 12),
    ("{{ a | upcas }}", "unknown filter 'upcas'; did you mean 'upcase'?", 1, 8),
    ("{% assign x = 1 | zzz %}", "unknown filter 'zzz'", 1, 19),
    ("{% assign x 1 %}", "expected '=', found integer", 1, 13),
    ("{% asign x = 1 %}", "unknown tag 'asign'; did you mean 'assign'?", 1, 4),
    ("{% include 'x' %}", "'include' has nothing to read: a flow has no files", 1, 4),
    ("{% render 'x' %}", "'render' has nothing to read: a flow has no files", 1, 4),
    ("{% endif %}", "'endif' closes nothing that is open here", 1, 4),
    ("{% if a %}x", "expected tag endif, found the end", 1, 12),
    ("{% if %}x{% endif %}", "missing expression", 1, 4),
    ("{% raw %}x", "'raw' is never closed by 'endraw'", 1, 1),
    ("{% comment %}x", "'comment' is never closed by 'endcomment'", 1, 1),
    ("{% break %}", "'break' outside a loop", 1, 4),
    ("a{{ items[3] }}", "no index 3 in an array of 3 items", 1, 5),
    ("a{{ items['9'] }}", "no index 9 in an array of 3 items", 1, 5),
    ("{{ 1 | divided_by: 0 }}", "divided_by: can't divide by 0", 1, 8),
    ("{{ mixed | sort }}", "can't sort sequence", 1, 1),
    ("{{ 1 | round: 999 }}", "round cannot keep 999 digits", 1, 8),
]


@pytest.fixture
def liquid():
    return StudioLiquid(VirtualClock().now)


@pytest.mark.parametrize(("source", "message", "line", "column"), FAULTS)
def test_a_fault_says_what_and_where(liquid, source, message, line, column):
    rendered = liquid.compile(source).render(CONTEXT)
    assert rendered.text == ""
    assert rendered.error is not None
    assert (rendered.error.message, rendered.error.line, rendered.error.column) == (
        message,
        line,
        column,
    )


def test_every_fault_has_twilios_code():
    assert TemplateFault.twilio_code == 81018


def test_the_excerpt_has_a_caret_under_the_place(liquid):
    error = liquid.compile("Hello\n\tdear {{ a + b }}!\nBye").render({}).error
    assert error.excerpt == " dear {{ a + b }}!\n           ^"
    assert str(error) == f"2:12: unexpected '+'\n{error.excerpt}"


def test_the_excerpt_of_a_long_line_shows_the_neighbourhood_only(liquid):
    error = liquid.compile("x" * 500 + "{{ a + b }}" + "y" * 500).render({}).error
    shown, caret = error.excerpt.splitlines()
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= 122
    assert shown[caret.index("^")] == "+"


def test_an_index_of_something_that_is_no_array_is_no_fault(liquid):
    rendered = liquid.compile("[{{ missing[3] }}{{ digits[3] }}{{ items.x }}]").render(CONTEXT)
    assert (rendered.text, rendered.error) == ("[]", None)


@pytest.mark.parametrize(
    "source", ["{{ odd | url_encode }}", "{{ digits | plus: 1 }}", "{{ 1.5 | round: 300 }}"]
)
def test_what_python_cannot_do_is_a_fault_too(liquid, source):
    assert liquid.compile(source).render(CONTEXT).error.message


def test_values_nested_without_end_are_a_fault(liquid):
    deep = []
    for _ in range(5_000):
        deep = [deep]
    assert liquid.compile("{{ deep }}").render({"deep": deep}).error.message == "nested too deeply"


def test_an_error_of_the_clock_is_nobody_elses_fault():
    def broken():
        raise OSError("no clock")

    with pytest.raises(OSError, match="no clock"):
        StudioLiquid(broken).compile("{{ 'now' | date: '%Y' }}").render({})
