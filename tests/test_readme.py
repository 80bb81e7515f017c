"""The README, done literally by somebody who has just installed mockstudio."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from mockstudio import Sandbox
from mockstudio.cli import run
from mockstudio.cli.commands import HELP
from mockstudio.config import load_settings
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.store.results import KNOWN

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PATIENCE = 20.0
EXPECTED = {
    "mockstudio init example": "wrote example/mockstudio.yaml",
    "curl -i -X POST": "HTTP/1.1 500",
    "curl 'http://127.0.0.1:8080/_mockstudio/journal": '"lookup"',
    "mockstudio run --message hi --route": "refused the connection",
    "mockstudio run greeting.flow.json --stub": "« Hello Ada!",
    "echo hi | mockstudio run": "fail: body is 65,537 bytes, limit 65,536",
    "mockstudio run greeting.flow.json --message hi --format json": '"ended_reason": "FLOW_END"',
    "echo 1 | mockstudio run hotline": "« Say: Hello Ada!",
    "echo 2 | mockstudio run hotline": "« Nobody was free. We will call you back.",
    "printf '2": "» hang up",
    "echo '<Response>": "",
    "mockstudio twiml hello.xml": "13313",
    "curl -d MessageSid": "<Response",
    "curl -X PUT": '"playing":"timeout"',
    "cd example": "",
    "mockstudio serve": "",
    "mockstudio test -n auto": "transitions 2 of 3, 66.6 %",
    "mockstudio matrix": "1 of 1 HTTP widgets reached, 19 runs, nothing found",
}
"""What the output of each command that begins so must hold."""


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    text: str


def blocks(language: str) -> list[str]:
    found = [Block(*pair) for pair in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)]
    return [block.text for block in found if block.language == language]


def commands() -> list[str]:
    """Return the shell commands in the README's order, each with its continuation lines."""
    shell = [text for text in blocks("") if not text.startswith("$ ")]
    lines = "".join(shell).replace("\\\n", "").splitlines()
    return [line for line in lines if not line.startswith(("make ", "pip install"))]


def expected_of(command: str) -> str:
    fitting = [start for start in EXPECTED if command.startswith(start)]
    assert fitting, f"say in EXPECTED what {command!r} prints"
    return EXPECTED[max(fitting, key=len)]


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class NewUser:
    """Types commands in a folder of their own; a server runs until another one is started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = str(a_free_port())
        self._unused = str(a_free_port())
        self._server: subprocess.Popen[str] | None = None
        programs = folder / "bin"
        programs.mkdir()
        (programs / "mockstudio").write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -m mockstudio "$@"'
        )
        (programs / "mockstudio").chmod(0o755)
        inherited = {k: v for k, v in os.environ.items() if "MOCKSTUDIO" not in k}
        self._environment = {
            **inherited,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "MOCKSTUDIO_PORT": self._port,
            "no_proxy": "*",
        }

    def type(self, command: str) -> str:
        """Run a command line and return what it printed."""
        if command.startswith("cd "):
            self._folder /= command.removeprefix("cd ")
            return ""
        command = command.replace("8080", self._port).replace("3000", self._unused)
        if command == "mockstudio serve":
            self.stop_server()
            self._start_server(command)
            return ""
        return self._run(command)

    def _run(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            input="hi\n" if "--message" not in command else "",
            capture_output=True,
            text=True,
            cwd=self._folder,
            env=self._environment,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        return done.stdout + done.stderr

    def _start_server(self, command: str) -> None:
        self._server = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            stderr=subprocess.PIPE,
            text=True,
            cwd=self._folder,
            env=self._environment,
        )
        assert self._server.stderr is not None
        first = self._server.stderr.readline()
        assert f"serves http://127.0.0.1:{self._port}" in first

    def stop_server(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=PATIENCE)
            assert server.returncode == 0

    def leave(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.communicate()


@pytest.fixture
def new_user(tmp_path: Path) -> Iterator[NewUser]:
    for program in ("bash", "curl", "python3"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    user = NewUser(tmp_path)
    yield user
    user.leave()


@pytest.fixture
def example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """The current folder, with what `mockstudio init` writes."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("MOCKSTUDIO_")]:
        monkeypatch.delenv(name)
    assert run(["init"]) == 0
    capsys.readouterr()
    return tmp_path


def test_every_shell_command_works_in_the_order_of_the_text(new_user):
    typed = commands()
    assert len(typed) >= 10
    for command in typed:
        assert expected_of(command) in new_user.type(command), command
    new_user.stop_server()


def test_nothing_is_expected_of_commands_that_are_not_there():
    assert all(any(c.startswith(start) for c in commands()) for start in EXPECTED)


def test_the_sample_at_the_top_is_what_is_printed(example, monkeypatch, capsys):
    sample = next(text for text in blocks("") if text.startswith("$ mockstudio "))
    command, _, output = sample.partition("\n")
    with contextlib.closing(open(os.devnull)) as nobody:  # noqa: PTH123 - a device
        monkeypatch.setattr("sys.stdin", nobody)
        assert run(command.removeprefix("$ mockstudio ").split()) == 0
    assert without_real_time(capsys.readouterr().out) == without_real_time(output)


def without_real_time(text: str) -> str:
    changed, count = re.subn(r"[\d.]+ m?s of real time", "N ms of real time", text)
    assert count == 1
    return changed


def test_the_endpoint_file_loads_whole():
    (endpoints,) = [text for text in blocks("yaml") if text.startswith("endpoints:\n")]
    (endpoint,) = parse_endpoints(yaml.safe_load(endpoints))
    assert endpoint.name == "lookup-order"
    assert len(endpoint.replies) == len(yaml.safe_load(endpoints)["endpoints"][0]["replies"])


def test_the_settings_are_valid_and_usable(example):
    (settings_text,) = [text for text in blocks("yaml") if "flows:" in text]
    (example / "mockstudio.yaml").write_text(settings_text)
    settings = load_settings({}, {}, example)
    with Sandbox(settings) as sandbox:
        sandbox.load_endpoints(*settings.endpoints)
        assert sandbox.load_flow(settings.flows[0]).warnings == ()
        assert len(sandbox.router.routes) == 1


def test_the_python_handler_answers_as_a_reply(example):
    (handler,) = [text for text in blocks("python") if "def handler" in text]
    (example / "orders.py").write_text(handler)
    (example / "orders.endpoints.yaml").write_text(
        "endpoints: [{name: a, url: /a, reply: {python: 'orders:handler'}}]"
    )
    with Sandbox() as sandbox:
        sandbox.load_endpoints("orders.endpoints.yaml")
        answer = sandbox.app.test_client().post("/a", data={"name": "Ada"})
    assert (answer.status_code, answer.json) == (201, {"hello": "Ada"})


@pytest.mark.parametrize("number", [0, 1])
def test_the_python_sessions_run(example, number):
    session = [text for text in blocks("python") if "Sandbox" in text][number]
    exec(compile(session, "README.md", "exec"), {})


def test_every_scripted_result_is_mentioned():
    assert all(re.search(rf"\b{what}\b", README) for what in KNOWN)


def test_every_outcome_is_listed():
    listed = re.search(r"without anyone writing\s+them: (.*?)\.\n", README, re.S)
    assert listed
    assert re.findall(r"`([a-z-]+)`", listed.group(1)) == list(OUTCOME_NAMES)


def test_every_colon_command_mentioned_exists():
    for name in re.findall(r"`(:[a-z]+)", README):
        assert name == ":help" or f"  {name} " in HELP


def test_every_target_mentioned_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^make (\w+)|`make (\w+)`", README, re.M))
    for target in {name for pair in targets for name in pair if name}:
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_every_link_leads_somewhere():
    anchors = {
        "#" + heading.lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", README, re.M)
    }
    for link in re.findall(r"\]\(([^)]+)\)", README):
        assert link in anchors or link.startswith("https://") or (ROOT / link).is_file(), link
