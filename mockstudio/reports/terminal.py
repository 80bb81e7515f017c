"""The terminal view of a run: each step, request, verdict and message as it happens."""

from __future__ import annotations

import re
from datetime import datetime
from functools import singledispatchmethod

from rich.console import Console
from rich.text import Text

from mockstudio.durations import format_duration
from mockstudio.events import Event
from mockstudio.excerpts import excerpt
from mockstudio.flows.engine import STOPPED
from mockstudio.flows.events import (
    BranchChosen,
    Ended,
    EventReceived,
    ExecutionStarted,
    MessageSent,
    RequestSent,
    RunEvent,
    StepEntered,
    Transitioned,
    TwimlPrinted,
    VariablesSet,
    VerdictReached,
    Waiting,
    Warned,
)
from mockstudio.reports.repeats import Repeats
from mockstudio.reports.text import printable
from mockstudio.twiml.events import (
    CallEnded,
    CallStarted,
    CallStatusChanged,
    CarrierEvent,
    CarrierWarned,
    DocumentReceived,
    DocumentRequested,
    TranscriptLine,
)
from mockstudio.twiml.retrieval_codes import RETRIEVAL_FAILED
from mockstudio.twiml.transcript import elapsed

_NOTHING = "''"
_NARROWEST = 20
_TIMEOUT = "timeout"
_SHOWN_OF_A_VALUE = 60
_SHOWN_OF_A_BODY = 200
_WEBHOOK = re.compile(r"https?://[^/\s]+/v1/Accounts/[^/\s]+/Flows/(FW\w{4})\w{28}")
_SHOWN_BY_THE_FLOW = frozenset({"message", "media", "Message", "Media"})
"""Lines of a chat that run events show already, unless a document sent them."""
_WITHOUT_A_LINE = (CallStatusChanged, DocumentReceived)


class TerminalView:
    """Prints run events as lines for people.

    Args:
        console: where to.
        is_verbose: whether what is sent and what comes back are shown, and documents whole.
    """

    def __init__(self, console: Console, is_verbose: bool = False) -> None:
        self._console = console
        self._is_verbose = is_verbose
        self._began: dict[str, datetime] = {}
        self._waits: dict[str, datetime] = {}
        self._repeats = Repeats()
        self._answered_by = ""
        self._has_stopped = False

    def __call__(self, event: Event) -> None:
        """Print an event, or count it where it only repeats what was printed."""
        if isinstance(event, _WITHOUT_A_LINE) or self._repeats.hides(event):
            return
        if hidden := self._repeats.take_hidden():
            self._print("  ", f"… {hidden:,} more like these", "dim")
        self._show(event)

    def answered(self, who: str) -> None:
        """Note what answered the request that was sent last, such as `endpoint lookup`."""
        self._answered_by = who

    @singledispatchmethod
    def _show(self, event: Event) -> None:
        """Leave out what has no line of its own."""

    @_show.register
    def _(self, event: ExecutionStarted) -> None:
        self._line(event, "▶ ", f"{event.flow}: {event.trigger} from {event.contact}", "bold")

    @_show.register
    def _(self, event: StepEntered) -> None:
        self._line(event, "● ", f"{event.widget}  ", "bold", f"({event.type})")

    @_show.register
    def _(self, event: RequestSent) -> None:
        self._answered_by = ""
        self._line(event, "    ", f"{event.method} {event.url or _NOTHING}")
        if self._is_verbose:
            for name, value in event.parameters:
                self._line(event, "      ", f"{name} = {_short(value)}", "dim")
            self._excerpt(event, event.body)

    @_show.register
    def _(self, event: VerdictReached) -> None:
        verdict = event.verdict
        style = "green" if verdict.succeeded else "red"
        figures = [format_duration(verdict.elapsed), f"{verdict.size:,} bytes", self._answered_by]
        tail = f"  ({', '.join(filter(None, figures))})"
        self._line(event, "    ", verdict.explanation, style, tail)
        if self._is_verbose:
            self._excerpt(event, str(verdict.outputs.get("body", "")))

    @_show.register
    def _(self, event: BranchChosen) -> None:
        self._line(event, "    ", event.explanation)

    @_show.register
    def _(self, event: VariablesSet) -> None:
        for name, value in event.variables.items():
            self._line(event, "    ", f"{name} = {_short(value)}")

    @_show.register
    def _(self, event: MessageSent) -> None:
        media = f" [{event.media_url}]" if event.media_url else ""
        self._lines(event, f"« {event.body}", "cyan", media)

    @_show.register
    def _(self, event: TwimlPrinted) -> None:
        twiml = with_short_webhooks(event.twiml.strip())
        self._lines(event, twiml if self._is_verbose else self._narrow(event, twiml), "cyan")

    @_show.register
    def _(self, event: Waiting) -> None:
        self._waits[event.execution] = event.at
        limit = "" if event.seconds is None else f", at most {format_duration(event.seconds)}"
        self._line(event, "    ", f"waiting for {' or '.join(event.accepts)}{limit}", "yellow")

    @_show.register
    def _(self, event: EventReceived) -> None:
        said = event.parameters.get("Body")
        what = f"» {said}" if said is not None else event.name
        since = self._waits.pop(event.execution, event.at)
        waited = format_duration((event.at - since).total_seconds())
        tail = f"  (after {waited})" if event.name == _TIMEOUT and since != event.at else ""
        self._line(event, "    ", what, "magenta", tail)

    @_show.register
    def _(self, event: Transitioned) -> None:
        self._line(event, "    ", f"{event.took} → {event.next or 'end'}", "dim")

    @_show.register
    def _(self, event: Warned) -> None:
        code = f"{event.code} " if event.code else ""
        detail = f"\n{event.detail}" if event.detail else ""
        self._lines(event, f"⚠ {code}{event.text}{detail}", "yellow")

    @_show.register
    def _(self, event: Ended) -> None:
        self._has_stopped = event.reason == STOPPED
        self._line(event, "■ ", f"ended: {event.reason}", "bold")

    # --- the caller's side

    @_show.register
    def _(self, event: CallStarted) -> None:
        self._began[event.exchange] = event.at
        self._print("☎ ", f"{event.direction} call from {event.from_} to {event.to}", "bold")

    @_show.register
    def _(self, event: DocumentRequested) -> None:
        # What a flow is asked, its own events show.
        if not is_webhook(event.url):
            self._heard(event, "→ ", f"{event.method} {event.url}", "dim")

    @_show.register
    def _(self, event: TranscriptLine) -> None:
        if event.what in _SHOWN_BY_THE_FLOW and not event.document:
            return
        is_person = event.who == "person"
        who = "agent, " if event.who == "agent" else ""
        text = f"{'»' if is_person else '«'} {who}{event.what}: {event.text}".removesuffix(": ")
        self._heard(event, "☎ ", text, "magenta" if is_person else "cyan", _place(event))

    @_show.register
    def _(self, event: CarrierWarned) -> None:
        if self._has_stopped and event.code == RETRIEVAL_FAILED and is_webhook(event.url):
            # So Twilio sees that the flow has stopped; whoever runs it is told why.
            self._has_stopped = False
            return
        code = f"{event.code} " if event.code else ""
        url = f"  ({with_short_webhooks(event.url)})" if event.url else ""
        self._heard(event, "⚠ ", f"{code}{event.text}", "yellow", url)

    @_show.register
    def _(self, event: CallEnded) -> None:
        lasted = f" after {format_duration(event.seconds)}" if event.seconds else ", unanswered"
        self._print("☎ ", f"call over: {event.status}{lasted}, {event.reason}", "bold")

    # --- lines

    def _line(self, event: RunEvent, lead: str, text: str, style: str = "", tail: str = "") -> None:
        self._print("  " * event.depth + lead, text, style, tail)

    def _lines(self, event: RunEvent, text: str, style: str, tail: str = "") -> None:
        """Print what may have several lines; the tail goes to the first."""
        self._block("  " * event.depth + "    ", text, style, tail)

    def _excerpt(self, event: RunEvent, body: str) -> None:
        """Print how a body begins, on one line."""
        if body:
            line = " ".join(body[:_SHOWN_OF_A_BODY].split())
            more = "…" if len(body) > _SHOWN_OF_A_BODY else ""
            self._line(event, "      ", line + more, "dim")

    def _narrow(self, event: RunEvent, text: str) -> str:
        """Return a text whose lines fit the console, as `_lines` prints them."""
        widest = max(_NARROWEST, self._console.width - 2 * event.depth - len("      "))
        lines = text.split("\n")
        return "\n".join(li if len(li) <= widest else f"{li[: widest - 1]}…" for li in lines)

    def _heard(self, event: CarrierEvent, sign: str, text: str, style: str, tail: str = "") -> None:
        """Print what happens on the caller's side; in a call with the time since it began."""
        began = self._began.get(event.exchange)
        moment = f"{elapsed((event.at - began).total_seconds())} " if began else ""
        self._block(f"  {sign}{moment}", text, style, tail)

    def _block(self, lead: str, text: str, style: str, tail: str) -> None:
        first, *others = text.split("\n")
        self._print(lead, first, style, tail)
        for line in others:
            self._print(" " * (len(lead) + 2), line, style)

    def _print(self, lead: str, text: str, style: str = "", tail: str = "") -> None:
        line = Text(lead).append(printable(text), style=style).append(tail, style="dim")
        self._console.print(line, soft_wrap=True)


def _place(event: TranscriptLine) -> str:
    """Return where in a document a line stands; a flow's own documents are shown already."""
    if not event.line or is_webhook(event.document):
        return ""
    return f"  ({event.document.partition('?')[0]}:{event.line})"


def is_webhook(url: str) -> bool:
    """Tell whether a URL is a flow's own webhook (reference 7)."""
    return _WEBHOOK.match(url) is not None


def with_short_webhooks(text: str) -> str:
    """Return a text in which the URLs of flows' webhooks are short enough to be read."""
    return _WEBHOOK.sub(r"…/Flows/\1…", text)


def _short(value: object) -> str:
    return excerpt(repr(value), _SHOWN_OF_A_VALUE)
