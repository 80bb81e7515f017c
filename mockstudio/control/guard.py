"""Who may use the control API: programs on this machine, never a web page of somebody else's."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

from mockstudio.http.hosts import is_address, is_loopback


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
    is_own = is_loopback(host) or host in own_hosts or (remote_allowed and is_address(host))
    if not is_own:
        return f"Host '{request.host}' is not this server's; use http://127.0.0.1 or localhost"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return f"Origin '{origin}' is not this server's: pages of other sites cannot drive it"
    client = request.remote_addr or ""
    if client and not remote_allowed and not is_loopback(client):
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
