"""From JSON to a Flow: found, converted, filled, checked (reference 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mockstudio.errors import FlowDefinitionError, Problem
from mockstudio.files.documents import Document, parse_json, read_json
from mockstudio.files.nodes import MAX_DEPTH
from mockstudio.flows.catalogue import load_catalogue
from mockstudio.flows.findings import Findings, Spot, in_file_order
from mockstudio.flows.legacy import is_legacy, modernise
from mockstudio.flows.model import Condition, Flow, State, Transition
from mockstudio.flows.placeholders import substitute
from mockstudio.flows.search import find_definition
from mockstudio.flows.validation import check_number_of_states, validate, widget_name
from mockstudio.sids import derived_sid, is_sid

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class LoadedFlow:
    """A flow that can run, and what is odd about it.

    Attributes:
        flow: the flow.
        warnings: what Studio would let pass or nobody knows, in the file's order.
        root: the definition in its file, so that more can be said of its places; None when it
            did not come from one.
    """

    flow: Flow
    warnings: tuple[Problem, ...] = ()
    root: Spot | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class CheckedDefinition:
    """What there is to say about a definition.

    Attributes:
        flow: the flow, or None for a definition that Studio would refuse.
        errors: what it would be refused for, in the order of the checks.
        warnings: as of a `LoadedFlow`.
    """

    flow: Flow | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_flow(
    path: Path, variables: Mapping[str, str] = _NO_VARIABLES, sid: str | None = None
) -> LoadedFlow:
    """Read a flow from a JSON file.

    The file may be an exported definition, one of the first editor (reference 1.4), or a larger
    JSON that holds one, also as text: a REST Flow resource, a Terraform file.

    Args:
        path: the file. `FILE#/pointer` searches only below a JSON pointer, which chooses one of
            several definitions.
        variables: values for `${...}` placeholders.
        sid: the flow's SID; by default the one that the Flow resource around the definition
            states, else derived from the file's name, and from the pointer when there is one.

    Raises:
        MissingPlaceholdersError: placeholders without a value.
        FlowDefinitionError: no or several definitions, or one that Studio would not publish,
            with every mistake in it.
    """
    file, pointer = _file_and_pointer(path)
    document = read_json(file, FlowDefinitionError)
    return _load(document, pointer, variables, sid)


def parse_flow(
    data_or_text: Any,
    name: str,
    variables: Mapping[str, str] = _NO_VARIABLES,
    sid: str | None = None,
) -> LoadedFlow:
    """Return the flow that a JSON text, or data already parsed from one, holds.

    Args:
        data_or_text: text, or JSON's types.
        name: what problems call it; the flow is named after it as after a file.
        variables: as in `read_flow`.
        sid: as in `read_flow`.

    Raises:
        FlowDefinitionError: as in `read_flow`.
    """
    if isinstance(data_or_text, str):
        document = parse_json(data_or_text, name, FlowDefinitionError)
    else:
        document = Document(data_or_text, name)
    return _load(document, "", variables, sid)


def check_definition(definition: Mapping[str, Any], sid: str, source: str) -> CheckedDefinition:
    """Check a definition as Studio does that is sent one (reference 1.6).

    It must be one itself, not of the first editor; `${...}` is text, as in Studio.

    Args:
        definition: JSON's types.
        sid: the flow's SID.
        source: how it came; the flow is called so for the time being.
    """
    findings = Findings(Document(definition, ""))
    _check_depth(definition, findings.root)
    if not findings.errors:
        validate(definition, findings.root, load_catalogue())
    flow = None if findings.errors else _flow(definition, {}, source, "", sid)
    return CheckedDefinition(flow, tuple(findings.errors), tuple(findings.warnings))


def _file_and_pointer(path: Path) -> tuple[Path, str]:
    name, mark, pointer = path.as_posix().rpartition("#")
    if not mark or path.exists():
        return path, ""
    return Path(name), f"/{pointer.strip('/')}" if pointer.strip("/") else ""


def _load(
    document: Document, pointer: str, variables: Mapping[str, str], sid: str | None
) -> LoadedFlow:
    catalogue = load_catalogue()
    found = find_definition(document, pointer, catalogue.legacy_class_names)
    findings = Findings(document, found.path)
    check_number_of_states(found.data.get("states"), findings.root / "states")
    findings.raise_errors()
    _check_depth(found.data, findings.root)
    findings.raise_errors()
    definition = found.data
    if is_legacy(definition, catalogue.legacy_class_names):
        definition = modernise(definition, catalogue)
    definition = substitute(definition, variables, findings.root)
    validate(definition, findings.root, catalogue)
    findings.raise_errors()
    flow = _flow(definition, found.parent, document.name, pointer, sid)
    return LoadedFlow(flow, tuple(in_file_order(findings.warnings)), findings.root)


def _check_depth(data: Any, spot: Spot) -> None:
    """Note nesting that would exhaust the stack later."""
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
    spot.error(f"nested deeper than {MAX_DEPTH} levels")


def _children(value: Any) -> list[Any]:
    children = value.values() if isinstance(value, Mapping) else value
    return list(children) if isinstance(value, Mapping | list) else []


def _flow(
    definition: Mapping[str, Any],
    resource: Mapping[str, Any],
    name: str,
    pointer: str,
    sid: str | None,
) -> Flow:
    """Return the flow of a checked definition; what its Flow resource says of it is kept."""
    stem = Path(name).stem.removesuffix(".flow")
    states = enumerate(definition["states"])
    own_sid, friendly_name = resource.get("sid"), resource.get("friendly_name")
    if sid is None and isinstance(own_sid, str) and is_sid(own_sid, "FW"):
        sid = own_sid
    return Flow(
        sid=sid or derived_sid("FW", f"{stem}#{pointer}" if pointer else stem),
        name=friendly_name if isinstance(friendly_name, str) else stem,
        states=tuple(_state(state, index, definition) for index, state in states),
        initial_state=definition["initial_state"],
        description=definition.get("description") or "",
        allow_concurrent_calls=(definition.get("flags") or {}).get("allow_concurrent_calls", True),
        revision=_revision(resource.get("revision")),
        source=f"{name}#{pointer}" if pointer else name,
        definition=definition,
    )


def _revision(revision: Any) -> int:
    is_number = isinstance(revision, int) and not isinstance(revision, bool)
    return max(revision, 1) if is_number else 1


def _state(state: Mapping[str, Any], index: int, definition: Mapping[str, Any]) -> State:
    properties = state.get("properties") or {}
    return State(
        name=widget_name(state, definition),
        type=state["type"],
        transitions=tuple(map(_transition, state.get("transitions") or ())),
        properties={key: value for key, value in properties.items() if value is not None},
        index=index,
    )


def _transition(transition: Mapping[str, Any]) -> Transition:
    return Transition(
        event=transition["event"],
        next=transition.get("next") or None,
        conditions=tuple(map(_condition, transition.get("conditions") or ())),
    )


def _condition(condition: Mapping[str, Any]) -> Condition:
    return Condition(
        type=condition["type"],
        arguments=tuple(condition.get("arguments") or ()),
        value=condition.get("value") or "",
        friendly_name=condition.get("friendly_name") or "",
    )
