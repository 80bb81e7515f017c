"""Requests that Twilio's OpenAPI files allow, made up by schemathesis: the sandbox takes them all.

No answer is a server's error, and none that the files specify breaks its schema. What Twilio does
after an answer happens as well: time passes.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import checks

from mockstudio.config import Settings
from mockstudio.rest.api import Api
from mockstudio.sandbox import Sandbox

BESIDE = Path(__file__).parents[3] / "shared" / "reference" / "openapi"
FOLDER = Path(os.environ.get("MOCKSTUDIO_OPENAPI") or BESIDE)
FILES = ("twilio_api_v2010.subset.json", "twilio_studio_v2.json")
WANTED = (
    checks.not_a_server_error,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)
ACCOUNT = Settings()
EXAMPLES = 8


def specified():
    """Return the operations of the files that the sandbox serves, by their labels."""
    if not all((FOLDER / name).is_file() for name in FILES):
        return {}
    with Sandbox() as sandbox:
        served = {(method, shape(path)) for method, path in Api(sandbox).routes.operations}
    found = [operation.ok() for name in FILES for operation in loaded(name).get_all_operations()]
    return {each.label: each for each in found
            if (each.method.upper(), shape(each.path)) in served}  # fmt: skip


def loaded(name):
    return schemathesis.openapi.from_dict(json.loads((FOLDER / name).read_text("utf-8")))


def shape(path):
    """Return a path, written in either way, with its varying parts unnamed."""
    return re.sub(r"\{\w+\}|<\w+>", "<>", path)


OPERATIONS = specified()


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
    flow = make("/v2/Flows", FriendlyName="ask", Status="published",
                Definition=json.dumps({"initial_state": "Trigger", "states": [trigger, ask]}))  # fmt: skip
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


@pytest.mark.skipif(not OPERATIONS, reason=f"no Twilio OpenAPI files in {FOLDER}")
@pytest.mark.parametrize("label", list(OPERATIONS) or ["none"])
def test_no_request_upsets_the_sandbox(label, world):
    operation = OPERATIONS[label]
    sandbox, known = world
    parts = parts_of(operation.path, known)

    @seed(20100401)
    @settings(max_examples=EXAMPLES, database=None, deadline=None, phases=(Phase.generate,),
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(), is_there=st.booleans())
    def ask(case, is_there):
        case.path_parameters |= parts if is_there else {"AccountSid": ACCOUNT.account_sid}
        case.operation.schema.app = sandbox.app
        answer = case.call(auth=(ACCOUNT.account_sid, ACCOUNT.auth_token))
        case.validate_response(answer, checks=WANTED)
        sandbox.clock.advance(5)

    ask()
