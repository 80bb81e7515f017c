from __future__ import annotations

from dataclasses import replace

import pytest

from mockstudio.config import Settings
from mockstudio.sandbox import Sandbox

HEALTH = "/_mockstudio/health"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8080", "127.0.0.2", "localhost:8080", "LOCALHOST", "a.localhost", "[::1]:80"],
)
def test_this_machines_own_names_are_served(api, host: str) -> None:
    assert api("GET", "/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.com",
        "evil.com:8080",
        "localhost.evil.com",
        "127.0.0.1.evil.com",
        "notlocalhost",
        "127.0.0.1@evil.com",
        "192.168.1.5:8080",
        "0.0.0.0",
        "[::2]",
    ],
)
def test_a_foreign_host_is_refused(api, host: str) -> None:
    response = api("GET", "/health", headers={"Host": host})
    assert response.status_code == 403
    assert "is not this server's; use http://127.0.0.1" in response.json["error"]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.com",
        "http://localhost:3000",
        "http://localhost",
        "https://localhost:8080",
        "http://127.0.0.1:8080",
        "http://localhost:8080.evil.com",
        "",
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/journal"), ("POST", "/reset")])
def test_a_foreign_origin_is_refused(api, origin: str, method: str, path: str) -> None:
    response = api(method, path, headers={"Host": "localhost:8080", "Origin": origin})
    assert response.status_code == 403
    assert f"Origin '{origin}' is not this server's" in response.json["error"]


def test_its_own_origin_is_served(api) -> None:
    headers = {"Host": "localhost:8080", "Origin": "http://localhost:8080"}
    assert api("POST", "/reset", headers=headers).status_code == 204


def test_nothing_is_done_for_a_stranger(api, sandbox) -> None:
    sandbox.add_endpoints([{"name": "a", "url": "/a"}])
    response = api("DELETE", "/endpoints/a", headers={"Host": "evil.com"})
    assert (response.status_code, sandbox.endpoints.names) == (403, ("a",))


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.9", "fe80::1"])
def test_another_machine_is_refused(api, address: str) -> None:
    response = api("GET", "/health", environ_overrides={"REMOTE_ADDR": address})
    assert response.status_code == 403
    assert f"not {address}; set `remote_control: true`" in response.json["error"]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_this_machine_is_served(api, address: str) -> None:
    assert api("GET", "/health", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [("192.168.1.5:8080", 200), ("[fe80::5]:8080", 200), ("studio.lan", 200), ("evil.com", 403)],
)
def test_with_remote_control_other_machines_may_use_it_by_address_or_own_name(
    host: str, status: int
) -> None:
    settings = replace(Settings(), remote_control=True, host="Studio.lan")
    with Sandbox(settings) as sandbox:
        response = sandbox.app.test_client().get(
            HEALTH, headers={"Host": host}, environ_overrides={"REMOTE_ADDR": "192.168.1.9"}
        )
    assert response.status_code == status


def test_the_name_under_which_the_server_runs_is_its_own() -> None:
    with Sandbox() as sandbox:
        client = sandbox.app.test_client()
        sandbox.connect("http://studio.test:9000")
        assert client.get(HEALTH, headers={"Host": "studio.test:9000"}).status_code == 200
