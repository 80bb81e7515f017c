"""What the sandbox answers, beside Twilio's own OpenAPI files (rest-api.md 9).

The whole life's answers are checked to the letter. Then schemathesis makes up requests that the
files allow: no answer is a server's error, and none breaks its schema.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis import checks
from werkzeug.datastructures import Authorization

from mockstudio.config import Settings
from mockstudio.rest.api import Api
from mockstudio.sandbox import Sandbox

BESIDE = Path(__file__).parents[3] / "shared" / "reference" / "openapi"
FOLDER = Path(os.environ.get("MOCKSTUDIO_OPENAPI") or BESIDE)
FILES = ("twilio_api_v2010.subset.json", "twilio_studio_v2.json")
HAS_FILES = all((FOLDER / name).is_file() for name in FILES)
needs_files = pytest.mark.skipif(
    not HAS_FILES,
    reason=f"no Twilio OpenAPI files in {FOLDER}; MOCKSTUDIO_OPENAPI names another folder",
)
ERROR_MEMBERS = {"code", "message", "more_info", "status"}
NOT_BY_LIBRARY = {("GET", "/2010-04-01/Accounts/<>/Messages/<>/Media/<>")}
"""The libraries cannot ask for a medium's content."""

ACCOUNT = Settings()
LOGIN = Authorization(
    "basic", {"username": ACCOUNT.account_sid, "password": ACCOUNT.auth_token}
).to_header()
WANTED = (
    checks.not_a_server_error,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)
EXAMPLES = {"GET": 8, "DELETE": 8, "POST": 16}

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


@cache
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
    return [
        f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(answer.body)
    ]


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


def loaded(name):
    document = json.loads((FOLDER / name).read_text("utf-8"))
    document["components"] = relaxed(document["components"])
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"] = relaxed(operation["responses"])
    return schemathesis.openapi.from_dict(document)


def relaxed(schema):
    """Return a schema of answers whose URIs need no host, as those of Twilio's own examples."""
    if isinstance(schema, list):
        return [relaxed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: relaxed(value) for name, value in schema.items()}
    return {**made, "format": "uri-reference"} if made.get("format") == "uri" else made


def specified():
    """Return the operations of the files that the sandbox serves, by their labels."""
    if not HAS_FILES:
        return {}
    found = [operation.ok() for name in FILES for operation in loaded(name).get_all_operations()]
    return {each.label: each for each in found
            if (each.method.upper(), shape(each.path)) in served()}  # fmt: skip


schemathesis.openapi.format(
    "phone-number", st.sampled_from([ACCOUNT.number, ACCOUNT.contact, "+14155550177", "+1", "x"])
)
MADE_UP = specified()


@pytest.fixture
def world(on_stage, state):
    """A sandbox with one of everything."""
    sandbox = on_stage().sandbox
    web = sandbox.app.test_client()
    account = f"/2010-04-01/Accounts/{ACCOUNT.account_sid}"

    def make(path, **form):
        answer = web.post(path, data=form, auth=(ACCOUNT.account_sid, ACCOUNT.auth_token))
        assert answer.status_code < 300, answer.text
        return answer.json["sid"]

    between = {"To": ACCOUNT.contact, "From": ACCOUNT.number}
    trigger = state("Trigger", "trigger", {"incomingRequest": "ask"})
    ask = state("ask", "send-and-wait-for-reply", {"timeout": None}, body="?", timeout="3600")
    definition = {"initial_state": "Trigger", "states": [trigger, ask]}
    flow = make("/v2/Flows", FriendlyName="ask", Status="published",
                Definition=json.dumps(definition))  # fmt: skip
    execution = make(f"/v2/Flows/{flow}/Executions", **between)
    message = make(f"{account}/Messages.json", MediaUrl="https://shop.example.com/a.png", **between)
    sandbox.clock.advance(30)
    return sandbox, {
        "AccountSid": ACCOUNT.account_sid,
        "FlowSid": flow,
        "ExecutionSid": execution,
        "StepSid": sandbox.executions.get(execution).steps[0].sid,
        "MessageSid": message,
        "Revision": "LatestRevision",
        "/Accounts/{Sid}": ACCOUNT.account_sid,
        "/Messages/{Sid}": message,
        "/Media/{Sid}": sandbox.messages.get(message).media[0].sid,
        "/Keys/{Sid}": make(f"{account}/Keys.json"),
        "/Calls/{Sid}": make(f"{account}/Calls.json", Twiml="<Response/>", **between),
        "/IncomingPhoneNumbers/{Sid}": make(f"{account}/IncomingPhoneNumbers.json", AreaCode="202"),
        "/Flows/{Sid}": flow,
        "/Executions/{Sid}": execution,
        "/Steps/{Sid}": sandbox.executions.get(execution).steps[0].sid,
    }


def parts_of(path, known):
    """Return SIDs of what is there for the varying parts of a path."""
    before = re.search(r"/\w+/\{Sid\}", path)
    sid = {"Sid": known[before[0]]} if before else {}
    return {name: known[name] for name in re.findall(r"\{(\w+)\}", path) if name != "Sid"} | sid


@needs_files
@pytest.mark.parametrize("label", list(MADE_UP) or ["none"])
def test_no_request_upsets_the_sandbox(label, world):
    operation = MADE_UP[label]
    sandbox, known = world
    parts = parts_of(operation.path, known)

    @seed(20100401)
    @settings(max_examples=EXAMPLES[operation.method.upper()], database=None, deadline=None,
              phases=(Phase.generate,), suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(), is_there=st.sampled_from([True, True, False]))
    def ask(case, is_there):
        case.path_parameters |= parts if is_there else {"AccountSid": ACCOUNT.account_sid}
        answer = case.call(app=sandbox.app, headers={"Authorization": LOGIN})
        case.validate_response(answer, checks=WANTED)
        sandbox.clock.advance(5)

    ask()
