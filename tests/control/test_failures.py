from __future__ import annotations

import pytest

RULE = {"resource": "Keys", "status": 429, "retry_after": 2, "first": 1, "delay": "3s"}


def test_rules_are_put_in_force_shown_and_cleared(api, sandbox) -> None:
    shown = {**RULE, "methods": ["POST"]}
    assert api("PUT", "/failures", {"failures": [shown]}).json == {"failures": [shown]}
    assert api("GET", "/failures").json == {"failures": [shown]}
    found = sandbox.failures.next("Keys", "POST")
    assert (found.status, found.retry_after, found.delay) == (429, 2, 3.0)
    assert sandbox.failures.next("Keys", "POST") is None
    assert api("DELETE", "/failures").status_code == 204
    assert api("GET", "/failures").json == {"failures": []}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], 'expected {"failures": [{"resource": "Messages", "status": 500}]}'),
        ({"rules": []}, 'expected {"failures": ['),
        ({"failures": [{}]}, "expected how requests fail: status, delay or drop"),
        ({"failures": [{"status": 200}]}, "rest_failures[0].status"),
        ({"failures": [{"status": 500, "first": 1, "every": 2}]}, "found first and every"),
        ({"failures": [{"stat": 500, "drop": True}]}, "did you mean 'status'"),
        ({"failures": [{"resource": "Mesages", "status": 500}]}, "did you mean 'Messages'"),
        ({"failures": [{"delay": "soon"}]}, "expected a duration such as 300ms"),
        ({"failures": {"status": 500}}, "rest_failures"),
    ],
)
def test_rules_that_cannot_be_used_change_nothing(api, sandbox, data, said) -> None:
    api("PUT", "/failures", {"failures": [RULE]})
    answer = api("PUT", "/failures", data)
    assert answer.status_code == 400
    assert said in answer.json["error"]
    assert len(sandbox.failures.rules) == 1
