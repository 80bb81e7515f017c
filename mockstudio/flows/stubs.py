"""Stand-in endpoints for the URLs of a flow, so that it runs before any is scripted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from mockstudio.endpoints.bodies import XML_TYPE
from mockstudio.endpoints.model import Endpoint, Kind, OutcomeReply, Reply, TextBody, UrlPattern
from mockstudio.flows.model import Flow

STUB = "stub of"
"""What the source of every stand-in begins with."""
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_RETURN = """<Response>
  <Redirect>https://webhooks.twilio.com/v1/Accounts/{{{{ request.params.AccountSid }}}}/Flows/{sid}\
?FlowEvent=return</Redirect>
</Response>"""


@dataclass(frozen=True)
class _Called:
    """A property that holds a URL.

    Attributes:
        widget: the type of the widget.
        name: the property's.
        kind: what is at the URL.
        returns: whether TwiML there is to bring the call back to the flow.
    """

    widget: str
    name: str
    kind: Kind
    returns: bool = False


_CALLED = (
    _Called("make-http-request", "url", Kind.HTTP),
    _Called("run-function", "url", Kind.FUNCTION),
    _Called("add-twiml-redirect", "url", Kind.TWIML, returns=True),
    _Called("enqueue-call", "wait_url", Kind.TWIML),
    _Called("send-to-flex", "waitUrl", Kind.TWIML),
)


def stub_endpoints(flow: Flow) -> list[Endpoint]:
    """Return an endpoint for each URL of the flow that is called, or asked for TwiML.

    It has the first such widget's name and plays `ok`; where a flow redirects a call to, TwiML
    comes back to it with `return`. Liquid in a URL stands for anything; the more Liquid, the later
    the endpoint, so that each widget's own is found first.
    """
    found: dict[UrlPattern, Endpoint] = {}
    for state in flow.states:
        for called in _CALLED:
            url = str(state.properties.get(called.name) or "")
            if state.type == called.widget and url:
                stub = _stub(flow, state.name, called, url_pattern(url))
                found.setdefault(stub.url, stub)
    return sorted(found.values(), key=_generality)


def _stub(flow: Flow, widget: str, called: _Called, url: UrlPattern) -> Endpoint:
    returning = Reply(body=TextBody(_RETURN.format(sid=flow.sid), XML_TYPE))
    return Endpoint(
        name=widget,
        url=url,
        kind=called.kind,
        replies=(returning if called.returns else OutcomeReply("ok"),),
        source=f"{STUB} widget '{widget}'",
    )


def _generality(endpoint: Endpoint) -> tuple[bool, int, int]:
    """Rank endpoints from one URL to all of them."""
    path = endpoint.url.path
    return endpoint.url.host is None, str(endpoint.url).count("*"), -len(path)


def url_pattern(url: str) -> UrlPattern:
    """Return the pattern of all URLs that a templated URL can render to."""
    text = _LIQUID.sub("*", url.strip())
    if not re.match(r"https?://", text):
        return UrlPattern("/*")
    parts = urlsplit(text.partition("?")[0].partition("#")[0])
    host = parts.netloc.rpartition("@")[2].lower()
    path = re.sub(r"\*+", "*", parts.path) or "/"
    return UrlPattern(path, None if host == "*" else host, parts.scheme)
