"""Scenarios: the demo's file again and again, played by `mockstudio test` from start to exit."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "fixtures"
NAME = "order-status"
COPIES = 84


def write_copies(folder: Path) -> int:
    """Write the copies; return how many scenarios they have together."""
    for kind in ("flow.json", "endpoints.yaml"):
        (folder / f"{NAME}.{kind}").write_bytes((FIXTURES / f"{NAME}.{kind}").read_bytes())
    text = (FIXTURES / f"{NAME}.scenario.yaml").read_text("utf-8")
    for number in range(COPIES):
        (folder / f"{number}.scenario.yaml").write_text(text, "utf-8")
    done = _test(folder, 1, "0.scenario.yaml")
    return COPIES * int(done.split(" passed")[0].split()[-1])


def seconds(folder: Path, processes: int) -> float:
    """Return how long it takes to read and play all, the interpreter's start included."""
    began = time.perf_counter()
    _test(folder, processes, ".")
    return time.perf_counter() - began


def _test(folder: Path, processes: int, path: str) -> str:
    command = [sys.executable, "-m", "mockstudio", "test", path, "-n", str(processes)]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
