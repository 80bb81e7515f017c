from __future__ import annotations

import json


def test_every_event_of_a_run_goes_to_json(stage, state):
    stage.endpoint("orders", "https://shop.example.com/orders", reply={"json": {}})
    stage.play(
        state("call", "make-http-request", {"success": "set", "failed": None},
              url="https://shop.example.com/orders"),
        state("set", "set-variables", {"next": "ask"}, variables=[{"key": "a", "value": "{{ +"}]),
        state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="?"),
    )  # fmt: skip
    stage.sandbox.message("hi")
    stage.sandbox.message("yes")
    told = [json.loads(json.dumps(event.to_dict())) for event in stage.events]
    assert [event["event"] for event in told] == [type(event).__name__ for event in stage.events]
    verdict = next(event["verdict"] for event in told if event["event"] == "VerdictReached")
    assert (verdict["transition"], verdict["reason"]) == ("success", "success")
    assert told[0]["at"] == "2026-01-05T17:00:00+00:00"
    waiting = next(event for event in told if event["event"] == "Waiting")
    assert waiting["seconds"] == 3600
    assert waiting["widget"] == "ask"
