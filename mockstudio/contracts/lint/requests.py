"""Rules about the URLs that a flow gives to Studio and to Twilio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.contracts.lint.rule import Finding, Level, Rule
from mockstudio.contracts.lint.templates import Printed, Template
from mockstudio.contracts.lint.values import is_address, is_free_text
from mockstudio.flows.findings import Spot
from mockstudio.flows.model import State
from mockstudio.http.exchange import Failure
from mockstudio.http.outgoing import sendable_url

_CALLED: Mapping[str, str] = {
    "make-http-request": "url",
    "run-function": "url",
    "add-twiml-redirect": "url",
    "enqueue-call": "wait_url",
    "send-to-flex": "waitUrl",
}
"""By type, the property whose URL is asked for data or TwiML."""
_ASKING = ("make-http-request", "run-function")
"""Types whose URL is called by Studio itself."""
_SAFE = ("url_encode", "url_param_escape", "to_json", "size", "date")
"""Filters after which nothing is left that a URL cannot hold."""
_NOT_OVER_THE_NET = ("localhost", "127.0.0.1")


class NotEncoded(Rule):
    """MS131 (reference 3.2, 5.5)."""

    id = "MS131"
    title = "A phone number or free text goes into a URL as it is"
    help = """\
Studio does not encode what a template prints into a URL, or into a form written by hand. The `+` of
a phone number arrives as a space, and a text with blanks makes the URL unusable, which is error
81014 and the failure event. Values under `parameters` are encoded.

Write `{{ contact.channel.address | url_encode }}`, or use `parameters`."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find outputs in URLs and forms without `url_encode`."""
        for template in flow.templates:
            if not (_is_url(template) or _is_form(template)):
                continue
            for each in template.printed:
                kind = _kind(each, flow)
                if kind and not _is_whole(each, template):
                    where = "URL" if _is_url(template) else "form"
                    message = f"{each} is {kind} and goes into the {where} as it is"
                    instead = f"write {{{{ {each} | url_encode }}}}"
                    spot = flow.at_template(template)
                    yield self.found(template.state.name, spot, message, instead)


class PlainHttp(Rule):
    """MS132."""

    id = "MS132"
    title = "A URL is called without encryption"
    help = """\
What goes to an http:// URL and comes from it can be read and changed on the way: phone numbers,
what people said, Twilio's signature.

Write https://."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find URLs that begin with http://."""
        for state, url in _called(flow):
            if url.lower().startswith("http://"):
                message = f"{_shown(url)} is called without encryption"
                yield self.found(state.name, _spot(flow, state), message, _https(url))


class NoRoute(Rule):
    """MS133."""

    id = "MS133"
    title = "Nothing covers a URL of the flow"
    help = """\
Looked for only when endpoints or routes are given. A URL that no endpoint and no route covers is
refused when a run comes to it, because nothing may reach production by accident. Liquid in a URL
can become anything.

Add an endpoint with this URL, or a route to where it is served."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find URLs that no endpoint and no route covers."""
        for state, url in _called(flow):
            if flow.routing is not None and not flow.routing.covers(url):
                hint = flow.routing.did_you_mean(url)
                message = f"no endpoint or route covers {_shown(url)}{hint}"
                instead = "add an endpoint with this URL, or a --route to where it is served"
                yield self.found(state.name, _spot(flow, state), message, instead)


class UncallableUrl(Rule):
    """MS134 (reference 3.2, 3.8)."""

    id = "MS134"
    level = Level.ERROR
    title = "A URL cannot be called"
    help = """\
Studio calls an absolute http:// or https:// URL without spaces. With anything else, such as
<YOUR_URL> of a template that was never filled in, nothing is asked: error 81014 and the failure
event in every run.

Write the whole URL, such as https://example.com/orders."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find URLs without Liquid and placeholders that no request can be made of."""
        for state, url in flow.texts("url", *_ASKING):
            if _is_open(url):
                continue
            found = sendable_url(url)
            if isinstance(found, Failure):
                instead = "write the whole URL, such as https://example.com/orders"
                yield self.found(state.name, _spot(flow, state), found.text, instead)


def _is_open(url: str) -> bool:
    """Tell whether a URL is known only when it runs or is deployed."""
    return any(mark in url for mark in ("{{", "{%", "${"))


def _called(flow: LintedFlow) -> Iterator[tuple[State, str]]:
    for widget, name in _CALLED.items():
        for state, url in flow.texts(name, widget):
            if url.strip():
                yield state, url.strip()


def _spot(flow: LintedFlow, state: State) -> Spot:
    return flow.at(state, "properties", _CALLED[state.type])


def _is_url(template: Template) -> bool:
    return template.steps == ("properties", _CALLED.get(template.state.type))


def _is_form(template: Template) -> bool:
    """Tell whether a template is a form body written by hand (reference 3.1)."""
    state = template.state
    is_json = "json" in str(state.properties.get("content_type") or "").lower()
    is_body = template.steps == ("properties", "body")
    return state.type == "make-http-request" and is_body and not is_json


def _kind(printed: Printed, flow: LintedFlow) -> str:
    """Return what must be encoded of what an output prints; empty when nothing must."""
    if set(printed.filters) & set(_SAFE):
        return ""
    origins = flow.origins.of(printed.path)
    if any(map(is_address, origins)):
        return "a phone number"
    return "free text" if any(map(is_free_text, origins)) else ""


def _is_whole(printed: Printed, template: Template) -> bool:
    """Tell whether an output is all there is, so that the value is a URL itself."""
    return template.source.strip() == template.source[printed.start : printed.end]


def _shown(url: str) -> str:
    return url.partition("?")[0]


def _https(url: str) -> str:
    host = urlsplit(url.partition("{{")[0]).hostname or ""
    if host in _NOT_OVER_THE_NET:
        return "write an address that Twilio can reach, with https://"
    return f"write https://{_shown(url)[len('http://') :]}"


RULES: tuple[type[Rule], ...] = (NotEncoded, PlainHttp, NoRoute, UncallableUrl)
