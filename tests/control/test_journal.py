from __future__ import annotations

from urllib.parse import quote

import pytest


@pytest.fixture
def called(sandbox, client) -> str:
    """Make three calls a minute apart; return the moment of the second."""
    sandbox.add_endpoints([{"name": "a", "url": "/a"}, {"name": "b", "url": "/b"}])
    client.get("/a?x=1")
    sandbox.clock.advance(60)
    moment = sandbox.clock.now()
    client.post("/b", data={"y": "ë"})
    sandbox.clock.advance(60)
    client.get("/a/nowhere")
    return str(moment.isoformat())


def numbers(response) -> list[int]:
    assert response.status_code == 200
    return [entry["number"] for entry in response.json["requests"]]


def test_entries_tell_what_came_and_went(api, called) -> None:
    (_, entry, unmatched) = api("GET", "/journal").json["requests"]
    assert (entry["endpoint"], entry["reply"]) == ("b", "reply 1")
    assert entry["at"] == called
    assert entry["request"]["params"] == {"y": "ë"}
    assert entry["answer"]["body"] == '{"ok": true}'
    assert unmatched["endpoint"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3]),
        ("?endpoint=a", [1]),
        ("?unmatched=true", [3]),
        ("?unmatched=false", [1, 2, 3]),
        ("?path=/b", [2]),
        ("?method=get", [1, 3]),
        ("?since={moment}", [2, 3]),
        ("?until={moment}", [1]),
        ("?since={raw}", [2, 3]),
        ("?since={naive}", [2, 3]),
        ("?limit=2", [2, 3]),
        ("?limit=0", []),
        ("?limit=9&method=GET", [1, 3]),
    ],
)
def test_the_journal_is_queried(api, called: str, query: str, expected: list[int]) -> None:
    naive = called.removesuffix("+00:00")
    path = "/journal" + query.format(moment=quote(called), raw=called, naive=naive)
    assert numbers(api("GET", path)) == expected


def test_the_total_counts_beyond_the_limit(api, called) -> None:
    said = api("GET", "/journal?limit=1").json
    assert (said["total"], said["dropped"], len(said["requests"])) == (3, 0, 1)


@pytest.mark.parametrize("query", ["since=yesterday", "until=", "limit=many"])
def test_a_criterion_that_cannot_be_read_is_named(api, query: str) -> None:
    response = api("GET", f"/journal?{query}")
    assert response.status_code == 400
    assert response.json["error"].startswith(query.partition("=")[0] + ": ")


def test_the_journal_is_cleared(api, called) -> None:
    assert api("DELETE", "/journal").status_code == 204
    said = api("GET", "/journal").json
    assert (said["requests"], said["total"], said["dropped"]) == ([], 0, 0)
