from __future__ import annotations

import pytest

from mockstudio.reports import recording
from mockstudio.reports.recording import Recording

URL = "https://shop.example.com/lookup"


@pytest.fixture
def recorded(stage, state):
    """A recording of a sandbox with a flow that asks an endpoint."""
    stage.play(state("ask", "make-http-request", {"success": None}, url=URL, method="GET"))
    stage.endpoint("lookup", URL, methods=["GET"], when={"params": {}})
    return Recording(stage.sandbox)


def test_nothing_is_shown_of_nothing(recorded):
    assert str(recorded) == ""


def test_a_run_is_shown_as_in_the_terminal_with_who_answered(stage, recorded):
    stage.sandbox.message("hi")
    lines = str(recorded).splitlines()
    assert lines[0] == "▶ flow: incomingMessage from +12025550123"
    assert "    success: status 200 is 2xx  (0 ms, 12 bytes, endpoint lookup)" in lines
    assert lines[-1] == "■ ended: FLOW_END"


def test_a_request_that_nothing_matched_is_told(stage, recorded):
    stage.sandbox.endpoints.remove("lookup")
    stage.endpoint("lookup", URL, methods=["POST"])
    stage.sandbox.message("hi")
    assert ", no endpoint)" in str(recorded)


def test_the_newest_events_are_kept(stage, recorded, monkeypatch):
    monkeypatch.setattr(recording, "MOST", 5)
    short = Recording(stage.sandbox)
    stage.sandbox.message("hi")
    whole = str(recorded).splitlines()
    assert str(short).splitlines()[0].endswith("earlier events and requests")
    assert str(short).splitlines()[1:] == whole[-len(str(short).splitlines()) + 1 :]


def test_colours_of_the_environment_stay_out(stage, recorded, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    stage.sandbox.message("hi")
    assert "\x1b" not in str(recorded)
