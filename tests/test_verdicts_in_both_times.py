"""Every outcome of both HTTP widgets: under virtual time with the real limits, and over sockets."""

from __future__ import annotations

import pytest

from mockstudio.clock import ScaledClock, VirtualClock
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.flows.definition import parse_flow
from mockstudio.flows.events import VerdictReached
from mockstudio.flows.routes import make_route
from mockstudio.sandbox import Sandbox
from mockstudio.server import serve_in_background
from mockstudio.signing import SIGNATURE_HEADER, is_signed

SPEED = 40
URL = "https://orders-1234.twil.io/lookup"
WIDGETS = {"make-http-request": "failed", "run-function": "fail"}
"""The two HTTP widgets, and what each calls its failure."""

VERDICTS = {
    "ok": (True, "success"),
    "no-content": (True, "success"),
    "redirect": (True, "success"),
    "client-error": (False, "client-error"),
    "server-error": (False, "server-error"),
    "timeout": (False, "timeout"),
    "dribble": (False, "timeout"),
    "overflow": (False, "overflow"),
    "at-limit": (True, "success"),
    "not-json": (True, "success"),
    "json-array": (True, "success"),
    "wrong-type": (True, "success"),
    "reset": (False, "reset"),
    "empty": (False, "network"),
    "truncate": (False, "network"),
    "garbage": (False, "network"),
    "refused": (False, "refused"),
    "redirect-loop": (False, "too-many-redirects"),
    "bad-twiml": (True, "success"),
}
"""What each must come to, by reference 3.5: whether it succeeds, and the rule."""

WITHOUT_ANSWER = (
    *("timeout", "dribble", "overflow", "reset", "empty"),
    *("truncate", "garbage", "refused", "redirect-loop"),
)
PARSED = {
    "ok": {"ok": True},
    "redirect": {"ok": True},
    "client-error": {"error": "not found"},
    "server-error": {"error": "internal error"},
}
SECONDS = {"timeout": 10.0, "dribble": 10.0}
"""How long a call lasts under the virtual clock where it lasts at all."""


def one_widget(kind):
    ends = [{"event": "success"}, {"event": WIDGETS[kind]}]
    trigger = {
        "name": "Trigger",
        "type": "trigger",
        "transitions": [{"event": "incomingMessage", "next": "call"}],
        "properties": {},
    }
    call = {"name": "call", "type": kind, "transitions": ends, "properties": {"url": URL}}
    return parse_flow({"initial_state": "Trigger", "states": [trigger, call]}, kind).flow


class Player:
    """A sandbox with a flow for each HTTP widget and one endpoint."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.verdicts = []
        sandbox.listen(self._hear)
        sandbox.add_endpoints({"endpoints": [{"name": "lookup", "url": URL, "kind": "function"}]})
        self.flows = {kind: sandbox.library.add(one_widget(kind)) for kind in WIDGETS}

    def _hear(self, event):
        if isinstance(event, VerdictReached):
            self.verdicts.append(event.verdict)

    def play(self, kind, outcome):
        self.sandbox.reset()
        self.sandbox.endpoints.play("lookup", outcome)
        execution = self.sandbox.message("hi", self.flows[kind])
        return execution, self.verdicts[-1]


@pytest.fixture(scope="module")
def virtual():
    with Sandbox(clock=VirtualClock()) as sandbox:
        yield Player(sandbox)


@pytest.fixture(scope="module")
def over_sockets():
    with Sandbox(clock=ScaledClock(SPEED)) as sandbox, serve_in_background(sandbox):
        yield Player(sandbox)


def each_outcome_of_both_widgets(test):
    each_outcome = pytest.mark.parametrize("outcome", OUTCOME_NAMES)
    return each_outcome(pytest.mark.parametrize("kind", WIDGETS)(test))


def test_every_outcome_has_an_expected_verdict():
    assert set(VERDICTS) == set(OUTCOME_NAMES)


@each_outcome_of_both_widgets
def test_both_times_come_to_the_same(virtual, over_sockets, kind, outcome):
    (at_once, quick), (execution, real) = (
        player.play(kind, outcome) for player in (virtual, over_sockets)
    )
    assert (real.transition, real.reason, real.code, real.twiml) == (
        quick.transition,
        quick.reason,
        quick.code,
        quick.twiml,
    )
    assert real.outputs == quick.outputs
    assert execution.context["widgets"] == at_once.context["widgets"]
    assert [step.name for step in execution.steps] == [step.name for step in at_once.steps]
    assert real.warnings == quick.warnings


@each_outcome_of_both_widgets
def test_the_verdict_is_the_documented_one(virtual, kind, outcome):
    execution, verdict = virtual.play(kind, outcome)
    succeeds, reason = VERDICTS[outcome]
    assert (verdict.succeeded, verdict.reason) == (succeeds, reason)
    assert verdict.transition == ("success" if succeeds else WIDGETS[kind])
    assert execution.steps[-1].name == verdict.transition
    assert verdict.explanation.startswith(f"{verdict.transition}: ")


@each_outcome_of_both_widgets
def test_what_the_widget_writes(virtual, kind, outcome):
    execution, verdict = virtual.play(kind, outcome)
    written = execution.context["widgets"].get("call", {})
    if outcome in WITHOUT_ANSWER:
        assert written == {}
    elif outcome == "at-limit":
        assert len(written["body"].encode()) == 65_536
        assert written["parsed"]["ok"] is True
    else:
        assert written.get("parsed") == PARSED.get(outcome)
        assert written.keys() >= {"body", "content_type", "status_code"}
    assert dict(verdict.outputs) == written


@each_outcome_of_both_widgets
def test_a_call_that_is_not_answered_in_time_ends_at_exactly_ten_seconds(virtual, kind, outcome):
    before = virtual.sandbox.clock.monotonic()
    _, verdict = virtual.play(kind, outcome)
    assert verdict.elapsed == pytest.approx(virtual.sandbox.clock.monotonic() - before)
    if outcome in SECONDS:
        assert verdict.elapsed == pytest.approx(SECONDS[outcome])
    else:
        assert verdict.elapsed < 5


@pytest.mark.parametrize("kind", WIDGETS)
def test_an_overflow_stops_one_byte_over_the_limit(virtual, over_sockets, kind):
    for player in (virtual, over_sockets):
        _, verdict = player.play(kind, "overflow")
        assert verdict.size == 65_537
        assert "65,536" in verdict.explanation


@pytest.mark.parametrize("clock", [VirtualClock, lambda: ScaledClock(SPEED)])
@pytest.mark.parametrize("kind", WIDGETS)
def test_a_live_endpoint_gets_a_request_signed_for_the_url_it_sees(httpserver, clock, kind):
    httpserver.expect_request("/lookup").respond_with_json({"live": True})
    route = make_route("https://orders-1234.twil.io/*", httpserver.url_for("/*"))
    with Sandbox(clock=clock(), routes=[route]) as sandbox:
        player = Player(sandbox)
        execution, verdict = player.play(kind, "ok")
        assert verdict.succeeded
        assert execution.context["widgets"]["call"]["parsed"] == {"live": True}
        assert len(sandbox.journal) == 0
        ((request, _),) = httpserver.log
        signature = request.headers[SIGNATURE_HEADER]
        form = {name: request.form.getlist(name) for name in request.form}
        assert is_signed(signature, sandbox.settings.auth_token, request.url, form)
        assert not is_signed(signature, sandbox.settings.auth_token, URL, form)


def test_a_live_endpoints_real_time_is_added_to_the_virtual_clock(httpserver):
    httpserver.expect_request("/lookup").respond_with_json({})
    route = make_route("https://orders-1234.twil.io/*", httpserver.url_for("/*"))
    with Sandbox(routes=[route]) as sandbox:
        Player(sandbox).play("run-function", "ok")
        assert 0 < sandbox.clock.monotonic() < 5
