"""The Flask player: plays the endpoints' answers under any WSGI server, and in-process.

It reads four keys of the WSGI environment where they are there: `mockstudio.arrived` (when the
request came in), `mockstudio.deadline` (how long the in-process caller waits),
`mockstudio.connection` (how the caller's connection is broken) and `werkzeug.socket`.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, cast
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, current_app
from flask import request as flask_request
from werkzeug.datastructures import Headers

from mockstudio.clock import Clock, Deadline
from mockstudio.endpoints.answer import GARBAGE, Answer, Piece
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.journal import Entry
from mockstudio.endpoints.model import Fault
from mockstudio.endpoints.request import Request
from mockstudio.errors import DeadlinePassed


class Connection(Protocol):
    """What a player must be able to do to a connection to play a fault."""

    def reset(self) -> None:
        """Break it off so that the caller sees a reset."""

    def empty(self) -> None:
        """Close it without having sent anything."""

    def garbage(self, data: bytes) -> None:
        """Send bytes as they are and close it."""


class SocketConnection:
    """Faults on the socket that Werkzeug's server passes along."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer

    def reset(self) -> None:
        """Close with a zero linger time: the peer sees a TCP reset."""
        self._peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if os.name == "nt":
            socket.close(self._peer.detach())
            return
        # The server holds on to the socket, so that closing it here would close nothing yet. Put
        # in its place, one whose other end is gone takes what the server still has to say.
        broken, other = socket.socketpair()
        with broken, other:
            os.dup2(broken.fileno(), self._peer.fileno())

    def empty(self) -> None:
        """Close in good order, without a byte."""
        self._peer.shutdown(socket.SHUT_RDWR)

    def garbage(self, data: bytes) -> None:
        """Send the bytes, then close."""
        self._peer.sendall(data)
        self.empty()


def create_blueprint(
    endpoints: Endpoints,
    clock: Clock,
    own_prefixes: tuple[str, ...],
) -> Blueprint:
    """Return the blueprint that plays every request whose path is not the sandbox's own.

    Args:
        endpoints: what is played.
        clock: the sandbox's clock; delays sleep on it.
        own_prefixes: paths that begin so are left to other views.
    """
    blueprint = Blueprint("endpoints", __name__)
    player = FlaskPlayer(endpoints, clock)

    # A hook rather than a route: endpoints answer any method, known to Flask or not.
    @blueprint.before_app_request
    def play() -> Response | None:
        if flask_request.path.startswith(own_prefixes):
            return None
        return player.play(flask_request.environ, flask_request.get_data())

    return blueprint


class FlaskPlayer:
    """Plays answers as Flask responses."""

    def __init__(self, endpoints: Endpoints, clock: Clock) -> None:
        self._endpoints = endpoints
        self._clock = clock

    def play(self, environ: Mapping[str, Any], body: bytes) -> Response:
        """Return the response to a request, after the delay that its endpoint scripts."""
        request = _received(environ, body, self._clock.monotonic())
        answer, entry = self._endpoints.respond(request)
        deadline = cast("Deadline | None", environ.get("mockstudio.deadline"))
        try:
            self._wait(request.arrived + answer.at, deadline)
        except DeadlinePassed:
            entry.finish(sent=0, complete=False)
            raise
        if answer.fault and answer.fault is not Fault.TRUNCATE:
            return self._break(environ, answer.fault, entry)
        return self._response(request, answer, entry, deadline)

    def _wait(self, moment: float, deadline: Deadline | None) -> None:
        if moment > self._clock.monotonic():
            self._clock.sleep_until(moment, deadline)

    def _break(self, environ: Mapping[str, Any], fault: Fault, entry: Entry) -> Response:
        connection = connection_of(environ)
        entry.finish(sent=0, complete=connection is not None)
        if connection is None:
            return _unplayable(fault)
        actions: dict[Fault, Callable[[], None]] = {
            Fault.RESET: connection.reset,
            Fault.EMPTY: connection.empty,
            Fault.GARBAGE: lambda: connection.garbage(GARBAGE),
        }
        actions[fault]()
        # The socket is gone: the server's own attempt to answer fails there, unseen by anybody.
        return Response(status=500)

    def _response(
        self, request: Request, answer: Answer, entry: Entry, deadline: Deadline | None
    ) -> Response:
        pieces: Iterable[bytes] = ()
        if answer.has_body and request.method != "HEAD":
            pieces = self._pieces(request, answer, entry, deadline)
        else:
            entry.finish(sent=0)
        response = Response(pieces, status=f"{answer.status} {answer.reason}")
        response.headers = Headers([(name, _in_latin_1(value)) for name, value in answer.headers])
        if answer.has_body:
            response.headers["Content-Length"] = str(len(answer.body))
        return response

    def _pieces(
        self, request: Request, answer: Answer, entry: Entry, deadline: Deadline | None
    ) -> Iterator[bytes]:
        sent, complete = 0, False
        try:
            for piece in _played_pieces(answer):
                self._wait(request.arrived + piece.at, deadline)
                yield piece.data
                sent += len(piece.data)
            complete = True
        finally:
            entry.finish(sent, complete)


def _in_latin_1(value: str) -> str:
    """Return a header's value as HTTP can carry it, question marks for what it cannot."""
    return value.encode("latin-1", "replace").decode("latin-1")


def _played_pieces(answer: Answer) -> Iterator[Piece]:
    """Yield what goes out: half of the body when it is to be truncated."""
    size = len(answer.body)
    left = size // 2 if answer.fault is Fault.TRUNCATE else size
    for piece in answer.pieces:
        if left > 0:
            yield Piece(piece.at, piece.data[:left])
        left -= len(piece.data)


def _received(environ: Mapping[str, Any], body: bytes, now: float) -> Request:
    return Request(
        method=environ["REQUEST_METHOD"],
        target=_target(environ),
        headers=_headers(environ),
        body=body,
        arrived=environ.get("mockstudio.arrived", now),
        scheme=environ["wsgi.url_scheme"],
        client=environ.get("REMOTE_ADDR", ""),
    )


def _target(environ: Mapping[str, Any]) -> str:
    """Return path and query as the caller sent them, as far as the server kept them."""
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    if raw.startswith("/"):
        return raw
    if raw:
        # The whole URL, as proxies get it; the server took its host from there.
        url = urlsplit(raw)
        return (url.path or "/") + (f"?{url.query}" if url.query else "")
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~-._") or "/"
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _headers(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    named = [
        (key[5:].replace("_", "-").title(), value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    ]
    plain = {"CONTENT_TYPE": "Content-Type", "CONTENT_LENGTH": "Content-Length"}
    return named + [(name, environ[key]) for key, name in plain.items() if environ.get(key)]


def connection_of(environ: Mapping[str, Any]) -> Connection | None:
    """Return what can be done to the caller's connection, or None when no server passes it on."""
    given = environ.get("mockstudio.connection")
    if given is not None:
        return cast("Connection", given)
    peer = environ.get("werkzeug.socket")
    return SocketConnection(peer) if peer is not None else None


def _unplayable(fault: Fault) -> Response:
    text = (
        f"the fault '{fault}' needs the connection's socket, which this WSGI server does not pass "
        "on; `mockstudio serve` and Werkzeug's server can play it"
    )
    current_app.logger.error(text)
    return Response(json.dumps({"error": text}), status=501, mimetype="application/json")
