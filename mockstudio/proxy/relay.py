"""Follows routes: requests for a host go to the live address a route names, or to the sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.wrappers import Request, Response

from mockstudio.flows.routes import SCRIPTED, Route

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 120
"""Seconds without a byte after which an address is given up."""


class Relay:
    """A WSGI application that passes each request on.

    Args:
        routes: tried in order.
        sandbox: its URL, where everything goes that no route leads elsewhere.
    """

    def __init__(self, routes: Sequence[Route], sandbox: str) -> None:
        self._routes = routes
        self._sandbox = sandbox
        self._proxy = ProxyMiddleware(Response("", 404), {}, timeout=PATIENCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on."""
        request = Request(environ)
        target, host = self._target(request.host, request.path)
        options = {
            "target": target,
            "remove_prefix": False,
            "host": host,
            "headers": {},
            "ssl_context": None,
        }
        path = unquote(urlsplit(target).path) or "/"
        return self._proxy.proxy_to(options, path, "/")(environ, start_response)

    def _target(self, host: str, path: str) -> tuple[str, str]:
        """Return where a request goes, and the Host header it has there."""
        for route in self._routes:
            # Whether TLS has ended before does not matter to a route.
            followed = (route.follow(f"{scheme}://{host}{path}") for scheme in ("https", "http"))
            target = next(filter(None, followed), None)
            if target is not None:
                return self._address(route, target, host, path)
        return self._sandbox + path, host

    def _address(self, route: Route, target: str, host: str, path: str) -> tuple[str, str]:
        if route.target == SCRIPTED:
            return self._sandbox + path, host
        return target, urlsplit(target).netloc
