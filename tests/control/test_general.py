from __future__ import annotations

from mockstudio.flows.routes import routes_from
from mockstudio.sandbox import Sandbox
from mockstudio.version import VERSION


def test_the_index_lists_resources_that_exist(api) -> None:
    said = api("GET", "/").json
    assert (said["name"], said["version"]) == ("mockstudio", VERSION)
    for path in (*said["resources"], said["description"]):
        assert api("GET", path.removeprefix("/_mockstudio")).status_code == 200


def test_health_counts_what_there_is(api, sandbox, client) -> None:
    sandbox.add_endpoints([{"name": "a", "url": "/a"}])
    client.get("/a")
    assert api("GET", "/health").json == {
        "status": "ok",
        "version": VERSION,
        "problems": [],
        "clock": "virtual",
        "endpoints": 1,
        "flows": [],
        "requests": 1,
        "executions": {"total": 0, "active": 0},
    }


def test_routes_are_listed_explicit_ones_first(description) -> None:
    routes = routes_from({"https://live.test/*": "http://localhost:3000/*"})
    with Sandbox(routes=routes) as sandbox:
        sandbox.add_endpoints([{"name": "a", "url": "https://a.test/x"}])
        response = sandbox.app.test_client().get("/_mockstudio/routes")
    description.check(response)
    assert response.json["routes"] == [
        {"from": "https://live.test/*", "to": "http://localhost:3000/*"},
        {"from": "https://a.test/x", "to": "endpoint a"},
    ]


def test_a_reset_forgets_all_that_happened(api, sandbox, client) -> None:
    sandbox.add_endpoints([{"name": "a", "url": "/a"}])
    client.get("/a")
    api("PUT", "/endpoints/a/outcome", {"outcome": "timeout"})
    assert api("POST", "/reset").status_code == 204
    shown = api("GET", "/endpoints/a").json
    assert (shown["calls"], shown["playing"], len(sandbox.journal)) == (0, None, 0)


def test_what_does_not_exist_is_told_in_json(client) -> None:
    for method, path, status in (("GET", "/nope", 404), ("DELETE", "/health", 405)):
        answer = client.open(f"/_mockstudio{path}", method=method)
        assert (answer.status_code, list(answer.json)) == (status, ["error"])
