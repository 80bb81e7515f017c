"""Rules about where transitions lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.contracts.lint.rule import Finding, Level, Rule
from mockstudio.flows.findings import Spot
from mockstudio.flows.model import State, Transition

_FAILURES: Mapping[str, tuple[str, str]] = {
    "make-http-request": ("failed", "success"),
    "run-function": ("fail", "success"),
    "run-subflow": ("failed", "completed"),
    "add-twiml-redirect": ("fail", "return"),
    "start-conversation": ("failed", "created"),
    "resume-conversation": ("failed", "resumed"),
    "run-conversation-relay": ("failed", "success"),
}
"""By type, the event of a failure after which a flow can go on, and that of success."""

_NOT_HANDED_OVER: Mapping[str, str] = {
    "send-to-flex": "failedToEnqueue",
    "enqueue-call": "failedToEnqueue",
}
"""By type, the event that tells that nobody will take over."""

_UNHEARD = (
    "make-http-request",
    "run-function",
    "set-variables",
    "split-based-on",
    "record-call",
    "fork-stream",
)
"""Widgets of which the person hears and reads nothing."""
_WAITS_FOR_NOBODY = (*_UNHEARD, "run-subflow", "send-message", "say-play")
_AT_ONCE = ("fail", "failed", "deliveryFailure", "failedToEnqueue", "callFailure")
"""Events that come without anybody having done anything, also of widgets that wait."""


class UnhandledFailure(Rule):
    """MS101 (reference 3.5, 6)."""

    id = "MS101"
    title = "A failure leads nowhere although success leads on"
    help = """\
When the request fails, times out or answers with an error, the execution ends right there: the
person hears or reads nothing more. Not reported is a widget after which the person hears and reads
nothing either way, nor a message that could not be sent, since nobody could be told of it.

Connect the failure's event to a widget that says so, or that goes on without the answer."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find widgets whose success leads to the person and whose failure leads nowhere."""
        for state in flow.running:
            failure, success = _FAILURES.get(state.type, ("", ""))
            if _is_heard_of(flow, state, success) and not _leads(state, failure):
                message = f"when it fails, the flow ends in silence: '{failure}' leads nowhere"
                instead = f"connect '{failure}' to a widget that tells the person"
                yield self.found(state.name, _spot(flow, state, failure), message, instead)


class NobodyTakesOver(Rule):
    """MS102 (reference 2.16, 2.17)."""

    id = "MS102"
    level = Level.NOTE
    title = "Nobody is told when nobody takes over"
    help = """\
A full queue, a wrong workflow or attributes that are no JSON: the task or the place in the queue is
not made, and the execution ends. The person waits for somebody who will never come.

Connect `failedToEnqueue` to a widget that says so."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find hand-overs whose failure leads nowhere."""
        for state in flow.running:
            event = _NOT_HANDED_OVER.get(state.type, "")
            if event and not _leads(state, event):
                message = f"when no task is made nobody is told: '{event}' leads nowhere"
                instead = f"connect '{event}' to a widget that tells the person"
                yield self.found(state.name, _spot(flow, state, event), message, instead)


class RetryOfItself(Rule):
    """MS103 (reference 3.7, 6)."""

    id = "MS103"
    title = "A widget repeats itself without anything between"
    help = """\
The transition leads back to the widget itself and nobody has to do anything for it. The same widget
may run 10 times in a row, then Studio ends the execution with warning 81001. Prompts that ask again
when nothing was said or typed are not reported.

Count the tries: a Set Variables widget that adds one, and a split that gives up."""
    _limit: ClassVar[str] = "after 10 runs in a row Studio ends the execution (81001)"

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find transitions to the same widget that come at once."""
        for state in flow.running:
            for number, transition in enumerate(state.transitions):
                if transition.next == state.name and _comes_at_once(state, transition):
                    spot = flow.at(state, "transitions", number, "next")
                    message = f"'{transition.event}' leads back to the widget itself: {self._limit}"
                    instead = "count the tries with Set Variables and give up in a split"
                    yield self.found(state.name, spot, message, instead)


class Unreachable(Rule):
    """MS104."""

    id = "MS104"
    title = "No path from the trigger leads to a widget"
    help = """\
It never runs. Widgets that only it leads to are counted, not listed. Nothing else is said of
widgets that never run.

Connect it, or take it out."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find the parts of the flow that nothing leads to."""
        for name, island in flow.graph.islands:
            others = len(island) - 1
            behind = f", nor the {others} behind it" if others else ""
            state = flow.flow.state(name)
            message = f"no path from the trigger leads to '{name}'{behind}"
            instead = "connect it to a transition, or take it out"
            yield self.found(name, flow.at(state, "name"), message, instead)


def _leads(state: State, event: str) -> bool:
    transition = state.transition(event)
    return transition is not None and transition.next is not None


def _is_heard_of(flow: LintedFlow, state: State, event: str) -> bool:
    """Tell whether the person can hear or read something after a transition."""
    transition = state.transition(event)
    if transition is None or transition.next is None:
        return False
    behind = flow.graph.behind([transition.next])
    return any(flow.flow.state(name).type not in _UNHEARD for name in behind)


def _spot(flow: LintedFlow, state: State, event: str) -> Spot:
    number = next((n for n, each in enumerate(state.transitions) if each.event == event), None)
    return flow.at(state, "transitions", *(() if number is None else (number,)))


def _comes_at_once(state: State, transition: Transition) -> bool:
    return state.type in _WAITS_FOR_NOBODY or transition.event in _AT_ONCE


RULES: tuple[type[Rule], ...] = (UnhandledFailure, NobodyTakesOver, RetryOfItself, Unreachable)
