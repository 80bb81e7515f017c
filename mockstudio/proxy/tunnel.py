"""Bytes from one connection to another, both ways, until the address has no more."""

from __future__ import annotations

import asyncio
import contextlib

CHUNK = 65_536


async def join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    host: str,
    port: int,
    head: bytes = b"",
) -> None:
    """Connect a client with an address.

    Args:
        reader: what the client sends.
        writer: what the client gets.
        host: the address's.
        port: the address's.
        head: sent there first.

    Raises:
        OSError: the address does not answer.
    """
    their_reader, their_writer = await asyncio.open_connection(host, port)
    their_writer.write(head)
    out = asyncio.create_task(_copy(reader, their_writer))
    try:
        await _copy(their_reader, writer)
    finally:
        out.cancel()
        their_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the reader's end, and pass the end on."""
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, NotImplementedError):
        if writer.can_write_eof():
            writer.write_eof()
        else:
            # TLS cannot be half closed.
            writer.close()
