"""docs/live-endpoints.md: its service is started, and its commands are typed."""

from __future__ import annotations

from mockstudio.contracts.probe.model import Caller

PAGE = "live-endpoints.md"
LASTING = {"python3 customers.py": "3000", "mockstudio record": "8090"}


def test_every_command_prints_what_the_page_shows(read):
    reader = read(PAGE, LASTING)
    assert reader.failed == [
        "mockstudio check http://localhost:3000/lookup",
        "mockstudio verify recorded.endpoints.yaml --against http://localhost:3000",
    ]


def test_every_widget_that_can_ask_is_named(page_text):
    assert all(str(caller) in page_text(PAGE) for caller in Caller)
