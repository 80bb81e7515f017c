"""Pages of docs/, followed by somebody who writes their files and types their commands."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

import pytest

from mockstudio.cli import run

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds of real time after which a test gives a program up, however busy the machine is."""

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
OWN_NAME = re.compile(r"# (\S*\.\w+)\n")
NAMED_BEFORE = re.compile(r"`(\S+\.json)`:$")
INTERRUPT = "^C"
REAL_TIME = (
    r"(?<=passed in )[\d.]+ ?m?s",
    r"(?<=  time   )[\d.]+ m?s(?= of)",
    r"(?<=p\d\d )[\d.]+ m?s",
    r"(?<=slowest )[\d.]+ m?s",
    r"(?<=--seed )\d+",
)
"""What differs from run to run."""


@dataclass(frozen=True)
class Written:
    """A file that the page shows."""

    name: str
    text: str


@dataclass(frozen=True)
class Typed:
    """A command that the page shows, with all it prints; `^C` ends what was started last."""

    command: str
    output: str


Step = Written | Typed


def text_of(page: str) -> str:
    return (ROOT / "docs" / page).read_text("utf-8")


def steps_of(page: str) -> list[Step]:
    """Return what a page of docs/ has one do, in its order."""
    text = text_of(page)
    return [
        step
        for block in BLOCK.finditer(text)
        for step in _steps(*block.groups(), text[: block.start()].rstrip())
    ]


def _steps(language: str, text: str, before: str) -> Iterator[Step]:
    if language == "console":
        interrupted, *typed = re.split(r"^\$ ", text, flags=re.M)
        if INTERRUPT in interrupted:
            yield Typed(INTERRUPT, interrupted.replace(INTERRUPT, "").lstrip("\n"))
        for each in typed:
            command, _, output = each.partition("\n")
            yield Typed(command, output)
    elif name := OWN_NAME.match(text) or NAMED_BEFORE.search(before):
        yield Written(name[1], text)
    else:
        raise AssertionError(f"nothing says which file this is:\n{text}")


def settled(text: str) -> str:
    """Return an output without what differs from run to run."""
    for pattern in REAL_TIME:
        text = re.sub(pattern, "N", text)
    return text


class Program:
    """A program that runs until it is interrupted.

    Args:
        process: the program.
        printed: the file that its output goes to.
    """

    def __init__(self, process: subprocess.Popen[bytes], printed: Path) -> None:
        self._process = process
        self._printed = printed
        self._seen = 0

    def has_begun(self, lines: int, port: str) -> bool:
        """Tell whether so many lines are printed and somebody listens at the port."""
        assert self._process.poll() is None, self._printed.read_text("utf-8")
        if self._printed.read_bytes().count(b"\n") < lines:
            return False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(port))):
            return True
        return False

    def read(self) -> bytes:
        """Return what was printed since the last look."""
        seen, text = self._seen, self._printed.read_bytes()
        self._seen = len(text)
        return text[seen:]

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Reader:
    """Does what a page says, in a folder of its own.

    Args:
        folder: where the reader is.
        environment: what the reader's shells have in theirs.
        lasting: how the commands begin that run until `^C`, and the port of each, for which
            another one stands that is free.

    Attributes:
        folder: the same.
        failed: the commands that had another exit code than 0, in order.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], lasting: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self.failed: list[str] = []
        self._code = 0
        self._environment = environment
        self._lasting = lasting
        self._ports = {port: a_free_port() for port in lasting.values()}
        self._programs: list[Program] = []

    def write(self, file: Written) -> None:
        """Write a file as the page shows it."""
        path = self.folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._here(file.text), "utf-8")

    def type(self, typed: Typed) -> str:
        """Type a command; return what it prints, or nothing where the page leaves that out."""
        starts = [start for start in self._lasting if typed.command.startswith(start)]
        if typed.command == INTERRUPT:
            program = self._programs.pop()
            program.interrupt()
        elif starts:
            program = self._start(typed, self._ports[self._lasting[starts[0]]])
        else:
            return self._run(typed.command)
        printed = self._there(program.read())
        return printed if typed.output else ""

    def leave(self) -> None:
        """End whatever still runs."""
        for program in self._programs:
            program.kill()

    def _run(self, command: str) -> str:
        done = self._shell(f"(exit {self._code}); {command}", subprocess.PIPE)
        printed, _ = done.communicate(timeout=PATIENCE)
        self._code = done.returncode
        if self._code:
            self.failed.append(command)
        return self._there(printed)

    def _start(self, typed: Typed, port: str) -> Program:
        """Start a program, and wait until it has said what it should and can be reached."""
        path = self.folder.parent / f"printed-{len(self._programs)}"
        with path.open("wb") as printed:
            program = Program(self._shell(f"exec {typed.command}", printed), path)
        self._programs.append(program)
        give_up = time.monotonic() + PATIENCE
        while not program.has_begun(typed.output.count("\n"), port):
            assert time.monotonic() < give_up, path.read_text("utf-8")
            time.sleep(0.02)
        return program

    def _shell(self, command: str, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["bash", "-c", self._here(command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=self._environment,
        )

    def _here(self, text: str) -> str:
        for shown, free in self._ports.items():
            text = text.replace(shown, free)
        return text

    def _there(self, output: bytes) -> str:
        text = output.decode()
        for shown, free in self._ports.items():
            text = text.replace(free, shown)
        return text


def a_free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What the reader's shells have: this Python, and `mockstudio` as an installed command."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("python3", "mockstudio", "pip", "pytest"):
        module = "" if name == "python3" else f"-m {name}"
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        (programs / name).chmod(0o755)
    ours = ("MOCKSTUDIO_", "GITHUB_", "PYTEST_", "COV_")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PIP_NO_INDEX": "1",
        "no_proxy": "*",
    }


@pytest.fixture
def example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder that `mockstudio init` has filled."""
    folder = tmp_path / "example"
    assert run(["init", str(folder)]) == 0
    capsys.readouterr()
    return folder


@pytest.fixture
def read(example: Path, environment: Mapping[str, str]) -> Iterator[Callable[..., Reader]]:
    """Have a page followed from its first step to its last; returns who did it."""
    with contextlib.ExitStack() as stack:

        def follow(page: str, lasting: Mapping[str, str] = MappingProxyType({})) -> Reader:
            reader = Reader(example, environment, lasting)
            stack.callback(reader.leave)
            for step in steps_of(page):
                if isinstance(step, Written):
                    reader.write(step)
                    continue
                assert settled(reader.type(step)) == settled(step.output), step.command
            return reader

        yield follow


@pytest.fixture(scope="session")
def page_text() -> Callable[[str], str]:
    """Read a page of docs/ by its name."""
    return text_of


@pytest.fixture(scope="session")
def page_files() -> Callable[[str], dict[str, str]]:
    """Return the files that a page of docs/ shows, by name."""

    def files(page: str) -> dict[str, str]:
        return {step.name: step.text for step in steps_of(page) if isinstance(step, Written)}

    return files
