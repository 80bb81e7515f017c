"""Scripts, compared with what pytest-httpserver answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.drift.model import Comparison, DriftReport, Question
from mockstudio.contracts.drift.verify import verify
from mockstudio.endpoints.definition import parse_endpoints


@pytest.fixture
def verified(httpserver) -> Callable[..., DriftReport]:
    """Compare endpoints with the server."""

    def compare(*endpoints: dict[str, Any], **question: Any) -> DriftReport:
        asked = Question(httpserver.url_for("/").rstrip("/"), **question)
        return verify(parse_endpoints(list(endpoints)), asked, Settings())

    return compare


@pytest.fixture
def compared(verified) -> Callable[..., Comparison]:
    """Compare one endpoint with the server."""

    def compare(question: dict[str, Any] | None = None, **endpoint: Any) -> Comparison:
        whole = {"name": "one", "url": "/one", **endpoint}
        return verified(whole, **(question or {})).comparisons[0]

    return compare
