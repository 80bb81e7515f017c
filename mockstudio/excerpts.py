"""Text cut to what there is room for."""

from __future__ import annotations


def excerpt(text: str, most: int) -> str:
    """Return a text, or its beginning and an ellipsis where it has more letters than `most`."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def line_excerpt(text: str, most: int) -> str:
    """Return a text as one line, cut likewise."""
    return excerpt(" ".join(text.split()), most)
