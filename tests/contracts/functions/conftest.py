"""Functions in a real twilio-run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PROGRAM = FOLDER / "node_modules" / "twilio-run" / "bin" / "twilio-run.js"
PATIENCE = 60.0
"""Seconds after which the program is given up, however busy the machine is."""


@pytest.fixture(scope="session")
def functions() -> Iterator[str]:
    """The base URL of the Functions; skips without Node or twilio-run, but not in CI."""
    command = [_node(), str(PROGRAM), "start", "--no-detailed-logs", "--port", str(_free_port())]
    with subprocess.Popen(
        command, cwd=FOLDER, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env=_environment(),
    ) as process:  # fmt: skip
        giving_up = threading.Timer(PATIENCE, process.kill)
        giving_up.start()
        try:
            address = _address(process, "/lookup")
            giving_up.cancel()
            yield address
        finally:
            giving_up.cancel()
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
    """Wait until the program lists a Function; return the base URL it has."""
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if line.strip().endswith(path):
            return line.strip().removesuffix(path)
    pytest.fail(f"twilio-run did not start:\n{seen}")
