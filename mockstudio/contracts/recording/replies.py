"""Answers as the replies of an endpoint file, which play the same bytes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from mockstudio.contracts.recording.exchange import Exchange
from mockstudio.contracts.recording.yaml_text import survives
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.bodies import JSON_TYPE, XML_TYPE, content_type, json_text
from mockstudio.endpoints.reply_definition import make_body

_NOWHERE: Final = Path()
_LONGEST_TEXT: Final = 16_384
"""Letters; longer bodies lie in files, so that what people read stays short."""
_LONGEST_NAME: Final = 80
_LEFT_OUT: Final = frozenset(
    {
        "age",
        "alt-svc",
        "cf-ray",
        "content-length",
        "date",
        "nel",
        "report-to",
        "server",
        "server-timing",
        "strict-transport-security",
        "twilio-request-id",
        "via",
        "x-amz-cf-id",
        "x-amz-cf-pop",
        "x-amzn-requestid",
        "x-amzn-trace-id",
        "x-cache",
        "x-powered-by",
        "x-request-id",
        "x-runtime",
    }
)
"""Headers about the way an answer took and the machine that gave it."""
_HEADER_NAME: Final = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TEMPLATE: Final = re.compile(r"\{[{%]")
_TWIML: Final = re.compile(r"(?:\s|<\?xml[^>]*\?>|<!--.*?-->)*+<Response[\s/>]", re.DOTALL)
"""The beginning of a TwiML document."""


@dataclass(frozen=True)
class Recorded:
    """A reply as it stands in the file.

    Attributes:
        data: the reply.
        files: contents of files by name, relative to the endpoint file.
    """

    data: Mapping[str, Any]
    files: Mapping[str, bytes]


def recorded(exchange: Exchange, name: str, folder: str, delays: bool) -> Recorded:
    """Return the reply that plays an answer.

    Args:
        exchange: with the answer.
        name: of the endpoint; names of files begin with it.
        folder: where files of bodies lie, beside the endpoint file.
        delays: whether the reply is to take as long as the service did.
    """
    answer = exchange.answer
    is_head = exchange.asked.method == "HEAD"
    stem = PurePosixPath(folder, name[:_LONGEST_NAME])
    body, files = _kept_back(answer) if is_head else _body(answer, stem)
    headers = _headers(answer, body)
    data: dict[str, Any] = {"status": answer.status}
    data |= {"headers": headers} if headers else {}
    data |= {"delay": f"{exchange.seconds * 1000:.0f}ms"} if delays else {}
    return Recorded({**data, **body}, files)


def is_twiml(answer: Answer) -> bool:
    """Tell whether an answer is a TwiML document."""
    text = _text(answer.body)
    return "xml" in _type(answer) and text is not None and _TWIML.match(text) is not None


def _kept_back(answer: Answer) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what makes the answer to HEAD announce as many bytes, of which none is sent."""
    size = len(answer.body) if answer.has_body else 0
    return {"text": "", "size": size} if size else {}, {}


def _body(answer: Answer, stem: PurePosixPath) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the reply's member with the body, and the file it may need."""
    if not (answer.has_body and answer.body):
        return {}, {}
    text = _text(answer.body)
    if text is not None and len(text) <= _LONGEST_TEXT and survives(text):
        return _written(text, answer), {}
    name = f"{stem}-{hashlib.sha256(answer.body).hexdigest()[:8]}.bin"
    return {"file": name}, {name: answer.body}


def _written(text: str, answer: Answer) -> dict[str, Any]:
    value = _same_json(text) if _type(answer).startswith(JSON_TYPE) else None
    if value is not None:
        return {"json": value}
    key = "twiml" if is_twiml(answer) and _type(answer).startswith(XML_TYPE) else "text"
    return {key: _literal(text)}


def _same_json(text: str) -> Any:
    """Return JSON that is written as it was sent, or None."""
    try:
        value = json.loads(text)
        is_same = json_text(value) == text
    except (ValueError, RecursionError):
        return None
    escaped = _escaped(value) if is_same else None
    return escaped if survives(escaped) else None


def _escaped(value: Any) -> Any:
    """Return JSON whose strings are templates that fill in to what they were."""
    match value:
        case str():
            return _literal(value)
        case list():
            return [_escaped(item) for item in value]
        case dict():
            return {name: _escaped(item) for name, item in value.items()}
    return value


def _literal(text: str) -> str:
    """Return a template that fills in to a text."""
    return _TEMPLATE.sub(lambda mark: f"{{{{ '{mark[0]}' }}}}", text)


def _headers(answer: Answer, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the headers that matter, those sent several times as lists."""
    found: dict[str, tuple[str, list[str]]] = {}
    for name, value in answer.headers:
        if _HEADER_NAME.fullmatch(name) and name.lower() not in _LEFT_OUT:
            line = _literal(_UNWRITABLE.sub(" ", value))
            found.setdefault(name.lower(), (name, []))[1].append(line)
    implied = content_type(make_body(body, _NOWHERE))
    if implied:
        # Without a header of its own a body would get the type that goes with its kind.
        _, types = found.setdefault("content-type", ("Content-Type", [""]))
        if types == [implied]:
            del found["content-type"]
    return {name: lines[0] if len(lines) == 1 else lines for name, lines in found.values()}


def _type(answer: Answer) -> str:
    types = (value for name, value in answer.headers if name.lower() == "content-type")
    return next(types, "").lower()


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
