"""The command line in this process, in a process of its own, at a terminal, and as a server."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
import requests

from mockstudio.cli import run

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
COMMAND = (sys.executable, "-m", "mockstudio")
PATIENCE = 20.0
"""Seconds of real time after which a test gives a process up, however busy the machine is."""


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a child process, without settings of whoever runs the tests."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(
            ("MOCKSTUDIO_", "_MOCKSTUDIO_", "GITHUB_", "COLUMNS", "FORCE_COLOR", "NO_COLOR")
        )
    }
    return {**inherited, "PYTHONPATH": str(ROOT), "TERM": "dumb", "PYTHONUTF8": "1", **changes}


@dataclass
class Result:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Runner = Callable[..., Result]
FlowEditor = Callable[[str, Callable[[dict[str, Any]], None]], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that `mockstudio init` writes, and those of the demo."""
    target = tmp_path / "world"
    with as_file(files("mockstudio.cli").joinpath("example")) as example:
        shutil.copytree(example, target)
    for name in ("order-status.flow.json", "order-status.endpoints.yaml"):
        shutil.copy(FIXTURES / name, target)
    return target


@pytest.fixture
def bare(folder: Path) -> Path:
    """The folder without the example's settings."""
    (folder / "mockstudio.yaml").unlink()
    return folder


@pytest.fixture
def edit_flow(folder: Path) -> FlowEditor:
    """Write a changed copy of the demo's flow; the change gets its states by name."""

    def write(name: str, change: Callable[[dict[str, Any]], None]) -> str:
        flow = json.loads((folder / "order-status.flow.json").read_text())
        change({state["name"]: state for state in flow["states"]})
        (folder / name).write_text(json.dumps(flow))
        return name

    return write


@pytest.fixture
def stopping_flow(bare: Path, edit_flow: FlowEditor) -> str:
    """The demo's flow, whose ends `sorry` and `no_reply` have a type that is out of service."""

    def edit(states: dict[str, Any]) -> None:
        for name in ("sorry", "no_reply"):
            states[name]["type"] = "create-task"
            states[name]["transitions"] = []
            states[name]["properties"] = {"offset": {"x": 0, "y": 0}}

    return edit_flow("stopping.flow.json", edit)


@pytest.fixture
def patient_flow(bare: Path, edit_flow: FlowEditor) -> str:
    """The demo's flow, which asks when the lookup has failed: 10 s, then an hour."""

    def edit(states: dict[str, Any]) -> None:
        states["Trigger"]["transitions"][0]["next"] = "lookup"
        states["lookup"]["transitions"][1]["next"] = "ask"

    return edit_flow("patient.flow.json", edit)


@pytest.fixture
def here(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Runner:
    """Run a command line in this process and that folder, with nobody at the terminal."""
    for name in [name for name in os.environ if name.startswith(("MOCKSTUDIO_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder)

    def call(*arguments: str, typed: str = "") -> Result:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        capsys.readouterr()
        try:
            code = run(list(arguments))
        except SystemExit as error:
            code = int(error.code or 0)
        return Result(code, *capsys.readouterr())

    return call


@pytest.fixture
def apart(folder: Path) -> Runner:
    """Run a command line in a process of its own."""

    def call(*arguments: str, typed: str | bytes = "", **environ: str) -> Result:
        done = subprocess.run(
            [*COMMAND, *arguments],
            input=typed.encode() if isinstance(typed, str) else typed,
            capture_output=True,
            cwd=folder,
            env=environment(**environ),
            timeout=PATIENCE,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def launch(folder: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a command line in a process of its own and do not wait for it."""
    with contextlib.ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [*COMMAND, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment(),
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


class Terminal:
    """A process at a terminal of its own."""

    def __init__(
        self, arguments: Sequence[str], cwd: Path, output: Any = None, **environ: str
    ) -> None:
        self._master, inside = os.openpty()
        self.shown = ""
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AT_ITS_TERMINAL, *arguments],
            stdin=inside,
            stdout=inside if output is None else output,
            stderr=inside,
            cwd=cwd,
            env=environment(**environ),
            start_new_session=True,
        )
        os.close(inside)

    def expect(self, text: str) -> str:
        """Return what is shown up to and with the text, from where the last look ended."""
        while text not in self.shown:
            piece = self._read()
            assert piece, f"{text!r} was never shown; the rest was:\n{self.shown}"
            self.shown += piece
        seen, _, self.shown = self.shown.partition(text)
        return seen + text

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C: again, if it came just before the process began to wait for a key."""
        for _ in range(4):
            self.type("\x03")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE / 4)
                return

    def end(self) -> tuple[int, str]:
        """Wait for the process; return its exit code and what else it showed."""
        while piece := self._read():
            self.shown += piece
        return self._process.wait(PATIENCE), self.shown

    def _read(self) -> str:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        if not ready:
            return ""
        try:
            return os.read(self._master, 65_536).decode(errors="replace").replace("\r\n", "\n")
        except OSError:  # how Linux says that nobody has the terminal open any more
            return ""

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)


_AT_ITS_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from mockstudio.cli import main
main()
"""


@pytest.fixture
def terminal(folder: Path) -> Iterator[Callable[..., Terminal]]:
    """Start a command line at a terminal."""
    pytest.importorskip("termios", reason="this system has no pseudo-terminals")
    with contextlib.ExitStack() as stack:

        def start(*arguments: str, output: Any = None, **environ: str) -> Terminal:
            started = Terminal(arguments, folder, output, **environ)
            stack.callback(started.close)
            return started

        yield start


class Served:
    """A `mockstudio serve` in a process of its own."""

    def __init__(self, arguments: Sequence[str], cwd: Path, **environ: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "serve", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env=environment(**environ),
        )
        self.lines: list[str] = []
        self._grown = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.url = self.wait_for(r"mockstudio serves (\S+)").group(1)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._grown:
                self.lines.append(line.rstrip("\n"))
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()

    @property
    def text(self) -> str:
        with self._grown:
            return "\n".join(self.lines)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until what was printed matches."""
        with self._grown:
            self._grown.wait_for(
                lambda: self._ended or re.search(pattern, "\n".join(self.lines)), PATIENCE
            )
        found = re.search(pattern, self.text)
        assert found, f"{pattern!r} was never printed, only:\n{self.text}"
        return found

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=PATIENCE)

    def post(self, path: str, **data: str) -> requests.Response:
        return requests.post(self.url + path, data=data, timeout=PATIENCE)

    def health(self) -> Any:
        return self.get("/_mockstudio/health").json()

    def stop(self, number: signal.Signals = signal.SIGTERM, within: float = PATIENCE) -> int:
        self.process.send_signal(number)
        return self.process.wait(within)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Served]]:
    """Start `mockstudio serve` on a free port and wait until it listens."""
    with contextlib.ExitStack() as stack:

        def start(*arguments: str, cwd: Path = folder, **environ: str) -> Served:
            if "--port" not in arguments and "MOCKSTUDIO_PORT" not in environ:
                arguments = (*arguments, "--port", "0")
            started = Served(arguments, cwd, **environ)
            stack.callback(started.close)
            return started

        yield start
