"""Run events for programs."""

from __future__ import annotations

import io
import json

import pytest

from mockstudio.flows.events import Ended, MessageSent, VerdictReached
from mockstudio.reports.json_lines import JsonDocument, JsonLines


@pytest.fixture
def sent(event_of):
    return event_of(MessageSent, sid="SM1", from_="+1", to="+2", body="Grüße\n« »")


def test_each_event_is_one_line_of_json(event_of, sent):
    stream = io.StringIO()
    write = JsonLines(stream)
    write(sent)
    write(event_of(Ended, reason="FLOW_END"))
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first["event"] == "MessageSent"
    assert first["body"] == "Grüße\n« »"
    assert (second["event"], second["reason"]) == ("Ended", "FLOW_END")
    assert second["at"] == "2026-01-05T17:00:00+00:00"


def test_an_event_goes_out_as_it_happens(sent):
    class Stream(io.StringIO):
        flushed = ""

        def flush(self) -> None:
            self.flushed = self.getvalue()

    stream = Stream()
    JsonLines(stream)(sent)
    assert json.loads(stream.flushed)["sid"] == "SM1"


def test_a_document_keeps_every_event_in_order(event_of, sent):
    document = JsonDocument()
    document(sent)
    document(event_of(Ended, reason="x"))
    assert [event["event"] for event in document.events] == ["MessageSent", "Ended"]


def test_every_event_of_a_run_can_be_written(stage, state):
    lookup = state("lookup", "make-http-request", {"success": None, "failed": None}, method="GET")
    lookup["properties"] |= {"url": "https://x.test/a", "content_type": "application/json"}
    stage.play(lookup)
    stage.endpoint("a", "https://x.test/a", reply={"json": {"b": [1, None]}})
    stream = io.StringIO()
    stage.sandbox.listen(JsonLines(stream))
    stage.sandbox.message("hi")
    written = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [event["event"] for event in written] == [type(e).__name__ for e in stage.events]
    verdict = next(event for event in written if event["event"] == VerdictReached.__name__)
    assert verdict["verdict"]["outputs"]["parsed"] == {"b": [1, None]}
