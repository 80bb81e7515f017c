"""What was sent and what came back, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any


class FailureKind(StrEnum):
    """Why a call has no answer."""

    BAD_URL = "bad-url"
    """The URL is none after rendering; nothing was sent (reference 3.2)."""
    BAD_METHOD = "bad-method"
    """The method is neither GET nor POST; nothing was sent (reference 3.1)."""
    RESERVED_PARAMETER = "reserved-parameter"
    """A parameter has a name Studio keeps to itself; nothing was sent (reference 3.1)."""
    NOT_TWILIO = "not-twilio"
    """`add_twilio_auth` with a URL that is not Twilio's; nothing was sent (reference 3.4)."""
    TIMEOUT = "timeout"
    """The time was over before the answer was complete."""
    OVERFLOW = "overflow"
    """The answer's body is larger than the limit."""
    REFUSED = "refused"
    """Nothing listens at the address."""
    RESET = "reset"
    """The connection was reset."""
    NETWORK = "network"
    """The connection closed early, or what came was not HTTP or not complete."""
    DNS = "dns"
    """The host's name could not be resolved."""
    TLS = "tls"
    """The TLS handshake failed or the certificate does not verify."""
    TOO_MANY_REDIRECTS = "too-many-redirects"
    """One redirect more than are followed."""
    BAD_REDIRECT = "bad-redirect"
    """A Location that is no http or https URL."""


class FailureCause(StrEnum):
    """What exactly went wrong, where Twilio tells it apart and the kind does not."""

    NOT_CONNECTED = "not-connected"
    """A timeout: no connection was made, or its TLS handshake was not over."""
    CERTIFICATE_NAME = "certificate-name"
    """The certificate is for another host."""
    CERTIFICATE_EXPIRED = "certificate-expired"
    """The certificate is no longer valid."""
    CERTIFICATE_ISSUER = "certificate-issuer"
    """No certificate that is trusted vouches for it."""


@dataclass(frozen=True)
class Failure:
    """Why a call has no answer, for people and for programs.

    Attributes:
        kind: the rule that decided.
        text: a clause such as `body is 65,537 bytes, limit 65,536`.
        numbers: what the text's figures are: `limit`, and `size`, `seconds` or `redirects`.
        cause: what exactly went wrong, or None where the kind says all.
    """

    kind: FailureKind
    text: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    cause: FailureCause | None = None


@dataclass(frozen=True)
class OutgoingRequest:
    """A request as it goes out.

    Attributes:
        method: in upper case.
        url: as the flow means it, encoded as it is sent, without credentials and fragment.
        headers: by name as sent, without Host unless it differs from the URL's.
        body: the raw bytes.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def without_credentials(self) -> OutgoingRequest:
        """Return the request with its Authorization hidden, to be shown or stored."""
        if "Authorization" not in self.headers:
            return self
        return replace(self, headers={**self.headers, "Authorization": "(hidden)"})


@dataclass(frozen=True)
class HttpResponse:
    """A complete answer.

    Attributes:
        status: the status code.
        content_type: the header as received, or an empty string (reference 3.6).
        headers: by name in lower case.
        body: decoded bytes, at most as many as the limit allows.
    """

    status: int
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Hop:
    """One request of a call: the first, or one that a redirect led to.

    Attributes:
        method: in upper case.
        url: as the flow or the redirect names it.
        sent_to: where it really went.
        status: of its answer, or None when there was none.
        location: where a followed redirect led, as the answer wrote it.
    """

    method: str
    url: str
    sent_to: str
    status: int | None = None
    location: str | None = None


@dataclass(frozen=True)
class Exchange:
    """All of one call.

    Attributes:
        request: the last request that went out, or None when none could be made.
        response: the final answer, or None when the call failed.
        failure: why there is no answer, or None.
        hops: every request in order.
        elapsed: seconds of the clock.
    """

    request: OutgoingRequest | None
    response: HttpResponse | None = None
    failure: Failure | None = None
    hops: tuple[Hop, ...] = ()
    elapsed: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the exchange as JSON data, fit to be shown.

        Bodies become text with undecodable bytes replaced; credentials are left out.
        """
        data = asdict(replace(self, request=self.request and self.request.without_credentials()))
        for message in (data["request"], data["response"]):
            if message is not None:
                message["body"] = message["body"].decode("utf-8", "replace")
        return data
