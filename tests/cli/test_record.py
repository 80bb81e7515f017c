"""`mockstudio record`: in a process of its own, before a live service."""

from __future__ import annotations

import os
import re
import signal
import socket
from pathlib import Path

import pytest
import requests
from werkzeug import Response

from mockstudio import Sandbox
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.request import Request

PATIENCE = 20.0
SECRET = "hunter2-hunter2"


class Recording:
    """A `mockstudio record` that runs."""

    def __init__(self, process):
        self._process = process
        self.lines = []

    def wait_for(self, text):
        """Return the line that holds a text, as soon as it is printed."""
        for line in self._process.stderr:
            self.lines.append(line.decode().rstrip())
            if text in self.lines[-1]:
                return self.lines[-1]
        raise AssertionError(f"{text!r} was never printed, only: {self.lines}")

    def stop(self, number):
        self._process.send_signal(number)
        _, rest = self._process.communicate(timeout=PATIENCE)
        self.lines += rest.decode().splitlines()
        return self._process.returncode


@pytest.fixture
def recording(launch):
    """Start recording on a free port; returns the recording and the local addresses."""

    def start(*arguments):
        started = Recording(launch("record", "--port", "0", *arguments))
        started.wait_for("Ctrl-C ends it")
        return started, re.findall(r"^(\S+) -> ", "\n".join(started.lines), re.M)

    return start


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_two_requests_are_recorded_until_a_signal_and_play_back(
    recording, folder, httpserver, number
):
    httpserver.expect_request("/lookup").respond_with_json({"total": 12.5, "token": SECRET})
    httpserver.expect_request("/busy").respond_with_data(b"\xffbusy", 503, {"Retry-After": "5"})
    service = httpserver.url_for("").rstrip("/")
    recorder, (address,) = recording(service, "--output", "x.endpoints.yaml")
    assert recorder.lines[0] == f"{address} -> {service}"
    form = {"order": "42", "password": SECRET}
    found = requests.post(f"{address}/lookup", data=form, timeout=PATIENCE)
    busy = requests.get(f"{address}/busy", timeout=PATIENCE)
    assert recorder.stop(number) == 0
    assert recorder.lines[2:] == [
        f"POST {service}/lookup: 200 -> lookup",
        f"GET {service}/busy: 503 -> busy",
        "wrote x.endpoints.yaml (requests: 2, endpoints: 2)",
        "  redacted 'password', 1x",
        "  redacted 'token', 1x",
    ]
    assert found.json()["token"] == SECRET
    with Sandbox() as sandbox:
        sandbox.load_endpoints(folder / "x.endpoints.yaml")
        client = sandbox.app.test_client()
        again = client.post("/lookup", data={**form, "password": "another"})
        assert again.text == found.text.replace(SECRET, "redacted.......")
        played = client.get("/busy")
    assert (played.status_code, played.data) == (503, busy.content)
    assert played.headers["Retry-After"] == "5"


def test_a_redacted_recording_is_exactly_what_the_service_answers(
    recording, here, folder, httpserver
):
    httpserver.expect_request("/lookup").respond_with_json({"token": SECRET, "pin": 1234, "a": 1})
    httpserver.expect_request("/page").respond_with_data(f"<a href='/?token={SECRET}'>")
    service = httpserver.url_for("").rstrip("/")
    recorder, (address,) = recording(service, "--redact", "pin")
    for path in ("lookup", "page"):
        requests.get(f"{address}/{path}", timeout=PATIENCE)
    assert recorder.stop(signal.SIGINT) == 0
    assert SECRET not in (folder / "recorded.endpoints.yaml").read_text()
    options = ("recorded.endpoints.yaml", "--against", service, "--exact")
    assert here("verify", *options).code == 0
    httpserver.clear()
    httpserver.expect_request("/lookup").respond_with_json({"token": 1, "pin": 1, "a": 2})
    changed = here("verify", *options).out
    assert 'token: expected "redacted.......", found 1' in changed
    assert "a: expected 1, found 2" in changed
    assert "pin:" not in changed


def test_each_url_has_an_address_and_a_service_of_its_own(recording, folder, httpserver):
    httpserver.expect_request("/api/a").respond_with_data("one")
    httpserver.expect_request("/a").respond_with_data("other")
    service = httpserver.url_for("").rstrip("/")
    recorder, (first, second) = recording(f"{service}/api/", service, "--delays")
    assert [requests.get(f"{each}/a", timeout=PATIENCE).text for each in (first, second)] == [
        "one",
        "other",
    ]
    assert recorder.stop(signal.SIGINT) == 0
    written = (folder / "recorded.endpoints.yaml").read_text()
    assert f"url: {service}/api/a" in written
    assert len(re.findall(r"delay: \d+ms", written)) == 2


def test_secrets_are_kept_when_asked_for(recording, folder, httpserver):
    httpserver.expect_request("/a").respond_with_json({"token": SECRET})
    recorder, (address,) = recording(httpserver.url_for(""), "--keep-secrets")
    requests.get(f"{address}/a?password={SECRET}", timeout=PATIENCE)
    assert recorder.stop(signal.SIGINT) == 0
    assert (folder / "recorded.endpoints.yaml").read_text().count(SECRET) == 2
    assert not any("redacted" in line for line in recorder.lines)


def test_users_and_passwords_in_urls_are_used_and_not_shown(recording, folder, httpserver):
    def answer(request):
        return Response(request.headers.get("Authorization", "nobody"))

    httpserver.expect_request("/a").respond_with_handler(answer)
    url = httpserver.url_for("").replace("http://", f"http://bob:{SECRET}@")
    recorder, (address,) = recording(url)
    assert requests.get(f"{address}/a", timeout=PATIENCE).text.startswith("Basic ")
    assert recorder.stop(signal.SIGINT) == 0
    assert not any(SECRET in line for line in recorder.lines)


def test_without_requests_nothing_is_written(recording, folder):
    recorder, _ = recording("https://orders-1234.twil.io")
    assert recorder.stop(signal.SIGINT) == 0
    assert recorder.lines[-1] == "nothing was recorded, nothing is written"
    assert not (folder / "recorded.endpoints.yaml").exists()


def test_a_folder_that_vanishes_is_told_and_ends_with_exit_code_1(recording, folder, httpserver):
    httpserver.expect_request("/a").respond_with_data("one")
    (folder / "here").mkdir()
    recorder, (address,) = recording(httpserver.url_for(""), "--output", "here/x.yaml")
    (folder / "here").rmdir()
    assert requests.get(f"{address}/a", timeout=PATIENCE).text == "one"
    assert recorder.stop(signal.SIGINT) == 1
    trouble = f"{Path('here/x.yaml')} cannot be written: No such file or directory"
    assert recorder.lines[-2].endswith(f"/a: 200; {trouble}")
    assert recorder.lines[-1] == f"{trouble}; requests lost: 1 of 1"


def test_what_a_mistake_of_ours_lost_ends_with_exit_code_1(here, monkeypatch):
    def serve(services, recorder, *_):
        recorder.note(services[0], Request("GET", "/a"), Answer(200), 0.1)
        monkeypatch.setattr("mockstudio.contracts.recording.script.as_yaml", None)
        recorder.note(services[0], Request("GET", "/b"), Answer(200), 0.1)

    monkeypatch.setattr("mockstudio.cli.record._serve", serve)
    result = here("record", "http://localhost:3000")
    assert result.code == 1
    assert result.err.splitlines()[-2:] == [
        "wrote recorded.endpoints.yaml (requests: 1, endpoints: 1)",
        "requests that could not be recorded: 1; the reasons are above",
    ]


def test_a_port_in_use_gives_exit_code_4(here):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = here("record", "http://localhost:3000", "--port", port)
    assert result.code == 4
    assert f"cannot listen on 127.0.0.1 port {port}" in result.err


def test_an_existing_file_is_not_written_over_unasked(here, folder):
    path: Path = folder / "recorded.endpoints.yaml"
    path.write_text("mine")
    result = here("record", "http://localhost:3000")
    assert result.code == 2
    assert "exists already: --overwrite replaces it, --output FILE writes another" in result.err
    assert path.read_text() == "mine"


def test_an_existing_file_is_replaced_when_asked_for(recording, folder, httpserver):
    httpserver.expect_request("/a").respond_with_data("new")
    path: Path = folder / "recorded.endpoints.yaml"
    path.write_text("mine")
    recorder, (address,) = recording(httpserver.url_for(""), "--overwrite")
    requests.get(f"{address}/a", timeout=PATIENCE)
    assert recorder.stop(signal.SIGINT) == 0
    assert "text: new" in path.read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["localhost:3000"], "URL 'localhost:3000': expected http:// or https:// with a host"),
        (["http://x", "--output", "no/x.yaml"], "there is no folder no"),
        (["http://x", "--output", "x" * 250], "cannot be written: File name too long"),
        (["http://x", "--output", "x" * 300], "cannot be written: File name too long"),
        (["http://x", "--output", os.devnull, "--overwrite"], "expected a file, found a device"),
        (["http://x", "--keep-secrets", "--redact", "a"], "--keep-secrets redacts nothing"),
        (["http://x", "http://y", "--port", "65535"], "2 URLs need as many ports, up to 65535"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_what_to_write(here, arguments, told):
    result = here("record", *arguments)
    assert result.code == 2
    assert told in result.err
