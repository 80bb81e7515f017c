from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.request import FORM, Request
from mockstudio.endpoints.request_values import RequestValues, request_namespace
from mockstudio.endpoints.templates import (
    TemplateCompiler,
    TemplateError,
    check_template,
    compile_json,
    fill,
    is_template,
)
from mockstudio.errors import UsageError

NOW = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
FORM_REQUEST = Request(
    "POST",
    "/orders/42?x=1&tag=a&tag=b",
    [
        ("Host", "localhost"),
        ("Content-Type", FORM),
        ("Accept", "text/plain"),
        ("ACCEPT", "*/*"),
        ("Cookie", "basket=7; seen=yes"),
    ],
    b"x=2&name=Zo%C3%AB",
)
JSON_REQUEST = Request(
    "PUT",
    "/orders/42",
    [("Content-Type", "application/json")],
    b'{"customer": {"id": 7, "vip": true}, "lines": [1.5, "two"]}',
)


def filled(text: str, request: Request = FORM_REQUEST) -> str:
    values = RequestValues(request, 3, {"id": "42", "method": "hidden"})
    return fill([TemplateCompiler().compile(text)], request_namespace(values, NOW))


def filled_json(value: object, request: Request) -> str:
    values = RequestValues(request, 3, {})
    parts = compile_json(value, TemplateCompiler().compile)
    return fill(parts, request_namespace(values, NOW))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "{{ request.method }} {{ request.path }}?{{ request.query }}",
            "POST /orders/42?x=1&tag=a&tag=b",
        ),
        ("{{ request }}", "POST /orders/42?x=1&tag=a&tag=b"),
        ("{{ request.params.x }}{{ request.params.name }}", "2Zoë"),
        ("{{ request.params.tag | join: '+' }}{{ request.params.tag[1] }}", "a+bb"),
        ("{{ request.headers.accept }}", "text/plain, */*"),
        ("{{ request.headers['content-type'] }}", FORM),
        ("{{ request.cookies.basket }}{{ request.cookies.seen }}", "7yes"),
        ("{{ request.body }}", "x=2&name=Zo%C3%AB"),
        ("{{ request.n }}", "3"),
        ("{{ request.path_values.id }}{{ request.id }}", "4242"),
        ("{{ request.path_values.method }}", "hidden"),
        ("{% if request.n > 2 %}often{% endif %}", "often"),
        ("{% for tag in request.params.tag %}<{{ tag }}>{% endfor %}", "<a><b>"),
        ("[{{ request.nothing }}{{ request.params.nothing.more }}{{ nothing }}]", "[]"),
        ("{{ request.params | json }}", '{"x": "2", "tag": ["a", "b"], "name": "Zo\\u00eb"}'),
        ("{{ now | date: '%Y-%m-%d %H:%M' }} {{ today }}", "2026-01-05 17:00 2026-01-05"),
        ("{{ 'now' | date: '%H:%M' }}{{ 'today' | date: '%d' }}", "17:0005"),
        ("{{ '2020-02-03' | date: '%d' }}", "03"),
        ("a\r\n{{ 'b' }}\r\n", "a\r\nb\r\n"),
    ],
)
def test_what_templates_see_of_a_request(template: str, expected: str) -> None:
    assert filled(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ request.json.customer.id }}", "7"),
        ("{{ request.json.customer.vip }}", "true"),
        ("{{ request.json.lines.size }}{{ request.json.lines.last }}", "2two"),
        ("{{ request.json.customer | json }}", '{"id": 7, "vip": true}'),
    ],
)
def test_what_templates_see_of_a_json_body(template: str, expected: str) -> None:
    assert filled(template, JSON_REQUEST) == expected


def test_string_values_of_json_are_templates_and_stay_strings() -> None:
    value = {
        "{{ key }}": "{{ request.json.customer.id }}",
        "list": [1, '{{ request.json.lines[1] }} "quoted" {{ \'a"b\\\' }}', None, {"deep": []}],
        "plain": "ü }}",
        "number": 1.50,
    }
    assert filled_json(value, JSON_REQUEST) == (
        '{"{{ key }}": "7", "list": [1, "two \\"quoted\\" a\\"b\\\\", null, {"deep": []}], '
        '"plain": "ü }}", "number": 1.5}'
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_json_without_templates_is_written_as_ever(value: object) -> None:
    assert compile_json(value, str) == (json.dumps(value, ensure_ascii=False),)


@given(JSON_VALUES, JSON_VALUES)
def test_templates_leave_the_json_around_them_alone(before: object, after: object) -> None:
    value = [before, {"n": "{{ request.n }}", "after": after}]
    parts = compile_json(value, lambda text: lambda _: "3" if text == value[1]["n"] else text)  # type: ignore[index]
    expected = [before, {"n": "3", "after": after}]
    assert json.loads(fill(parts, {})) == json.loads(json.dumps(expected))


@given(st.text(alphabet="{}% abc\n\u2028é"))
def test_text_without_openings_is_never_touched(text: str) -> None:
    text = text.replace("{{", "").replace("{%", "")
    if not is_template(text):
        assert TemplateCompiler().compile(text) is text


@given(st.text(alphabet="{}%|.:'\" abif\n", max_size=30))
def test_any_text_is_either_a_template_or_told_what_is_wrong(text: str) -> None:
    problem = check_template(text)
    if problem is not None:
        assert problem.startswith("line ")
        return
    with contextlib.suppress(TemplateError):
        fill([TemplateCompiler().compile(text)], {})


@given(st.text())
def test_what_a_caller_sends_is_never_a_template(sent: str) -> None:
    request = Request("POST", "/", [], sent.encode("utf-8", "replace"))
    assert filled("{{ request.body }}", request) == request.text


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("plain }}", None),
        ("{{ request.params.x | upcase }}", None),
        ("{{ a | json }}", None),
        ("{{ a", "line 1, column 1: expected '}}', found end of file"),
        ("a\n {{ a..b }}", "line 2, column 6: expected end of expression, found '..'"),
        ("a\nbé {{ x | upcas }}", "line 2, column 11: no filter 'upcas'; did you mean 'upcase'?"),
        ("{% nosuch %}", "line 1, column 4: unexpected tag 'nosuch'"),
        (
            "{% if a %}\nx",
            "line 2, column 2: expected tag endif, found end of expression",
        ),
    ],
)
def test_mistakes_are_told_with_line_and_column(template: str, problem: str | None) -> None:
    assert check_template(template) == problem


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ 1 | divided_by: 0 }}", "line 1, column 8: divided_by: can't divide by 0"),
        ("\n{{ 'a' | append }}", "line 2, column"),
        ("{% render 'elsewhere' %}", "elsewhere"),
        ("{% for n in (1..99999999) %}{% endfor %}", "loop iteration limit"),
        ("{% break %}", "unexpected 'break'"),
    ],
)
def test_a_template_that_fails_when_played_says_where(template: str, message: str) -> None:
    with pytest.raises(TemplateError, match="line ") as raised:
        filled(template)
    assert message in str(raised.value)


def test_a_value_without_json_form_is_refused() -> None:
    with pytest.raises(UsageError, match="written as JSON: Object of type object"):
        compile_json({"a": object()}, str)
