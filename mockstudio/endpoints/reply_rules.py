"""What a reply in an endpoint file must keep to beyond its schema.

The rules look at data that may be anything: what has the wrong shape is the schema's business and
is passed over here, so that all mistakes of a file are found at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockstudio.durations import parse_duration
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.bodies import content_type, written
from mockstudio.endpoints.function_modules import load_function
from mockstudio.endpoints.model import JsonBody, TextBody
from mockstudio.endpoints.reply_definition import BODIES, make_body
from mockstudio.endpoints.sizes import smallest_size
from mockstudio.endpoints.template_rules import broken_templates
from mockstudio.errors import FunctionError, UsageError
from mockstudio.files.shapes import as_mapping

Steps = tuple[str | int, ...]

_PADDED = ("json", "text", "twiml", "xml")
_SET_BY_THE_SERVER = {
    "content-length": "use size, or fault: truncate",
    "transfer-encoding": "use dribble",
    "connection": "use fault",
}
_TEMPLATE_MARKS = (b"{{", b"{%")


@dataclass(frozen=True)
class Finding:
    """A broken rule.

    Attributes:
        path: of the value, from where the rule was applied.
        message: what is wrong and what was expected.
        at_key: whether the key is meant and not the value.
    """

    path: Steps
    message: str
    at_key: bool = False

    def under(self, *steps: str | int) -> Finding:
        """Return the same finding, seen from further out."""
        return Finding((*steps, *self.path), self.message, self.at_key)


def reply_findings(reply: Any, folder: Path) -> Iterator[Finding]:
    """Yield what is wrong with a reply.

    Args:
        reply: the data, whatever it is.
        folder: where files of bodies lie.
    """
    if isinstance(reply, Mapping):
        for rule in _RULES:
            yield from rule(reply)
        yield from _file_findings(reply, folder)
        yield from _function_findings(reply, folder)


def _bodies(reply: Mapping[str, Any]) -> list[str]:
    return [key for key in reply if key in BODIES]


def _one_body(reply: Mapping[str, Any]) -> Iterator[Finding]:
    first, *others = _bodies(reply) or [""]
    for key in others:
        message = f"expected one body, found '{first}' and '{key}'"
        yield Finding((key,), message, at_key=True)


def _body_allowed(reply: Mapping[str, Any]) -> Iterator[Finding]:
    status = reply.get("status")
    if not isinstance(status, int) or not 100 <= status <= 599 or Answer(status).has_body:
        return
    for key in (*_bodies(reply), *(["size"] if "size" in reply else [])):
        message = f"HTTP allows no body with status {status}: leave out '{key}'"
        yield Finding((key,), message, at_key=True)


def _redirect(reply: Mapping[str, Any]) -> Iterator[Finding]:
    if "redirect" not in reply:
        return
    status = reply.get("status")
    if isinstance(status, int) and not 300 <= status <= 399:
        yield Finding(
            ("status",), f"expected a status from 300 to 399 with redirect, found {status}"
        )
    for name in as_mapping(reply.get("headers")):
        if name.lower() == "location":
            message = f"expected redirect or a '{name}' header, found both"
            yield Finding(("headers", name), message, at_key=True)


def _headers(reply: Mapping[str, Any]) -> Iterator[Finding]:
    for name in as_mapping(reply.get("headers")):
        instead = _SET_BY_THE_SERVER.get(name.lower())
        if instead:
            message = f"the header '{name}' is set by the server; {instead}"
            yield Finding(("headers", name), message, at_key=True)


def _size(reply: Mapping[str, Any]) -> Iterator[Finding]:
    bodies = _bodies(reply)
    if "size" not in reply or len(bodies) > 1:
        return
    if not bodies or bodies[0] not in _PADDED:
        found = f"'{bodies[0]}'" if bodies else "none"
        message = f"size needs a body that can be padded ({', '.join(_PADDED)}), found {found}"
        yield Finding(("size",), message, at_key=True)
    elif isinstance(reply["size"], int):
        yield from _size_reachable(reply, reply["size"])


def _size_reachable(reply: Mapping[str, Any], size: int) -> Iterator[Finding]:
    """Yield a finding when a body without templates is too long for the size it should have."""
    body = make_body(reply, Path())
    try:
        if not isinstance(body, JsonBody | TextBody):
            return
        data = written(body)
        least = smallest_size(data, content_type(body))
    except (UsageError, AttributeError):
        return
    if least > size and not any(mark in data for mark in _TEMPLATE_MARKS):
        message = f"expected at least the {least} bytes of this body's smallest form, found {size}"
        yield Finding(("size",), message)


def _delay(reply: Mapping[str, Any]) -> Iterator[Finding]:
    match reply.get("delay"):
        case {"uniform": [low, high], **others} if not others:
            yield from _uniform(low, high)
        case {"lognormal": {"median": median}}:
            yield from _duration(median, "delay", "lognormal", "median")
        case value:
            yield from _duration(value, "delay")


def _uniform(low: Any, high: Any) -> Iterator[Finding]:
    broken = [
        finding
        for index, value in enumerate((low, high))
        for finding in _duration(value, "delay", "uniform", index)
    ]
    yield from broken
    if broken or not (_is_scalar(low) and _is_scalar(high)):
        return
    if parse_duration(low) > parse_duration(high):
        message = f"expected the shorter duration first, found {low} and {high}"
        yield Finding(("delay", "uniform"), message)


def _dribble(reply: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _duration(as_mapping(reply.get("dribble")).get("over"), "dribble", "over")


def _duration(value: Any, *path: str | int) -> Iterator[Finding]:
    if _is_scalar(value):
        try:
            parse_duration(value)
        except (ValueError, OverflowError) as error:
            yield Finding(path, str(error))


def _templates(reply: Mapping[str, Any]) -> Iterator[Finding]:
    for path, message in broken_templates(reply):
        yield Finding(path, message)


def _function_findings(reply: Mapping[str, Any], folder: Path) -> Iterator[Finding]:
    text = reply.get("python")
    if not isinstance(text, str):
        return
    module, _, function = text.partition(":")
    if not function.isidentifier() or not all(part.isidentifier() for part in module.split(".")):
        message = f"expected module:function such as functions.orders:lookup, found {text!r}"
        yield Finding(("python",), message)
        return
    try:
        load_function(module, function, folder)
    except FunctionError as error:
        yield Finding(("python",), str(error))


def _file_findings(reply: Mapping[str, Any], folder: Path) -> Iterator[Finding]:
    name = reply.get("file")
    if isinstance(name, str) and name and not _is_file(folder / name):
        yield Finding(
            ("file",), f"expected a file beside the endpoint file, found none at {name!r}"
        )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


_RULES: tuple[Callable[[Mapping[str, Any]], Iterator[Finding]], ...] = (
    _one_body,
    _body_allowed,
    _redirect,
    _headers,
    _size,
    _delay,
    _dribble,
    _templates,
)
