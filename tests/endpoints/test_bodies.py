from __future__ import annotations

from pathlib import Path

import pytest

from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.bodies import content_type, encoded, json_answer, json_text, written
from mockstudio.endpoints.model import Body, FileBody, JsonBody, PythonBody, TextBody
from mockstudio.errors import UsageError


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (JsonBody({}), "application/json"),
        (TextBody("a", "text/csv"), "text/csv"),
        (FileBody(Path("a.xml"), "text/xml"), "text/xml"),
        (PythonBody("orders", "lookup"), ""),
        (None, ""),
    ],
)
def test_each_kind_of_body_has_its_content_type(body: Body, expected: str) -> None:
    assert content_type(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (JsonBody({"a": "ü {{ x }}"}), '{"a": "ü {{ x }}"}'),
        (TextBody("ü {{ x }}", "text/plain"), "ü {{ x }}"),
    ],
)
def test_a_body_as_written_has_its_templates_as_they_are(
    body: JsonBody | TextBody, expected: str
) -> None:
    assert written(body) == expected.encode()


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert encoded("a\ud800ü") == b"a?\xc3\xbc"


def endless() -> list[object]:
    value: list[object] = []
    value.append(value)
    return value


@pytest.mark.parametrize("value", [{1, 2}, {"a": b"bytes"}, {(1, 2): 3}, endless()])
def test_a_value_without_json_form_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="cannot be written as JSON"):
        json_text(value)


def test_an_answer_of_our_own_is_json() -> None:
    answer = json_answer(403, {"error": "ü"}, [("A", "b")])
    assert isinstance(answer, Answer)
    assert answer.status == 403
    assert answer.headers == (("Content-Type", "application/json"), ("A", "b"))
    assert answer.body == '{"error": "ü"}'.encode()
    assert answer.is_immediate
