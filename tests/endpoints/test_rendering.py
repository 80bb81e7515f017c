from __future__ import annotations

import gc
import json
import subprocess
import sys
import timeit
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.model import (
    Delay,
    Dribble,
    Endpoint,
    Fault,
    FileBody,
    FixedDelay,
    JsonBody,
    LogNormalDelay,
    PythonBody,
    Reply,
    TextBody,
    UniformDelay,
    UrlPattern,
)
from mockstudio.endpoints.outcomes import OUTCOME_NAMES, standard_reply
from mockstudio.endpoints.rendering import Renderer, chance_for
from mockstudio.endpoints.request import Request

LOOKUP = Endpoint("lookup", UrlPattern("/lookup/{order}"))
REQUEST = Request("GET", "/lookup/42?name=Zo%C3%AB", [("Host", "localhost")], arrived=100.0)
NOW = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
TEMPLATED = Reply(body=TextBody("{{ request.n }}", "text/plain"))

FUNCTIONS = """
from decimal import Decimal
from mockstudio.endpoints.model import Dribble, FixedDelay, JsonBody, Reply, TextBody

def lookup(context, event, request):
    return {"order": event["name"], "greeting": context["GREETING"], "template": "{{ request.n }}"}

def slow(context, event, request):
    return Reply(201, body=TextBody("{{ a }}", "text/plain"), delay=FixedDelay(1.0),
                 dribble=Dribble(2, 2.0), size=8)

def price(context, event, request):
    return {"price": Decimal("1.5")}

def nonsense(context, event, request):
    return Reply(headers={"A": "b"}, body=JsonBody({}))

def fails(context, event, request):
    raise ValueError("no order")
"""


@pytest.fixture
def renderer() -> Renderer:
    return Renderer(seed=7, context={"GREETING": "hello"}, now=lambda: NOW)


@pytest.fixture
def endpoint_with_functions(tmp_path: Path) -> Iterator[Endpoint]:
    (tmp_path / "rendered_functions.py").write_text(FUNCTIONS)
    yield replace(LOOKUP, source=f"{tmp_path / 'lookup.endpoints.yaml'}:3")
    sys.modules.pop("rendered_functions", None)


def error_of(answer: Answer) -> str:
    assert answer.status == 500
    error = json.loads(answer.body)["error"]
    assert "endpoint 'lookup'" in error
    return str(error)


@pytest.mark.parametrize(
    ("reply", "headers", "body"),
    [
        (
            Reply(body=JsonBody({"total": 12.5, "name": "Zoë"})),
            (("Content-Type", "application/json"),),
            '{"total": 12.5, "name": "Zoë"}',
        ),
        (Reply(body=TextBody("<Response/>", "text/xml")), (("Content-Type", "text/xml"),), "<Resp"),
        (
            Reply(headers=(("A", "b"), ("content-type", "text/csv")), body=JsonBody([])),
            (("A", "b"), ("content-type", "text/csv")),
            "[]",
        ),
        (Reply(), (), ""),
        (Reply(status=204, body=JsonBody({})), (), ""),
        (Reply(status=304, headers=(("ETag", "1"),), body=JsonBody({})), (("ETag", "1"),), ""),
        (
            Reply(headers=(("Connection", "close"), ("content-length", "9"), ("A", "b\r\nC: d"))),
            (("A", "b  C: d"),),
            "",
        ),
        (
            Reply(
                headers=(("X-Name", "{{ request.params.name }} {{ request.order }}"),),
                body=JsonBody({"n": "{{ request.n }}", "at": "{{ now | date: '%H:%M' }}"}),
            ),
            (("Content-Type", "application/json"), ("X-Name", "Zoë 42")),
            '{"n": "3", "at": "17:00"}',
        ),
        (Reply(size=3), (), "xxx"),
        (
            Reply(body=TextBody("{{ request.params.name }}", "text/plain"), size=6),
            (("Content-Type", "text/plain"),),
            "Zoëxx",
        ),
    ],
)
def test_headers_and_body_of_an_answer(
    renderer: Renderer, reply: Reply, headers: tuple[tuple[str, str], ...], body: str
) -> None:
    answer = renderer.render(LOOKUP, reply, REQUEST, 3, {"order": "42"})
    assert answer.status == reply.status
    assert answer.headers == headers
    assert answer.body.decode().startswith(body)
    assert bool(answer.body) is bool(body)


@pytest.mark.parametrize("fault", [None, *Fault])
@pytest.mark.parametrize("text", ["abcd", "{{ 'abcd' }}"])
def test_delay_dribble_and_fault_of_an_answer(
    renderer: Renderer, text: str, fault: Fault | None
) -> None:
    reply = Reply(
        body=TextBody(text, "text/plain"),
        delay=FixedDelay(1.0),
        dribble=Dribble(2, 12.0),
        fault=fault,
    )
    answer = renderer.render(LOOKUP, reply, REQUEST)
    assert answer == Answer(
        200,
        (("Content-Type", "text/plain"),),
        (Piece(1.0, b"ab"), Piece(13.0, b"cd")),
        1.0,
        fault,
    )


def test_a_header_filled_in_from_the_request_stays_one_line(renderer: Renderer) -> None:
    reply = Reply(headers=(("X-Name", "{{ request.params.name }}"),))
    answer = renderer.render(LOOKUP, reply, Request("GET", "/?name=a%0D%0ASet-Cookie:%20b"))
    assert answer.headers == (("X-Name", "a  Set-Cookie: b"),)


STATIC = [
    Reply(),
    Reply(body=JsonBody({"a": [1, "}}"]}), size=50, dribble=Dribble(3, 1.0)),
    Reply(body=TextBody("{ % }", "text/plain"), delay=FixedDelay(2.0), fault=Fault.TRUNCATE),
    Reply(body=JsonBody({"a": object()})),
]
VARYING = [
    TEMPLATED,
    Reply(body=JsonBody({"a": [{"b": "{% if request.n %}{% endif %}"}]})),
    Reply(headers=(("A", "{{ request.n }}"),)),
    Reply(delay=UniformDelay(1.0, 2.0)),
    Reply(body=FileBody(Path("menu.json"), "application/json")),
    Reply(body=PythonBody("orders", "lookup")),
]


@pytest.mark.parametrize("reply", STATIC[:3])
def test_a_static_reply_is_always_the_same_answer(renderer: Renderer, reply: Reply) -> None:
    first = renderer.static_answer(LOOKUP, reply)
    assert renderer.is_static(reply)
    assert renderer.render(LOOKUP, reply, REQUEST, 1) is first
    assert renderer.render(LOOKUP, reply, Request("POST", "/other"), 2) is first


@pytest.mark.parametrize("reply", VARYING)
def test_what_may_vary_is_not_static(renderer: Renderer, reply: Reply) -> None:
    assert not renderer.is_static(reply)


@pytest.mark.parametrize("reply", [*STATIC, *VARYING])
def test_only_files_and_functions_need_a_thread(renderer: Renderer, reply: Reply) -> None:
    assert renderer.needs_thread(reply) is isinstance(reply.body, FileBody | PythonBody)


def test_equal_replies_are_kept_apart_and_forgotten_with_the_reply(renderer: Renderer) -> None:
    kept = renderer.render(LOOKUP, reply := Reply(body=JsonBody([])), REQUEST)
    for _ in range(3):
        assert renderer.render(LOOKUP, replace(reply), REQUEST) is not kept
        renderer.render(LOOKUP, replace(TEMPLATED), REQUEST)
    gc.collect()
    assert len(renderer._answers) == len(renderer._contents) == 1


@pytest.mark.parametrize("delay", [UniformDelay(1.0, 3.0), LogNormalDelay(1.0, 0.4)])
def test_random_delays_repeat_with_the_seed_and_vary_with_the_call(delay: Delay) -> None:
    reply = Reply(body=TextBody("hello", "text/plain"), delay=delay)

    def delays(seed: int, endpoint: Endpoint = LOOKUP) -> list[float]:
        renderer = Renderer(seed)
        return [renderer.render(endpoint, reply, REQUEST, n).at for n in range(1, 6)]

    assert delays(1) == delays(1)
    assert len({*delays(1), *delays(2), *delays(1, replace(LOOKUP, name="other"))}) == 15


def test_a_randomly_delayed_static_body_is_rendered_once(renderer: Renderer) -> None:
    reply = Reply(body=JsonBody({"a": 1}), delay=UniformDelay(1.0, 3.0))
    first, second = (renderer.render(LOOKUP, reply, REQUEST, n) for n in (1, 2))
    assert first.at != second.at
    assert first.pieces[0].at == first.at
    assert first.pieces[0].data is second.pieces[0].data


def test_a_chance_does_not_depend_on_the_process() -> None:
    assert chance_for(0, "lookup", 1).random() == pytest.approx(0.9512888)


def test_a_file_is_read_anew_for_each_answer(renderer: Renderer, tmp_path: Path) -> None:
    file = tmp_path / "menu.xml"
    reply = Reply(body=FileBody(file, "text/xml"), size=20)
    bodies = []
    for content in ("<a/>", "<{{ b }}/>"):
        file.write_text(content)
        bodies.append(renderer.render(LOOKUP, reply, REQUEST).body)
    assert bodies == [b"<a/><!--xxxxxxxxx-->", b"<{{ b }}/><!--xxx-->"]


def test_a_function_is_called_and_its_texts_are_no_templates(
    renderer: Renderer, endpoint_with_functions: Endpoint
) -> None:
    reply = Reply(status=203, body=PythonBody("rendered_functions", "lookup"))
    answer = renderer.render(endpoint_with_functions, reply, REQUEST)
    assert (answer.status, answer.headers) == (203, (("Content-Type", "application/json"),))
    assert json.loads(answer.body) == {
        "order": "Zoë",
        "greeting": "hello",
        "template": "{{ request.n }}",
    }


def test_a_function_may_use_every_effect(
    renderer: Renderer, endpoint_with_functions: Endpoint
) -> None:
    reply = Reply(body=PythonBody("rendered_functions", "slow"), delay=FixedDelay(9.0))
    answer = renderer.render(endpoint_with_functions, reply, REQUEST)
    assert (answer.status, answer.at) == (201, 1.0)
    assert answer.pieces == (Piece(1.0, b"{{ a"), Piece(3.0, b" }}x"))


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        ("look", "no function 'look'; did you mean 'lookup'?"),
        ("price", "Decimal is not JSON serializable"),
        ("nonsense", "rendered_functions:nonsense returned a Reply that cannot be played"),
    ],
)
def test_a_function_that_cannot_be_played_answers_500(
    renderer: Renderer, endpoint_with_functions: Endpoint, function: str, problem: str
) -> None:
    reply = Reply(body=PythonBody("rendered_functions", function))
    assert problem in error_of(renderer.render(endpoint_with_functions, reply, REQUEST))


def test_a_function_that_raises_answers_500_with_its_error(
    renderer: Renderer, endpoint_with_functions: Endpoint
) -> None:
    reply = Reply(body=PythonBody("rendered_functions", "fails"))
    answer = renderer.render(endpoint_with_functions, reply, REQUEST)
    assert answer.status == 500
    assert json.loads(answer.body)["message"] == "no order"


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(body=TextBody("{{ a", "text/plain")), "line 1, column 1: expected '}}'"),
        (Reply(body=JsonBody({"a": "{{ 1 | modulo: 0 }}"})), "line 1, column 8: modulo"),
        (Reply(headers=(("A", "{{ 1 | nosuch }}"),)), "no filter 'nosuch'"),
        (Reply(body=JsonBody({"a": object()})), "written as JSON"),
        (Reply(body=JsonBody({"a": 1}), size=6), "size: expected 7 or more, found 6"),
        (Reply(body=FileBody(Path("nowhere.txt"), "text/plain")), "nowhere.txt: No such file"),
    ],
)
def test_a_reply_that_cannot_be_played_answers_500(
    renderer: Renderer, reply: Reply, problem: str
) -> None:
    for _ in range(2):
        assert problem in error_of(renderer.render(LOOKUP, reply, REQUEST))


@given(st.binary(max_size=100))
def test_whatever_a_caller_sends_is_answered(sent: bytes) -> None:
    body = JsonBody({"text": "{{ request.body }}{{ request.json.a }}"})
    request = Request("POST", "/", [("Content-Type", "application/json")], sent)
    answer = Renderer(now=lambda: NOW).render(LOOKUP, Reply(body=body), request)
    assert answer.status == 200
    assert json.loads(answer.body)["text"].startswith(request.text)


def test_half_a_surrogate_pair_from_a_caller_is_answered(renderer: Renderer) -> None:
    request = Request("POST", "/", [], rb'{"a": "\ud800"}')
    reply = Reply(body=TextBody("<{{ request.json.a }}>", "text/plain"))
    assert renderer.render(LOOKUP, reply, request).body == b"<?>"


@pytest.mark.parametrize("outcome", OUTCOME_NAMES)
def test_every_outcome_can_be_played(renderer: Renderer, outcome: str) -> None:
    reply = standard_reply(LOOKUP, outcome)
    answer = renderer.static_answer(LOOKUP, reply)
    assert answer.status == reply.status
    assert len(answer.body) == (reply.size or len(answer.body))
    assert bool(answer.body) is (reply.body is not None)


def test_a_templated_reply_is_made_in_well_under_100_microseconds(renderer: Renderer) -> None:
    many = [{"id": number} for number in range(500)]
    reply = Reply(body=JsonBody({"name": "{{ request.params.name }}", "many": many}))

    def render() -> Answer:
        return renderer.render(LOOKUP, reply, REQUEST)

    assert min(timeit.repeat(render, number=100, repeat=10)) / 100 < 0.0001


def test_liquid_is_left_alone_until_there_is_a_template() -> None:
    code = (
        "import sys; from mockstudio.endpoints.rendering import Renderer; "
        "from mockstudio.endpoints.model import Endpoint, Reply, UrlPattern; "
        "from mockstudio.endpoints.request import Request; "
        "e = Endpoint('a', UrlPattern('/')); Renderer().render(e, Reply(), Request('GET', '/')); "
        "sys.exit('liquid' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
