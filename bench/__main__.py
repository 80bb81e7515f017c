"""Measures everything and prints the tables; nothing here passes or fails."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench import calls as calls_of
from bench import parked, rest, scenarios, virtual
from bench.load import Load, measure, slow_answers
from bench.processes import Server, check, floor, mockstudio, started
from bench.workload import ENDPOINTS, FORM, FORM_PATH, PATH, SLOW_PATH, others

ROUNDS = 5
SECONDS = 3
SLOW_CONNECTIONS, SLOW_ROUNDS = 2_000, 5
MANY = 10_000


def row(
    what: str, ours: str, beside: str = "", wanted: str = "", reached: bool | None = None
) -> None:
    mark = {None: "", True: "reached", False: "NOT REACHED"}[reached]
    print(f"  {what:<34} {ours:>18}  {beside:<40} {wanted:<22} {mark}", flush=True)


def loads(servers: list[Server], path: str, form: str | None) -> list[Load]:
    """Load the servers in turn, several rounds; return medians, and the sum of the errors."""
    for server in servers:
        check(server, path, form)
        measure(server.url + path, form, 1)
    runs = [[measure(s.url + path, form, SECONDS) for s in servers] for _ in range(ROUNDS)]
    return [
        Load(
            rate=statistics.median(load.rate for load in column),
            p50=statistics.median(load.p50 for load in column),
            p99=statistics.median(load.p99 for load in column),
            errors=sum(load.errors for load in column),
        )
        for column in zip(*runs, strict=True)
    ]


def requests_a_second() -> None:
    print("Requests a second: one core for the server, one for the load, 64 connections")
    with floor("httptools") as bare, floor("httpserver") as slow, mockstudio(ENDPOINTS) as ours:
        mine, top, low = loads([ours, bare, slow], PATH, None)
        row("GET, 200 bytes of JSON", f"{mine.rate:,.0f}/s", f"bare httptools {top.rate:,.0f}/s")
        row(
            "  share of bare httptools",
            f"{mine.rate / top.rate:.2f}",
            "",
            "at least 0.40",
            mine.rate >= 0.4 * top.rate,
        )
        row(
            "  times pytest-httpserver",
            f"{mine.rate / low.rate:.1f}",
            f"{low.rate:,.0f}/s",
            "at least 10",
            mine.rate >= 10 * low.rate,
        )
        row(
            "  p99 / p50",
            f"{mine.p99 / mine.p50:.2f}",
            f"{mine.p99:.2f} ms / {mine.p50:.2f} ms",
            "at most 3",
            mine.p99 <= 3 * mine.p50,
        )
        row("  errors", str(mine.errors), "", "0", mine.errors == 0)
        mine, top, low = loads([ours, bare, slow], FORM_PATH, FORM)
        row("POST form, second of two", f"{mine.rate:,.0f}/s", f"bare httptools {top.rate:,.0f}/s")
        row("  errors", str(mine.errors), "", "0", mine.errors == 0)
        row(
            "  share of bare httptools",
            f"{mine.rate / top.rate:.2f}",
            "",
            "at least 0.30",
            mine.rate >= 0.3 * top.rate,
        )
    with mockstudio(ENDPOINTS + others(6)) as few, mockstudio(ENDPOINTS + others(MANY)) as many:
        ten, thousands = loads([few, many], PATH, None)
        share = thousands.rate / ten.rate
        row("GET with 10,000 endpoints", f"{thousands.rate:,.0f}/s", f"with ten {ten.rate:,.0f}/s")
        row("  share of ten's", f"{share:.2f}", "", "at least 0.90", share >= 0.9)


def slow_endpoints() -> None:
    print(f"{SLOW_CONNECTIONS:,} connections, {SLOW_ROUNDS} answers each, every one delayed 1 s")
    with mockstudio(ENDPOINTS) as server:
        elapsed, errors = slow_answers(server.url + SLOW_PATH, SLOW_CONNECTIONS, SLOW_ROUNDS)
        share, peak = SLOW_ROUNDS / elapsed, server.memory_mb("VmHWM")
    row(
        "share of the ideal rate",
        f"{share:.3f}",
        f"{elapsed:.2f} s instead of {SLOW_ROUNDS} s",
        "at least 0.98",
        share >= 0.98,
    )
    row("errors", str(errors), "", "0", errors == 0)
    row("peak memory", f"{peak:.0f} MB", "", "under 90 MB", peak < 90)


def rest_api() -> None:
    print("REST API: Messages a second, one core for the server, 64 connections")
    two = f"{rest.MESSAGES}?PageSize=2"
    with rest.sandbox() as server:
        made = measure(server.url + rest.MESSAGES, rest.FORM, SECONDS, rest.LOGIN)
    with rest.sandbox(rest.STORED) as server:
        short, long = (
            measure(server.url + path, None, SECONDS, rest.LOGIN) for path in (two, rest.MESSAGES)
        )
    beside = ["no Prism: npx or Twilio's OpenAPI file is missing"] * 2
    if rest.has_prism():
        with rest.prism() as server:
            wanted = ((rest.MESSAGES, rest.FORM), (two, None))
            loads = [measure(server.url + p, form, SECONDS, rest.LOGIN) for p, form in wanted]
        beside = [f"Prism {load.rate:,.0f}/s, the same each time" for load in loads]
    row("create", f"{made.rate:,.0f}/s", beside[0])
    row(f"list 2 of {rest.STORED:,}", f"{short.rate:,.0f}/s", beside[1])
    row(f"list 50 of {rest.STORED:,}", f"{long.rate:,.0f}/s")
    errors = made.errors + short.errors + long.errors
    row("errors", str(errors), "", "0", errors == 0)


def start_up() -> None:
    print("Start-up: from exec to the first answer, medians of seven in turn")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.endpoints.yaml"
        path.write_text(yaml.safe_dump({"endpoints": ENDPOINTS}))
        pairs = list(start_up_pairs(path))
    ours, floor_seconds, idle = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(mine / bare for mine, bare, _ in pairs)
    row(
        "mockstudio serve",
        f"{ours * 1000:.0f} ms",
        f"import flask, requests, liquid {floor_seconds * 1000:.0f} ms",
    )
    row("  times the imports", f"{ratio:.2f}", "", "under 2", ratio < 2)
    row("  idle memory", f"{idle:.0f} MB", "", "under 60 MB", idle < 60)


def start_up_pairs(path: Path) -> Iterator[tuple[float, float, float]]:
    for _ in range(7):
        with started(path) as (server, mine):
            time.sleep(0.2)
            idle = server.memory_mb("VmRSS")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import flask, requests, liquid"], check=True)
        yield mine, time.perf_counter() - began, idle


def virtual_time() -> None:
    print("Virtual time")
    execution, call = virtual.execution_of(virtual.six_widgets()), virtual.bare_call()
    pairs = [
        (virtual.seconds_each(execution, 200, 1), virtual.seconds_each(call, 500, 1))
        for _ in range(7)
    ]
    mine, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    row(
        "six widgets, one Function call",
        f"{1 / mine:,.0f}/s",
        f"{mine * 1e6:,.0f} us; one bare call {bare * 1e6:,.0f} us",
    )
    row("  times one bare call", f"{ratio:.2f}", "", "at most 3", ratio <= 3)
    each = {}
    for steps in (125, 250, 500, 998):
        run = virtual.execution_of(virtual.loop_of(steps))
        each[steps] = virtual.seconds_each(run, 3, 5) / run()
        row(f"  a step, in {steps} steps", f"{each[steps] * 1e6:.1f} us")
    row(
        "  growth, 998 steps against 125",
        f"{each[998] / each[125]:.2f}",
        "",
        "1 is linear",
        each[998] < 1.3 * each[125],
    )


def calls() -> None:
    print("Calls under the virtual clock: the phone menu, six webhooks and a Function call each")
    call, bare = calls_of.phone_menu(), virtual.bare_call()
    pairs = [
        (virtual.seconds_each(call, 30, 1), virtual.seconds_each(bare, 300, 1)) for _ in range(7)
    ]
    mine, floor_seconds = (statistics.median(column) for column in zip(*pairs, strict=True))
    row(
        "calls",
        f"{1 / mine:,.0f}/s",
        f"{mine * 1e3:.2f} ms; one bare call {floor_seconds * 1e6:,.0f} us",
    )
    row("  times seven bare calls", f"{mine / floor_seconds / 7:.2f}")


def scenario_files() -> None:
    print("Scenarios of the demo flow, `mockstudio test` from start to exit, medians of three")
    bare = virtual.seconds_each(virtual.bare_call(), 500, 3)
    with tempfile.TemporaryDirectory() as folder:
        many = scenarios.write_copies(Path(folder))
        one, two = (
            statistics.median(scenarios.seconds(Path(folder), n) for _ in range(3)) for n in (1, 2)
        )
    beside = f"{one / many * 1e3:.1f} ms each; one bare call {bare * 1e3:.2f} ms"
    row(f"{many:,} in one process", f"{one:.1f} s, {many / one:,.0f}/s", beside)
    row("  times one bare call", f"{one / many / bare:.0f}")
    row(f"{many:,} in two", f"{two:.1f} s, {many / two:,.0f}/s", "", "1,000 under 10 s", two < 10)


def parked_executions() -> None:
    print(f"{parked.MANY:,} parked executions in real time, each with a timer of its own")
    done = subprocess.run(
        [sys.executable, "-m", "bench.parked"], check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    memory, threads, late = found["memory_mb"], found["threads"], found["late_max_ms"]
    row("memory", f"{memory:.1f} MB", "", "under 50 MB", memory < 50)
    row("threads beside the first", str(threads), "", "none for each", threads < parked.MANY / 10)
    row(
        "timers late at most",
        f"{late:.1f} ms",
        f"p50 {found['late_p50_ms']:.1f} ms, p99 {found['late_p99_ms']:.1f} ms",
        "within 50 ms",
        late < 50,
    )


def main() -> None:
    asked = sys.argv[1:]
    sections = {
        "http": requests_a_second,
        "slow": slow_endpoints,
        "rest": rest_api,
        "start": start_up,
        "virtual": virtual_time,
        "calls": calls,
        "parked": parked_executions,
        "scenarios": scenario_files,
    }
    for name, section in sections.items():
        if not asked or name in asked:
            section()


if __name__ == "__main__":
    main()
