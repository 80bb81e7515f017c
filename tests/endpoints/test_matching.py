from __future__ import annotations

import re
import timeit
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.matching import EndpointTable, path_values
from mockstudio.endpoints.model import Endpoint, UrlPattern
from mockstudio.endpoints.request import FORM, Request

OWN_HOST = "127.0.0.1:8080"


def table(*entries: dict[str, Any]) -> EndpointTable:
    return EndpointTable(parse_endpoints(list(entries)))


def get(target: str, host: str = OWN_HOST, *headers: tuple[str, str], **more: Any) -> Request:
    return Request(more.pop("method", "GET"), target, [("Host", host), *headers], **more)


def found(endpoints: EndpointTable, request: Request) -> str | None:
    candidate = endpoints.find(request)
    return candidate.endpoint.name if candidate else None


def matches(entry: dict[str, Any], request: Request) -> bool:
    return table(entry).find(request) is not None


@pytest.mark.parametrize(
    ("url", "target", "fits"),
    [
        ("/lookup", "/lookup", True),
        ("/lookup", "/lookup?a=/b", True),
        ("/lookup", "/lookup/", False),
        ("/lookup", "/Lookup", False),
        ("/orders/{id}", "/orders/7", True),
        ("/orders/{id}", "/orders/7/items", False),
        ("/orders/{id}", "/orders/", False),
        ("/orders/{id}", "/orders/a%2Fb", False),
        ("/orders/{id}.json", "/orders/7.json", True),
        ("/orders/{id}.json", "/orders/7xjson", False),
        ("/{a}/{b}", "/x/y", True),
        ("/api/*", "/api/", True),
        ("/api/*", "/api/a/b%0Ac", True),
        ("/api/*", "/api", False),
        ("/api/*/end", "/api/a/b/end", True),
        ("/*", "/anything/at/all", True),
        ("/caf%C3%A9", "/caf%c3%a9", True),
        ("/a+b", "/a+b", True),
        ("/a.b", "/aXb", False),
    ],
)
def test_a_path_is_literal_but_for_its_wildcards(url: str, target: str, fits: bool) -> None:
    assert matches({"url": url}, get(target)) is fits


def test_the_parts_of_a_path_have_their_values() -> None:
    pattern = UrlPattern("/shops/{shop}/orders-{id}")
    assert path_values(pattern, "/shops/7/orders-a b") == {"shop": "7", "id": "a b"}
    assert path_values(pattern, "/elsewhere") == path_values(UrlPattern("/a"), "/a") == {}


@pytest.mark.parametrize("order", [("/a/*", "/a/b"), ("/a/b", "/a/*"), ("/a/{x}", "/*")])
def test_the_order_of_definition_decides(order: tuple[str, str]) -> None:
    entries = [{"name": url, "url": url} for url in order]
    assert found(table(*entries), get("/a/b")) == order[0]


@pytest.mark.parametrize(
    ("methods", "method", "fits"),
    [
        (["GET"], "GET", True),
        (["GET"], "HEAD", True),
        (["GET"], "POST", False),
        (["POST"], "HEAD", False),
        (["POST", "PUT"], "PUT", True),
        ([], "PROPFIND", True),
    ],
)
def test_a_method_must_be_listed_and_get_answers_head(
    methods: list[str], method: str, fits: bool
) -> None:
    endpoint = Endpoint("a", UrlPattern("/a"), methods=frozenset(methods))
    candidate = EndpointTable([endpoint]).find(get("/a", method=method))
    assert (candidate is not None) is fits


HOSTS = table(
    {"name": "orders", "url": "https://orders-1234.twil.io/lookup"},
    {"name": "any-shop", "url": "https://*.shop.example.com/lookup"},
    {"name": "with-port", "url": "http://localhost:3000/lookup"},
    {"name": "stock", "url": "https://stock.example.com/stock"},
)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("orders-1234.twil.io", "orders"),
        ("ORDERS-1234.twil.io", "orders"),
        ("a.b.shop.example.com", "any-shop"),
        ("localhost:3000", "with-port"),
        (OWN_HOST, "orders"),
        ("nobody.names.this", "orders"),
        ("stock.example.com", None),
    ],
)
def test_a_host_that_no_endpoint_names_is_the_sandboxs_own(host: str, name: str | None) -> None:
    assert found(HOSTS, get("/lookup", host)) == name


def test_a_path_alone_answers_on_every_host() -> None:
    endpoints = table({"name": "path", "url": "/a"}, {"url": "https://named.test/b"})
    assert {found(endpoints, get("/a", host)) for host in (OWN_HOST, "named.test")} == {"path"}


FORM_TYPE = ("Content-Type", FORM)


@pytest.mark.parametrize(
    ("when", "fitting", "other"),
    [
        ({"params": {"a": "1"}}, get("/x?a=1"), get("/x?a=2")),
        (
            {"params": {"a": "1", "b": "2"}},
            get("/x?a=1", OWN_HOST, FORM_TYPE, body=b"b=2", method="POST"),
            get("/x?a=1", OWN_HOST, body=b"b=2", method="POST"),
        ),
        (
            {"params": {"a": "form"}},
            get("/x?a=query", OWN_HOST, FORM_TYPE, body=b"a=form", method="POST"),
            get("/x?a=form", OWN_HOST, FORM_TYPE, body=b"a=other", method="POST"),
        ),
        ({"params": {"a": {"absent": True}}}, get("/x?b="), get("/x?a=")),
        ({"params": {"a": "2"}}, get("/x?a=1&a=2"), get("/x?a=12")),
        (
            {"headers": {"X-Shop": {"contains": "blue"}}},
            get("/x", OWN_HOST, ("x-SHOP", "red"), ("X-Shop", "light blue")),
            get("/x", OWN_HOST, ("X-Shop", "red")),
        ),
        (
            {"cookies": {"session": "abc"}},
            get("/x", OWN_HOST, ("Cookie", "a=b; session=abc")),
            get("/x", OWN_HOST, ("Cookie", "session=ab")),
        ),
        (
            {"json": {"customer": {"id": 7}}},
            get("/x", body=b'{"customer": {"id": 7, "name": "Zoe"}, "a": 1}'),
            get("/x", body=b'{"customer": {"id": "7"}}'),
        ),
        ({"json": [1]}, get("/x", body=b"[1]"), get("/x", body=b"no json")),
        ({"body": {"matches": "^o.der"}}, get("/x", body=b"order 7"), get("/x", body=b"an order")),
    ],
)
def test_when_must_hold(when: dict[str, Any], fitting: Request, other: Request) -> None:
    assert matches({"url": "/x", "when": when}, fitting)
    assert not matches({"url": "/x", "when": when}, other)


def test_the_next_endpoint_with_the_url_is_tried() -> None:
    endpoints = table(
        {"name": "seven", "url": "/x", "when": {"params": {"id": 7}}},
        {"name": "post", "url": "/x", "methods": ["POST"]},
        {"name": "rest", "url": "/*"},
    )
    assert found(endpoints, get("/x?id=7", method="POST")) == "seven"
    assert found(endpoints, get("/x", method="POST")) == "post"
    assert found(endpoints, get("/x")) == "rest"


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://orders-1234.twil.io/lookup?a=1", ["orders"]),
        ("https://user:secret@orders-1234.twil.io:443/lookup", ["orders"]),
        ("http://orders-1234.twil.io:443/lookup", []),
        ("http://LOCALHOST:3000/lookup", ["with-port"]),
        ("http://nobody.names.this/lookup", []),
    ],
)
def test_a_url_is_covered_by_host_and_path(url: str, names: list[str]) -> None:
    assert [candidate.endpoint.name for candidate in HOSTS.at_url(url)] == names


def test_a_url_is_compared_decoded_as_requests_are() -> None:
    endpoints = table({"name": "cafe", "url": "https://a.test/café"}, {"url": "https://a.test/"})
    assert [c.endpoint.name for c in endpoints.at_url("https://a.test/caf%C3%A9")] == ["cafe"]
    assert len(endpoints.at_url("https://a.test")) == 1


# --- why not


def test_a_near_miss_names_every_difference() -> None:
    entry = {
        "url": "https://a.test/x",
        "methods": ["POST"],
        "when": {"params": {"id": "7"}, "headers": {"X-A": "b"}, "cookies": {"c": "d"}},
    }
    endpoints = table(entry, {"url": "https://b.test/elsewhere"})
    (miss, _) = endpoints.nearest(get("/y?id=8", "b.test"))
    assert miss.differences == (
        "path: expected '/x', found '/y'",
        "method: expected POST, found GET",
        "host: expected 'a.test', found 'b.test'",
        "header x-a: expected 'b', but it is missing",
        "param id: expected '7', found '8'",
        "cookie c: expected 'd', but it is missing",
    )


def test_the_body_and_json_differences_are_named() -> None:
    when = {"json": {"a": {"b": 1}}, "body": {"contains": "z"}}
    (miss,) = table({"url": "/x", "when": when}).nearest(get("/x", body=b'{"a": {"b": 2}}'))
    assert miss.differences == (
        "json a.b: expected 1, found 2",
        """body: expected it to contain 'z', found '{"a": {"b": 2}}'""",
    )


def test_the_likest_path_comes_first_and_then_the_fewest_differences() -> None:
    endpoints = table(
        {"name": "far", "url": "/something/else"},
        {"name": "two", "url": "/orders", "methods": ["POST"], "when": {"params": {"a": "1"}}},
        {"name": "one", "url": "/orders", "methods": ["POST"]},
        {"name": "near", "url": "/order"},
    )
    assert [m.endpoint.name for m in endpoints.nearest(get("/orders"))] == ["one", "two", "near"]


def test_an_endpoint_at_the_path_is_named_however_many_come_before_it() -> None:
    many = [Endpoint(f"e{n}", UrlPattern(f"/zzz/{n}")) for n in range(3_000)]
    last = Endpoint("last", UrlPattern("/orders"), methods=frozenset({"POST"}))
    (nearest, *_) = EndpointTable([*many, last]).nearest(get("/orders"))
    assert nearest.endpoint.name == "last"


# --- any table, any request

SEGMENTS = st.sampled_from(["a", "b", "{x}", "*", "a{x}", "b*"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
HOST_NAMES = st.sampled_from([None, "a.test", "b.test", "*.test", "a.*"])
METHOD_SETS = st.sampled_from([frozenset(), frozenset({"GET"}), frozenset({"POST", "PUT"})])


@st.composite
def endpoint_lists(draw: st.DrawFn) -> list[Endpoint]:
    urls = draw(st.lists(st.tuples(PATHS, HOST_NAMES, METHOD_SETS), max_size=8))
    return [
        Endpoint(str(n), UrlPattern(_once(path), host, "https" if host else None), methods=methods)
        for n, (path, host, methods) in enumerate(urls)
    ]


def _once(path: str) -> str:
    """Return a path in which every part has a name of its own."""
    first, *rest = path.split("{x}")
    return first + "".join(f"{{x{n}}}{part}" for n, part in enumerate(rest))


def _glob(pattern: str) -> str:
    text = re.sub(r"\{\w+\}", "\0", pattern)
    return re.escape(text).replace("\0", "[^/]+").replace(r"\*", "(?s:.*)").replace("\x00", "[^/]+")


def naive(endpoints: list[Endpoint], request: Request) -> str | None:
    """Try one endpoint after the other: with its host, then, if no one names it, without."""
    named = any(e.url.host and re.fullmatch(_glob(e.url.host), request.host) for e in endpoints)
    for any_host in (False,) if named else (False, True):
        for endpoint in endpoints:
            host = endpoint.url.host
            methods = endpoint.methods | ({"HEAD"} if "GET" in endpoint.methods else set())
            if (
                re.fullmatch(_glob(endpoint.url.path), request.path)
                and (any_host or host is None or re.fullmatch(_glob(host), request.host))
                and (not methods or request.method in methods)
            ):
                return endpoint.name
    return None


@given(
    endpoint_lists(),
    st.lists(st.sampled_from(["a", "b", "c", "ab", ""]), min_size=1, max_size=4),
    st.sampled_from(["a.test", "b.test", "a.else", "own:80"]),
    st.sampled_from(["GET", "HEAD", "PUT"]),
)
def test_the_table_agrees_with_trying_one_after_the_other(
    endpoints: list[Endpoint], parts: list[str], host: str, method: str
) -> None:
    request = get("/" + "/".join(parts), host, method=method)
    assert found(EndpointTable(endpoints), request) == naive(endpoints, request)


# --- how long it takes


class CountingPattern:
    """A compiled path pattern that counts how often it is tried."""

    tried = 0

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def fullmatch(self, text: str) -> re.Match[str] | None:
        CountingPattern.tried += 1
        return self._pattern.fullmatch(text)


def test_only_patterns_of_the_same_folder_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CountingPattern, "tried", 0)
    urls = [{"name": str(n), "url": f"/shop-{n}/{{id}}"} for n in range(10_000)]
    endpoints = table(*urls)
    for folder, candidates in endpoints._patterns.items():
        counted: list[Any] = [replace(c, path=CountingPattern(c.path)) for c in candidates]  # type: ignore[arg-type]
        endpoints._patterns[folder] = counted
    assert found(endpoints, get("/shop-9999/7")) == "9999"
    assert CountingPattern.tried == 1


@pytest.mark.parametrize("url", ["/literal/{n}", "/shop-{n}/{{id}}", "https://h{n}.test/p{n}/*"])
def test_a_look_up_takes_as_long_among_ten_thousand_as_among_ten(url: str) -> None:
    def seconds(count: int) -> float:
        entries = [{"name": str(n), "url": url.format(n=n)} for n in range(count)]
        endpoints = table(*entries)
        path = url.partition("test")[2] or url
        request = get(path.format(n=count - 1).replace("{id}", "7").replace("*", "x"))
        assert found(endpoints, request) == str(count - 1)
        return min(timeit.repeat(lambda: endpoints.find(request), number=200, repeat=5))

    assert seconds(10_000) < 8 * seconds(10)


def test_a_host_that_nobody_names_reaches_endpoints_without_a_host_first():
    named = Endpoint("named", UrlPattern("/x", "a.example.com", "https"))
    anywhere = Endpoint("anywhere", UrlPattern("/x"))
    table = EndpointTable([named, anywhere])
    for host, expected in (("b.example.com", "anywhere"), ("a.example.com", "named")):
        found = table.find(Request("GET", "/x", [("Host", host)]))
        assert found is not None
        assert found.endpoint.name == expected
