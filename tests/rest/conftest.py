from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from werkzeug.test import TestResponse

from mockstudio.config import Settings
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.events import TranscriptLine

SETTINGS = Settings()
ACCOUNT = f"/2010-04-01/Accounts/{SETTINGS.account_sid}"
LOGIN = (SETTINGS.account_sid, SETTINGS.auth_token)


class InProcess(HttpClient):
    """Carries the official library's requests to a Flask application."""

    def __init__(self, app: FlaskClient) -> None:
        self.app = app
        self.answers: list[TestResponse] = []

    def request(
        self,
        method,
        url,
        params=None,
        data=None,
        headers=None,
        auth=None,
        timeout=None,
        allow_redirects=False,
    ):
        parts = urlsplit(url)
        answer = self.app.open(
            parts.path,
            base_url=f"{parts.scheme}://{parts.netloc}",
            query_string=parts.query or params,
            method=method,
            data=data,
            headers=headers,
            auth=auth,
        )
        self.answers.append(answer)
        return Response(answer.status_code, answer.text, answer.headers)


@pytest.fixture
def sandbox(on_stage) -> Sandbox:
    """A sandbox in virtual time."""
    return on_stage().sandbox


@pytest.fixture
def web(sandbox) -> Callable[..., TestResponse]:
    """Make a request of the REST API, logged in unless told otherwise."""
    client = sandbox.app.test_client()

    def request(method, path, /, auth=LOGIN, **keywords):
        return client.open(path, method=method, auth=auth, **keywords)

    return request


@pytest.fixture
def login(sandbox) -> Callable[..., Client]:
    """Return the official library's client for somebody's name and password."""

    def log_in(name, password, account_sid=None):
        return Client(name, password, account_sid, http_client=InProcess(sandbox.app.test_client()))

    return log_in


@pytest.fixture
def client(login) -> Client:
    """The official library's client, logged in with the account's auth token."""
    return login(*LOGIN)


@pytest.fixture
def account() -> str:
    """The path of the account."""
    return ACCOUNT


@pytest.fixture
def definition(state) -> Callable[..., dict[str, Any]]:
    """Make a flow definition that sends a text, or one of other states."""

    def make(text="hello", states=None):
        addresses = {"from": "{{flow.channel.address}}", "to": "{{contact.channel.address}}"}
        say = state("say", "send-message", {"sent": None}, body=text, **addresses)
        rest = states or [say]
        events = ("incomingMessage", "incomingCall", "incomingRequest", "incomingParent")
        trigger = state("Trigger", "trigger", dict.fromkeys(events, rest[0]["name"]))
        return {"initial_state": "Trigger", "states": [trigger, *rest]}

    return make


@pytest.fixture
def deploy(client, definition) -> Callable[..., Any]:
    """Create a flow, with the official library."""

    def create(text="hello", name="orders", status="published", states=None, **more):
        return client.studio.v2.flows.create(name, status, definition(text, states), **more)

    return create


@pytest.fixture
def heard(sandbox) -> Callable[[], list[str]]:
    """Tell what was said in all chats since the beginning: `Twilio: Hello`."""
    lines: list[TranscriptLine] = []
    sandbox.listen(lambda event: lines.append(event) if isinstance(event, TranscriptLine) else None)
    return lambda: [f"{line.who}: {line.text}" for line in lines]
