"""Studio's limits, each in one place, and the profiles that bundle them (reference 3.5, 5.1, 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final

from mockstudio.durations import EXPECTED as A_DURATION
from mockstudio.durations import parse_duration
from mockstudio.errors import UnknownNameError, UsageError, did_you_mean


@dataclass(frozen=True)
class Limits:
    """What Studio and Twilio allow. Times are seconds, sizes bytes.

    Attributes:
        http_timeout: seconds for the whole call of an HTTP widget, redirects included (3.5).
        http_body: decoded bytes of an HTTP widget's answer, added up over its body (3.5).
        http_redirects: redirects that one call follows (3.5).
        function_redirect_is_success: whether a final 3xx is run-function's `success`, as it is
            today, or only 2xx, as it once was (3.5).
        loop_limit: how often one widget may run in a row (6).
        step_limit: steps of one execution, subflows included (6).
        execution_days: days after which an execution ends (6).
        liquid_iterations: rounds of one Liquid loop (5.1).
        liquid_bytes: bytes of one rendered template (5.1).
        total_widgets: widgets of a flow and all its subflows (1.1, 6).
        twiml_timeout: seconds for a TwiML document, redirects included; a flow's webhook counts as
            one, so slow HTTP widgets can use it up (6, rest-api.md 8.5).
        twiml_body: bytes of a TwiML document (6).
        twiml_redirects: HTTP redirects that the request of a document follows (rest-api.md 5.6).
        twiml_documents: documents of one messaging exchange (rest-api.md 8.4, 14106).
        twiml_messages: Message verbs played for one incoming message (rest-api.md 8.4, 14109).
    """

    http_timeout: float = 10.0
    http_body: int = 65_536
    http_redirects: int = 5
    function_redirect_is_success: bool = True
    loop_limit: int = 10
    step_limit: int = 1_000
    execution_days: int = 30
    liquid_iterations: int = 15
    liquid_bytes: int = 16_384
    total_widgets: int = 2_000
    twiml_timeout: float = 15.0
    twiml_body: int = 65_536
    twiml_redirects: int = 10
    twiml_documents: int = 50
    twiml_messages: int = 10


PROFILES: Final[Mapping[str, Limits]] = MappingProxyType(
    {
        "studio": Limits(),
        "studio-legacy": Limits(http_timeout=5.0, function_redirect_is_success=False),
    }
)
"""Studio as it is, and as the older documentation describes it: 5 s, only 2xx (reference 3.5)."""


def profile(name: str) -> Limits:
    """Return the limits of a profile.

    Raises:
        UnknownNameError: there is no such profile.
    """
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownNameError("profile of limits", name, PROFILES) from None


def with_limits(limits: Limits, changes: Mapping[str, str]) -> Limits:
    """Return the limits with some of them set anew, as `--limit NAME=VALUE` gives them.

    Args:
        limits: what holds where `changes` is silent.
        changes: values by name; names are written with `-` or `_`.

    Raises:
        UsageError: there is no such limit, or the value is none for it.
    """
    known = {field.name: type(getattr(limits, field.name)) for field in fields(limits)}
    parsed: dict[str, Any] = {}
    for written, value in changes.items():
        name = written.strip().replace("-", "_")
        if name not in known:
            raise UsageError(_unknown(written, known))
        parsed[name] = _parse(written, value, known[name])
    return replace(limits, **parsed)


def _unknown(name: str, known: Mapping[str, type]) -> str:
    valid = [field.replace("_", "-") for field in known]
    hint = did_you_mean(name.replace("_", "-"), valid)
    return f"no limit '{name}'{hint} (known: {', '.join(valid)})"


def _parse(name: str, value: str, kind: type) -> float | int | bool:
    parse, expected = _KINDS[kind]
    try:
        return parse(value.strip())
    except ValueError:
        raise UsageError(f"limit '{name}': expected {expected}, found '{value}'") from None


def _seconds(text: str) -> float:
    seconds = parse_duration(text)
    if seconds <= 0:
        raise ValueError(text)
    return seconds


def _count(text: str) -> int:
    if not (text.isascii() and text.replace("_", "").isdigit()):
        raise ValueError(text)
    return int(text)


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_KINDS: Final[Mapping[type, tuple[Callable[[str], float | int | bool], str]]] = MappingProxyType(
    {
        float: (_seconds, f"{A_DURATION}, above 0"),
        int: (_count, "a whole number, 0 or more"),
        bool: (_truth, "true or false"),
    }
)
