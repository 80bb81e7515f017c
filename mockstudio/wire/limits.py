"""What a client may ask of the server."""

from __future__ import annotations

from dataclasses import dataclass

SLICE = 65_536
"""Bytes given to a transport at once; longer bodies wait for the peer in between."""


@dataclass(frozen=True)
class WireLimits:
    """Sizes in bytes, times in real seconds: a scaled clock does not stretch them.

    Attributes:
        header_bytes: all header lines of a request together; more is answered with 431.
        target_bytes: the request target; more is answered with 414.
        body_bytes: a request's body after transfer decoding; more is answered with 413.
        idle_seconds: how long a connection may stay open between requests.
        receive_seconds: from a request's first byte to its last; longer is answered with 408.
        stalled_seconds: how long a client may leave an answer unread before it is cut off.
        linger_seconds: how long a refused client may go on sending before it is cut off.
        connections: open at the same time; one more is answered with 503.
        pipelined_requests: waiting on one connection before the server stops reading from it.
        stream_bytes: of the application's answer under way before its thread waits for the client.
        threads: for the application and for replies that need one.
        shutdown_seconds: how long stopping may take.
    """

    header_bytes: int = 65_536
    target_bytes: int = 16_384
    body_bytes: int = 16 * 1024 * 1024
    idle_seconds: float = 75.0
    receive_seconds: float = 30.0
    stalled_seconds: float = 60.0
    linger_seconds: float = 2.0
    connections: int = 10_000
    pipelined_requests: int = 64
    stream_bytes: int = 262_144
    threads: int = 16
    shutdown_seconds: float = 1.5

    @property
    def tick_seconds(self) -> float:
        """How often the time-outs are looked at: a tenth of the shortest, at most a second."""
        shortest = min(
            self.idle_seconds, self.receive_seconds, self.stalled_seconds, self.linger_seconds
        )
        return min(1.0, shortest / 10)


DEFAULT_LIMITS = WireLimits()
