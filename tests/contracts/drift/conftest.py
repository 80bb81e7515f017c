"""Scripts, compared with what pytest-httpserver answers."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.drift.model import Comparison, DriftReport, Question
from mockstudio.contracts.drift.verify import verify
from mockstudio.endpoints.definition import parse_endpoints


@pytest.fixture
def verified(httpserver) -> Callable[..., DriftReport]:
    """Compare endpoints with the server."""

    def compare(
        *endpoints: dict[str, Any],
        limits: Mapping[str, str] = MappingProxyType({}),
        folder: Path = Path(),
        **question: Any,
    ) -> DriftReport:
        asked = Question(**{"against": httpserver.url_for("/").rstrip("/"), **question})
        script = parse_endpoints(list(endpoints), folder=folder)
        return verify(script, asked, Settings(limits=limits))

    return compare


@pytest.fixture
def compared(verified) -> Callable[..., Comparison]:
    """Compare one endpoint with the server."""

    def compare(question: dict[str, Any] | None = None, **endpoint: Any) -> Comparison:
        whole = {"name": "one", "url": "/one", **endpoint}
        return verified(whole, **(question or {})).comparisons[0]

    return compare


@pytest.fixture
def free_url() -> str:
    """A URL at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"
