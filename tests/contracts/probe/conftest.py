"""Real servers: a Flask app of werkzeug's, and the standard library's http.server."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from mockstudio.config import Settings
from mockstudio.contracts.probe.check import check_endpoint
from mockstudio.contracts.probe.model import Caller, Question, Report
from mockstudio.signing import SIGNATURE_HEADER

LIMITS = {"http-timeout": "300ms", "twiml-timeout": "300ms"}
"""Small, so that nobody waits."""

FILES = {
    "order.json": '{"total": 12.5}',
    "orders.json": '[{"total": 12.5}]',
    "torn.json": '{"total": ',
    "large.json": f'{{"text": "{"x" * 65_536}"}}',
    "order.txt": '{"total": 12.5}',
    "voice.xml": "<Response>\n<Say>Hello</Say>\n</Response>",
    "torn.xml": "<Response>\n<Say>Hello</Response>",
}
"""What http.server has; it takes the content types from the names."""


def make_app(over: threading.Event) -> flask.Flask:
    """Return an application with a path for each verdict; late answers wait until it is over."""
    app = flask.Flask("live")
    _add_data(app)
    _add_texts(app)
    _add_trouble(app, over)
    _add_redirects(app)
    _add_documents(app)
    _add_protected(app)
    return app


def _add_data(app: flask.Flask) -> None:
    @app.post("/json")
    def ok():
        return {"total": 12.5, "items": [{"sku": "a"}], "first name": "Ann", "gone": None}

    @app.route("/echo", methods=["GET", "POST"])
    def echo():
        return {
            "method": flask.request.method,
            "params": flask.request.values.to_dict(flat=False),
            "json": flask.request.get_json(silent=True),
        }

    @app.post("/array")
    def array():
        return [1, 2]

    @app.post("/broken")
    def broken():
        return flask.Response('{"total": ', content_type="application/json")


def _add_texts(app: flask.Flask) -> None:
    @app.post("/text")
    def text():
        return "hello", {"Content-Type": "text/plain"}

    @app.post("/braces")
    def braces():
        return "{hello}", {"Content-Type": "text/plain"}

    @app.post("/untyped")
    def untyped():
        answer = flask.Response('{"total": 1}')
        del answer.headers["Content-Type"]
        return answer

    @app.post("/mislabelled")
    def mislabelled():
        return json.dumps({"total": 1})

    @app.post("/nothing")
    def nothing():
        return "", 204


def _add_trouble(app: flask.Flask, over: threading.Event) -> None:
    @app.post("/missing")
    def missing():
        return {"error": "no such order"}, 404

    @app.post("/crash")
    def crash():
        return "oh", 500

    @app.post("/odd-status")
    def odd_status():
        return "", 799

    @app.post("/late")
    def late():
        over.wait(30)
        return {"late": True}

    @app.post("/slowish")
    def slowish():
        over.wait(0.6)
        return {"late": False}

    @app.post("/large")
    def large():
        return {"text": "x" * 65_536}

    @app.post("/nearly-large")
    def nearly_large():
        return {"text": "x" * 60_000}


def _add_redirects(app: flask.Flask) -> None:
    @app.post("/moved")
    def moved():
        return flask.redirect("/echo", 302)

    @app.post("/kept")
    def kept():
        return flask.redirect("/echo", 307)

    @app.post("/moved-twice")
    def moved_twice():
        return flask.redirect("/kept", 308)

    @app.route("/round", methods=["GET", "POST"])
    def round_and_round():
        return flask.redirect("/round")

    @app.post("/nowhere")
    def nowhere():
        return flask.redirect("ftp://example.com/")

    @app.post("/not-modified")
    def not_modified():
        return "", 304


def _add_documents(app: flask.Flask) -> None:
    def document(path: str, xml: str, content_type: str = "text/xml") -> None:
        answer = (xml, 200, {"Content-Type": content_type})
        app.add_url_rule(path, path, lambda: answer, methods=["GET", "POST"])

    document("/voice", "<Response><Say>Hello</Say></Response>")
    document("/odd", "<Response>\n<Say>Hello</Say>\n<Sing>la</Sing>\n</Response>")
    document("/torn", "<Response>\n<Say>Hello</Response>")
    document("/reply", "<Response>\n<Message>Hello</Message>\n</Response>")
    document("/empty", "", "text/plain")
    document("/application-xml", "<Response><Say>Hello</Say></Response>", "application/xml")
    document("/data", '{"a": 1}', "application/json")


def _add_protected(app: flask.Flask) -> None:
    validator = RequestValidator(Settings().auth_token)

    def is_right() -> bool:
        request = flask.request
        given = request.headers.get(SIGNATURE_HEADER, "")
        return bool(validator.validate(request.url, request.form, given))

    @app.post("/locked")
    def locked():
        return {"ok": True} if is_right() else ({"error": "forbidden"}, 403)

    @app.post("/locked-voice")
    def locked_voice():
        answer = ("<Response><Hangup/></Response>", {"Content-Type": "text/xml"})
        return answer if is_right() else ("", 403)

    @app.post("/credulous")
    def credulous():
        return {"ok": True} if SIGNATURE_HEADER in flask.request.headers else ("", 403)

    flaky = {"calls": 0}

    @app.post("/flaky")
    def every_fourth_fails():
        flaky["calls"] += 1
        return ("", 503) if flaky["calls"] % 4 == 0 else {"ok": True}


@pytest.fixture
def live() -> Iterator[str]:
    """The base URL of the Flask application."""
    over = threading.Event()
    server = make_server("127.0.0.1", 0, make_app(over), threaded=True)
    yield from _served(server, f"http://127.0.0.1:{server.server_port}", over)


@pytest.fixture
def plain(tmp_path) -> Iterator[str]:
    """The base URL of an http.server over a folder of files."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    yield from _served(server, f"http://127.0.0.1:{server.server_port}")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def _served(server: Any, url: str, over: threading.Event | None = None) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield url
    if over is not None:
        over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def check() -> Callable[..., Report]:
    """Ask a URL as run-function does, under small limits, and return the report."""

    def ask(
        url: str,
        caller: str = "run-function",
        limits: dict[str, str] | None = None,
        settings: dict[str, Any] | None = None,
        **question: Any,
    ) -> Report:
        made = Settings(limits=LIMITS | (limits or {}), **(settings or {}))
        return check_endpoint(Question(url, Caller(caller), **question), made)

    return ask
