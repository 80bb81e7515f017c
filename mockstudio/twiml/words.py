"""The first words of a body that is shown because it is not what was expected."""

from __future__ import annotations

from typing import Final

from mockstudio.twiml.urls import without_credentials

LONGEST_SHOWN: Final = 100
"""Characters."""


def beginning(body: bytes) -> str:
    """Return the first characters of a body in quotes; empty for one without any.

    They stand on one line, without control characters and the credentials of URLs.
    """
    text = "".join(filter(_is_shown, body.decode("utf-8", "replace")))
    # Before anything is cut off, as it might be the end of a URL's credentials.
    line = " ".join(without_credentials(text).split())
    if not line:
        return ""
    return f"'{line}'" if len(line) <= LONGEST_SHOWN else f"'{line[:LONGEST_SHOWN]}...'"


def _is_shown(character: str) -> bool:
    return character.isprintable() or character.isspace()
