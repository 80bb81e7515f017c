"""What attributes mean. The checker took out bad values, so an odd one counts as absent."""

from __future__ import annotations

from collections.abc import Mapping

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.base import Action, Session


def number(verb: Element, name: str, default: int) -> int:
    """Return a whole number, 0 or more."""
    text = verb.get(name)
    return int(text) if text.isascii() and text.isdigit() else default


def truth(verb: Element, name: str, default: bool = False) -> bool:
    """Return whether an attribute is set to true."""
    return {"true": True, "false": False}.get(verb.get(name).lower(), default)


def events(verb: Element, name: str, default: str) -> frozenset[str]:
    """Return the events that a callback wants to hear of."""
    return frozenset(verb.get(name, default).replace(",", " ").split())


def method(verb: Element, name: str = "method") -> str:
    """Return a request's method; POST unless the verb says otherwise (rest-api.md 8.1)."""
    return verb.get(name, "POST").upper()


def action(verb: Element, parameters: Mapping[str, str]) -> Action:
    """Return the request of a verb's action; without one, of the current document again."""
    return Action(verb.get("action"), method(verb), parameters)


def action_if_any(verb: Element, parameters: Mapping[str, str]) -> Action | None:
    """Return the request of a verb's action; without one, the next verb plays."""
    return action(verb, parameters) if "action" in verb.attributes else None


def call_back(session: Session, verb: Element, name: str, parameters: Mapping[str, str]) -> None:
    """Request a callback's URL, if the attribute of that name holds one."""
    if url := verb.get(name):
        session.request(url, method(verb, f"{name}Method"), parameters)


def call_sids(session: Session) -> dict[str, str]:
    """Return the parameters that every callback about a part of a call carries."""
    return {name: session.parameters.get(name, "") for name in ("AccountSid", "CallSid")}
