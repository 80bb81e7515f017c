from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import VirtualClock
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.journal import Journal
from mockstudio.errors import RouteError, UsageError
from mockstudio.flows.routes import ClosedPort, Route, Router, make_route, parse_route, routes_from

BASE = "http://sandbox:8080"


class Scripted:
    """Endpoints at literal URLs; those named in `refusing` refuse."""

    def __init__(self, *urls: str) -> None:
        self.by_url = {url: parse_endpoints({"endpoints": [{"url": url}]})[0] for url in urls}
        self.refusing: set[str] = set()

    @property
    def definitions(self):
        return list(self.by_url.values())

    def covers(self, url):
        return self.by_url.get(url.partition("?")[0])

    def refuses(self, url):
        return url in self.refusing


@pytest.fixture
def router_to():
    made = []

    def make(*routes, scripted=()):
        parsed = [parse_route(route) for route in routes]
        made.append(Router(parsed, Scripted(*scripted), BASE))
        return made[-1]

    yield make
    for router in made:
        router.close()


ORDERS = "https://orders-1234.twil.io/lookup"


def test_a_scripted_endpoint_is_reached_at_the_sandbox_under_its_own_host(router_to):
    destination = router_to(scripted=[ORDERS]).resolve(f"{ORDERS}?a=1&b=%20x")
    assert destination.url == f"{BASE}/lookup?a=1&b=%20x"
    assert destination.host_header == "orders-1234.twil.io"


def test_credentials_in_a_url_are_no_part_of_the_host(router_to):
    router = router_to("https://a.example.com/*=scripted")
    destination = router.resolve("https://user:pass@a.example.com/x")
    assert destination.host_header == "a.example.com"


def test_a_live_route_leads_to_another_address(router_to):
    router = router_to("https://orders-1234.twil.io/*=http://localhost:3000/*", scripted=[ORDERS])
    destination = router.resolve(f"{ORDERS}?a=1")
    assert (destination.url, destination.host_header) == ("http://localhost:3000/lookup?a=1", None)


def test_a_route_to_scripted_leads_back_to_the_endpoints(router_to):
    router = router_to(f"{ORDERS}=scripted", "https://*=http://localhost:3000/*")
    assert router.resolve(ORDERS).url == f"{BASE}/lookup"
    assert router.resolve("https://other.example.com/x").host_header is None


def test_the_first_route_that_fits_counts(router_to):
    router = router_to(
        "https://a.example.com/special=http://localhost:1/s",
        "https://a.example.com/*=http://localhost:2/*",
    )
    assert router.resolve("https://a.example.com/special").url == "http://localhost:1/s"
    assert router.resolve("https://a.example.com/specials").url == "http://localhost:2/specials"


@pytest.mark.parametrize(
    ("pattern", "target", "url", "leads_to"),
    [
        ("https://a.com/x", "http://b/y", "https://a.com/x", "http://b/y"),
        ("https://a.com/x", "http://b/y", "https://a.com/xx", None),
        ("https://a.com/x", "http://b/y", "https://A.com/x", "http://b/y"),
        ("https://*.twil.io/*", "http://b/*/*", "https://o.twil.io/p/q", "http://b/o/p/q"),
        ("https://a.com/*", "http://b/", "https://a.com/p/q", "http://b/"),
        ("https://a.com/x", "http://b/*", "https://a.com/x", "http://b/"),
        ("https://a.com/*", "http://b/*", "https://a.com/", "http://b/"),
        ("https://a.com/*", "http://b/*", "https://a.community/", None),
        ("https://a.com/*", "http://b/*", "http://a.com/", None),
        ("https://a.com/a.b", "http://b/", "https://a.com/aXb", None),
    ],
)
def test_where_a_route_leads(pattern, target, url, leads_to):
    assert Route(pattern, target).follow(url) == leads_to


@given(st.text("abc/.+*?[]()\\", max_size=20))
def test_a_star_stands_for_any_text(rest):
    assert Route("https://a.com/*", "http://b/*").follow(f"https://a.com/{rest}") == (
        f"http://b/{rest}"
    )


def test_a_url_without_a_route_is_refused_with_what_comes_near(router_to):
    router = router_to("http://b.example.com/*=http://localhost:3000/*", scripted=[ORDERS])
    with pytest.raises(RouteError) as caught:
        router.resolve("https://orders-1234.twil.io/lokup?secret=1")
    assert str(caught.value).splitlines() == [
        "no route covers https://orders-1234.twil.io/lokup, so it was not called",
        "  near: endpoint 'lookup' at https://orders-1234.twil.io/lookup",
        "  to script it, add an endpoint with `url: https://orders-1234.twil.io/lokup`",
        "  to call a live service, add --route 'https://orders-1234.twil.io/*="
        "http://localhost:3000/*'",
    ]


def test_a_refusal_ends_with_what_else_can_be_done(router_to):
    router = router_to()
    router.hints = ("to stand in for it, add --stub",)
    with pytest.raises(RouteError) as caught:
        router.resolve("https://a.example.com/x")
    assert str(caught.value).splitlines()[-1] == "  to stand in for it, add --stub"


def test_whoever_knows_better_says_why_a_url_is_refused(router_to):
    router = router_to()
    router.explain = lambda url: "there is no file 'x'" if url.endswith("/x") else ""
    with pytest.raises(RouteError, match=r"^there is no file 'x'$"):
        router.resolve("https://a.example.com/x")
    with pytest.raises(RouteError, match="no route covers"):
        router.resolve("https://a.example.com/y")


@pytest.mark.parametrize("url", ["https://https://x.twil.io/a", "https://https//x.twil.io/a"])
def test_a_url_with_two_schemes_says_so(router_to, url):
    with pytest.raises(RouteError, match="has its scheme twice; give the variable in it without"):
        router_to().resolve(url)


def test_routes_come_near_too(router_to):
    router = router_to("https://a.example.com/orders/*=http://localhost:3000/*")
    with pytest.raises(RouteError) as caught:
        router.resolve("https://a.example.com/order/1")
    near = "  near: route https://a.example.com/orders/* to http://localhost:3000/*"
    assert near in str(caught.value).splitlines()


def test_passwords_are_not_shown(router_to):
    with pytest.raises(RouteError) as caught:
        router_to().resolve("https://user:s3cret@a.example.com/x")
    assert "s3cret" not in str(caught.value)


def test_a_live_service_may_redirect_to_itself_but_not_elsewhere(router_to):
    router = router_to("https://a.example.com/*=http://localhost:3000/*")
    assert router.resolve("http://localhost:3000/next?x=1").url == "http://localhost:3000/next?x=1"
    for url in ("http://localhost:3001/next", "https://localhost:3000/next"):
        with pytest.raises(RouteError):
            router.resolve(url)


def test_an_endpoint_that_refuses_is_at_a_closed_port(router_to):
    router = router_to(scripted=[ORDERS])
    router._scripted.refusing.add(ORDERS)
    destination = router.resolve(ORDERS)
    assert not destination.url.startswith(BASE)
    assert destination.url.endswith("/lookup")


def test_a_closed_port_refuses_connections_and_can_be_given_back():
    port = ClosedPort()
    number = int(port.url.rpartition(":")[2])
    assert port.url.endswith(f":{number}")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", number), timeout=5)
    port.close()
    port.close()
    socket.create_server(("127.0.0.1", number)).close()


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example.com/*",
        "a.example.com=http://localhost:3000",
        "https://a.example.com=localhost:3000",
        "https://a.example.com=script",
        "scripted=https://a.example.com",
        "https://=http://localhost:3000",
        "=",
        "",
    ],
)
def test_what_is_no_route_is_answered_with_an_example(text):
    with pytest.raises(UsageError, match=r"such as 'https://orders-1234\.twil\.io/"):
        parse_route(text)


def test_routes_of_a_settings_file_keep_their_order():
    routes = routes_from({"https://a.com/*": "scripted", "http://b.com/*": "http://c/*"})
    assert routes == [
        make_route("https://a.com/*", "scripted"),
        parse_route("http://b.com/*=http://c/*"),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "https://orders-1234.twil.io/lookup",
        "https://ORDERS-1234.twil.io/lookup",
        "https://orders-1234.twil.io:443/lookup",
        "https://orders-1234.twil.io/l%6Fokup",
        "https://orders-1234.twil.io/lookup#part",
    ],
)
def test_one_url_may_be_written_in_many_ways(stage, state, written):
    stage.endpoint("lookup", ORDERS, reply={"json": {}})
    stage.play(state("call", "make-http-request", {"success": None, "failed": None}, url=written))
    assert stage.sandbox.message("hi").steps[-1].name == "success"


def test_a_route_counts_as_used_once_a_url_has_followed_it():
    followed, other = Route("https://a.test/*", "http://b"), Route("https://c.test/*", "http://d")
    router = Router([followed, other], Endpoints(Journal(VirtualClock()), "token"), "http://own")
    assert router.unused == (followed, other)
    router.resolve("https://a.test/x")
    assert router.unused == (other,)
    router.close()
