"""Twilio's REST API on a port: the sandbox, and beside it Prism on Twilio's own OpenAPI file."""

from __future__ import annotations

import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench.processes import SERVER_CORE, Server, free_port, mockstudio, pinned, wait_for_answer
from mockstudio.config import SAMPLE_AUTH_TOKEN, SAMPLE_CONTACT, SAMPLE_NUMBER
from mockstudio.sids import SAMPLE_ACCOUNT_SID

MESSAGES = f"/2010-04-01/Accounts/{SAMPLE_ACCOUNT_SID}/Messages.json"
FORM = f"To=%2B{SAMPLE_CONTACT[1:]}&From=%2B{SAMPLE_NUMBER[1:]}&Body=hello"
LOGIN = "Basic " + b64encode(f"{SAMPLE_ACCOUNT_SID}:{SAMPLE_AUTH_TOKEN}".encode()).decode()
PRISM = "@stoplight/prism-cli@5.15.11"
STORED = 1_000
"""Messages that are there when they are listed."""

_BESIDE = Path(__file__).parents[2] / "shared" / "reference" / "openapi"
SPECIFICATION = (
    Path(os.environ.get("MOCKSTUDIO_OPENAPI") or _BESIDE) / "twilio_api_v2010.subset.json"
)


@contextmanager
def sandbox(messages: int = 0) -> Iterator[Server]:
    """Run `mockstudio serve`, with so many messages stored."""
    with mockstudio([]) as server, requests.Session() as session:
        session.headers["Authorization"] = LOGIN
        session.headers["Content-Type"] = "application/x-www-form-urlencoded"
        for _ in range(messages):
            session.post(server.url + MESSAGES, data=FORM, timeout=5).raise_for_status()
        yield server


@contextmanager
def prism() -> Iterator[Server]:
    """Run Prism without a log, which costs it more than its answers; it must be fetched."""
    port = free_port()
    command = [*_npx(), "mock", "-h", "127.0.0.1", "-p", str(port), "-v", "silent"]
    with subprocess.Popen(
        pinned([*command, str(SPECIFICATION)], SERVER_CORE),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            wait_for_answer(port)
            yield Server(f"http://127.0.0.1:{port}", process.pid)
        finally:
            os.killpg(process.pid, 15)


def has_prism() -> bool:
    """Tell whether Prism can be run here: npx fetches it, and its specification is there."""
    if not (shutil.which("npx") and SPECIFICATION.is_file()):
        return False
    try:
        fetched = subprocess.run([*_npx(), "--version"], capture_output=True, timeout=180)
    except subprocess.TimeoutExpired:
        return False
    return fetched.returncode == 0


def _npx() -> list[str]:
    return ["npx", "--yes", PRISM]
