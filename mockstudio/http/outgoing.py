"""A request as it goes out: its URL, its signature, where it goes, what a redirect makes of it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from requests import PreparedRequest
from requests.exceptions import RequestException

from mockstudio.http.exchange import Failure, FailureKind, OutgoingRequest
from mockstudio.signing import BODY_HASH_PARAMETER, SIGNATURE_HEADER, body_hash, signature

FORM: Final = "application/x-www-form-urlencoded"

DEFAULT_CONTENT_TYPE: Final = f"{FORM}; charset=UTF-8"
"""What is sent when the widget names no content type (reference 2.4, rest-api.md 5.6)."""

STANDARD_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "X-Home-Region": "us1",
        "Connection": "close",
    }
)
"""What every request of Twilio's carries (reference 3.3, rest-api.md 5.6)."""

PLAIN_URL: Final = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[1-9]\d{0,3})?"
    r"(?:/(?!\.)[\w.~-]*)+(?:\?[\w=&.~-]+)?",
    re.ASCII,
)
"""A URL in which there is nothing to encode; most are, and encoding takes time."""
_UNSENDABLE = re.compile(r"[\x00-\x20\x7f-\x9f\s]")
_KEEPING_METHOD = (307, 308)
_REDIRECTING = (301, 302, 303, *_KEEPING_METHOD)


@dataclass(frozen=True)
class Account:
    """Whose requests these are.

    Attributes:
        sid: `AC…`.
        auth_token: signs the requests, and is the password of `add_twilio_auth`.
        api_url: the sandbox's own base URL, which plays Twilio's API; empty when there is none.
    """

    sid: str
    auth_token: str
    api_url: str = ""


@dataclass(frozen=True)
class Destination:
    """Where a URL of the flow really goes.

    Attributes:
        url: what to connect to and ask for, encoded as it is sent: the flow's URL with another
            origin, or with another path too.
        host_header: the Host to send when it is not that of `url`: the endpoint is a scripted one
            and is told its production host. None for a live endpoint.
    """

    url: str
    host_header: str | None = None


def signed(request: OutgoingRequest, account: Account, url: str | None = None) -> OutgoingRequest:
    """Return the request with its X-Twilio-Signature (reference 3.3, rest-api.md 6.1).

    Args:
        request: what is sent; a form body is parsed, so that a hand-written one is signed too.
        account: whose auth token signs.
        url: what is signed when it is not the request's own URL.
    """
    made = signature(account.auth_token, url or request.url, _form(request))
    return replace(request, headers={**request.headers, SIGNATURE_HEADER: made})


def addressed(
    request: OutgoingRequest, destination: Destination, account: Account
) -> OutgoingRequest:
    """Return the request as its destination gets it, signed for the URL that is rebuilt there.

    A scripted endpoint is told its production host and sees the flow's URL; a live one sees the
    address it is reached at.
    """
    if destination.host_header is None:
        return signed(request, account, destination.url)
    headers = {**request.headers, "Host": destination.host_header}
    told = replace(request, headers=headers)
    return told if SIGNATURE_HEADER in headers else signed(told, account)


def redirected(
    request: OutgoingRequest, status: int, location: str
) -> OutgoingRequest | Failure | None:
    """Return the unsigned request a redirect leads to, or None when it is no redirect.

    301, 302 and 303 turn POST into GET without a body, 307 and 308 keep both; credentials stay
    behind when the host changes (reference 3.5).
    """
    if status not in _REDIRECTING or not location:
        return None
    target = urljoin(request.url, _as_text(location))
    url = sendable_url(target)
    if isinstance(url, Failure):
        return Failure(FailureKind.BAD_REDIRECT, f"redirected to '{target}': {url.text}")
    own = ("Host", "Cookie", SIGNATURE_HEADER)
    headers = {name: value for name, value in request.headers.items() if name not in own}
    if url.netloc != urlsplit(request.url).netloc:
        headers.pop("Authorization", None)
    headers.update(own_credentials(target))
    return _aimed(request, url, headers, keep=status in _KEEPING_METHOD)


def sendable_url(text: str) -> SplitResult | Failure:
    """Return a URL as it is sent, without credentials and fragment, or why it cannot be one."""
    if found := _UNSENDABLE.search(text):
        what = "a space" if found[0] == " " else f"the character {found[0]!r}"
        return _bad_url(text, f"holds {what} at position {found.start() + 1}; use url_encode")
    try:
        written = urlsplit(text)
        if written.scheme not in ("http", "https") or not written.hostname:
            return _bad_url(text, "is not absolute: expected http://host or https://host")
        parts = urlsplit(_encoded(text))
        (parts.hostname or "").encode("idna")
    except (RequestException, ValueError) as error:
        return _bad_url(text, f"cannot be parsed: {error}")
    if written.port == 0:
        return _bad_url(text, "has port 0, which nothing can listen on")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")


def _bad_url(text: str, why: str) -> Failure:
    return Failure(FailureKind.BAD_URL, f"URL '{text}' {why}")


def _encoded(text: str) -> str:
    """Return the URL as the client encodes it; raises RequestException or ValueError."""
    if PLAIN_URL.fullmatch(text):
        return text
    prepared = PreparedRequest()
    prepared.prepare_url(text, None)
    return prepared.url or ""


def _as_text(location: str) -> str:
    """Return a Location header as UTF-8; header bytes arrive as Latin-1."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def with_query(url: SplitResult, parameters: tuple[tuple[str, str], ...]) -> str:
    """Return the URL with these parameters added to its query."""
    added = form_encoded(parameters)
    return urlunsplit(url._replace(query="&".join(part for part in (url.query, added) if part)))


def form_encoded(parameters: Iterable[tuple[str, str]]) -> str:
    """Return names and values as a form writes them."""
    return urlencode(list(parameters), errors="replace")


def own_credentials(url: str) -> dict[str, str]:
    """Return the Authorization header that a URL's `user:password@` asks for, or nothing."""
    userinfo, _, _ = urlsplit(url).netloc.rpartition("@")
    if not userinfo:
        return {}
    user, _, password = userinfo.partition(":")
    return basic_auth(unquote(user), unquote(password))


def basic_auth(user: str, password: str) -> dict[str, str]:
    """Return the Authorization header of HTTP Basic."""
    pair = f"{user}:{password}".encode("utf-8", "replace")
    return {"Authorization": "Basic " + base64.b64encode(pair).decode()}


def _aimed(
    request: OutgoingRequest, url: SplitResult, headers: dict[str, str], keep: bool
) -> OutgoingRequest:
    """Return the request for another URL, with its method and body or as a plain GET."""
    target = urlunsplit(url)
    if keep:
        return with_body_hash(replace(request, url=target, headers=headers))
    for name in ("Content-Type", "Content-Length"):
        headers.pop(name, None)
    return OutgoingRequest("GET", target, headers)


def with_body_hash(request: OutgoingRequest) -> OutgoingRequest:
    """Return the request with `bodySHA256` in its query when its body is no form."""
    if request.method == "GET" or is_form(request.headers.get("Content-Type", "")):
        return request
    url = urlsplit(request.url)
    claim = (BODY_HASH_PARAMETER, body_hash(request.body))
    # A server that redirects to its own query has sent the parameter back.
    if claim in parse_qsl(url.query):
        return request
    return replace(request, url=with_query(url, (claim,)))


def _form(request: OutgoingRequest) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    if is_form(request.headers.get("Content-Type", "")):
        text = request.body.decode("utf-8", "replace")
        for name, value in parse_qsl(text, keep_blank_values=True):
            form.setdefault(name, []).append(value)
    return form


def is_form(content_type: str) -> bool:
    """Tell whether a content type is that of a form."""
    return content_type.partition(";")[0].strip().lower() == FORM
