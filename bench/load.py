"""Load: wrk where it is installed, else a small generator of our own."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.processes import LOAD_CORE, pinned

CONNECTIONS = 64
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True)
class Load:
    """What a run of load measured.

    Attributes:
        rate: answers a second.
        p50: milliseconds.
        p99: milliseconds.
        errors: answers that were no 2xx, and broken connections.
    """

    rate: float
    p50: float
    p99: float
    errors: int


def measure(url: str, form: str | None = None, seconds: float = 5, authorization: str = "") -> Load:
    """Ask for a URL over and over on 64 connections that stay open."""
    if shutil.which("wrk"):
        return _wrk(url, form, seconds, authorization)
    command = [sys.executable, "-m", "bench.load", url, str(seconds), form or "", authorization]
    output = _run(command)
    rate, p50, p99, errors = output.split()
    return Load(float(rate), float(p50), float(p99), int(errors))


def _run(command: list[str]) -> str:
    return subprocess.run(
        pinned(command, LOAD_CORE), capture_output=True, text=True, check=True
    ).stdout


def _wrk(url: str, form: str | None, seconds: float, authorization: str) -> Load:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    if authorization:
        command += ["-H", f"Authorization: {authorization}"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if form:
            script.write(
                f'wrk.method = "POST"\nwrk.body = "{form}"\n'
                'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
            )
            script.flush()
            command += ["-s", script.name]
        output = _run([*command, url])
    problems = re.findall(
        r"(?:connect|read|write|timeout|Non-2xx or 3xx responses):? (\d+)", output
    )
    return Load(
        rate=float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        p50=_percentile(output, 50),
        p99=_percentile(output, 99),
        errors=sum(int(number) for number in problems),
    )


def _percentile(output: str, percent: int) -> float:
    number, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s|m)", output).groups()
    return float(number) * _UNITS[unit]


class Client(asyncio.Protocol):
    """One connection that sends the same request again whenever it was answered."""

    def __init__(self, request: bytes, rounds: float, done: asyncio.Future) -> None:
        self.request, self.rounds, self.done = request, rounds, done
        self.times: list[float] = []
        self.errors = 0
        self.began = 0.0
        self.received = b""

    def connection_made(self, transport) -> None:
        self.transport = transport

    def send(self) -> None:
        self.sent = time.perf_counter()
        self.began = self.began or self.sent
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if not separator or (length and len(body) < int(length[1])):
            return
        self.times.append(time.perf_counter() - self.sent)
        self.errors += not head.startswith(b"HTTP/1.1 2")
        self.received = b""
        if len(self.times) < self.rounds:
            self.send()
        elif not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, error) -> None:
        if not self.done.done():
            self.errors += 1
            self.done.set_result(None)


def request_bytes(url: str, form: str | None, authorization: str = "") -> bytes:
    """Return the request that is sent."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = [f"Host: {parts.netloc}"]
    if authorization:
        headers.append(f"Authorization: {authorization}")
    if form:
        headers += [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(form)}",
        ]
    lines = [f"{'POST' if form else 'GET'} {target} HTTP/1.1", *headers, "", form or ""]
    return "\r\n".join(lines).encode()


async def generate(
    url: str,
    form: str | None,
    connections: int,
    rounds: float,
    seconds: float,
    spread: float = 0,
    authorization: str = "",
) -> tuple[list[Client], float]:
    """Let connections send, each `rounds` times or for `seconds`; return them and the time.

    Their first requests are spread over `spread` seconds.
    """
    loop, parts = asyncio.get_running_loop(), urlsplit(url)
    request = request_bytes(url, form, authorization)
    clients = []
    for _ in range(connections):
        done = loop.create_future()
        _, client = await loop.create_connection(
            lambda done=done: Client(request, rounds, done), parts.hostname, parts.port
        )
        clients.append(client)
    began = time.perf_counter()
    for number, client in enumerate(clients):
        loop.call_later(spread * number / connections, client.send)
    await asyncio.wait([asyncio.ensure_future(c.done) for c in clients], timeout=seconds)
    elapsed = time.perf_counter() - began
    for client in clients:
        client.transport.abort()
    return clients, elapsed


def slow_answers(url: str, connections: int, rounds: int) -> tuple[float, int]:
    """Return the mean seconds from a connection's first request to its last answer, and errors.

    The connections begin one after the other over a second, as clients do.
    """
    output = _run(
        [sys.executable, "-m", "bench.load", url, "120", "", "", str(connections), str(rounds)]
    )
    elapsed, errors = output.split()
    return float(elapsed), int(errors)


def main() -> None:
    """Print what `measure` or `slow_answers` read."""
    url, seconds, form, authorization, *counts = sys.argv[1:]
    if counts:
        connections, rounds = map(int, counts)
        clients, _ = asyncio.run(generate(url, None, connections, rounds, float(seconds), 1))
        missing = sum(rounds - len(client.times) for client in clients)
        mean = sum(c.sent + c.times[-1] - c.began for c in clients) / connections
        print(mean, missing + sum(client.errors for client in clients))
        return
    clients, elapsed = asyncio.run(
        generate(url, form or None, CONNECTIONS, float("inf"), float(seconds), 0, authorization)
    )
    times = sorted(t for client in clients for t in client.times)
    p50, p99 = (times[int(len(times) * share)] * 1000 for share in (0.5, 0.99))
    print(len(times) / elapsed, p50, p99, sum(client.errors for client in clients))


if __name__ == "__main__":
    main()
