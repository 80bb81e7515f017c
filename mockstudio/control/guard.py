"""Who may use the control API: programs on this machine, never a web page of somebody else's."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import Request


def objection(request: Request, own_hosts: frozenset[str], remote_allowed: bool) -> str | None:
    """Return why a request must be refused, or None.

    A page that a browser shows could send requests here, under its own Origin, or, by letting its
    name resolve to this machine, under its own Host. Both are refused.

    Args:
        request: as it arrived.
        own_hosts: names of this server besides the loopback ones, in lower case, without port.
        remote_allowed: whether other machines may use the API.
    """
    host = _hostname(request.host)
    # No name resolves to a number: under one, a page cannot pass off another address as its own.
    is_own = _is_loopback(host) or host in own_hosts or (remote_allowed and _is_address(host))
    if not is_own:
        return f"Host '{request.host}' is not this server's; use http://127.0.0.1 or localhost"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return f"Origin '{origin}' is not this server's: pages of other sites cannot drive it"
    client = request.remote_addr or ""
    if client and not remote_allowed and not _is_loopback(client):
        return (
            f"the control API answers this machine only, not {client}; "
            "set `remote_control: true` in mockstudio.yaml to allow it"
        )
    return None


def _hostname(netloc: str) -> str:
    try:
        return (urlsplit(f"//{netloc}").hostname or "").lower()
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
