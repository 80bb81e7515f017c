"""The WSGI environ of a request (PEP 3333)."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from mockstudio.endpoints.request import Request
from mockstudio.wire.exchange import Terms

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_UNPREFIXED = {"CONTENT_TYPE": "CONTENT_TYPE", "CONTENT_LENGTH": "CONTENT_LENGTH"}


def make_environ(request: Request, terms: Terms, server: tuple[str, int]) -> WSGIEnvironment:
    """Return what a WSGI application is called with.

    `mockstudio.arrived` holds the clock's moment of the request's arrival.

    Args:
        request: as received, transfer decoding done.
        terms: gives the HTTP version.
        server: the address and port the client connected to.
    """
    path = request.target.partition("?")[0]
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "REQUEST_URI": request.target,
        "RAW_URI": request.target,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{terms.version}",
        "REMOTE_ADDR": request.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "mockstudio.arrived": request.arrived,
    }
    _add_headers(environ, request)
    return environ


def _add_headers(environ: WSGIEnvironment, request: Request) -> None:
    for name, value in request.headers:
        # `X_Y` would become the same key as `X-Y` and could pass for it.
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = _UNPREFIXED.get(key, f"HTTP_{key}")
        separator = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    if request.body:
        environ["CONTENT_LENGTH"] = str(len(request.body))
