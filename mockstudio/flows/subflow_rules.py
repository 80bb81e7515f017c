"""What a flow may say of its subflows, all of it literal (reference 2.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockstudio.flows.findings import Spot
from mockstudio.sids import is_sid

MAX_SUBFLOW_WIDGETS = 150
"""Run Subflow widgets in one flow."""
MAX_SUBFLOWS = 50
"""Distinct subflows of one flow."""
REVISIONS = ("LatestPublished", "LatestDraft")
"""What `flow_revision` may be beside a number."""


def check_subflows(states: Iterable[tuple[Mapping[str, Any], Spot]], root: Spot) -> None:
    """Check all Run Subflow widgets of a flow together.

    Args:
        states: all states of the definition with their spots.
        root: the definition's spot.
    """
    subflows: dict[str, tuple[str, Spot]] = {}
    references = list(_references(states))
    for properties, spot in references:
        _check_reference(properties, spot, subflows)
    _check_count(len(references), MAX_SUBFLOW_WIDGETS, "Run Subflow widgets", root / "states")
    _check_count(len(subflows), MAX_SUBFLOWS, "distinct subflows", root / "states")


def _references(
    states: Iterable[tuple[Mapping[str, Any], Spot]],
) -> Iterator[tuple[Mapping[str, Any], Spot]]:
    for state, spot in states:
        if state.get("type") == "run-subflow" and isinstance(state.get("properties"), Mapping):
            yield state["properties"], spot / "properties"


def _check_reference(
    properties: Mapping[str, Any], spot: Spot, subflows: dict[str, tuple[str, Spot]]
) -> None:
    """Check one widget; missing properties are reported with those of all other widgets."""
    sid, revision = properties.get("flow_sid"), properties.get("flow_revision")
    at = spot / "flow_revision"
    names_flow = sid is not None and _check_sid(sid, spot / "flow_sid")
    names_revision = revision is not None and _check_revision(str(revision), at)
    if names_flow and names_revision:
        _check_same_revision(str(sid), str(revision), at, subflows)


def _check_sid(sid: Any, spot: Spot) -> bool:
    is_good = isinstance(sid, str) and is_sid(sid, "FW")
    if not is_good:
        spot.error(f"'{sid}' must be a valid, non-liquid flow sid: FW and 32 hex digits")
    return is_good


def _check_revision(revision: str, spot: Spot) -> bool:
    is_good = revision in REVISIONS or re.fullmatch("[1-9][0-9]*", revision) is not None
    if not is_good:
        hint = spot.did_you_mean(revision, REVISIONS)
        spot.error(f"'{revision}' must be {' or '.join(REVISIONS)} or a number, no Liquid{hint}")
    return is_good


def _check_same_revision(
    sid: str, revision: str, spot: Spot, subflows: dict[str, tuple[str, Spot]]
) -> None:
    expected, elsewhere = subflows.setdefault(sid, (revision, spot))
    if revision != expected:
        spot.error(
            f"'{revision}' differs from '{expected}' at {elsewhere}: all references to the"
            f" subflow {sid} must name the same revision"
        )


def _check_count(count: int, limit: int, what: str, spot: Spot) -> None:
    if count > limit:
        spot.error(f"{count} {what} found, {limit} at most")
