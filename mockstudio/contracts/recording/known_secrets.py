"""Secrets that were met, to be covered wherever they occur again, whatever stands before them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from mockstudio.contracts.recording.covers import is_cover

SHORTEST: Final = 8
"""Characters of a secret that is remembered; shorter ones may be words."""
_PAIRED: Final = re.compile(r"^[\w.-]+=(?=[^=])")


class KnownSecrets:
    """Secrets in all their spellings, and what they are called.

    Args:
        always: secrets of any length to begin with, and what they are called.
    """

    def __init__(self, always: Mapping[str, str] = MappingProxyType({})) -> None:
        self._called = dict(always)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield secrets and what they are called, long ones first: one may be part of another."""
        return iter(self._called.items())

    def learn(self, secret: str, called: str) -> None:
        """Remember a secret, unless it is too short."""
        if len(secret) < SHORTEST or secret in self._called or is_cover(secret):
            return
        every = {**dict.fromkeys(_spellings(secret), f"{called} met again"), **self._called}
        # A new mapping, as somebody may be in the midst of the old one.
        self._called = dict(sorted(every.items(), key=lambda item: -len(item[0])))

    def is_in(self, text: str) -> bool:
        """Tell whether a text holds a secret."""
        return any(secret in text for secret in self._called)

    def replaced(self, text: str, by: Callable[[str], str]) -> str:
        """Return a text with something else in place of each secret."""
        for secret in self._called:
            text = text.replace(secret, by(secret))
        return text


def _spellings(secret: str) -> Iterator[str]:
    """Yield a secret as it stands in plain text, JSON, URLs and markup."""
    in_json = json.dumps(secret)[1:-1]
    yield from (secret, in_json, in_json.replace("/", r"\/"))
    yield from (quote(secret, safe="", errors="replace"), html.escape(secret))


def parts(value: str) -> Iterator[str]:
    """Yield what of a secret header may come back: `abc` of `Bearer abc` and of `session=abc`."""
    scheme, *others = re.split(r"[\s;,]+", value)
    for part in others if others and "=" not in scheme else (scheme, *others):
        yield _PAIRED.sub("", part)
