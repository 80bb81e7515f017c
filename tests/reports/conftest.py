"""One event of every kind, with the lines it should come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
