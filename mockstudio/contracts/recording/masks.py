"""Secrets in texts, covered by what is known for a cover when it is met again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from mockstudio.contracts.recording.covers import COVER_OF_NUMBERS, cover
from mockstudio.contracts.recording.known_secrets import SHORTEST, KnownSecrets
from mockstudio.contracts.recording.secret_names import SecretNames

_NAME: Final = re.compile(r"(?<![\w.-])([\w.-]++)=")
"""A name before its value in a URL, a form, a header or the attributes of an element."""
_VALUE: Final = re.compile(r"""\"([^"\\]+)|'([^'\\]+)|([^\s"'<>&;#\\,]+)""")
_ELEMENT: Final = re.compile(r"<([\w.-]++)(?:\s[^<>]*)?>")
_CONTENT: Final = re.compile(r"([^<>]+)")
_USERINFO: Final = re.compile(r"://([^/\s:@\"'<>\\]+:[^/\s@\"'<>\\]+)@")
_STRING: Final = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:\s*)?')
_SCALAR: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*')


@dataclass(frozen=True)
class Mask:
    """Covers secrets in texts.

    Attributes:
        names: whose values are secret.
        known: secrets that are covered wherever they occur; learns those that are met.
        tell: told what each secret is called that was covered.
    """

    names: SecretNames
    known: KnownSecrets = field(repr=False)
    tell: Callable[[str], None]

    def applied_to(self, text: str) -> str:
        """Return a text with its secrets covered."""
        is_json = _is_json(text)
        covered = self._members(text) if is_json else text
        for name, value in ((_NAME, _VALUE), (_ELEMENT, _CONTENT)):
            covered = "".join(self._named(name, value, covered))
        covered = _USERINFO.sub(self._userinfo, covered)
        # What was met above may stand elsewhere in the same text.
        return self._met_again(_SCALAR.sub(self._number, covered) if is_json else covered)

    def _number(self, found: re.Match[str]) -> str:
        """Return what stands for a number of JSON: a text there would break it."""
        is_short = len(found[0]) < SHORTEST
        if found[1] is not None or is_short or not self.known.is_in(found[0]):
            return found[0]
        self.tell("numbers met again")
        return str(COVER_OF_NUMBERS)

    def _met_again(self, text: str) -> str:
        for secret, called in self.known:
            if secret in text:
                self.tell(called)
                text = text.replace(secret, cover(secret))
        return text

    def _named(self, name: re.Pattern[str], value: re.Pattern[str], text: str) -> Iterator[str]:
        """Yield a text in pieces, the values that follow secret names covered.

        Other values are not passed over, as there may be names in them: `href="/?token=abc"`.
        """
        done = 0
        for found in name.finditer(text):
            if found.end() < done or found[1] not in self.names:
                continue
            secret = value.match(text, found.end())
            if secret is not None:
                start, end = secret.span(secret.lastindex or 0)
                yield text[done:start] + self._covered(text[start:end], f"'{found[1]}'")
                done = end
        yield text[done:]

    def _userinfo(self, found: re.Match[str]) -> str:
        called = "user and password in a URL"
        self.known.learn(found[1].partition(":")[2], called)
        return f"://{self._covered(found[1], called)}@"

    def _covered(self, secret: str, called: str) -> str:
        if secret != cover(secret):
            self.known.learn(secret, called)
            self.tell(called)
        return cover(secret)

    def _members(self, text: str) -> str:
        """Return JSON with the values of its secret members covered, and all else as it was."""
        pieces, done, position = [], 0, 0
        while found := _STRING.search(text, position):
            position = found.end()
            name = json.loads(found[1]) if found[2] else ""
            if name in self.names:
                _, end = json.JSONDecoder().raw_decode(text, position)
                pieces += [text[done:position], self._value(text[position:end], name)]
                done = position = end
        return "".join([*pieces, text[done:]])

    def _value(self, text: str, name: str) -> str:
        covered = _SCALAR.sub(_covered_scalar, text)
        if covered != text:
            self.tell(f"'{name}'")
            for scalar in scalars(json.loads(text)):
                self.known.learn(scalar, f"'{name}'")
        return covered


def scalars(document: Any) -> Iterator[str]:
    """Yield the texts and numbers of JSON, however deep."""
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, dict | list):
            left += value.values() if isinstance(value, dict) else value
        elif value is not None and not isinstance(value, bool):
            yield str(value)


def _covered_scalar(found: re.Match[str]) -> str:
    if found[2]:
        return found[0]
    if found[1] is None:
        return str(COVER_OF_NUMBERS)
    return f'"{cover(found[1])}"'


def _is_json(text: str) -> bool:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict | list)
