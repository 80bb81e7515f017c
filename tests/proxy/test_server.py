"""The proxy, over real sockets."""

from __future__ import annotations

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from mockstudio.clock import SystemClock
from mockstudio.proxy.certificates import Authority
from mockstudio.proxy.hosts import Hosts, known_hosts
from mockstudio.proxy.server import serve_proxy
from mockstudio.server import serve_in_background

LOOKUP = "https://lookup-1234.twil.io/lookup"


@pytest.fixture
def sandbox(on_stage):
    """A sandbox in real time with an endpoint."""
    stage = on_stage(clock=SystemClock())
    stage.endpoint("lookup", LOOKUP, reply={"json": {"url": "{{ request.path }}"}})
    return stage.sandbox


@pytest.fixture
def refused():
    """What the proxy told of."""
    return []


@pytest.fixture
def proxied(sandbox, tmp_path, refused):
    """Return a session that goes through a proxy in front of the sandbox."""
    authority = Authority(tmp_path)

    @contextmanager
    def session(*routes, allow=()):
        with serve_in_background(sandbox) as server:
            hosts = known_hosts([*sandbox.router.described, *routes], allow)
            serving = serve_proxy(hosts, authority, server.url, refused.append)
            with serving as proxy, requests.Session() as made:
                made.trust_env = False
                made.proxies = {"http": proxy, "https": proxy}
                made.verify = str(authority.bundle)
                yield made

    return session


def test_tls_ends_at_the_proxy(proxied):
    with proxied() as session:
        assert session.post(LOOKUP).json() == {"url": "/lookup"}
        assert session.get("https://api.twilio.com/2010-04-01/x.json").status_code == 401


def test_a_request_without_tls_is_passed_on_as_well(proxied):
    with proxied() as session:
        for _ in range(3):
            assert session.post(LOOKUP.replace("https", "http")).json() == {"url": "/lookup"}
        assert session.get("http://example.com/").status_code == 403


def test_other_hosts_are_refused_and_told_of_once(proxied, refused):
    with proxied() as session:
        for _ in range(2):
            with pytest.raises(requests.exceptions.ProxyError, match="no endpoint and no route"):
                session.get("https://example.com/")
        plain = session.get("http://example.com/path")
    reason = "mockstudio: no endpoint and no route for example.com"
    assert plain.text.startswith(reason)
    assert [one.partition(";")[0] for one in refused] == [reason]


def test_a_routes_requests_reach_its_live_address(proxied, httpserver):
    httpserver.expect_request(
        "/v1/orders/a b", query_string="x=1", data="how=many"
    ).respond_with_json({"live": True})
    route = {"from": "https://live.test/*", "to": httpserver.url_for("/v1/*")}
    with proxied(route) as session:
        for scheme in ("https", "http"):
            answer = session.post(f"{scheme}://live.test/orders/a%20b?x=1", data={"how": "many"})
            assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert httpserver.log[0][0].host == urlsplit(httpserver.url_for("")).netloc


def test_what_a_route_leaves_of_a_host_reaches_the_sandbox(proxied, httpserver):
    httpserver.expect_request("/live").respond_with_data("live")
    route = {"from": "https://lookup-1234.twil.io/live", "to": httpserver.url_for("/live")}
    with proxied(route) as session:
        assert session.get("https://lookup-1234.twil.io/live").text == "live"
        assert session.post(LOOKUP).json() == {"url": "/lookup"}


def test_an_allowed_host_is_reached_itself(proxied, httpserver):
    httpserver.expect_request("/x").respond_with_data("itself")
    url = httpserver.url_for("/x")
    with proxied(allow=[httpserver.host]) as session:
        assert session.get(url).text == "itself"


def test_many_connections_at_once(proxied, sandbox):
    sandbox.add_endpoints(
        [{"name": "big", "url": "https://big.twil.io/", "reply": {"json": {}, "size": 300_000}}]
    )
    with proxied() as session, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: session.get("https://big.twil.io/"), range(60)))
    assert {len(answer.content) for answer in answers} == {300_000}


def test_a_large_body_goes_through(proxied):
    with proxied() as session:
        answer = session.post(LOOKUP, data=b"x" * 1_000_000, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200


def test_the_certificate_is_for_the_host_that_was_asked_for(proxied, tmp_path):
    with proxied() as session:
        proxy = urlsplit(session.proxies["https"])
        with socket.create_connection((proxy.hostname, proxy.port)) as plain:
            plain.sendall(b"CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\n")
            assert plain.recv(1000).startswith(b"HTTP/1.1 200 ")
            context = ssl.create_default_context(cafile=tmp_path / "authority.pem")
            with pytest.raises(ssl.SSLCertVerificationError, match=r"studio\.twilio\.com"):
                context.wrap_socket(plain, server_hostname="studio.twilio.com")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"CONNECT api.twilio.com HTTP/1.1\r\n\r\n", 400),
        (b"CONNECT example.com:443 HTTP/1.1\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_to_a_proxy(proxied, sent, status):
    with proxied() as session:
        proxy = urlsplit(session.proxies["https"])
        with socket.create_connection((proxy.hostname, proxy.port), timeout=10) as client:
            client.sendall(sent)
            assert client.recv(1000).startswith(b"HTTP/1.1 %d " % status)


def test_the_authoritys_key_is_nowhere_on_disk(tmp_path):
    Authority(tmp_path).context("api.twilio.com")
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["authority.pem", "bundle.pem"]
    assert not any("PRIVATE KEY" in file.read_text() for file in files)


def test_each_authority_is_another(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one, other = (Authority(tmp_path / name).file.read_bytes() for name in ("a", "b"))
    assert one != other


def test_no_hosts_are_known_unless_told():
    assert Hosts().refusal("x.test").endswith("--allow x.test lets it through")
