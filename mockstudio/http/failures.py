"""From what `requests` raises to the failure it means.

The same trouble comes wrapped differently from the head and from the body of an answer, with and
without TLS. So the whole chain of causes is looked at, innermost facts first.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, ReadTimeoutError

from mockstudio.durations import format_duration
from mockstudio.http.exchange import Failure, FailureCause, FailureKind

CALL_ERRORS: Final = (requests.RequestException, urllib3.exceptions.HTTPError)
"""What sending and reading raise when the call fails; anything else is a mistake of ours."""

_KINDS: Final[tuple[tuple[tuple[type[BaseException], ...], FailureKind], ...]] = (
    ((TimeoutError, ReadTimeoutError, requests.Timeout), FailureKind.TIMEOUT),
    ((socket.gaierror,), FailureKind.DNS),
    ((ConnectionRefusedError,), FailureKind.REFUSED),
    # A close without an answer is a ConnectionResetError too, though nothing was reset.
    ((http.client.RemoteDisconnected,), FailureKind.NETWORK),
    ((ConnectionResetError, BrokenPipeError), FailureKind.RESET),
    ((ssl.SSLError, requests.exceptions.SSLError), FailureKind.TLS),
)
_CAUSES: Final = {
    10: FailureCause.CERTIFICATE_EXPIRED,
    62: FailureCause.CERTIFICATE_NAME,
    64: FailureCause.CERTIFICATE_NAME,
    2: FailureCause.CERTIFICATE_ISSUER,
    18: FailureCause.CERTIFICATE_ISSUER,
    19: FailureCause.CERTIFICATE_ISSUER,
    20: FailureCause.CERTIFICATE_ISSUER,
    21: FailureCause.CERTIFICATE_ISSUER,
}
"""By the verification codes of OpenSSL, X509_V_ERR_…; the others have no name of Twilio's."""
_SHOWN_AT_MOST: Final = 120
_TEXTS: Final = {
    FailureKind.DNS: "the name of {place} could not be resolved",
    FailureKind.REFUSED: "{place} refused the connection",
    FailureKind.RESET: "{place} reset the connection",
    FailureKind.TLS: "no TLS connection with {place}: {detail}",
    FailureKind.NETWORK: "{place} did not give a complete HTTP answer: {detail}",
}


def failure_of(error: BaseException, place: str) -> Failure | None:
    """Return the failure an error means, or None for a timeout: only the caller knows the limit.

    Args:
        error: what was raised.
        place: host and port, to name in the text.
    """
    chain = list(_chain(error))
    kind = _kind(chain)
    if kind is FailureKind.TIMEOUT:
        return None
    text = _TEXTS[kind].format(place=place, detail=_innermost(chain))
    return Failure(kind, text, cause=_cause(chain))


def never_connected(error: BaseException) -> bool:
    """Tell whether an error means that the time was over before there was a connection."""
    return any(isinstance(found, ConnectTimeoutError) for found in _chain(error))


def timeout(elapsed: float, limit: float, began: bool) -> Failure:
    """Return the failure of a call whose time was over.

    Args:
        elapsed: seconds of the clock that the call took.
        limit: seconds it was given.
        began: whether the answer's head had arrived.
    """
    what = "answer not complete" if began else "no answer"
    return _late(what, elapsed, limit)


def not_connected(elapsed: float, limit: float) -> Failure:
    """Return the failure of a call whose time was over before there was a connection.

    Args:
        elapsed: seconds of the clock that the call took.
        limit: seconds it was given to connect.
    """
    return _late("no connection", elapsed, limit, FailureCause.NOT_CONNECTED)


def _late(what: str, elapsed: float, limit: float, cause: FailureCause | None = None) -> Failure:
    text = f"{what} after {format_duration(elapsed)}, limit {format_duration(limit)}"
    return Failure(FailureKind.TIMEOUT, text, {"seconds": elapsed, "limit": limit}, cause)


def overflow(size: int, limit: int, exact: bool) -> Failure:
    """Return the failure of an answer that is too large.

    Args:
        size: bytes of the body, or as many as were read.
        limit: bytes allowed.
        exact: whether `size` is all of it.
    """
    what = "body is" if exact else "body is at least"
    text = f"{what} {size:,} bytes, limit {limit:,}"
    return Failure(FailureKind.OVERFLOW, text, {"size": size, "limit": limit})


def too_many_redirects(limit: int) -> Failure:
    """Return the failure of a call that was redirected once more than is followed."""
    text = f"redirected {limit + 1:,} times, limit {limit:,}"
    return Failure(FailureKind.TOO_MANY_REDIRECTS, text, {"redirects": limit + 1, "limit": limit})


def _kind(chain: list[BaseException]) -> FailureKind:
    for types, kind in _KINDS:
        if any(isinstance(error, types) for error in chain):
            return kind
    return FailureKind.NETWORK


def _cause(chain: list[BaseException]) -> FailureCause | None:
    codes = (e.verify_code for e in chain if isinstance(e, ssl.SSLCertVerificationError))
    return next((_CAUSES[code] for code in codes if code in _CAUSES), None)


def _innermost(chain: list[BaseException]) -> str:
    """Return what the first cause says, on one line: it may quote what the peer sent."""
    text = str(chain[-1]) or type(chain[-1]).__name__
    shown = text if text.isprintable() else ascii(text)
    return shown if len(shown) <= _SHOWN_AT_MOST else shown[:_SHOWN_AT_MOST] + "…"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it wraps: its cause, its context, or an error among its arguments."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        wrapped = (arg for arg in reversed(following.args) if isinstance(arg, BaseException))
        following = next(wrapped, None) or following.__cause__ or following.__context__
