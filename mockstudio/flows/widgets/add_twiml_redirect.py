"""TwiML Redirect: prints TwiML and waits for the person to come back (reference 2.6, 7)."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from mockstudio.flows.events import FlowEvent, TwimlPrinted
from mockstudio.flows.execution import Wait
from mockstudio.flows.widgets.base import Parked, Result, Took, Visit, Widget

DEFAULT_TIMEOUT = 14_400
POST = "POST"
METHODS = ("GET", POST)
RETURN = "return"
TIMEOUT = "timeout"
FAIL = "fail"


class AddTwimlRedirect(Widget):
    """Never calls the URL itself: what is there is heard by the caller, not by Studio."""

    type = "add-twiml-redirect"
    prints_twiml_for = frozenset({"call", "message"})

    def enter(self, visit: Visit) -> Result:
        """Print the redirect and wait; `fail` only for a URL that cannot be parsed."""
        # Trimmed, unlike the HTTP widgets' URLs: white space around it means nothing in TwiML.
        url = visit.text("url").strip()
        if not is_absolute_url(url):
            visit.warn(None, f"redirect URL '{url}' is not an absolute http(s) URL")
            return Took(FAIL)
        method = _method(visit)
        redirect = f"<Redirect method={quoteattr(method)}>{escape(url)}</Redirect>"
        twiml = f"<Response>{redirect}</Response>"
        visit.tell(TwimlPrinted, twiml=twiml)
        seconds = timeout_seconds(visit)
        until = visit.moment_after(seconds) if seconds else None
        return Parked(Wait(accepts=[RETURN, TIMEOUT], until=until, twiml=twiml))

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Keep every parameter of the returning request; a time-out sets nothing."""
        return Took(event.name, event.parameters if event.name == RETURN else {})


def _method(visit: Visit) -> str:
    method = visit.text("method", POST).upper()
    if method in METHODS:
        return method
    visit.warn(None, f"method '{method}' is none of {', '.join(METHODS)}; using {POST}")
    return POST


def is_absolute_url(url: str) -> bool:
    """Tell whether a URL can be parsed as an absolute http or https one."""
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def timeout_seconds(visit: Visit) -> float:
    """Return the seconds to wait for a return, 0 for no time-out (reference 7 no. 6 and 7)."""
    text = visit.text("timeout", str(DEFAULT_TIMEOUT)).strip()
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if 0 <= seconds <= DEFAULT_TIMEOUT:
        return seconds
    visit.warn(None, f"timeout '{text}' is not 0 to {DEFAULT_TIMEOUT} seconds; using the default")
    return DEFAULT_TIMEOUT
