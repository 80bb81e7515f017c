from __future__ import annotations

from typing import Any

import pytest

LOOKUP = {"name": "lookup", "url": "https://a.test/lookup", "kind": "function", "methods": ["POST"]}


def names(response) -> list[str]:
    return [endpoint["name"] for endpoint in response.json["endpoints"]]


def test_an_endpoint_is_shown_with_what_it_plays(api, client) -> None:
    api("POST", "/endpoints", [{**LOOKUP, "outcomes": {"tired": {"status": 503}}}])
    client.post("/lookup", headers={"Host": "a.test"})
    shown = api("GET", "/endpoints/lookup").json
    assert shown.pop("outcomes")[-1] == "tired"
    assert shown == {
        **LOOKUP,
        "visibility": "public",
        "replies": 1,
        "source": "control API",
        "calls": 1,
        "playing": None,
    }


def test_endpoints_are_added_beside_the_others_or_in_their_place(api, client) -> None:
    assert api("POST", "/endpoints", [LOOKUP]).status_code == 201
    both = [{"name": "a", "url": "/a"}, {**LOOKUP, "methods": ["GET"]}]
    response = api("POST", "/endpoints", {"endpoints": both})
    assert (response.status_code, names(response)) == (201, ["a", "lookup"])
    listed = api("GET", "/endpoints")
    assert names(listed) == ["lookup", "a"]
    assert listed.json["endpoints"][0]["methods"] == ["GET"]
    assert client.get("/a").status_code == 200


def test_all_endpoints_are_replaced(api) -> None:
    api("POST", "/endpoints", [LOOKUP])
    response = api("PUT", "/endpoints", [{"name": "a", "url": "/a"}, {"name": "b", "url": "/b"}])
    assert (response.status_code, names(response)) == (200, ["a", "b"])
    assert names(api("PUT", "/endpoints", [])) == []


def test_one_endpoint_is_put_under_the_urls_name(api, client) -> None:
    put = api("PUT", "/endpoints/mine", {"url": "/x", "name": "ignored", "reply": {"text": "a"}})
    assert (put.status_code, put.json["name"]) == (200, "mine")
    api("PUT", "/endpoints/mine", {"url": "/x", "reply": {"text": "b"}})
    assert names(api("GET", "/endpoints")) == ["mine"]
    assert client.get("/x").data == b"b"


def test_an_endpoint_is_removed(api, client) -> None:
    api("POST", "/endpoints", [{"name": "a", "url": "/a"}])
    assert api("DELETE", "/endpoints/a").status_code == 204
    assert client.get("/a").status_code == 404


def test_an_outcome_is_played_and_stopped(api, client) -> None:
    api("POST", "/endpoints", [{"name": "a", "url": "/a"}])
    assert api("PUT", "/endpoints/a/outcome", {"outcome": "server-error"}).json["playing"] == (
        "server-error"
    )
    assert [client.get("/a").status_code for _ in range(2)] == [500, 500]
    assert api("DELETE", "/endpoints/a/outcome").json["playing"] is None
    assert client.get("/a").status_code == 200


def test_an_outcome_is_played_so_many_times(api, client) -> None:
    api("POST", "/endpoints", [{"name": "a", "url": "/a"}])
    api("PUT", "/endpoints/a/outcome", {"outcome": "server-error", "times": 2})
    assert [client.get("/a").status_code for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/endpoints", [{"url": "x"}, {"url": "/y", "metods": []}, {"reply": {}}]),
        ("PUT", "/endpoints", {"endpoints": [{"url": "x"}, {"url": "/y", "a": 1}, {"b": 1}]}),
    ],
)
def test_all_that_is_wrong_is_said_and_nothing_changes(api, method, path, body) -> None:
    api("POST", "/endpoints", [LOOKUP])
    response = api(method, path, body)
    assert response.status_code == 400
    problems = response.json["problems"]
    assert {p.split("endpoints[")[1][0] for p in problems} == {"0", "1", "2"}
    assert names(api("GET", "/endpoints")) == ["lookup"]


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("PUT", "/endpoints/a/outcome", {}, 'expected {"outcome": "timeout"}'),
        ("PUT", "/endpoints/a/outcome", ["timeout"], 'expected {"outcome": "timeout"}'),
        ("PUT", "/endpoints/a/outcome", {"outcome": "ok", "times": 0}, "times: expected a whole"),
        ("PUT", "/endpoints/a/outcome", {"outcome": "ok", "times": "1"}, "found '1'"),
        ("PUT", "/endpoints/a/outcome", {"outcome": "ok", "times": True}, "found True"),
        ("PUT", "/endpoints/a", ["x"], "endpoints cannot be used"),
        ("PUT", "/endpoints/a", None, "expected a JSON body"),
        ("POST", "/endpoints", None, "expected a JSON body"),
        ("POST", "/endpoints", "text", "endpoints cannot be used"),
        ("POST", "/endpoints", [{"name": "a", "url": "/a"}] * 2, "'a'"),
    ],
)
def test_what_cannot_be_used_is_refused(api, method: str, path: str, body: Any, message) -> None:
    api("POST", "/endpoints", [{"name": "a", "url": "/a"}])
    response = api(method, path, body)
    assert response.status_code == 400
    assert message in response.json["error"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/endpoints/lokup", None),
        ("DELETE", "/endpoints/lokup", None),
        ("PUT", "/endpoints/lokup/outcome", {"outcome": "ok"}),
        ("DELETE", "/endpoints/lokup/outcome", None),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(api, method, path, body) -> None:
    api("POST", "/endpoints", [LOOKUP, {"name": "a", "url": "/a"}])
    response = api(method, path, body)
    assert (response.status_code, response.json["known"]) == (404, ["lookup", "a"])
    assert "no endpoint 'lokup'; did you mean 'lookup'?" in response.json["error"]


def test_an_unknown_outcome_is_answered_with_the_known_ones(api) -> None:
    api("POST", "/endpoints", [{**LOOKUP, "outcomes": {"own": {}}}])
    response = api("PUT", "/endpoints/lookup/outcome", {"outcome": "timeuot"})
    assert response.status_code == 404
    assert {"timeout", "own"} <= set(response.json["known"])
    assert "did you mean 'timeout'" in response.json["error"]
