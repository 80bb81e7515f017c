"""Functions in a real twilio-run, and endpoints under Express."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.probe.check import check_endpoint
from mockstudio.contracts.probe.model import Caller, Question, Report

FOLDER = Path(__file__).parent
PROGRAM = FOLDER / "node_modules" / "twilio-run" / "bin" / "twilio-run.js"
PATIENCE = 60.0
"""Seconds after which a program is given up, however busy the machine is."""


@pytest.fixture(scope="session")
def functions() -> Iterator[str]:
    """The base URL of the Functions; skips without Node or twilio-run, but not in CI."""
    command = [_node(), str(PROGRAM), "start", "--no-detailed-logs", "--port", str(_free_port())]
    with _running(command, _environment()) as process:
        yield _address(process, "/lookup")


@pytest.fixture(scope="session")
def express() -> Iterator[str]:
    """The base URL of the application in `server.js`; skips as above."""
    token = {"TWILIO_AUTH_TOKEN": Settings().auth_token, "NODE_ENV": "test"}
    with _running([_node(), "server.js"], _environment() | token) as process:
        yield _address(process, "/")


@pytest.fixture
def check() -> Callable[..., Report]:
    """Ask a URL, patiently: twilio-run starts a process for each call, which takes its time."""

    def ask(url: str, caller: str = "run-function", timeout: str = "30s", **question) -> Report:
        limits = {"http-timeout": timeout, "twiml-timeout": timeout}
        return check_endpoint(Question(url, Caller(caller), **question), Settings(limits=limits))

    return ask


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a program that tells its address; one that never does is ended."""
    with subprocess.Popen(
        command, cwd=FOLDER, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env=environment,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def _node() -> str:
    program = shutil.which("node")
    if program and PROGRAM.is_file():
        return program
    what = "twilio-run is not installed: make test does it" if program else "no Node"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}; CI has to test with Functions")
    pytest.skip(what)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}


def _address(process: subprocess.Popen[str], path: str) -> str:
    """Wait until a program tells a URL with this path; return the base URL it has."""
    giving_up = threading.Timer(PATIENCE, process.kill)
    giving_up.start()
    try:
        return _told(process, path)
    finally:
        giving_up.cancel()


def _told(process: subprocess.Popen[str], path: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if line.startswith("http") and line.strip().endswith(path):
            return line.strip().removesuffix(path)
    pytest.fail(f"{process.args} did not start:\n{seen}")
