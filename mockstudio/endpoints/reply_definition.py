"""Replies made from the data of an endpoint file that passed its checks."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mockstudio.durations import parse_duration
from mockstudio.endpoints.bodies import XML_TYPE
from mockstudio.endpoints.model import (
    Body,
    Delay,
    Dribble,
    Fault,
    FileBody,
    FixedDelay,
    JsonBody,
    Kind,
    LogNormalDelay,
    OutcomeReply,
    PythonBody,
    Reply,
    TextBody,
    UniformDelay,
)
from mockstudio.files.scalars import as_text

Data = Mapping[str, Any]

_TEXT_TYPE = "text/plain; charset=utf-8"
_OTHER_XML_TYPE = "application/xml"
_UNKNOWN_TYPE = "application/octet-stream"
FOUND = 302


def default_reply(kind: Kind) -> Reply:
    """Return what an endpoint answers whose file does not say."""
    if kind is Kind.TWIML:
        return Reply(body=TextBody("<Response/>", XML_TYPE), label="reply 1")
    return Reply(body=JsonBody({"ok": True}), label="reply 1")


def make_turn(turn: str | Data, number: int, folder: Path) -> Reply | OutcomeReply:
    """Return what is played in an endpoint's turn: a reply or a named outcome.

    Args:
        turn: an outcome's name, a mapping with one, or a reply.
        number: counted from 1, for the label.
        folder: where files of bodies lie.
    """
    if isinstance(turn, str):
        return OutcomeReply(turn)
    if "outcome" in turn:
        return OutcomeReply(turn["outcome"], int(turn.get("times", 1)))
    return make_reply(turn, f"reply {number}", folder)


def make_reply(data: Data, label: str, folder: Path) -> Reply:
    """Return the reply that a mapping describes."""
    return Reply(
        status=int(data.get("status", FOUND if "redirect" in data else 200)),
        headers=tuple(_headers(data)),
        body=make_body(data, folder),
        delay=make_delay(data.get("delay", 0)),
        size=int(data["size"]) if "size" in data else None,
        dribble=_dribble(data["dribble"]) if "dribble" in data else None,
        fault=Fault(data["fault"]) if "fault" in data else None,
        times=int(data.get("times", 1)),
        label=label,
    )


def _headers(data: Data) -> Iterator[tuple[str, str]]:
    if "redirect" in data:
        yield "Location", as_text(data["redirect"])
    for name, values in data.get("headers", {}).items():
        for value in values if isinstance(values, list) else [values]:
            yield name, as_text(value)


def make_body(data: Data, folder: Path) -> Body:
    """Return the body that a reply's mapping describes, or None when it describes none."""
    for key, make in BODIES.items():
        if key in data:
            return make(data[key], folder)
    return None


def _text(content_type: str) -> Callable[[Any, Path], Body]:
    return lambda text, folder: TextBody(text, content_type)


def _file(name: str, folder: Path) -> Body:
    return FileBody(folder / name, mimetypes.guess_type(name)[0] or _UNKNOWN_TYPE)


def _python(text: str, folder: Path) -> Body:
    module, _, function = text.partition(":")
    return PythonBody(module, function)


BODIES: Mapping[str, Callable[[Any, Path], Body]] = {
    "json": lambda value, folder: JsonBody(value),
    "text": _text(_TEXT_TYPE),
    "twiml": _text(XML_TYPE),
    "xml": _text(_OTHER_XML_TYPE),
    "file": _file,
    "python": _python,
}
"""What makes a body, by the key that holds it."""


def make_delay(data: Any) -> Delay:
    """Return the delay that a file describes.

    Raises:
        ValueError: something in it is no duration.
    """
    match data:
        case {"uniform": [low, high]}:
            return UniformDelay(parse_duration(low), parse_duration(high))
        case {"lognormal": {"median": median, "sigma": sigma}}:
            return LogNormalDelay(parse_duration(median), float(sigma))
    return FixedDelay(parse_duration(data))


def _dribble(data: Data) -> Dribble:
    return Dribble(int(data["chunks"]), parse_duration(data["over"]))
