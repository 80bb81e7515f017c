"""Whatever a template says, rendering it ends, soon, with a text or a fault."""

import json
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from mockstudio.clock import VirtualClock
from mockstudio.flows.liquid import StudioLiquid

LIQUID = StudioLiquid(VirtualClock().now)

FILTERS = st.sampled_from(
    (
        *("append", "at_least", "at_most", "capitalize", "ceil", "compact", "concat", "date"),
        *("default", "divided_by", "downcase", "escape", "escape_once", "first", "floor", "join"),
        *("json", "last", "lstrip", "map", "minus", "modulo", "newline_to_br", "plus", "prepend"),
        *("remove", "remove_first", "replace", "replace_first", "reverse", "round", "rstrip"),
        *("size", "slice", "sort", "sort_natural", "split", "strip", "strip_html", "times"),
        *("strip_newlines", "to_json", "truncate", "truncatewords", "uniq", "upcase"),
        *("url_decode", "url_encode", "where", "abs", "h"),
    )
)
MARKS = st.sampled_from(
    (
        *("{{", "}}", "{%", "%}", "{{-", "-}}", "{%-", "-%}", "|", ":", ",", ".", "..", "[", "]"),
        *("(", ")", "==", "!=", "<>", "<", ">", "<=", ">=", "=", "+", "-", "'", '"', "#", "?"),
    )
)
WORDS = st.sampled_from(
    (
        *("if", "elsif", "else", "endif", "unless", "endunless", "for", "in", "endfor", "reversed"),
        *("limit", "offset", "continue", "break", "assign", "capture", "endcapture", "case"),
        *("when", "endcase", "comment", "endcomment", "raw", "endraw", "cycle", "increment"),
        *("decrement", "ifchanged", "endifchanged", "tablerow", "endtablerow", "include"),
        *("render", "and", "or", "not", "contains", "true", "false", "nil", "empty", "blank"),
        *("forloop", "first", "last", "items", "flow", "widgets", "a", "b", "1st", "2", "0", "-1"),
        *("1.5", "é", "99999999999999999999"),
    )
)
TOKENS = MARKS | WORDS | FILTERS
SPACES = st.sampled_from(["", " ", "\n"])
SOUP = st.lists(st.tuples(TOKENS, SPACES).map("".join), max_size=40).map("".join)

ATOMS = st.sampled_from(
    (
        *("a", "b", "items", "flow.x", "items[0]", "items[a]", "items.1.b", "missing", "forloop"),
        *("nil", "true", "empty", "'a'", "''", "'1e9'", "'9999999999'", "3", "-1", "2.5"),
        *("(1..5)", "(a..999999999)"),
    )
)
CALLS = st.builds(
    lambda name, given: f" | {name}" + (": " + ", ".join(given) if given else ""),
    FILTERS,
    st.lists(ATOMS, max_size=2),
)
EXPRESSIONS = st.builds(
    lambda atom, calls: atom + "".join(calls), ATOMS, st.lists(CALLS, max_size=4)
)
COMPARISONS = st.builds(
    "{} {} {}".format,
    ATOMS,
    st.sampled_from(["==", "!=", "<", ">", "<=", ">=", "<>", "contains", "and", "or"]),
    ATOMS,
)
PIECES = st.recursive(
    st.one_of(
        st.sampled_from(["text", " ", "é", "}}"]),
        EXPRESSIONS.map("{{{{ {} }}}}".format),
        COMPARISONS.map("{{{{ {} }}}}".format),
        EXPRESSIONS.map("{{% assign a = {} %}}".format),
    ),
    lambda inner: st.one_of(
        st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, COMPARISONS, inner, inner),
        st.builds("{{% for i in {} limit: {} %}}{}{{% endfor %}}".format, ATOMS, ATOMS, inner),
        st.builds(
            "{{% tablerow b in {} cols: {} %}}{}{{% endtablerow %}}".format, ATOMS, ATOMS, inner
        ),
        st.builds("{{% case {} %}}{{% when {} %}}{}{{% endcase %}}".format, ATOMS, ATOMS, inner),
        st.builds("{{% capture a %}}{}{}{{% endcapture %}}".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
    ),
    max_leaves=12,
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
CONTEXTS = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "items": VALUES, "flow": VALUES})


def rendered_soon(source, context):
    began = time.perf_counter()
    rendered = LIQUID.compile(source).render(context)
    assert time.perf_counter() - began < 2
    return rendered


@given(SOUP, CONTEXTS)
@settings(max_examples=300, deadline=None)
def test_no_jumble_of_tokens_raises_or_hangs(source, context):
    rendered = rendered_soon(source, context)
    assert rendered.error is None or rendered.text == ""


@given(PIECES, CONTEXTS)
@settings(max_examples=400, deadline=None)
def test_no_well_formed_template_raises_or_hangs(source, context):
    rendered = rendered_soon(source, context)
    assert rendered.error is None or rendered.text == ""


@given(st.text().filter(lambda text: "{{" not in text and "{%" not in text))
def test_plain_text_renders_to_itself(text):
    rendered = LIQUID.compile(text).render({})
    assert (rendered.text, rendered.error) == (text, None)


@given(st.text(alphabet=st.characters(exclude_characters="{"), min_size=1))
def test_text_beside_an_output_is_kept_as_it_is(text):
    assert LIQUID.compile("{{ x }}" + text).render({"x": "1"}).text == "1" + text


@given(VALUES)
def test_to_json_reads_back_as_the_value(value):
    rendered = LIQUID.compile("{{ x | to_json }}").render({"x": value})
    assert json.loads(rendered.text) == value


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_a_number_in_text_adds_up_like_a_number(left, right):
    template = LIQUID.compile("{{ a | plus: b }}")
    assert template.render({"a": str(left), "b": right}).text == str(left + right)


@given(st.text(max_size=300))
def test_no_date_is_too_odd(text):
    template = LIQUID.compile("{{ a | date: b }}")
    for context in ({"a": text, "b": "%c"}, {"a": "now", "b": text}, {"a": 0, "b": text}):
        assert template.render(context).error is None
