"""What parked executions cost in real time: memory, threads, and how late their timers fire."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

from bench.virtual import state
from mockstudio import Sandbox, SystemClock
from mockstudio.flows.definition import parse_flow
from mockstudio.flows.events import Transitioned
from mockstudio.flows.triggers import message_trigger

MANY = 1_000
FIRST, LAST = 3.0, 5.0
"""Seconds after which the first and the last of them time out."""


def patient() -> dict:
    """Return a flow that asks, and waits as long as the message says."""
    address = {"from": "{{flow.channel.address}}"}
    return {
        "states": [
            state("Trigger", "trigger", {"incomingMessage": "ask"}),
            state(
                "ask",
                "send-and-wait-for-reply",
                {"incomingMessage": None, "timeout": None, "deliveryFailure": None},
                body="Which order?",
                timeout="{{trigger.message.Body}}",
                **address,
            ),
        ],
        "initial_state": "Trigger",
    }


def memory_mb() -> float:
    """Return the resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def main() -> None:
    sandbox = Sandbox(clock=SystemClock())
    flow = sandbox.library.add(parse_flow(patient(), "bench").flow)
    late: list[float] = []
    due: dict[str, float] = {}

    def listen(event):
        if isinstance(event, Transitioned) and event.took == "timeout":
            late.append(time.monotonic() - due[event.execution])

    sandbox.listen(listen)
    start(sandbox, flow, "3600", -1)
    before, threads = memory_mb(), threading.active_count()
    for number in range(MANY):
        seconds = FIRST + (LAST - FIRST) * number / MANY
        execution = start(sandbox, flow, f"{seconds:.3f}", number)
        due[execution.sid] = time.monotonic() + execution_seconds(execution, sandbox)
    parked = memory_mb()
    while len(late) < MANY:
        time.sleep(0.05)
    late.sort()
    report = {
        "memory_mb": parked - before,
        "threads": threading.active_count() - threads,
        "late_p50_ms": late[MANY // 2] * 1000,
        "late_p99_ms": late[MANY * 99 // 100] * 1000,
        "late_max_ms": late[-1] * 1000,
    }
    print(json.dumps(report))
    sandbox.close()


def start(sandbox, flow, seconds: str, number: int):
    """Start an execution of a person of its own."""
    parameters = {
        "MessageSid": f"SM{number}",
        "From": f"+1202555{number:04}",
        "To": sandbox.settings.number,
        "Body": seconds,
    }
    return sandbox.start(flow, message_trigger(parameters))


def execution_seconds(execution, sandbox) -> float:
    """Return how long an execution still waits."""
    return (execution.times_out_at - sandbox.clock.now()).total_seconds()


if __name__ == "__main__":
    main()
