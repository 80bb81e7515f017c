"""X-Twilio-Signature, made and checked (rest-api.md section 6)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, urlsplit, urlunsplit

SIGNATURE_HEADER = "X-Twilio-Signature"
BODY_HASH_PARAMETER = "bodySHA256"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def signature(auth_token: str, url: str, form: Mapping[str, Iterable[str]] | None = None) -> str:
    """Return the signature Twilio sends for a request (rest-api.md 6.1).

    Args:
        auth_token: the account's primary auth token.
        url: the full URL as requested, without fragment and user information.
        form: the decoded form parameters of a POST, each with all its values.
    """
    message = url
    for name in sorted(form or {}):
        for value in sorted(set((form or {})[name])):
            message += name + value
    digest = hmac.new(auth_token.encode(), message.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def body_hash(body: bytes) -> str:
    """Return the lower-case hex SHA-256 that Studio puts into `bodySHA256`."""
    return hashlib.sha256(body).hexdigest()


def is_signed(
    given: str,
    auth_token: str,
    url: str,
    form: Mapping[str, Iterable[str]] | None = None,
    body: bytes = b"",
) -> bool:
    """Tell whether `given` is a signature Twilio could have made for the request.

    Like the official validators, the URL is tried as it is, with and without its port, and
    `bodySHA256` in the query is checked against the raw body (rest-api.md 6.3). A URL that cannot
    be parsed, as a forged Host header makes one, was never signed.
    """
    try:
        variants = _port_variants(url)
    except ValueError:
        return False
    claimed = parse_qs(urlsplit(url).query).get(BODY_HASH_PARAMETER)
    if claimed:
        if not hmac.compare_digest(claimed[-1], body_hash(body)):
            return False
        form = None
    offered = given.encode()
    return any(
        hmac.compare_digest(signature(auth_token, variant, form).encode(), offered)
        for variant in variants
    )


def _port_variants(url: str) -> list[str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    with_port = f"{host}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)}"
    variants = [url] + [urlunsplit(parts._replace(netloc=netloc)) for netloc in (host, with_port)]
    return list(dict.fromkeys(variants))
