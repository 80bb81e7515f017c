from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.errors import DocumentError, Problem, SettingsError
from mockstudio.files.documents import (
    Document,
    parse_json,
    parse_yaml,
    read_json,
    read_yaml,
    shown_path,
)

NUMBERS_AND_NAMES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
)
WITHOUT_SURROGATE_PAIRS = st.text(st.characters(max_codepoint=0xD7FF), max_size=12)


def documents(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        NUMBERS_AND_NAMES | text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
        max_leaves=20,
    )


def paths_in(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(data, dict):
        for key, value in data.items():
            found += paths_in(value, (*path, key))
    if isinstance(data, list):
        for index, value in enumerate(data):
            found += paths_in(value, (*path, index))
    return found


def value_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def text_from(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    return "\n".join([lines[line - 1][column - 1 :], *lines[line:]])


@given(documents(st.text(max_size=12)), st.sampled_from([None, 0, 1, 2, "\t"]), st.booleans())
def test_every_value_of_a_json_text_is_read_back_from_its_position(
    data: Any, indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    document = parse_json(text, "x.json")
    assert document.data == data
    for path in paths_in(data):
        line, column = document.position(path)
        assert line is not None
        assert column is not None
        found, _ = json.JSONDecoder().raw_decode(text_from(text, line, column))
        assert found == value_at(data, path)


@given(documents(WITHOUT_SURROGATE_PAIRS))
def test_every_value_of_a_yaml_text_is_read_back_from_its_position(data: Any) -> None:
    text = json.dumps(data, indent=2)
    document = parse_yaml(text, "x.yaml")
    for path in paths_in(document.data):
        line, column = document.position(path)
        assert line is not None
        assert column is not None
        found, _ = json.JSONDecoder().raw_decode(text_from(text, line, column))
        assert found == value_at(document.data, path)


def problems_of(parse: Callable[[str, str], Document], text: str) -> tuple[Problem, ...]:
    try:
        parse(text, "junk")
    except DocumentError as error:
        return error.problems
    return ()


@given(st.text(max_size=60) | st.text(alphabet="{}[]:,-&*!<>|'\"%@#? \n\tab01~", max_size=60))
def test_any_text_is_yaml_with_json_s_types_or_is_refused_in_the_file_s_name(text: str) -> None:
    problems = problems_of(parse_yaml, text)
    assert {problem.file for problem in problems} <= {"junk"}
    if not problems:
        json.dumps(parse_yaml(text, "junk").data, allow_nan=False)


@given(st.text(alphabet='{}[]:,"\\ \n\t01eE.-+truefalsn', max_size=40))
def test_any_text_is_what_the_json_module_reads_or_is_refused(text: str) -> None:
    problems = problems_of(parse_json, text)
    assert {problem.file for problem in problems} <= {"junk"}
    if not problems:
        assert parse_json(text, "junk").data == json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("2026-01-05", "2026-01-05"),
        ("2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z"),
        ("~", None),
        ("null", None),
        ("42", 42),
        ("-7", -7),
        ("10_000", 10_000),
        ("0x1F", 31),
        ("0o17", 15),
        ("12.5", 12.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("+15005550006", "+15005550006"),
        ("007", "007"),
        ("12:30", "12:30"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("'42'", "42"),
        ('"true"', "true"),
        ("!!str 42", "42"),
        ("!!float 1", 1),
        ("!!timestamp 2026-01-05", "2026-01-05"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_plain_yaml_scalars_are_json_s_types_or_text(text: str, value: Any) -> None:
    found = parse_yaml(f"a: {text}", "x").data["a"]
    assert found == value
    assert isinstance(found, type(value))
    assert isinstance(found, bool) is isinstance(value, bool)


def test_yaml_keys_are_text_whatever_they_look_like() -> None:
    assert parse_yaml("404: a\ntrue: b\n1.5: c", "x").data == {"404": "a", "true": "b", "1.5": "c"}


def test_an_empty_yaml_text_is_nothing_at_no_position() -> None:
    document = parse_yaml("# only a comment\n", "x")
    assert document.data is None
    assert document.position(["a"]) == (None, None)


def test_anchors_share_and_merge_keys_give_what_is_missing() -> None:
    text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 5\nd: *a\n"
    document = parse_yaml(text, "x")
    assert document.data["c"] == {"x": 5, "y": 2, "z": 4}
    assert document.data["d"] == {"x": 1, "y": 2}
    assert document.position(["c", "z"]) == (2, 17)


def test_merging_agrees_with_pyyaml() -> None:
    text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n"
    assert parse_yaml(text, "x").data == yaml.safe_load(text)


TEXT = """\
endpoints:
  - name: lookup
    reply:
      delay: 3s
"""


@pytest.mark.parametrize(
    ("path", "position"),
    [
        ([], (1, 1)),
        (["endpoints", 0], (2, 5)),
        (["endpoints", 0, "reply"], (4, 7)),
        (["endpoints", 0, "reply", "delay"], (4, 14)),
        (["endpoints", 0, "reply", "dealy", "x"], (4, 7)),
        (["endpoints", 7], (2, 3)),
        (["endpoints", 0, "name", "x"], (2, 11)),
    ],
)
def test_a_position_is_the_value_s_or_its_nearest_ancestor_s(
    path: list[str | int], position: tuple[int, int]
) -> None:
    assert parse_yaml(TEXT, "x").position(path) == position


def test_a_key_s_position_is_the_key_s_own() -> None:
    document = parse_yaml(TEXT, "x")
    assert document.key_position(["endpoints", 0, "reply", "delay"]) == (4, 7)
    assert document.key_position(["endpoints", 0]) == document.position(["endpoints", 0])
    assert document.key_position(["endpoints", 0, "missing"]) == (2, 5)
    assert document.key_position([]) == (1, 1)


def test_a_problem_names_file_line_column_and_path() -> None:
    problem = parse_yaml(TEXT, "e.yaml").problem(["endpoints", 0, "reply", "delay"], "too long")
    assert str(problem) == "e.yaml:4:14: endpoints[0].reply.delay: too long"


def test_a_problem_shows_the_path_as_told_and_stands_at_the_key_when_told() -> None:
    document = parse_json('{"states": [{"type": "x"}]}', "f.json")
    problem = document.problem(["states", 0, "type"], "bad", "#/states/0/type", at_key=True)
    assert str(problem) == "f.json:1:14: #/states/0/type: bad"


def test_data_from_elsewhere_has_no_positions() -> None:
    problem = Document({"a": 1}, "").problem(["a"], "bad")
    assert (problem.file, problem.line, problem.column) == (None, None, None)
    assert str(problem) == "a: bad"


def test_a_path_is_shown_with_dots_and_brackets() -> None:
    assert shown_path(["endpoints", 0, "reply", "delay"]) == "endpoints[0].reply.delay"
    assert shown_path([0, 1]) == "[0][1]"
    assert shown_path([]) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\nb: {c: 1, c: 2}", ["2:1: duplicate key 'a', first given on line 1", "3:11:"]),
        ("a: [1\n", ["2:1: not valid YAML: "]),
        ("a: b: c", ["1:5: not valid YAML: mapping values are not allowed"]),
        ("a: \x01", ["1:4: not valid YAML: the character U+0001 is not allowed"]),
        ("a: *x", ["1:4: no complete value is called '&x'"]),
        ("a: &x [*x]", ["1:8: no complete value is called '&x'"]),
        ("--- a\n--- b", ["2:5: expected one document, found another"]),
        ("a: !!binary x", ["1:4: the tag"]),
        ("a: !!set {x}", ["1:4: the tag"]),
        ("a: !!int many", ["1:4: the tag"]),
        ("a: !!python/object:os.system x", ["1:4: the tag"]),
        ("[a, b]: c", ["1:1: expected text as the key"]),
        ("a: {<<: 3}", ["1:9: expected a mapping or a list of mappings after '<<'"]),
        ("[" * 100_000, ["1:101: nested deeper than 100 levels"]),
    ],
)
def test_broken_yaml_is_refused_at_its_place(text: str, expected: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_yaml(text, "x.yaml", SettingsError)
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(expected)
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(f"x.yaml:{start}")


def test_a_document_that_its_aliases_blow_up_is_refused() -> None:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]")
    with pytest.raises(DocumentError, match="more than 1,000,000 values"):
        parse_yaml("\n".join(lines), "x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,\n "a": 2}', "x.json:2:2: duplicate key 'a', first given on line 1"),
        ('{"a":\n 1,,}', "x.json:2:4: not valid JSON: "),
        ("", "x.json:1:1: not valid JSON: "),
        ("[NaN]", "x.json: not valid JSON: NaN is no JSON number"),
        ("9" * 5000, "x.json: not valid JSON: "),
        ("[" * 100_000, "x.json: nested too deeply"),
    ],
)
def test_broken_json_is_refused_at_its_place(text: str, expected: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_json(text, "x.json")
    assert str(caught.value.problems[0]).startswith(expected)


def test_every_duplicate_key_of_a_json_text_is_named_at_its_place() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_json('{"a": [{"b": 1, "b": 2}],\n "a": 1, "c": {}, "a": 3}', "x.json")
    assert [str(problem) for problem in caught.value.problems] == [
        "x.json:1:17: duplicate key 'b', first given on line 1",
        "x.json:2:2: duplicate key 'a', first given on line 1",
        "x.json:2:19: duplicate key 'a', first given on line 1",
    ]


def test_a_place_in_a_large_json_text_is_found_at_once() -> None:
    states = [{"name": f"state {n}", "next": [{"event": "sent"}]} for n in range(40_000)]
    document = parse_json(json.dumps({"states": states}, indent=1), "x.json")
    began = time.process_time()
    assert document.position(["states"]) == (2, 12)
    assert document.position(["states", 39_999, "next", 0, "event"]) == (319_999, 15)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_begins_a_line_of_a_json_text(line_end: str) -> None:
    document = parse_json(f'{{{line_end}"a":{line_end} 1}}', "x.json")
    assert (document.key_position(["a"]), document.position(["a"])) == ((2, 1), (3, 2))


def test_positions_see_through_tabs_and_characters_that_yaml_forbids() -> None:
    document = parse_json('{\t"\x7f\u2028": {"a\\u00e9": [\t1]}}', "x")
    assert document.position(["\x7f\u2028", "aé", 0]) == (1, 23)


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path, read: Any) -> None:
    for number, encoding in enumerate(["utf-8", "utf-8-sig"]):
        path = tmp_path / f"{number}.txt"
        path.write_text('{"a": "é"}', encoding=encoding)
        document = read(path)
        assert document.data == {"a": "é"}
        assert document.name == str(path)
        assert document.position(["a"]) == (1, 7)


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_an_unreadable_file_is_a_problem_of_the_error_asked_for(tmp_path: Path, read: Any) -> None:
    for path in (tmp_path / "missing", tmp_path, Path("a\0b")):
        with pytest.raises(SettingsError, match="cannot be read: "):
            read(path, SettingsError)


def test_bytes_that_are_no_utf8_are_refused_at_their_place(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"a: 1\nb: \xe9")
    with pytest.raises(DocumentError) as caught:
        read_yaml(path)
    assert str(caught.value.problems[0]) == f"{path}:2:4: expected UTF-8, found the byte 0xe9"
