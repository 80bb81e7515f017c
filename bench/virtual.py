"""Virtual time: what an execution costs, beside a bare call into a one-route Flask app."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable

import requests
from flask import Flask
from requests.adapters import BaseAdapter

from mockstudio import Sandbox
from mockstudio.flows.definition import parse_flow

URL = "https://orders-1234.twil.io/lookup"


class BareAdapter(BaseAdapter):
    """Calls a WSGI app with the least that `requests` needs."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app

    def send(self, request, **_):
        body = request.body or b""
        status = []
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": request.path_url,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body if isinstance(body, bytes) else body.encode()),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        content = self.app.wsgi_app(environ, lambda line, headers: status.append((line, headers)))
        response = requests.Response()
        response.status_code = int(status[0][0].split()[0])
        response.headers.update(status[0][1])
        response._content = b"".join(content)
        response.url, response.request = request.url, request
        return response

    def close(self) -> None:
        pass


def bare_call() -> Callable[[], None]:
    """Return one POST through the bare adapter to a Flask app with one route."""
    app = Flask("floor")

    @app.post("/lookup")
    def lookup():
        return {"status": "open"}

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", BareAdapter(app))
    return lambda: session.post("http://localhost/lookup", data={"order": "42"}).json()


def state(name: str, kind: str, transitions: dict[str, str | None], **properties: object) -> dict:
    return {
        "name": name,
        "type": kind,
        "transitions": [
            {"event": event, **({"next": following} if following else {})}
            for event, following in transitions.items()
        ],
        "properties": properties,
    }


def six_widgets() -> dict:
    """Return a flow of six widgets with one Function call."""
    split = state(
        "is_open", "split-based-on", {"noMatch": None}, input="{{widgets.lookup.parsed.status}}"
    )
    split["transitions"].append(
        {
            "event": "match",
            "next": "count",
            "conditions": [
                {
                    "friendly_name": "open",
                    "arguments": ["{{widgets.lookup.parsed.status}}"],
                    "type": "equal_to",
                    "value": "open",
                }
            ],
        }
    )
    address = {"from": "{{flow.channel.address}}", "to": "{{contact.channel.address}}"}
    return {
        "states": [
            state("Trigger", "trigger", {"incomingMessage": "start"}),
            state(
                "start",
                "set-variables",
                {"next": "lookup"},
                variables=[{"key": "order", "value": "{{trigger.message.Body}}"}],
            ),
            state(
                "lookup",
                "run-function",
                {"success": "is_open", "fail": None},
                url=URL,
                parameters=[{"key": "order", "value": "{{flow.variables.order}}"}],
            ),
            split,
            state(
                "count",
                "set-variables",
                {"next": "tell"},
                variables=[{"key": "n", "value": "{{flow.variables.n | plus: 1}}"}],
            ),
            state(
                "tell",
                "send-message",
                {"sent": None, "failed": None},
                body="Order {{flow.variables.order}} is {{widgets.lookup.parsed.status}}.",
                **address,
            ),
        ],
        "initial_state": "Trigger",
    }


def loop_of(steps: int) -> dict:
    """Return a flow whose two widgets take turns until so many steps have run."""
    counter = [{"key": "n", "value": "{{flow.variables.n | plus: 1}}"}]
    split = state("enough", "split-based-on", {"noMatch": "count"}, input="{{flow.variables.n}}")
    split["transitions"].append(
        {
            "event": "match",
            "conditions": [
                {
                    "friendly_name": "enough",
                    "arguments": ["{{flow.variables.n}}"],
                    "type": "greater_than",
                    "value": str(steps // 2 - 1),
                }
            ],
        }
    )
    return {
        "states": [
            state("Trigger", "trigger", {"incomingMessage": "count"}),
            state("count", "set-variables", {"next": "enough"}, variables=counter),
            split,
        ],
        "initial_state": "Trigger",
    }


def execution_of(definition: dict) -> Callable[[], int]:
    """Return one whole execution of a flow, which gives the number of its steps."""
    sandbox = Sandbox()
    sandbox.add_endpoints(
        [{"name": "lookup", "kind": "function", "url": URL, "reply": {"json": {"status": "open"}}}]
    )
    flow = sandbox.library.add(parse_flow(definition, "bench").flow)
    return lambda: len(sandbox.message("42", flow).steps)


def seconds_each(call: Callable[[], object], repeat: int, rounds: int = 7) -> float:
    """Return the median over rounds of the seconds one call takes."""
    for _ in range(max(1, repeat // 10)):
        call()
    measured = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(repeat):
            call()
        measured.append((time.perf_counter() - began) / repeat)
    return statistics.median(measured)
