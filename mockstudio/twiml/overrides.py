"""Connection overrides: what a webhook's URL says in its fragment (rest-api.md 8.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from mockstudio.errors import did_you_mean
from mockstudio.http.exchange import Exchange, FailureCause, FailureKind
from mockstudio.twiml.retrieval_codes import Trouble

EDGES: Final = (
    "ashburn",
    "dublin",
    "frankfurt",
    "sao-paulo",
    "singapore",
    "sydney",
    "tokyo",
    "umatilla",
)
"""Where requests may leave Twilio; here they all leave from the same place."""
INTERCONNECT: Final = "-ix"
"""What the name of an edge ends with that only accounts with Interconnect may use."""
ROAMING: Final = "roaming"
"""An edge of Twilio's that webhooks cannot leave from."""
POLICIES: Final = ("4xx", "5xx", "ct", "rt", "all")

INVALID_EDGE: Final = 11240
UNSUPPORTED_EDGE: Final = 11241
NO_INTERCONNECT: Final = 11242
INVALID_POLICY: Final = 11243

_CONNECTING: Final = (FailureKind.REFUSED, FailureKind.DNS, FailureKind.TLS)
_ANSWERING: Final = (FailureKind.TIMEOUT, FailureKind.RESET, FailureKind.NETWORK)


@dataclass(frozen=True)
class Overrides:
    """How a webhook is requested.

    Attributes:
        connect: `ct`, the seconds of each try in which there must be a connection.
        read: `rt`, the seconds of each try until there is an answer; None for the usual limit.
        total: `tt`, the seconds of all tries; None for the usual limit.
        retries: `rc`, how often it is tried again.
        policy: `rp`, after what it is tried again: of 4xx, 5xx, ct, rt and all.
    """

    connect: float = 5.0
    read: float | None = None
    total: float | None = None
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def retry_after(self, exchange: Exchange) -> bool:
        """Tell whether a try that went like this is repeated, the number of tries aside.

        `ct` is about connections, TLS and names included, `rt` about answers that do not come or
        break off. What would go the same way again never is.
        """
        why = _reason(exchange)
        return why in self.policy or ("all" in self.policy and why is not None)


def _reason(exchange: Exchange) -> str | None:
    if exchange.failure is None:
        status = exchange.response.status if exchange.response else 0
        return {4: "4xx", 5: "5xx"}.get(status // 100)
    failure = exchange.failure
    if failure.kind in _CONNECTING or failure.cause is FailureCause.NOT_CONNECTED:
        return "ct"
    return "rt" if failure.kind in _ANSWERING else None


def overrides_of(url: str) -> tuple[Overrides, tuple[Trouble, ...]]:
    """Return what a URL overrides, and what is wrong with it; a wrong value leaves the usual one.

    A fragment without any `=` is no matter: it overrides nothing.
    """
    changes: dict[str, Any] = {}
    troubles: list[Trouble] = []
    for pair in url.partition("#")[2].split("&"):
        key, separator, value = pair.partition("=")
        if not separator:
            continue
        read = _READERS.get(key)
        found = read(unquote(value)) if read else _unknown(key)
        if isinstance(found, Trouble):
            troubles.append(found)
        else:
            changes |= found
    return replace(Overrides(), **changes), tuple(troubles)


_Reader = Callable[[str], Mapping[str, Any] | Trouble]


def _milliseconds(key: str, name: str, least: int, most: int) -> _Reader:
    def read(value: str) -> Mapping[str, Any] | Trouble:
        number = _whole_number(value)
        if number is None or not least <= number <= most:
            # The reference has no code for these.
            expected = f"a whole number of milliseconds from {least} to {most}"
            return Trouble(None, _wrong(key, value, expected))
        return {name: number / 1000}

    return read


def _retries(value: str) -> Mapping[str, Any] | Trouble:
    number = _whole_number(value)
    if number is None or number > 5:
        return Trouble(INVALID_POLICY, _wrong("rc", value, "a whole number from 0 to 5"))
    return {"retries": number}


def _policy(value: str) -> Mapping[str, Any] | Trouble:
    named = [name.strip() for name in value.split(",")]
    for name in named:
        if name not in POLICIES:
            expected = f"some of {', '.join(POLICIES)}{did_you_mean(name, POLICIES)}"
            return Trouble(INVALID_POLICY, _wrong("rp", value, expected))
    return {"policy": frozenset(named)}


def _server_name(value: str) -> Mapping[str, Any] | Trouble:
    if value not in ("y", "n"):
        return Trouble(None, _wrong("sni", value, "y or n"))
    return {}


def _edge(value: str) -> Mapping[str, Any] | Trouble:
    for name in (name.strip() for name in value.split(",")):
        if name in EDGES:
            continue
        expected = f"one of {', '.join(EDGES)}{did_you_mean(name, EDGES)}"
        return Trouble(_edge_code(name), _wrong("e", value, expected))
    return {}


def _edge_code(name: str) -> int:
    if name.removesuffix(INTERCONNECT) in EDGES:
        return NO_INTERCONNECT
    return UNSUPPORTED_EDGE if name == ROAMING else INVALID_EDGE


_READERS: Final[Mapping[str, _Reader]] = MappingProxyType(
    {
        "ct": _milliseconds("ct", "connect", 100, 10_000),
        "rt": _milliseconds("rt", "read", 100, 15_000),
        "tt": _milliseconds("tt", "total", 100, 15_000),
        "rc": _retries,
        "rp": _policy,
        "sni": _server_name,
        "e": _edge,
    }
)


def _unknown(key: str) -> Trouble:
    known = ", ".join(_READERS)
    hint = did_you_mean(key, _READERS)
    return Trouble(None, f"connection override '{key}' is none{hint} (known: {known}); ignored")


def _wrong(key: str, value: str, expected: str) -> str:
    return f"connection override {key}={value}: expected {expected}; the usual value holds"


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
