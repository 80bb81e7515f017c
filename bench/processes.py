"""Servers as processes of their own, on a core of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

SERVER_CORE, LOAD_CORE = "0", "1"


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    pid: int

    def memory_mb(self, field: str) -> float:
        """Return VmRSS (now) or VmHWM (peak) in MB, or NaN where the system does not tell."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return float("nan")
        return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(field))


def pinned(command: Sequence[str], core: str) -> list[str]:
    """Return the command bound to a core, where that can be done."""
    if shutil.which("taskset") and (os.cpu_count() or 1) > 1:
        return ["taskset", "-c", core, *command]
    return list(command)


@contextmanager
def floor(name: str) -> Iterator[Server]:
    """Run one of the floors."""
    command = pinned([sys.executable, "-m", "bench.floors", name], SERVER_CORE)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Server(process.stdout.readline().strip(), process.pid)
        finally:
            process.kill()


@contextmanager
def mockstudio(endpoints: list[dict[str, object]]) -> Iterator[Server]:
    """Run `mockstudio serve` with these endpoints."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.endpoints.yaml"
        path.write_text(json.dumps({"endpoints": endpoints}))
        with started(path) as (server, _):
            yield server


@contextmanager
def started(path: Path) -> Iterator[tuple[Server, float]]:
    """Run `mockstudio serve`; yield it and the seconds from exec to its first answer."""
    port = free_port()
    command = [sys.executable, "-m", "mockstudio", "serve", str(path), "--quiet"]
    environment = {**os.environ, "MOCKSTUDIO_PORT": str(port)}
    began = time.perf_counter()
    with subprocess.Popen(
        pinned(command, SERVER_CORE), env=environment, stderr=subprocess.DEVNULL
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for_answer(port)
            yield Server(url, process.pid), time.perf_counter() - began
        finally:
            process.terminate()


def wait_for_answer(port: int) -> None:
    """Ask again and again until a server answers; a raw socket costs the least."""
    import socket

    for _ in range(4000):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as client:
                client.sendall(b"GET /orders/42 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if client.recv(1):
                    return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError("the server does not answer")


def free_port() -> int:
    """Return a port that is free now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check(server: Server, path: str, form: str | None = None) -> None:
    """Fail unless the server answers as every server here must."""
    from bench.workload import ANSWER

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.request(
        "POST" if form else "GET", server.url + path, data=form, headers=headers, timeout=5
    )
    if answer.status_code != 200 or json.loads(answer.content) != json.loads(ANSWER):
        raise RuntimeError(f"{server.url}{path} answered {answer.status_code}: {answer.text[:200]}")
