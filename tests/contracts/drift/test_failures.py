"""Scripts that fail Studio, and services that do or do not."""

from __future__ import annotations

import gzip
import threading

import pytest
from werkzeug import Response

LIMITS = {"http-timeout": "300ms", "twiml-timeout": "300ms", "http-body": "1000"}


@pytest.fixture
def late(httpserver):
    """Answer with 404, once the test is over or nobody waits any more."""
    over = threading.Event()

    def answer(request):
        over.wait(5)
        return Response("late", 404)

    httpserver.expect_request("/one").respond_with_handler(answer)
    yield
    over.set()


LATE = [
    {"reply": "timeout"},
    {"reply": "dribble"},
    {"reply": {"delay": "12s"}},
    {"reply": "timeout", "kind": "twiml"},
]


@pytest.mark.parametrize("endpoint", LATE)
@pytest.mark.usefixtures("late")
def test_a_scripted_timeout_is_the_same_when_the_service_is_late(compared, endpoint):
    found = compared({"limits": LIMITS}, **endpoint)
    assert (found.state, found.differences) == ("same", ())


@pytest.mark.parametrize("endpoint", LATE)
def test_a_scripted_timeout_says_nothing_of_an_answer_in_time(httpserver, compared, endpoint):
    httpserver.expect_request("/one").respond_with_data("gone", 404)
    found = compared({"limits": LIMITS}, **endpoint)
    assert found.state == "skipped"
    assert found.differences[0].startswith(f"{found.reply} is a scripted failure, which says ")
    assert found.differences[0].endswith(", limit 300 ms")


def test_a_timeout_fails_otherwise_when_nobody_is_there(compared, free_url):
    found = compared({"against": free_url}, reply="timeout")
    assert found.state == "drifted"
    assert found.differences[0].startswith("expected timeout, found another failure: ")


@pytest.mark.usefixtures("late")
def test_a_service_that_is_late_has_drifted_from_an_answer_in_time(compared):
    found = compared({"limits": LIMITS}, reply={"status": 404})
    assert found.state == "drifted"
    assert found.differences[0].startswith("expected an answer, found none: no answer after ")


@pytest.mark.parametrize(("size", "state"), [(1000, "skipped"), (1001, "same")])
def test_a_scripted_overflow_is_the_same_when_the_service_overflows(
    httpserver, compared, size, state
):
    httpserver.expect_request("/one").respond_with_data("x" * size, 404)
    assert compared({"limits": LIMITS}, reply="overflow").state == state


def test_a_large_body_is_a_body(httpserver, compared, tmp_path):
    large = '{"a": "%s"}' % ("x" * 70_000)
    (tmp_path / "large.json").write_text(large)
    httpserver.expect_request("/one").respond_with_data(large, content_type="application/json")
    reply = {"file": "large.json", "headers": {"Content-Type": "application/json"}}
    assert compared({"is_exact": True, "folder": tmp_path}, reply=reply).state == "same"
    assert compared(reply={"json": {"b": 1}}).differences == (
        "b: expected number, but it is missing",
    )


def test_padding_is_no_part_of_the_contract(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({"a": 2})
    assert compared(reply={"json": {"a": 1}, "size": 500}).state == "same"


def test_compressed_bodies_are_compared_as_they_were_before(httpserver, compared, tmp_path):
    (tmp_path / "body.gz").write_bytes(gzip.compress(b'{"a": 1}'))
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    httpserver.expect_request("/one").respond_with_data(
        gzip.compress(b'{"a": "x"}', 1), headers=headers
    )
    found = compared({"folder": tmp_path}, reply={"file": "body.gz", "headers": headers})
    assert found.differences == ("a: expected number, found string",)
