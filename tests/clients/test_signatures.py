"""X-Twilio-Signature: the sandbox and the official validators agree (rest-api.md 6)."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from mockstudio.config import Settings
from mockstudio.signing import SIGNATURE_HEADER, body_hash, is_signed

VALIDATE = Path(__file__).parent / "node" / "validate.js"
TOKEN = Settings().auth_token
SHOP = "https://shop.example.com:8443"
WIDGETS = "http://widgets.example.com:8080/orders"
NUMBER = "+14155550111"


@dataclass(frozen=True)
class Sent:
    """A request as whoever got it can check it.

    Attributes:
        name: what it is.
        signature: the header.
        url: as it was requested.
        form: decoded.
        body: a body that is no form, or None.
        token: with which it is checked.
    """

    name: str
    signature: str
    url: str
    form: dict[str, list[str]]
    body: str | None = None
    token: str = TOKEN


def by_python(sent: Sent) -> bool:
    """Return the verdict of Twilio's library for Python."""
    values = [(name, value) for name, many in sent.form.items() for value in many]
    parameters = MultiDict(values) if sent.body is None else sent.body
    return bool(RequestValidator(sent.token).validate(sent.url, parameters, sent.signature))


def by_sandbox(sent: Sent) -> bool:
    """Return the sandbox's own verdict."""
    body = (sent.body or "").encode()
    return is_signed(sent.signature, sent.token, sent.url, sent.form, body)


@pytest.fixture
def by_node(node, programs_environment):
    """Return the verdicts of Twilio's library for Node, with the signatures it makes itself."""

    def ask(requests):
        lines = [json.dumps(vars(sent)) for sent in requests]
        done = subprocess.run([node, VALIDATE], input="\n".join(lines), encoding="utf-8",
                              capture_output=True, check=False, timeout=60,
                              env=programs_environment)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask


# --- what the sandbox sends


@pytest.fixture
def world(on_stage, in_process):
    """A sandbox whose world answers whatever it is sent, and a client."""
    sandbox = on_stage().sandbox
    twiml = {"twiml": "<Response/>"}
    sandbox.add_endpoints(
        [
            *({"name": name, "url": f"{SHOP}/{name}", "reply": twiml}
              for name in ("voice", "sms", "status", "called", "delivered")),
            {"name": "widgets", "url": WIDGETS, "reply": {"json": {}}},
            {"name": "function", "kind": "function", "url": "https://x-1234.twil.io/do",
             "visibility": "protected", "reply": {"json": {}}},
        ]
    )  # fmt: skip
    return sandbox, in_process(sandbox)


@pytest.fixture
def sent(world, state):
    """Everything that the sandbox sends, as it was received."""
    sandbox, client = world
    for method in ("POST", "GET"):
        number = client.incoming_phone_numbers.create(
            phone_number=NUMBER, voice_url=f"{SHOP}/voice?b=2&a=1&a=0", voice_method=method,
            sms_url=f"{SHOP}/sms?z=%C3%A9+1", sms_method=method, status_callback=f"{SHOP}/status",
            status_callback_method=method)  # fmt: skip
        call = sandbox.call(number=NUMBER)
        assert call.wait()
        sandbox.chat(number=NUMBER).send("Zoë & co = 1 + 1")
        client.calls.create(
            to=sandbox.settings.contact, from_=NUMBER, url=f"{SHOP}/called?x=1", method=method,
            status_callback=f"{SHOP}/status?of=call", status_callback_method=method,
            status_callback_event=["initiated", "ringing", "answered", "completed"])  # fmt: skip
        client.messages.create(to=sandbox.settings.contact, from_=NUMBER, body="x",
                               status_callback=f"{SHOP}/delivered?q=b&p=a")  # fmt: skip
        sandbox.clock.advance(300)
        client.incoming_phone_numbers(number.sid).delete()
    run_widgets(client, sandbox, state)
    return [received(entry) for entry in sandbox.journal]


def run_widgets(client, sandbox, state):
    form = "application/x-www-form-urlencoded;charset=utf-8"
    pairs = [{"key": "b", "value": "2 ü"}, {"key": "a", "value": "1"}, {"key": "a", "value": "0"}]
    asks = [
        {"method": "GET", "url": f"{WIDGETS}?y=1&x=2", "parameters": pairs},
        {"method": "POST", "url": f"{WIDGETS}?y=1", "parameters": pairs, "content_type": form},
        {"method": "POST", "url": f"{WIDGETS}?y=1", "body": '{"ü": [1, 2]}',
         "content_type": "application/json;charset=utf-8"},
    ]  # fmt: skip
    states = [state(f"ask{n}", "make-http-request", {"success": f"ask{n + 1}", "failed": None},
                    **each) for n, each in enumerate(asks)]  # fmt: skip
    run = state("ask3", "run-function", {"success": None, "fail": None},
                url="https://x-1234.twil.io/do", parameters=pairs)  # fmt: skip
    trigger = state("Trigger", "trigger", {"incomingRequest": "ask0"})
    definition = {"initial_state": "Trigger", "states": [trigger, *states, run]}
    flow = client.studio.v2.flows.create("widgets", "published", definition)
    client.studio.v2.flows(flow.sid).executions.create(sandbox.settings.contact, NUMBER)
    sandbox.clock.advance(60)


def received(entry) -> Sent:
    request = entry.request
    is_form = request.form or not request.body
    # TLS has ended where a request arrives: it says `http` whatever was asked for.
    is_plain = request.host.startswith("widgets.")
    url = request.url if is_plain else request.url.replace("http://", "https://", 1)
    return Sent(
        name=f"{request.method} {entry.endpoint}",
        signature=request.header(SIGNATURE_HEADER),
        url=url,
        form=dict(request.form),
        body=None if is_form else request.body.decode(),
    )


ALL = {f"{method} {name}" for name in ("voice", "sms", "status", "called", "widgets")
       for method in ("GET", "POST")} | {"POST delivered", "POST function"}  # fmt: skip


def test_everything_that_is_sent_is_accepted_by_python(sent):
    assert {each.name for each in sent} == ALL
    assert [each for each in sent if not by_python(each)] == []
    assert [each for each in sent if not by_sandbox(each)] == []
    assert [each.name for each in sent if each.body] == ["POST widgets"]


def test_everything_that_is_sent_is_accepted_by_node(sent, by_node):
    verdicts = by_node(sent)
    assert [each for each, (is_valid, _) in zip(sent, verdicts, strict=True) if not is_valid] == []


# --- damage

FORM = Sent(
    "form", "", f"{SHOP}/voice?b=2&a=1",
    {"From": ["+12025550123"], "Body": ["hi"], "MediaUrl": ["b", "a"]},
)  # fmt: skip
QUERY = Sent("query", "", f"{SHOP}/voice?b=2&a=1", {})
BODY = '{"a": 1}'
JSON = Sent("JSON", "", f"{WIDGETS}?y=1&bodySHA256={body_hash(BODY.encode())}", {}, BODY)


def signed(sent: Sent) -> Sent:
    made = RequestValidator(sent.token).compute_signature(sent.url, MultiDict(sent.form))
    return replace(sent, signature=made)


def with_form(sent: Sent, **changes) -> Sent:
    return replace(sent, form={**sent.form, **changes})


def without_form(sent: Sent, name: str) -> Sent:
    return replace(sent, form={k: v for k, v in sent.form.items() if k != name})


WHOLE = [signed(each) for each in (FORM, QUERY, JSON)]
"""One of each kind, undamaged."""
F, Q, J = WHOLE
DAMAGED = {
    "another path": [replace(s, url=s.url.replace("?", "/x?")) for s in WHOLE],
    "another host": [replace(s, url=s.url.replace("://", "://x")) for s in WHOLE],
    "another scheme": [replace(s, url=s.url.replace("http", "ftp", 1)) for s in WHOLE],
    "another order of the query": [
        replace(s, url=s.url.replace("b=2&a=1", "a=1&b=2")) for s in (F, Q)
    ],
    "a query more": [replace(s, url=s.url + "&c=3") for s in WHOLE],
    "no query": [replace(s, url=s.url.partition("?")[0]) for s in (F, Q)],
    "another parameter": [with_form(F, Body=["ho"])],
    "another name": [without_form(with_form(F, body=["hi"]), "Body")],
    "a parameter more": [with_form(F, More=["x"]), with_form(Q, More=["x"])],
    "a parameter less": [without_form(F, "Body")],
    "a value more": [with_form(F, Body=["hi", "ho"])],
    "a value less": [with_form(F, MediaUrl=["a"])],
    "another token": [replace(s, token="f" * 32) for s in WHOLE],
    "another body": [replace(J, body='{"a": 2}')],
    "no body": [replace(J, body="")],
    "another hash": [replace(J, url=J.url[:-1] + "x")],
    "no signature": [replace(s, signature="") for s in WHOLE],
    "half a signature": [replace(s, signature=s.signature[:14]) for s in WHOLE],
}
CASES = [each for many in DAMAGED.values() for each in many]


def test_what_is_whole_is_accepted():
    assert [(by_sandbox(each), by_python(each)) for each in WHOLE] == [(True, True)] * len(WHOLE)


@pytest.mark.parametrize("kind", DAMAGED)
def test_damage_is_seen_by_the_sandbox_as_by_python(kind):
    for each in DAMAGED[kind]:
        assert (by_sandbox(each), by_python(each)) == (False, False)


def test_damage_is_seen_by_node(by_node):
    whole = [signed(each) for each in (FORM, QUERY, JSON)]
    assert [is_valid for is_valid, _ in by_node([*whole, *CASES])] == [True] * 3 + [False] * len(
        CASES
    )


# --- what the libraries make

texts = st.text(st.characters(codec="utf-8"), max_size=8)
forms = st.dictionaries(texts.filter(bool), st.lists(texts, min_size=1, max_size=3), max_size=4)
URLS = (
    "https://example.com/a?b=2&a=1",
    "http://localhost:8080/a%20b?x=%C3%A9+1&x=",
    "https://example.com:8443/",
    "http://127.0.0.1:3000/a?b",
)


@given(form=forms, url=st.sampled_from(URLS), token=texts)
def test_what_python_signs_is_signed(form, url, token):
    made = RequestValidator(token).compute_signature(url, MultiDict(form))
    assert is_signed(made, token, url, form)


def test_what_node_signs_is_signed(by_node):
    odd = {"Ä ö": ["ü&=+"], "a": ["2", "10", "2"], "A": [""], "emoji": ["🎈 é"]}
    cases = [Sent("odd", "", url, form) for url in URLS for form in ({}, odd)] + [JSON]
    for case, (_, made) in zip(cases, by_node(cases), strict=True):
        assert by_sandbox(replace(case, signature=made)), case
        assert by_python(replace(case, signature=made)), case
