"""What a program is told so that it reaches a sandbox unknowingly (rest-api.md 0.1, 0.2)."""

from __future__ import annotations

from collections.abc import Mapping

from mockstudio.config import Settings
from mockstudio.proxy.certificates import Authority

LOCAL = "localhost,127.0.0.1,::1"
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
_EXCEPTIONS = ("NO_PROXY", "no_proxy")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
_MISLEADING = (
    "ALL_PROXY",
    "all_proxy",
    "TWILIO_REGION",
    "TWILIO_EDGE",
    "TWILIO_API_KEY",
    "TWILIO_API_SECRET",
)


def child_environment(
    environ: Mapping[str, str], proxy: str, authority: Authority, settings: Settings
) -> dict[str, str]:
    """Return the environment of a program that is run against a sandbox.

    Args:
        environ: the present one.
        proxy: the proxy's URL.
        authority: whom the program shall trust besides those it trusts anyway.
        settings: with the account's credentials.
    """
    return {
        **{name: value for name, value in environ.items() if name not in _MISLEADING},
        **dict.fromkeys(_PROXIES, proxy),
        **dict.fromkeys(_EXCEPTIONS, LOCAL),
        **dict.fromkeys(_BUNDLES, str(authority.bundle)),
        "NODE_EXTRA_CA_CERTS": str(authority.file),
        # From version 24 on, Node's own fetch looks for the proxy as well.
        "NODE_USE_ENV_PROXY": "1",
        "TWILIO_ACCOUNT_SID": settings.account_sid,
        "TWILIO_AUTH_TOKEN": settings.auth_token,
    }
