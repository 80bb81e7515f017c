"""Flows to be looked at but not run: placeholders without a value stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from mockstudio.errors import Problem
from mockstudio.flows.definition import LoadedFlow, read_flow
from mockstudio.flows.placeholders import MissingPlaceholdersError
from mockstudio.sids import derived_sid

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class UnfilledFlow:
    """A flow that may have placeholders.

    Attributes:
        loaded: the flow.
        unfilled: the placeholders without a value, by name, each at its first place.
    """

    loaded: LoadedFlow
    unfilled: Mapping[str, Problem] = field(default_factory=dict)


def read_unfilled(path: Path, variables: Mapping[str, str] = _NO_VARIABLES) -> UnfilledFlow:
    """Read a flow of which not every placeholder needs a value.

    Args:
        path: as for `read_flow`.
        variables: values for `${...}` placeholders.

    Raises:
        FlowDefinitionError: Studio would not publish it, whatever the values are.
    """
    try:
        return UnfilledFlow(read_flow(path, variables))
    except MissingPlaceholdersError as error:
        unfilled = dict(zip(error.names, error.problems, strict=True))
    stand_ins = {name: _stand_in(name, problem) for name, problem in unfilled.items()}
    return UnfilledFlow(read_flow(path, {**variables, **stand_ins}), unfilled)


def _stand_in(name: str, problem: Problem) -> str:
    """Return what stands for a placeholder: itself, but a SID where only a SID may stand."""
    if problem.path.endswith("/flow_sid"):
        return derived_sid("FW", name)
    return name if name.startswith("$") else f"${{{name}}}"
