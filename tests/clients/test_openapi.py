"""What the sandbox answers, beside Twilio's own OpenAPI files (rest-api.md 9)."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from mockstudio.rest.api import Api
from mockstudio.sandbox import Sandbox

BESIDE = Path(__file__).parents[3] / "shared" / "reference" / "openapi"
FOLDER = Path(os.environ.get("MOCKSTUDIO_OPENAPI") or BESIDE)
FILES = ("twilio_api_v2010.subset.json", "twilio_studio_v2.json")
needs_files = pytest.mark.skipif(
    not all((FOLDER / name).is_file() for name in FILES),
    reason=f"no Twilio OpenAPI files in {FOLDER}; MOCKSTUDIO_OPENAPI names another folder",
)
ERROR_MEMBERS = {"code", "message", "more_info", "status"}
NOT_BY_LIBRARY = {("GET", "/2010-04-01/Accounts/<>/Messages/<>/Media/<>")}
"""The libraries cannot ask for a medium's content."""

formats = FormatChecker(formats=())


@formats.checks("date-time-rfc-2822")
def is_rfc_2822(value) -> bool:
    form = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"
    return value is None or re.fullmatch(form, value) is not None


@formats.checks("date-time")
def is_to_the_second(value) -> bool:
    return value is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) is not None


def converted(schema):
    """Return a schema of OpenAPI 3.0 as JSON Schema; objects have their members and no others."""
    if isinstance(schema, list):
        return [converted(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: converted(value) for name, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type", "object") == "object":
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


@cache
def specification(name):
    return converted(json.loads((FOLDER / name).read_text("utf-8")))


def shape(path):
    """Return a path, written in either way, with its varying parts unnamed."""
    return re.sub(r"\{\w+\}|<\w+>", "<>", path)


def shape_of(path, shapes):
    """Return which of several shapes an actual path has: the one that varies least."""
    fitting = [each for each in shapes
               if re.fullmatch(re.escape(each).replace("<>", "[^/]+"), path)]  # fmt: skip
    return min(fitting, key=lambda each: (each.count("<>"), -len(each)), default=None)


@cache
def operations():
    """Return the responses of each operation by method and shape, and the file they stand in."""
    return {
        (method.upper(), shape(path)): (operation["responses"], specification(name))
        for name in FILES
        for path, item in specification(name)["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "delete")
    }


def served():
    """Return the operations of the sandbox by method and shape."""
    with Sandbox() as sandbox:
        return {(method, shape(path)) for method, path in Api(sandbox).routes.operations}


def test_the_whole_life_has_every_operation(lived):
    shapes = served()
    ways = {path for _, path in shapes}
    seen = {(answer.method, shape_of(answer.path, ways)) for answer in lived.answers}
    assert shapes - seen == NOT_BY_LIBRARY


@needs_files
def test_all_that_is_served_is_twilios():
    of_version_1 = {each for each in served() if each[1].startswith("/v1/")}
    assert served() - operations().keys() == of_version_1 | NOT_BY_LIBRARY


@needs_files
def test_every_answer_of_the_whole_life_is_as_twilio_specifies_it(lived):
    shapes = {path for _, path in operations()}
    checked = set()
    for answer in lived.answers:
        key = (answer.method, shape_of(answer.path, shapes))
        if answer.status >= 400:
            assert answer.body.keys() - {"detail", "details"} == ERROR_MEMBERS, answer
        elif key in operations():
            assert problems(answer, *operations()[key]) == [], answer
            checked.add(key)
    assert checked == served() & operations().keys()


def problems(answer, responses, document):
    """Return what is wrong with an answer."""
    if str(answer.status) not in responses:
        return [f"status {answer.status}, not {' or '.join(responses)}"]
    content = responses[str(answer.status)].get("content")
    if content is None:
        return [] if answer.body is None else ["a body where there is none"]
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    validator = Draft202012Validator(schema, format_checker=formats)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(answer.body)]


@needs_files
def test_an_answer_that_is_not_so_would_be_found(lived):
    key = ("GET", "/2010-04-01/Accounts/<>/Calls.json")
    answer = next(each for each in lived.answers if each.method == "GET" and each.status == 200
                  and shape_of(each.path, [key[1]]) and each.body["calls"])  # fmt: skip
    call = answer.body["calls"][0]
    date = {"date_created": "2026-01-05T17:00:13Z"}
    for change in ({"more": 1}, {"status": "odd"}, {"sid": 1}, date):
        body = {**answer.body, "calls": [{**call, **change}]}
        assert problems(replace(answer, body=body), *operations()[key])
    assert problems(replace(answer, body={**answer.body, "total": 1}), *operations()[key])
    assert problems(replace(answer, status=201), *operations()[key])
