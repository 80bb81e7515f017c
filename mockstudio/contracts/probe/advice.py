"""What there is to say about a call beyond its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from werkzeug.http import parse_options_header

from mockstudio.contracts.probe.model import Channel, Margin
from mockstudio.contracts.probe.names import is_awkward
from mockstudio.contracts.probe.rules import Finding, finding
from mockstudio.durations import format_duration
from mockstudio.errors import TwimlError
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.verdict import JSON, TWIML, Reason, Verdict
from mockstudio.http.exchange import Exchange, Hop, HttpResponse
from mockstudio.twiml.document import parse_document
from mockstudio.twiml.model import Remark

MUCH_TIME: Final = 0.5
"""Of the time there is: an answer that takes more is warned of."""
MUCH_ROOM: Final = 0.75
"""Of the bytes there may be."""

_RULES: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.BAD_URL: "not-sent",
        Reason.BAD_METHOD: "not-sent",
        Reason.RESERVED_PARAMETER: "not-sent",
        Reason.NOT_TWILIO: "not-sent",
        Reason.REFUSED: "unreachable",
        Reason.DNS: "unreachable",
        Reason.RESET: "broken-connection",
        Reason.NETWORK: "broken-connection",
        Reason.TLS: "broken-connection",
        Reason.TIMEOUT: "too-slow",
        Reason.OVERFLOW: "too-large",
        Reason.CLIENT_ERROR: "client-error",
        Reason.SERVER_ERROR: "server-error",
        Reason.REDIRECT_STATUS: "bad-redirects",
        Reason.TOO_MANY_REDIRECTS: "bad-redirects",
        Reason.BAD_REDIRECT: "bad-redirects",
        Reason.UNKNOWN_STATUS: "unknown-status",
    }
)


def failed(reason: Reason, text: str, code: int | None) -> Finding:
    """Return the finding for a call that failed for a reason."""
    return finding(_RULES[reason], text, code=code)


def about_margins(time: Margin, size: Margin) -> Iterator[Finding]:
    """Yield what is close to a limit."""
    if MUCH_TIME < time.share <= 1:
        used, limit = format_duration(time.used), format_duration(time.limit)
        yield finding("little-time", f"the answer took {used} of {limit}")
    if MUCH_ROOM < size.share <= 1:
        text = f"the body has {size.used:,.0f} of {size.limit:,.0f} bytes"
        yield finding("little-room", text)


def about_redirects(hops: Iterable[Hop]) -> Iterator[Finding]:
    """Yield what the redirects cost that were followed."""
    requests = tuple(hops)
    if len(requests) < 2:
        return
    way = " → ".join(hop.url for hop in requests)
    count = f"{len(requests) - 1} redirects" if len(requests) > 2 else "a redirect"
    yield finding("redirected", f"over {count}: {way}")
    if requests[0].method != requests[-1].method:
        lost = next(hop for hop in requests if hop.method == requests[0].method and hop.location)
        text = f"{lost.status} made a GET without parameters of the POST to {lost.url}"
        yield finding("parameters-lost", text)


def about_data(verdict: Verdict, exchange: Exchange) -> Iterator[Finding]:
    """Yield what keeps templates from reading an answer."""
    if exchange.response is None:
        return
    media_type = _media_type(exchange.response)
    name = "twiml-as-data" if media_type == TWIML else "not-parsed"
    yield from (finding(name, warning) for warning in verdict.warnings)
    text = str(verdict.outputs.get("body", ""))
    if not verdict.warnings and media_type not in (JSON, TWIML):
        yield from _about_other_types(text, exchange.response.content_type or "missing")


def about_names(names: Iterable[tuple[str, Any]]) -> Iterator[Finding]:
    """Yield the names that can be read in brackets only, in one finding."""
    if awkward := [name for name, _ in names if is_awkward(name)]:
        more = f" and {len(awkward) - 1} more" if len(awkward) > 1 else ""
        yield finding("awkward-name", f"write it as {awkward[0]}{more}")


def about_twiml(
    verdict: Verdict, exchange: Exchange, channel: Channel, limit: int
) -> Iterator[Finding]:
    """Yield what is to be said of the TwiML that a Function answers with (reference 3.7)."""
    if not verdict.twiml or exchange.response is None:
        return
    if channel is not Channel.CALL:
        yield finding("twiml-as-data", "a Function's TwiML is played in calls only")
        return
    yield finding("twiml-takes-over", "Studio hands the call over to the document")
    try:
        document = parse_document(exchange.response.body, limit=limit)
    except TwimlError as error:
        yield finding("unplayable", str(error), line=error.line, code=error.code)
    else:
        yield from about_remarks(document.remarks)


def about_remarks(remarks: Iterable[Remark]) -> Iterator[Finding]:
    """Yield what Twilio would warn of in a document."""
    for remark in remarks:
        yield finding("twiml", remark.text, line=remark.line, code=remark.code)


def _about_other_types(text: str, content_type: str) -> Iterator[Finding]:
    beginning = text.lstrip("\ufeff \t\r\n")
    if "<Response" in beginning[:200]:
        why = f"the body looks like TwiML, but Content-Type is {content_type}, not {TWIML}"
        yield finding("twiml-as-data", why)
    elif beginning[:1] in ("{", "[") and _is_json(text):
        yield finding("content-type", f"the body is JSON, but Content-Type is {content_type}")


def _is_json(text: str) -> bool:
    try:
        parse_json(text)
    except JsonTextError:
        return False
    return True


def _media_type(response: HttpResponse) -> str:
    return parse_options_header(response.content_type)[0].lower()
