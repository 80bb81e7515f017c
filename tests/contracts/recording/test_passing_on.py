"""What goes to the live service, and what is told when it does not answer."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
import requests
from werkzeug.exceptions import NotFound

from mockstudio.clock import SystemClock
from mockstudio.contracts.recording.passing_on import PassingOn
from mockstudio.contracts.recording.service import Service
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.request import Request
from mockstudio.errors import UsageError
from mockstudio.wire.server import WireServer


def call(target="/lookup", method="GET", headers=(), body=b""):
    return Request(method, target, headers, body)


def reply(body=b"", status=200, headers=()):
    return Answer(status, headers, (Piece(0.0, body),))


def test_a_request_arrives_as_it_was_sent(studio):
    headers = (("X-Twilio-Signature", "abc="), ("x-MIXED", "Case"), ("Content-Type", "text/plain"))
    studio.record(call("/a%20b/c?x=1&x=2&y=", "POST", headers, b"body"), reply())
    (seen,) = studio.live.seen
    assert (seen.method, seen.target, seen.body) == ("POST", "/a%20b/c?x=1&x=2&y=", b"body")
    assert set(headers) <= set(seen.headers)


def test_headers_of_the_connection_and_host_are_the_recorders_own(studio):
    mine = (("Connection", "keep-alive, X-Mine"), ("X-Mine", "1"), ("TE", "trailers"))
    studio.record(call(headers=mine), reply())
    names = dict(studio.live.seen[0].headers)
    assert names["Host"] == f"127.0.0.1:{studio.live.port}"
    assert not {"X-Mine", "TE", "User-Agent"} & set(names)


def test_what_nobody_answers_is_told_with_502_and_not_recorded():
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    told: list[str] = []
    noted: list[object] = []
    with closing(SystemClock()) as clock:
        service = Service.at(f"http://{place}")
        player = PassingOn(service, clock, lambda *seen: noted.append(seen), told.append)
        with WireServer(player, NotFound(), (), clock) as server:
            answer = requests.get(f"{server.url}/x/y?token=abc", timeout=20)
    refused = f"{place} refused the connection"
    assert answer.status_code == 502
    assert answer.text == f"mockstudio record: http://{place} could not answer: {refused}\n"
    assert told == [f"GET http://{place}/x/y: {refused}; not recorded"]
    assert not noted


def test_a_method_that_endpoint_files_do_not_know_is_passed_on_and_not_recorded(studio):
    assert studio.record(call(method="PROPFIND"), reply(b"all")).body == b"all"
    assert studio.recorder.requests == 0
    assert "not recorded" in studio.told[0]


@pytest.mark.parametrize(
    ("written", "url", "path"),
    [
        ("https://orders-1234.twil.io", "https://orders-1234.twil.io", ""),
        ("http://bob:s3cret@localhost:3000/api/", "http://localhost:3000/api", "/api"),
    ],
)
def test_a_service_is_a_url(written, url, path):
    service = Service.at(written)
    assert (service.url, service.path) == (url, path)
    assert "s3cret" not in repr(service)
    assert bool(service.credentials) is ("@" in written)


def test_a_service_may_have_another_url_for_flows():
    service = Service.at("https://o.twil.io/v1/=http://bob:s3cret@localhost:3000/api")
    assert (service.url, service.flows_url) == ("http://localhost:3000/api", "https://o.twil.io/v1")
    assert service.path == "/v1"
    assert service.credentials == Service.at("http://bob:s3cret@x").credentials != {}


@pytest.mark.parametrize(
    "written",
    ["https://o.twil.io=http://", "https://o.twil.io/*=http://localhost", "orders-1234.twil.io",
     "ftp://x", "https://", "http://x/*", "http://x/?a=1", "http://bü.de",
     "http://bob:s3cret@x/#f"],
)  # fmt: skip
def test_what_is_no_url_of_a_service_is_refused_with_what_to_write(written):
    with pytest.raises(UsageError, match=r"such as (https://)?orders-1234") as caught:
        Service.at(written)
    assert "s3cret" not in str(caught.value)
