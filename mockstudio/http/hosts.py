"""What a URL and its host are, whoever asks."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_TWILIO = re.compile(r"(?:[a-z0-9-]+\.)*twilio\.com")


def is_url(text: str) -> bool:
    """Tell whether a text is an http or https URL with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_address(host: str) -> bool:
    """Tell whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether a host, in lower case, is this machine: a name may only begin like one."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return is_address(host) and ipaddress.ip_address(host).is_loopback


def is_twilios(host: str) -> bool:
    """Tell whether a host is Twilio's own; Functions have theirs at `twil.io`."""
    return _TWILIO.fullmatch(host.lower()) is not None
