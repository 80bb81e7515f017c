"""Matrices of small flows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pytest

from mockstudio.contracts.matrix.matrix import make_matrix
from mockstudio.contracts.matrix.model import Matrix
from mockstudio.flows.model import Flow

HOST = "https://orders.example.com"


@pytest.fixture
def matrix_of(on_stage: Callable[..., Any], flow_of: Callable[..., Flow]) -> Callable[..., Matrix]:
    """Make the matrix of a flow of some states, with stubs and perhaps endpoints and subflows."""

    def make(
        *states: dict[str, Any],
        outcomes: Sequence[str] = ("ok", "server-error"),
        endpoints: Sequence[dict[str, Any]] = (),
        triggers: Sequence[str] = (),
        subflows: Mapping[str, Sequence[dict[str, Any]]] = MappingProxyType({}),
        **keywords: Any,
    ) -> Matrix:
        stage = on_stage()
        if endpoints:
            stage.sandbox.add_endpoints({"endpoints": list(endpoints)})
        for name, inner in subflows.items():
            subflow = flow_of(*inner, name=name, routed=("incomingParent",))
            stage.sandbox.stub(stage.sandbox.library.add(subflow))
        flow = stage.play(*states, **keywords)
        stage.sandbox.stub(flow)
        return make_matrix(stage.sandbox, flow, outcomes, triggers)

    return make


@pytest.fixture
def subflow(
    state: Callable[..., dict[str, Any]], flow_of: Callable[..., Flow]
) -> Callable[..., dict[str, Any]]:
    """Make Run Subflow widgets that run a subflow by its name."""

    def make(
        name: str,
        runs: str,
        completed: str | None = None,
        failed: str | None = None,
        **parameters: str,
    ) -> dict[str, Any]:
        ways = {"completed": completed, "failed": failed}
        items = [{"key": key, "value": value} for key, value in parameters.items()]
        named = {"flow_sid": flow_of(name=runs).sid, "flow_revision": "LatestPublished"}
        return state(name, "run-subflow", ways, parameters=items, **named)

    return make


@pytest.fixture
def remember(state: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Make Set Variables widgets that set one variable."""

    def make(name: str, key: str, value: str, next_: str | None = None) -> dict[str, Any]:
        return state(
            name, "set-variables", {"next": next_}, variables=[{"key": key, "value": value}]
        )

    return make


@pytest.fixture
def ask(state: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Make Send and Wait for Reply widgets."""

    def make(name: str, next_: str | None = None, silent: str | None = None) -> dict[str, Any]:
        ways = {"incomingMessage": next_, "timeout": silent, "deliveryFailure": None}
        from_ = {"from": "{{flow.channel.address}}"}
        return state(name, "send-and-wait-for-reply", ways, body="Which?", timeout="60", **from_)

    return make


@pytest.fixture
def http(state: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Make HTTP widgets."""

    def make(name: str, success: str | None = None, failed: str | None = None) -> dict[str, Any]:
        ways = {"success": success, "failed": failed}
        url = f"{HOST}/{name}"
        kind = "make-http-request"
        return state(name, kind, ways, url=url, method="POST", content_type="application/json")

    return make


@pytest.fixture
def say(state: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Make Send Message widgets."""

    def make(name: str, body: str = "", next_: str | None = None) -> dict[str, Any]:
        ways = {"sent": next_, "failed": None}
        to, from_ = "{{contact.channel.address}}", "{{flow.channel.address}}"
        return state(name, "send-message", ways, body=body or name, to=to, **{"from": from_})

    return make


@pytest.fixture
def split(state: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Make splits: of (type, value, next) for each branch."""

    def make(
        name: str, source: str, *branches: tuple[str, str, str | None], otherwise: str | None = None
    ) -> dict[str, Any]:
        transitions: list[dict[str, Any]] = [{"event": "noMatch", "next": otherwise}]
        for kind, value, next_ in branches:
            condition = {"type": kind, "arguments": [source], "value": value, "friendly_name": "x"}
            transitions.append({"event": "match", "next": next_, "conditions": [condition]})
        return state(name, "split-based-on", transitions, input=source)

    return make
