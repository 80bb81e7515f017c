"""Calls under the virtual clock: a person calls the phone menu and presses 1."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mockstudio import Phone, Press, Sandbox

FIXTURES = Path(__file__).parents[1] / "fixtures"
PHONE = Phone(acts=(Press("1"),))


def phone_menu() -> Callable[[], int]:
    """Return one whole call, which gives the number of documents that were played."""
    sandbox = Sandbox()
    sandbox.load_endpoints(FIXTURES / "phone-menu.endpoints.yaml")
    flow = sandbox.load_flow(FIXTURES / "phone-menu.flow.json").flow

    def call() -> int:
        made = sandbox.call(flow, PHONE)
        made.wait()
        sandbox.reset()
        return len(made.transcript)

    return call
