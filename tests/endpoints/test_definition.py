from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.definition import parse_endpoints, read_endpoints
from mockstudio.endpoints.matching import EndpointTable
from mockstudio.endpoints.model import (
    AtEnd,
    BasicAuth,
    Dribble,
    Endpoint,
    Fault,
    FileBody,
    FixedDelay,
    JsonBody,
    Kind,
    LogNormalDelay,
    OutcomeReply,
    PythonBody,
    Reply,
    TextBody,
    UniformDelay,
    UrlPattern,
    Visibility,
)
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.endpoints.predicates import Absent, AllOf, AnyOf, Contains, Equals, Matches
from mockstudio.errors import EndpointFileError

GOLDEN = yaml.safe_load(
    Path(__file__).with_name("broken_endpoints.yaml").read_text(encoding="utf-8")
)

WHOLE = """\
endpoints:
  - name: lookup-order
    kind: function
    url: https://orders-1234.twil.io/lookup
    methods: [POST, PUT]
    visibility: protected
    auth: {user: bob, password: s3cret}
    when:
      params: {order: "42", count: 7, urgent: true, From: +15005550006}
      headers: {Accept: {contains: json}}
      cookies: {session: {absent: true}}
      json: {customer: {id: 7}}
      body: {matches: "^<order", any_of: [a, {equals: b}]}
    replies:
      - status: 201
        json: {total: 12.5}
        headers: {X-Test: 1, Set-Cookie: [a=1, b=2]}
        delay: 300ms
        size: 65537
        dribble: {chunks: 6, over: 12s}
        fault: truncate
        times: 3
      - timeout
      - {outcome: slow, times: 2}
      - redirect: https://example.com/next
    at_end: 404
    outcomes:
      slow: {text: late, delay: 9s}
  - {name: later, url: /later, reply: timeout}
"""


def one(reply: Any = None, **endpoint: Any) -> Endpoint:
    data = {"url": "/x", **endpoint, **({} if reply is None else {"reply": reply})}
    return parse_endpoints([data])[0]


def first_reply(data: Any, **endpoint: Any) -> Reply:
    reply = one(data, **endpoint).replies[0]
    assert isinstance(reply, Reply)
    return reply


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.endpoints.yaml"
    path.write_text(WHOLE)
    return path


def test_a_whole_endpoint_is_read(file: Path) -> None:
    endpoint, _ = read_endpoints(file)
    assert endpoint.name == "lookup-order"
    assert endpoint.kind is Kind.FUNCTION
    assert endpoint.url == UrlPattern("/lookup", "orders-1234.twil.io", "https")
    assert endpoint.methods == {"POST", "PUT"}
    assert endpoint.visibility is Visibility.PROTECTED
    assert endpoint.auth == BasicAuth("bob", "s3cret")
    assert endpoint.at_end is AtEnd.NOT_FOUND
    assert endpoint.source == f"{file}:2"


def test_its_conditions_are_read(file: Path) -> None:
    when = read_endpoints(file)[0].when
    assert when.params == {
        "order": Equals("42"),
        "count": Equals("7"),
        "urgent": Equals("true"),
        "From": Equals("+15005550006"),
    }
    assert when.headers == {"accept": Contains("json")}
    assert when.cookies == {"session": Absent()}
    assert when.json == {"customer": {"id": 7}}
    assert when.body == AllOf((Matches("^<order"), AnyOf((Equals("a"), Equals("b")))))


def test_its_replies_are_read_in_order(file: Path) -> None:
    endpoint, later = read_endpoints(file)
    assert endpoint.replies == (
        Reply(
            status=201,
            headers=(("X-Test", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
            body=JsonBody({"total": 12.5}),
            delay=FixedDelay(0.3),
            size=65537,
            dribble=Dribble(6, 12.0),
            fault=Fault.TRUNCATE,
            times=3,
            label="reply 1",
        ),
        OutcomeReply("timeout"),
        OutcomeReply("slow", 2),
        Reply(302, (("Location", "https://example.com/next"),), label="reply 4"),
    )
    assert endpoint.outcomes == {
        "slow": Reply(
            body=TextBody("late", "text/plain; charset=utf-8"), delay=FixedDelay(9.0), label="slow"
        )
    }
    assert later.replies == (OutcomeReply("timeout"),)


def test_what_is_read_can_be_matched(file: Path) -> None:
    assert len(EndpointTable(read_endpoints(file)).candidates) == 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("http", JsonBody({"ok": True})),
        ("function", JsonBody({"ok": True})),
        ("twiml", TextBody("<Response/>", "text/xml")),
    ],
)
def test_without_a_reply_the_kind_s_own_is_played(kind: str, body: Any) -> None:
    assert one(kind=kind).replies == (Reply(body=body, label="reply 1"),)


def test_everything_else_may_be_left_out_too() -> None:
    endpoint = one()
    assert endpoint == Endpoint("x", UrlPattern("/x"), replies=endpoint.replies)
    assert endpoint.when.is_empty


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        ({"json": None}, JsonBody(None)),
        ({"json": [1]}, JsonBody([1])),
        ({"text": "a"}, TextBody("a", "text/plain; charset=utf-8")),
        ({"twiml": "<Response/>"}, TextBody("<Response/>", "text/xml")),
        ({"xml": "<a/>"}, TextBody("<a/>", "application/xml")),
        ({"python": "email.utils:parseaddr"}, PythonBody("email.utils", "parseaddr")),
        ({"status": 204}, None),
    ],
)
def test_a_body_has_its_usual_content_type(reply: Any, body: Any) -> None:
    assert first_reply(reply).body == body


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("voice.xml", ("text/xml", "application/xml")),
        ("a.json", ("application/json",)),
        ("a.unknown-kind", ("application/octet-stream",)),
    ],
)
def test_a_file_lies_beside_the_endpoint_file(
    tmp_path: Path, name: str, content_type: tuple[str, ...]
) -> None:
    (tmp_path / name).write_text("x")
    path = tmp_path / "e.yaml"
    path.write_text(f"endpoints: [{{url: /x, reply: {{file: {name}}}}}]")
    (reply,) = read_endpoints(path)[0].replies
    assert isinstance(reply, Reply)
    assert isinstance(reply.body, FileBody)
    assert reply.body.path == tmp_path / name
    assert reply.body.content_type in content_type


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        (2, FixedDelay(2.0)),
        ("1m30s", FixedDelay(90.0)),
        ({"uniform": ["1s", 3]}, UniformDelay(1.0, 3.0)),
        ({"lognormal": {"median": "1s", "sigma": 0.4}}, LogNormalDelay(1.0, 0.4)),
    ],
)
def test_delays_are_fixed_or_drawn(delay: Any, expected: Any) -> None:
    assert first_reply({"delay": delay}).delay == expected


def test_a_redirect_may_have_another_status() -> None:
    reply = first_reply({"redirect": "/next", "status": 307})
    assert (reply.status, reply.headers) == (307, (("Location", "/next"),))


def test_a_json_condition_of_null_is_a_condition() -> None:
    assert one(when={"json": None}).when.json is None
    assert one(when={}).when.json is ...


@pytest.mark.parametrize("methods", ["POST", ["POST"]])
def test_a_single_method_needs_no_list(methods: Any) -> None:
    assert one(methods=methods).methods == {"POST"}


@pytest.mark.parametrize("at_end", ["404", 404])
def test_404_at_the_end_may_be_a_number(at_end: Any) -> None:
    assert one(at_end=at_end).at_end is AtEnd.NOT_FOUND


@pytest.mark.parametrize("outcome", OUTCOME_NAMES)
def test_every_standard_outcome_can_be_played(outcome: str) -> None:
    assert one(outcome).replies == (OutcomeReply(outcome),)


def test_endpoints_without_a_name_get_one_that_is_free() -> None:
    data = [{"url": "/a"}, {"url": "https://x/a"}, {"url": "/a/", "name": "a-2"}, {"url": "/"}]
    assert [endpoint.name for endpoint in parse_endpoints(data)] == ["a", "a-3", "a-2", "root"]


def test_data_may_be_a_file_s_whole_or_its_list() -> None:
    entries = [{"url": "/a"}]
    assert parse_endpoints({"endpoints": entries}, "api") == parse_endpoints(entries, "api")
    assert parse_endpoints(entries, "api")[0].source == "api"
    assert parse_endpoints([]) == ()


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_a_mistake_is_told_at_its_place(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "e.yaml"
    path.write_text(case["file"])
    with pytest.raises(EndpointFileError) as caught:
        read_endpoints(path)
    found = [str(problem).removeprefix(f"{path}:").strip() for problem in caught.value.problems]
    assert len(found) == len(case["problems"]), found
    for problem, start in zip(found, case["problems"], strict=True):
        assert problem.startswith(start)


def test_a_missing_file_is_an_endpoint_file_error(tmp_path: Path) -> None:
    with pytest.raises(EndpointFileError, match="cannot be read"):
        read_endpoints(tmp_path / "none.yaml")


def test_data_from_elsewhere_is_told_by_its_path() -> None:
    with pytest.raises(EndpointFileError) as caught:
        parse_endpoints([{"url": "/a", "reply": {"staus": 3}}], "control API")
    (problem,) = caught.value.problems
    assert (problem.path, problem.file) == ("endpoints[0].reply.staus", "control API")


def test_the_schema_is_valid() -> None:
    from jsonschema import Draft202012Validator

    import mockstudio.endpoints.definition as definition

    schema = Path(definition.__file__).with_name("endpoints.schema.json")
    Draft202012Validator.check_schema(json.loads(schema.read_text(encoding="utf-8")))


def keys_of(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*map(keys_of, schema.values()))


def known_words() -> list[str]:
    import mockstudio.endpoints.definition as definition

    text = Path(definition.__file__).with_name("endpoints.schema.json").read_text("utf-8")
    return sorted(keys_of(json.loads(text)))


WORDS = ["function", "twiml", "POST", "timeout", "ok", "stick", "404", "reset", "public"]
LIKELY = st.sampled_from(
    [*WORDS, "/x", "/{a}", "https://x/", "3s", "5x", "a:b", "[a", "\0", "a\nb"]
)
JUNK = st.recursive(
    LIKELY
    | st.none()
    | st.booleans()
    | st.integers(-2, 600)
    | st.floats()
    | st.sampled_from([204, 304, 302, 404, 10**400]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(known_words()) | LIKELY, inner, max_size=5)
    ),
    max_leaves=25,
)
ENDPOINTS = st.lists(
    st.fixed_dictionaries(
        {"url": LIKELY}, optional={word: JUNK for word in known_words() if word != "url"}
    ),
    max_size=3,
)


@given(JUNK | ENDPOINTS)
def test_junk_is_endpoints_or_an_endpoint_file_error(data: Any) -> None:
    try:
        endpoints = parse_endpoints(data)
    except EndpointFileError:
        return
    EndpointTable(endpoints)
    names = [endpoint.name for endpoint in endpoints]
    assert len(set(names)) == len(names)


REPLIES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([200, 204, 302, 404]),
        "json": JUNK,
        "text": st.text(max_size=5),
        "python": st.sampled_from(["a:b", "a"]),
        "headers": st.dictionaries(LIKELY, LIKELY, max_size=2),
        "redirect": LIKELY,
        "delay": LIKELY | JUNK,
        "size": st.integers(0, 50),
        "dribble": st.fixed_dictionaries({"chunks": st.integers(0, 3), "over": LIKELY}),
        "fault": st.sampled_from(["reset", "empty"]),
        "times": st.integers(0, 3),
    },
)


@given(REPLIES)
def test_a_reply_keeps_the_rules_or_is_refused(data: dict[str, Any]) -> None:
    try:
        reply = first_reply(data)
    except EndpointFileError:
        return
    assert not (reply.status == 204 and reply.body)
    assert reply.times >= 1
    assert reply.size is None or isinstance(reply.body, JsonBody | TextBody)
    assert all("\n" not in name + value for name, value in reply.headers)
