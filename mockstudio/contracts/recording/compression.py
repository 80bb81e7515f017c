"""Bodies as they were before they were compressed."""

from __future__ import annotations

import zlib
from typing import Final

_LARGEST: Final = 64 * 1024 * 1024
_ZLIB_WINDOW: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def decoded(body: bytes, encoding: str) -> bytes | None:
    """Return a body as it was before it was compressed, or None when that is not known.

    Args:
        body: as sent.
        encoding: the Content-Encoding, or empty.
    """
    name = encoding.strip().lower()
    if not body or name in ("", "identity"):
        return body
    if name not in _ZLIB_WINDOW:
        return None
    inflater = zlib.decompressobj(_ZLIB_WINDOW[name])
    try:
        plain = inflater.decompress(body, _LARGEST)
    except zlib.error:
        return None
    return None if inflater.unconsumed_tail else plain
