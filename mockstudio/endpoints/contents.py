"""What a reply says, compiled: status, headers and body, ready to be filled in for a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.bodies import content_type, encoded, json_text
from mockstudio.endpoints.effects import spread
from mockstudio.endpoints.model import (
    Body,
    FileBody,
    FixedDelay,
    JsonBody,
    PythonBody,
    Reply,
    TextBody,
)
from mockstudio.endpoints.sizes import pad
from mockstudio.endpoints.templates import Namespace, Part, compile_json, fill, is_template
from mockstudio.errors import FunctionError, UsageError

Content = Callable[[Namespace], Answer]
"""Makes a reply's answer for a request, as if there were no delay."""

PLAYERS_HEADERS = frozenset({"content-length", "transfer-encoding", "connection"})
"""Headers that only the player knows, and sets; a reply's own are left out."""


def needs_thread(reply: Reply) -> bool:
    """Tell whether making the answer may block: with Python functions and files."""
    return isinstance(reply.body, PythonBody | FileBody)


def is_static(reply: Reply) -> bool:
    """Tell whether a reply gives the same answer to every request."""
    return isinstance(reply.delay, FixedDelay) and _says_the_same(reply)


def compile_content(reply: Reply, compile_text: Callable[[str], Part]) -> Content:
    """Return what makes a reply's answer, but for its delay.

    Args:
        reply: with any body but a Python function.
        compile_text: makes templates of texts, or `str` where they are none.

    Raises:
        MockstudioError: a template is wrong, a value has no JSON form, a size cannot be had.
    """
    # What is kept for a reply must not keep the reply itself: a copy serves as well.
    reply = replace(reply)
    headers = [(name, compile_text(value)) for name, value in _headers(reply)]
    body = _compile_body(reply.body, compile_text)

    def make(namespace: Namespace) -> Answer:
        filled = tuple((name, _one_line(fill([part], namespace))) for name, part in headers)
        if not Answer(reply.status).has_body:
            return Answer(reply.status, filled, fault=reply.fault)
        pieces = spread(_sized(body(namespace), reply), reply.dribble)
        return Answer(reply.status, filled, pieces, fault=reply.fault)

    if not _says_the_same(reply):
        return make
    answer = make({})
    return lambda namespace: answer


def _says_the_same(reply: Reply) -> bool:
    if needs_thread(reply) or any(is_template(value) for _, value in reply.headers):
        return False
    if isinstance(reply.body, JsonBody):
        return not _holds_template(reply.body)
    return not (isinstance(reply.body, TextBody) and is_template(reply.body.text))


def _holds_template(body: JsonBody) -> bool:
    try:
        return is_template(json_text(body.value))
    except UsageError:
        return False


def _headers(reply: Reply) -> Sequence[tuple[str, str]]:
    """Return the headers that were written, and the body's type unless one of them says it."""
    written = [(n, value) for n, value in reply.headers if n.lower() not in PLAYERS_HEADERS]
    implied = content_type(reply.body) if Answer(reply.status).has_body else ""
    if not implied or any(name.lower() == "content-type" for name, _ in written):
        return written
    return [("Content-Type", implied), *written]


def _one_line(value: str) -> str:
    """Return a header's value without line ends, so that no request can smuggle in a header."""
    return value.replace("\r", " ").replace("\n", " ")


def _compile_body(body: Body, compile_text: Callable[[str], Part]) -> Callable[[Namespace], bytes]:
    if isinstance(body, FileBody):
        path = body.path
        return lambda namespace: _read(path)
    parts = _body_parts(body, compile_text)
    return lambda namespace: encoded(fill(parts, namespace))


def _body_parts(body: Body, compile_text: Callable[[str], Part]) -> Sequence[Part]:
    if isinstance(body, JsonBody):
        return compile_json(body.value, compile_text)
    if isinstance(body, TextBody):
        return (compile_text(body.text),)
    if body is None:
        return ()
    raise FunctionError("a Python function must be called before its reply can be compiled")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read the body's file {path}: {error.strerror}") from error


def _sized(body: bytes, reply: Reply) -> bytes:
    return body if reply.size is None else pad(body, content_type(reply.body), reply.size)
