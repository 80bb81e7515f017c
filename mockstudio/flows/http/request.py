"""An HTTP widget's request, from rendered properties to what is sent (reference 3.1 to 3.4)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mockstudio.http.exchange import Failure, FailureKind, OutgoingRequest
from mockstudio.http.outgoing import (
    DEFAULT_CONTENT_TYPE,
    STANDARD_HEADERS,
    Account,
    basic_auth,
    form_encoded,
    is_form,
    own_credentials,
    sendable_url,
    signed,
    with_body_hash,
    with_query,
)

RESERVED_PARAMETERS: Final = frozenset({"method"})
"""Names a parameter of make-http-request must not have; the documentation gives this one as its
example and no list (reference 3.1)."""

METHODS: Final = ("GET", "POST")
"""All that the widgets can send (reference 3.1)."""
_NOT_IN_HEADERS = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True)
class WidgetRequest:
    """An HTTP widget's properties, all rendered.

    Attributes:
        widget: the widget's name.
        url: may hold `user:password@`.
        method: `GET` or `POST`; run-function always posts.
        function: whether this is run-function rather than make-http-request.
        content_type: None where the widget has none.
        body: None or empty where the widget has none.
        parameters: names and values in order.
        add_twilio_auth: whether the account's credentials are sent.
    """

    widget: str
    url: str
    method: str = "POST"
    function: bool = False
    content_type: str | None = None
    body: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    add_twilio_auth: bool = False


def prepare(request: WidgetRequest, account: Account) -> OutgoingRequest | Failure:
    """Return what is sent for a widget, signed for its own URL, or why nothing can be sent.

    The URL's Liquid output is not encoded for the author: a space or a control character makes the
    URL invalid and `+` stays `+`. What a client must encode to send the URL at all, such as
    non-ASCII characters, is percent-encoded as `requests` does it (reference 3.2).
    """
    if not request.function and (reserved := _reserved(request.parameters)):
        text = f"parameter '{reserved}' has a name that Studio reserves; nothing was sent"
        return Failure(FailureKind.RESERVED_PARAMETER, text)
    if request.method.upper() not in METHODS:
        text = f"method '{request.method}' is none of {', '.join(METHODS)}; nothing was sent"
        return Failure(FailureKind.BAD_METHOD, text)
    url = sendable_url(request.url)
    if isinstance(url, Failure):
        return url
    if request.add_twilio_auth and not _is_twilio(url, account):
        text = f"add_twilio_auth is on and {_host(url)} is not Twilio's; nothing was sent"
        return Failure(FailureKind.NOT_TWILIO, text)
    return signed(_compose(request, url, account), account)


def _reserved(parameters: Iterable[tuple[str, str]]) -> str | None:
    return next((name for name, _ in parameters if name in RESERVED_PARAMETERS), None)


def _is_twilio(url: SplitResult, account: Account) -> bool:
    if (url.hostname or "").endswith(".twilio.com"):
        return True
    own = urlsplit(account.api_url)
    return bool(own.netloc) and (url.scheme, url.netloc) == (own.scheme, own.netloc)


def _host(url: SplitResult) -> str:
    return url.hostname or ""


def _compose(request: WidgetRequest, url: SplitResult, account: Account) -> OutgoingRequest:
    method = "POST" if request.function else request.method.upper()
    content_type = DEFAULT_CONTENT_TYPE
    if not request.function:
        content_type = _NOT_IN_HEADERS.sub("?", request.content_type or DEFAULT_CONTENT_TYPE)
    headers = {**STANDARD_HEADERS, "I-Twilio-Idempotency-Token": str(uuid.uuid4())}
    headers.update(_credentials(request, account))
    if method == "GET":
        return OutgoingRequest(method, with_query(url, request.parameters), headers)
    query, body = _placed(request, content_type)
    headers |= {"Content-Type": content_type, "Content-Length": str(len(body))}
    return with_body_hash(OutgoingRequest(method, with_query(url, query), headers, body))


def _placed(request: WidgetRequest, content_type: str) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Return the query's parameters and the body of a POST (reference 3.1)."""
    if request.body and not request.function:
        return request.parameters, request.body.encode("utf-8", "replace")
    if request.function or is_form(content_type):
        return (), form_encoded(request.parameters).encode()
    return request.parameters, b""


def _credentials(request: WidgetRequest, account: Account) -> dict[str, str]:
    """Return the Authorization header: the account's wins over the URL's (reference 3.4)."""
    if request.add_twilio_auth:
        return basic_auth(account.sid, account.auth_token)
    return own_credentials(request.url)
