"""Who may call an endpoint: the visibility of Functions, and HTTP Basic credentials."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator

from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.bodies import json_answer
from mockstudio.endpoints.model import BasicAuth, Endpoint, Visibility
from mockstudio.endpoints.request import Request
from mockstudio.signing import SIGNATURE_HEADER, is_signed


def refusal(endpoint: Endpoint, request: Request, auth_token: str) -> Answer | None:
    """Return the answer to a caller who may not call an endpoint, or None when it may.

    Args:
        endpoint: what is called.
        request: the call.
        auth_token: signs requests to protected Functions.

    Returns:
        404 for a private Function; 403 for a protected one without the right signature
        (rest-api.md 6.4); 401 without the right credentials; each with the reason in JSON.
    """
    if endpoint.visibility is Visibility.PRIVATE:
        return _refused(404, endpoint, "is a private Function, which has no URL")
    if endpoint.visibility is Visibility.PROTECTED:
        reason = signature_problem(endpoint, request, auth_token)
        if reason:
            return _refused(403, endpoint, f"is a protected Function: {reason}")
    if endpoint.auth and not _has_credentials(request, endpoint.auth):
        challenge = ("WWW-Authenticate", f'Basic realm="{_quoted(endpoint.name)}"')
        return _refused(401, endpoint, "wants HTTP Basic credentials", challenge)
    return None


def _refused(status: int, endpoint: Endpoint, reason: str, *headers: tuple[str, str]) -> Answer:
    return json_answer(status, {"error": f"endpoint '{endpoint.name}' {reason}"}, headers)


def signature_problem(endpoint: Endpoint, request: Request, auth_token: str) -> str | None:
    """Say what is wrong with a request's signature, or return None.

    Args:
        endpoint: what is called, whatever its visibility.
        request: the call.
        auth_token: signs it.
    """
    given = request.header(SIGNATURE_HEADER)
    if not given:
        return f"the {SIGNATURE_HEADER} header is missing"
    urls = list(dict.fromkeys(_signed_urls(endpoint, request)))
    if any(is_signed(given, auth_token, url, request.form, request.body) for url in urls):
        return None
    return (
        f"the {SIGNATURE_HEADER} header does not match {' or '.join(urls)} "
        "signed with the account's auth token"
    )


def _signed_urls(endpoint: Endpoint, request: Request) -> Iterator[str]:
    """Yield the URLs a caller may have signed.

    Behind a proxy that ends TLS the scheme is another, and Studio signs the production URL while
    the request reaches the sandbox (rest-api.md 6.3).
    """
    yield f"http://{request.host}{request.target}"
    yield f"https://{request.host}{request.target}"
    host = endpoint.url.host
    if host and "*" not in host:
        yield f"{endpoint.url.scheme or 'https'}://{host}{request.target}"


def _has_credentials(request: Request, auth: BasicAuth) -> bool:
    scheme, _, token = request.header("authorization").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        offered = base64.b64decode(token.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    # Browsers send UTF-8, the requests library Latin-1.
    return any(
        hmac.compare_digest(offered, f"{auth.user}:{auth.password}".encode(charset, "replace"))
        for charset in ("utf-8", "latin-1")
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
