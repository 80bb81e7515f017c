"""Run events and requests as log lines, for the sandbox that serves."""

from __future__ import annotations

import logging

from mockstudio.endpoints.journal import Entry
from mockstudio.events import Event
from mockstudio.flows.events import (
    Ended,
    ExecutionStarted,
    MessageSent,
    RunEvent,
    StepEntered,
    Transitioned,
    VerdictReached,
    Waiting,
    Warned,
)

logger = logging.getLogger("mockstudio.run")
request_logger = logging.getLogger("mockstudio.requests")


def log_event(event: Event) -> None:
    """Log a run event; warnings as warnings, all else as information."""
    if not isinstance(event, RunEvent):
        return
    level = logging.WARNING if isinstance(event, Warned) else logging.INFO
    text = _text(event)
    if text:
        logger.log(level, "%s %s", event.execution[:8], text)


def log_request(entry: Entry) -> None:
    """Log what a request was answered with, and by which endpoint.

    A request that nothing matched has been logged already, with the nearest endpoints.
    """
    if not entry.endpoint:
        return
    effects = f" ({', '.join(entry.effects)})" if entry.effects else ""
    request_logger.info(
        "%s %s -> %s, %s: %s%s",
        entry.request.method,
        entry.request.target,
        entry.endpoint,
        entry.reply,
        entry.answer.status,
        effects,
    )


def _text(event: RunEvent) -> str:
    match event:
        case ExecutionStarted():
            return f"{event.flow}: {event.trigger} from {event.contact}"
        case StepEntered():
            return f"{event.widget} ({event.type})"
        case VerdictReached():
            return f"{event.widget}: {event.verdict.explanation}"
        case MessageSent():
            return f"{event.widget}: to {event.to}: {event.body}"
        case Waiting():
            return f"{event.widget}: waiting for {' or '.join(event.accepts)}"
        case _:
            return _closing_text(event)


def _closing_text(event: RunEvent) -> str:
    match event:
        case Transitioned():
            return f"{event.widget}: {event.took} -> {event.next or 'end'}"
        case Warned():
            return " ".join(str(p) for p in (event.widget, event.code, event.text) if p)
        case Ended():
            return f"ended: {event.reason}"
        case _:
            return ""
