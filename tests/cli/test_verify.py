"""`mockstudio verify`: the headers it sends, and a service that is not there."""

from __future__ import annotations

import socket

import pytest

SECRET = "hunter2-hunter2"
SCRIPT = """\
endpoints:
  - name: one
    url: /one
    when: {headers: {Authorization: {matches: '^Bearer [0-9a-z-]{9,}$'}}}
    reply: {json: {}}
  - name: two
    url: /two
    reply: {json: {}}
"""


@pytest.fixture
def script(folder):
    """Return a file with an endpoint that wants a header, and another one."""
    (folder / "one.endpoints.yaml").write_text(SCRIPT)
    return "one.endpoints.yaml"


@pytest.fixture
def service(httpserver):
    """Return the URL of a service that wants the header everywhere."""
    for path in ("/one", "/two"):
        wanted = {"Authorization": f"Bearer {SECRET}"}
        httpserver.expect_request(path, headers=wanted).respond_with_json({})
    return httpserver.url_for("").rstrip("/")


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_header_is_sent_with_every_request_and_not_shown(here, script, service, name):
    result = here("verify", script, "--against", service, "--header", f"{name}=Bearer {SECRET}")
    assert result.code == 0
    assert result.out.endswith(f"2 same, 0 drifted, 0 skipped against {service}\n")
    assert SECRET not in result.out + result.err


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_a_param_for_a_header_is_known_in_any_case(here, script, service, name):
    result = here("verify", script, "--against", service, "--param", f"{name}=Bearer {SECRET}")
    assert result.out.startswith("same    one ")


def test_a_param_that_nothing_has_is_refused_with_what_comes_near(here, script):
    result = here("verify", script, "--against", "http://x", "--param", "Autorization=a")
    assert result.code == 2
    assert "did you mean 'authorization'?" in result.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"Authorization: Bearer {SECRET}", "expected NAME=VALUE"),
        (f"Authorization: Bearer {SECRET}=", "expected NAME=VALUE"),
        (f"={SECRET}", "expected NAME=VALUE"),
        (f"X-A={SECRET}\nX-B: 1", "expected NAME=VALUE"),
        (f"X-A={SECRET}\u20ac", "expected NAME=VALUE"),
        (f"content-length={SECRET}", "--header Content-Length: each request has its own"),
    ],
)
def test_what_is_no_header_is_refused_without_showing_it(here, script, text, told):
    result = here("verify", script, "--against", "http://x", "--header", "X-A=1", "--header", text)
    assert result.code == 2
    assert told in result.err
    assert SECRET not in result.err


def test_that_nobody_answers_is_told_once(here, script):
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    result = here("verify", script, "--against", url, "--header", "Authorization=Bearer 123456789")
    assert result.code == 4
    assert result.out == f"nobody answers at {url}: nothing was compared\n"
