"""What the tests of official clients share: the guide's code, Node, a world, and whole lives."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockstudio import Phone
from mockstudio.clock import ScaledClock
from mockstudio.config import Settings
from mockstudio.sandbox import Sandbox
from mockstudio.server import serve_in_background
from mockstudio.twiml.phone import Answer

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
GUIDE = (ROOT / "docs" / "clients.md").read_text("utf-8")
GUIDES_HOST = "127.0.0.1:8080"
WHOLE_LIFE = FOLDER / "whole_life.py"
NODE_FOLDER = FOLDER / "node"
PATIENCE = 60
SPEED = 10
"""How fast a world lives: phones ring for five seconds."""


def code_of(heading: str, language: str) -> str:
    """Return the first block of code in a language below a heading of the guide."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", GUIDE, re.M | re.S)
    assert section, f"docs/clients.md has no heading '{heading}'"
    block = re.search(rf"^```{language}\n(.*?)^```$", section[1], re.M | re.S)
    assert block, f"docs/clients.md has no {language} below '{heading}'"
    return block[1]


@pytest.fixture(scope="session")
def guide() -> Callable[[str, str], str]:
    """Return the code below a heading of the guide, in a language."""
    return code_of


@pytest.fixture(scope="session")
def guide_text() -> str:
    """The whole guide."""
    return GUIDE


@pytest.fixture(scope="session")
def node() -> str:
    """The program, with the packages in their place; skips without, but not in CI."""
    program = shutil.which("node")
    if program and (NODE_FOLDER / "node_modules" / "twilio").is_dir():
        return program
    what = "Twilio's library for Node is not installed: make test does it" if program else "no Node"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}; CI has to test with Node")
    pytest.skip(what)


def environment(**more: str) -> dict[str, str]:
    """Return a program's environment: without proxies and settings, with Twilio's credentials."""
    settings = Settings()
    return {
        **{name: value for name, value in os.environ.items() if not _misleads(name)},
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "NODE_PATH": str(NODE_FOLDER / "node_modules"),
        "TWILIO_ACCOUNT_SID": settings.account_sid,
        "TWILIO_AUTH_TOKEN": settings.auth_token,
        **more,
    }


def _misleads(name: str) -> bool:
    return name.startswith(("MOCKSTUDIO_", "TWILIO_")) or name.lower().endswith("_proxy")


@pytest.fixture
def run() -> Callable[..., str]:
    """Run a program to its end and return what it printed."""

    def call(*command: object, **environ: str) -> str:
        done = subprocess.run(
            [*map(str, command)], capture_output=True, encoding="utf-8", timeout=PATIENCE,
            env=environment(**environ), check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), done.stderr + done.stdout[-500:]
        return done.stdout

    return call


@pytest.fixture(scope="session")
def programs_environment() -> dict[str, str]:
    """A program's environment: without proxies and settings, with Twilio's credentials."""
    return environment()


@pytest.fixture
def in_process() -> Callable[[Sandbox], Any]:
    """Return Twilio's client over a sandbox, made as the guide makes it."""

    def connect(sandbox: Sandbox) -> Any:
        world = as_in_the_guide()
        world["sandbox"].close()
        account, web = sandbox.settings, world["InProcess"](sandbox)
        return world["Client"](account.account_sid, account.auth_token, http_client=web)

    return connect


def as_in_the_guide() -> dict[str, Any]:
    """Run the guide's code for one process, and return what it defines."""
    world: dict[str, Any] = {}
    exec(compile(code_of("In the same process", "python"), "docs/clients.md", "exec"), world)
    return world


def furnish(sandbox: Sandbox, life: dict[str, Any]) -> Sandbox:
    """Give a sandbox what the whole lives meet in it."""
    scripted = [("voice", life["VOICE_URL"], {"twiml": life["ON_HOLD"]}),
                ("status", life["STATUS_URL"], {"status": 204}),
                ("picture", life["PICTURE"], {"text": "PNG"})]  # fmt: skip
    sandbox.add_endpoints([{"name": n, "url": u, "reply": r} for n, u, r in scripted])
    sandbox.carrier.give_phone(life["UNREACHED"], Phone(answer=Answer.NO_ANSWER))
    return sandbox


@pytest.fixture(scope="session")
def life() -> dict[str, Any]:
    """What the script of whole lives defines."""
    return runpy.run_path(str(WHOLE_LIFE))


@pytest.fixture
def served(life) -> Iterator[str]:
    """The URL of a furnished sandbox, whose time goes fast."""
    with (
        furnish(Sandbox(clock=ScaledClock(SPEED)), life) as sandbox,
        serve_in_background(sandbox) as server,
    ):
        yield server.url


@dataclass(frozen=True)
class Told:
    """An answer of the sandbox.

    Attributes:
        method: of the request.
        path: of the request.
        status: of the answer.
        body: JSON's types, or None.
    """

    method: str
    path: str
    status: int
    body: Any


@dataclass
class Lived:
    """A whole life in the process of the tests.

    Attributes:
        steps: what was printed.
        answers: what the sandbox answered.
    """

    steps: list[Any] = field(default_factory=list)
    answers: list[Told] = field(default_factory=list)


@pytest.fixture(scope="session")
def lived(life) -> Lived:
    """The whole life, lived by Twilio's library for Python without a server."""
    world = as_in_the_guide()
    found, lines = Lived(), []
    with furnish(world["sandbox"], life) as sandbox, _noted(sandbox, found.answers):
        diary = life["Diary"](lines.append, lambda: sandbox.clock.advance(0.5))
        life["live"](world["client"], diary)
    found.steps = comparable("\n".join(lines))
    return found


@contextmanager
def _noted(sandbox: Sandbox, answers: list[Told]) -> Iterator[None]:
    from flask import request

    @sandbox.app.after_request
    def note(response):
        answers.append(Told(request.method, request.path, response.status_code, response.json
                            if response.is_json else None))  # fmt: skip
        return response

    yield


_SID = re.compile(r"\b([A-Z]{2})[0-9a-f]{32}\b")
_HOST = re.compile(r"http://127\.0\.0\.1:\d+|https://(?:api|studio|webhooks)\.twilio\.com")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
_PASSING = re.compile(r'("(?:secret|duration|queue_time)": ?)"[^"]*"')


def comparable(printed: str) -> list[Any]:
    """Return the steps that were printed, without what differs from life to life."""
    known: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"{found[1]}-{len(known)}")

    text = _SID.sub(named, printed)
    for pattern, instead in ((_HOST, "HERE"), (_DATE, "DATE"), (_PASSING, r'\1"..."')):
        text = pattern.sub(instead, text)
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def steps_of() -> Callable[[str], list[Any]]:
    """Return what a life has printed, without what differs from life to life."""
    return comparable


@pytest.fixture
def program(tmp_path, served) -> Callable[[str, str], Path]:
    """Write the code below a heading of the guide to a file; it names the sandbox's address."""

    def write(heading: str, language: str) -> Path:
        code = code_of(heading, language).replace(GUIDES_HOST, urlsplit(served).netloc)
        if language == "js":
            code += "\nmodule.exports = client;\n"
        path = tmp_path / f"connect.{'py' if language == 'python' else language}"
        path.write_text(code, "utf-8")
        return path

    return write
