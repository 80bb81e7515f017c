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
from mockstudio.reports.text import printable
from mockstudio.twiml.events import (
    CallEnded,
    CallStarted,
    CarrierEvent,
    CarrierWarned,
    DocumentRequested,
    TranscriptLine,
)

logger = logging.getLogger("mockstudio.run")
request_logger = logging.getLogger("mockstudio.requests")


def log_event(event: Event) -> None:
    """Log an event; warnings as warnings, all else as information."""
    level = logging.WARNING if isinstance(event, Warned | CarrierWarned) else logging.INFO
    if isinstance(event, RunEvent):
        subject, text = event.execution, _text(event)
    elif isinstance(event, CarrierEvent):
        subject, text = event.exchange, _carrier_text(event)
    else:
        return
    if text:
        logger.log(level, "%s %s", subject[:8], printable(text))


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


def _carrier_text(event: CarrierEvent) -> str:
    match event:
        case CallStarted():
            return f"{event.direction} call from {event.from_} to {event.to}"
        case DocumentRequested():
            return f"{event.method} {event.url}"
        case TranscriptLine():
            return f"{event.who}: {event.what} {event.text}".rstrip()
        case CarrierWarned():
            return " ".join(str(part) for part in (event.code, event.text, event.url) if part)
        case CallEnded():
            return f"call over: {event.status} after {event.seconds:.0f} s, {event.reason}"
        case _:
            return ""
