from __future__ import annotations

import pytest

from mockstudio.clock import ScaledClock, SystemClock
from mockstudio.sandbox import Sandbox

ADVANCE = "/_mockstudio/clock/advance"


def test_the_clock_is_read(api, sandbox) -> None:
    now = sandbox.clock.now().isoformat()
    assert api("GET", "/clock").json == {"kind": "virtual", "now": now, "seconds": 0.0}


@pytest.mark.parametrize(("by", "seconds"), [("1h", 3600), ("250ms", 0.25), (30, 30), (0, 0)])
def test_the_clock_is_advanced(api, sandbox, by: object, seconds: float) -> None:
    assert api("POST", "/clock/advance", {"by": by}).json["seconds"] == seconds
    assert sandbox.clock.monotonic() == seconds


@pytest.mark.parametrize("body", [{}, [], {"by": "soon"}, {"by": None}, {"by": -1}, {"by": True}])
def test_what_is_no_duration_moves_nothing(api, sandbox, body: object) -> None:
    assert api("POST", "/clock/advance", body).status_code == 400
    assert sandbox.clock.monotonic() == 0


def test_a_scaled_clock_can_be_advanced() -> None:
    with Sandbox(clock=ScaledClock(10)) as sandbox:
        said = sandbox.app.test_client().post(ADVANCE, json={"by": "1h"}).json
    assert (said["kind"], said["seconds"] >= 3600) == ("scaled", True)


def test_real_time_cannot_be_advanced(description) -> None:
    with Sandbox(clock=SystemClock()) as sandbox:
        response = sandbox.app.test_client().post(ADVANCE, json={"by": "1h"})
    description.check(response)
    assert response.status_code == 400
    assert response.json["error"] == (
        "real time cannot be advanced; use a virtual or a scaled clock"
    )
