"""A sandbox behind the wire server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mockstudio.app import OWN_PREFIXES
from mockstudio.sandbox import Sandbox
from mockstudio.wire.server import WireServer


def create_server(sandbox: Sandbox, host: str, port: int) -> WireServer:
    """Return a server for a sandbox, not yet listening; port 0 takes a free one."""
    return WireServer(
        sandbox.endpoints, sandbox.call_app, OWN_PREFIXES, sandbox.clock, host=host, port=port
    )


@contextmanager
def serve_in_background(
    sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0
) -> Iterator[WireServer]:
    """Serve a sandbox on a thread; its flows call the endpoints over real HTTP meanwhile.

    Raises:
        ServerError: the address cannot be bound.
    """
    before = sandbox.router.base_url
    with create_server(sandbox, host, port) as server:
        sandbox.connect(server.url)
        try:
            yield server
        finally:
            sandbox.connect(before)
