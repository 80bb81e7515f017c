"""The context that templates read: `flow`, `trigger`, `widgets`, `contact` (reference 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockstudio.flows.triggers import Trigger

Context = dict[str, Any]

_CONTAINERS = (dict, list)


def new_context(execution_sid: str, flow_sid: str, trigger: Trigger) -> Context:
    """Return the context with which an execution begins."""
    add_ons = trigger.data.get("AddOns")
    return {
        "flow": {
            "sid": execution_sid,
            "flow_sid": flow_sid,
            "channel": {"address": trigger.channel},
            "data": copied(dict(trigger.parameters)),
            "variables": {},
            **({"add_ons": copied(add_ons)} if isinstance(add_ons, dict) else {}),
        },
        "contact": {"channel": {"address": trigger.contact}},
        "trigger": {trigger.kind: copied(dict(trigger.data))},
        "widgets": {},
    }


def subflow_context(parent: Context, flow_sid: str, call: Mapping[str, Any]) -> Context:
    """Return the context with which a subflow begins (reference 2.7).

    The parent's trigger is copied in; the subflow's variables are its own. `trigger_type` is the
    kind of the trigger, `message`, `call`, `conversation` or `request`: nothing says so, but a
    flow that is in production compares it with these.

    Args:
        parent: the parent's context.
        flow_sid: the subflow's SID.
        call: what else the subflow reads under `trigger.parent`.
    """
    flow, trigger = parent["flow"], parent["trigger"]
    entered = {**copied(dict(call)), "trigger_type": next(iter(trigger))}
    return {
        "flow": {
            "sid": flow["sid"],
            "flow_sid": flow_sid,
            "channel": copied(flow["channel"]),
            "data": {},
            "variables": {},
        },
        "contact": copied(parent["contact"]),
        "trigger": {**copied(trigger), "parent": entered},
        "widgets": {},
    }


def write(
    context: Context,
    widget: str,
    outputs: Mapping[str, Any],
    flow: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write what a step brings: a widget's outputs, and new values in members of `flow`."""
    if outputs:
        merge(context["widgets"].setdefault(widget, {}), outputs)
    for member, values in flow.items():
        context["flow"].setdefault(member, {}).update(copied(dict(values)))


def merge(target: dict[str, Any], outputs: Mapping[str, Any]) -> None:
    """Merge outputs into earlier ones: objects member by member, all else replaced (reference 3.6).

    The outputs are copied, so that what a step recorded never changes afterwards.
    """
    for key, value in outputs.items():
        earlier = target.get(key)
        if isinstance(value, dict) and isinstance(earlier, dict):
            merge(earlier, value)
        else:
            target[key] = copied(value)


def copied(value: Any) -> Any:
    """Return a copy of JSON data (dicts, lists and scalars) that shares nothing changeable."""
    # Most members are scalars, and this is done at every step: they cost no call.
    if isinstance(value, dict):
        return {k: copied(v) if isinstance(v, _CONTAINERS) else v for k, v in value.items()}
    if isinstance(value, list):
        return [copied(v) if isinstance(v, _CONTAINERS) else v for v in value]
    return value
