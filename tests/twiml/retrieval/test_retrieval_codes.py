"""Twilio's code for everything that can go wrong: over real sockets, and in this process."""

from __future__ import annotations

import socket
import ssl
import struct
from contextlib import suppress
from pathlib import Path

import pytest

from mockstudio.http.exchange import Exchange, Failure, FailureCause, FailureKind, HttpResponse
from mockstudio.twiml.retrieval_codes import Trouble, usable_answer

URL = "https://orders.twil.io/voice"
TRUSTED = Path(__file__).parents[2] / "http" / "localhost.pem"
EXPIRED = Path(__file__).with_name("expired.pem")

BY_KIND = {
    FailureKind.BAD_URL: 11100,
    FailureKind.BAD_METHOD: 11200,
    FailureKind.RESERVED_PARAMETER: 11200,
    FailureKind.NOT_TWILIO: 11200,
    FailureKind.TIMEOUT: 11200,
    FailureKind.OVERFLOW: 11750,
    FailureKind.REFUSED: 11205,
    FailureKind.RESET: 11200,
    FailureKind.NETWORK: 11206,
    FailureKind.DNS: 11210,
    FailureKind.TLS: 11220,
    FailureKind.TOO_MANY_REDIRECTS: 11215,
    FailureKind.BAD_REDIRECT: 11200,
}
BY_CAUSE = {
    FailureCause.NOT_CONNECTED: 11205,
    FailureCause.CERTIFICATE_NAME: 11235,
    FailureCause.CERTIFICATE_EXPIRED: 11236,
    FailureCause.CERTIFICATE_ISSUER: 11237,
}


@pytest.mark.parametrize("kind", FailureKind)
def test_every_kind_of_failure_has_its_code(kind):
    assert usable_answer(Exchange(None, failure=Failure(kind, "why"))) == Trouble(
        BY_KIND[kind], "why"
    )


@pytest.mark.parametrize("cause", FailureCause)
def test_every_cause_has_its_code(cause):
    failure = Failure(FailureKind.TLS, "why", cause=cause)
    assert usable_answer(Exchange(None, failure=failure)) == Trouble(BY_CAUSE[cause], "why")


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_2xx_can_be_used(status):
    response = HttpResponse(status)
    assert usable_answer(Exchange(None, response)) is response


@pytest.mark.parametrize("status", [300, 304, 399, 400, 404, 429, 500, 503, 599, 700])
def test_any_other_status_is_11200(status):
    trouble = usable_answer(Exchange(None, HttpResponse(status)))
    assert trouble.code == 11200
    assert f"answered {status}" in trouble.text


# --- in this process: what an app can do wrong

IN_PROCESS = {
    "404": ({"status": 404, "body": b""}, 11200, "answered 404 Not Found, expected 200 OK"),
    "503": (
        {"status": 503, "body": b"\x1b[31mCannot read\r\n  'x'\x00 of undefined"},
        11200,
        "answered 503 Service Unavailable, expected 200 OK: '[31mCannot read 'x' of undefined'",
    ),
    "500 of many words": (
        {"status": 500, "body": b"<html>" + b"a" * 200},
        11200,
        f"answered 500 Internal Server Error, expected 200 OK: '<html>{'a' * 94}...'",
    ),
    "500 that tells credentials": (
        {"status": 500, "body": b"x" * 80 + b" at https://me:a-very-long-secret@a.example/x"},
        11200,
        f"answered 500 Internal Server Error, expected 200 OK: '{'x' * 80} at https://a.exampl...'",
    ),
    "500 in no text at all": (
        {"status": 500, "body": b"\x00\xff"},
        11200,
        "answered 500 Internal Server Error, expected 200 OK: '\ufffd'",
    ),
    "not modified": ({"status": 304}, 11200, "answered 304 Not Modified, expected 200 OK"),
    "redirect to no URL": (
        {"status": 302, "headers": {"Location": "ftp://x/"}},
        11200,
        "redirected to 'ftp://x/': URL 'ftp://x/' is not absolute: "
        "expected http://host or https://host",
    ),
    "late": ({"after": 15}, 11200, "no answer after 15.0 s, limit 15.0 s"),
    "reset": ({"fault": "reset"}, 11200, "orders.twil.io reset the connection"),
    "closed": (
        {"fault": "empty"},
        11206,
        "orders.twil.io did not give a complete HTTP answer: "
        "Remote end closed connection without response",
    ),
    "garbage": (
        {"fault": "garbage"},
        11206,
        "orders.twil.io did not give a complete HTTP answer: '\\x00 no HTTP'",
    ),
    "redirects": (
        {"status": 302, "headers": {"Location": URL}},
        11215,
        "redirected 11 times, limit 10",
    ),
    "too large": (
        {"body": b"x" * 65_537},
        11750,
        "body is at least 65,537 bytes, limit 65,536",
    ),
}


@pytest.mark.parametrize(("reply", "code", "text"), IN_PROCESS.values(), ids=IN_PROCESS.keys())
def test_what_an_app_does_wrong_has_its_code_and_reason(world, reply, code, text):
    world.app.on(URL, **reply)
    assert world.retrieve() is None
    assert [(w.code, w.text, w.url) for w in world.warnings] == [(code, text, URL)]


@pytest.mark.parametrize(
    "url", ["", "voice", "ftp://orders.twil.io/", "http://", "https://x y/", "http://[x/"]
)
def test_a_url_that_is_none_is_11100_and_nothing_is_sent(world, url):
    assert world.retrieve(url) is None
    assert world.codes == [11100]
    assert world.app.received == []


# --- over sockets: what a network can do wrong


def closes(connection, over):
    connection.recv(65_536)


def resets(connection, over):
    connection.recv(65_536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def is_silent(connection, over):
    over.wait(5)


def answers(data):
    def script(connection, over):
        connection.recv(65_536)
        connection.sendall(data)

    return script


def encrypted(certificate):
    def script(connection, over):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65_536)
            secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    return script


TLS_ALERT = b"\x15\x03\x01\x00\x02\x02\x46"
"""What a TLS server says to plain HTTP."""

OVER_SOCKETS = {
    "closed": ("http://127.0.0.1", closes, 11206, "did not give a complete HTTP answer"),
    "reset": ("http://127.0.0.1", resets, 11200, "reset the connection"),
    "garbage": ("http://127.0.0.1", answers(b"hello\r\n"), 11206, "complete HTTP answer"),
    "http to TLS": ("http://127.0.0.1", answers(TLS_ALERT), 11206, "complete HTTP answer"),
    "TLS to http": ("https://localhost", answers(b"HTTP/1.1 400 Bad\r\n\r\n"), 11220, "no TLS"),
    "untrusted": ("https://localhost", encrypted(TRUSTED), 11237, "self-signed certificate"),
    "silent": ("http://127.0.0.1", is_silent, 11200, "no answer"),
    "silent handshake": ("https://localhost", is_silent, 11205, "no connection"),
}


@pytest.mark.parametrize(
    ("origin", "script", "code", "text"), OVER_SOCKETS.values(), ids=OVER_SOCKETS.keys()
)
def test_what_a_network_does_wrong_has_its_code(live, server, origin, script, code, text):
    server.play(script)
    url = f"{origin}:{server.port}/voice"
    assert live.retrieve(f"{url}#rc=0&rt=300&ct=300") is None
    (warning,) = live.warnings
    assert (warning.code, warning.url) == (code, url)
    assert text in warning.text


@pytest.mark.parametrize(
    ("certificate", "host", "codes"),
    [
        (TRUSTED, "localhost", [12100]),
        (TRUSTED, "another.example", [11235]),
        (EXPIRED, "localhost", [11236]),
    ],
    ids=["good", "wrong name", "expired"],
)
def test_a_trusted_certificate_can_be_wrong_still(
    live, server, monkeypatch, certificate, host, codes
):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    server.play(encrypted(certificate))
    live.session.verify = str(certificate)
    # A 204 is no voice document: what is wrong is not the connection then.
    live.retrieve(f"https://{host}:{server.port}/voice#rc=0")
    assert live.codes == codes


def test_nothing_listening_is_11205_after_two_tries(live, server):
    server.close()
    assert live.retrieve(f"http://127.0.0.1:{server.port}/") is None
    (warning,) = live.warnings
    assert warning.code == 11205
    assert warning.text == f"127.0.0.1:{server.port} refused the connection (try 2)"


def test_a_host_without_an_address_is_11210(live, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert live.retrieve("http://no-such-host.invalid/") is None
    assert live.codes == [11210]


def test_a_document_comes_over_a_real_socket(live, httpserver):
    twiml = "<Response><Say>Hi</Say></Response>"
    httpserver.expect_request("/voice", method="POST").respond_with_data(
        twiml, content_type="application/xml"
    )
    document = live.retrieve(httpserver.url_for("/voice"), parameters={"CallSid": "CA1"})
    assert [verb.text for verb in document.verbs] == ["Hi"]
    assert httpserver.log[0][0].form.to_dict() == {"CallSid": "CA1"}
