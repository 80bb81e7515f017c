"""Secrets in texts, covered by what is known for a cover when it is met again.

A cover is at least the word `redacted`, and has as many bytes as what it covers where that is
longer: an answer keeps its size but for secrets shorter than the word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mockstudio.contracts.recording.secret_names import SecretNames

_WORD: Final = "redacted"
_PADDING: Final = "."
COVERS: Final = re.compile(rf"{_WORD}{re.escape(_PADDING)}*")
"""What covers secrets in texts."""
COVER_OF_NUMBERS: Final = 73_322_833
"""The same word on the keys of a phone."""
_NAME: Final = re.compile(r"(?<![\w.-])([\w.-]++)=")
"""A name before its value in a URL, a form, a header or the attributes of an element."""
_VALUE: Final = re.compile(r"""\"([^"\\]+)|'([^'\\]+)|([^\s"'<>&;#\\,]+)""")
_ELEMENT: Final = re.compile(r"<([\w.-]++)(?:\s[^<>]*)?>")
_CONTENT: Final = re.compile(r"([^<>]+)")
_USERINFO: Final = re.compile(r"://([^/\s:@\"'<>\\]+:[^/\s@\"'<>\\]+)@")
_STRING: Final = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:\s*)?')
_SCALAR: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*')


def cover(secret: str) -> str:
    """Return a placeholder of as many bytes as a secret has, and 8 at least."""
    size = len(secret.encode("utf-8", "surrogateescape"))
    return _WORD.ljust(size, _PADDING) if secret else ""


@dataclass(frozen=True)
class Mask:
    """Covers secrets in texts.

    Attributes:
        names: whose values are secret.
        known: secrets that are covered wherever they occur, and what they are called.
        tell: told what each secret is called that was covered.
    """

    names: SecretNames
    known: Mapping[str, str] = field(repr=False)
    tell: Callable[[str], None]

    def applied_to(self, text: str) -> str:
        """Return a text with its secrets covered."""
        covered = self._members(text) if _is_json(text) else text
        for name, value in ((_NAME, _VALUE), (_ELEMENT, _CONTENT)):
            covered = "".join(self._named(name, value, covered))
        covered = _USERINFO.sub(self._userinfo, covered)
        for secret, called in self.known.items():
            if secret in covered:
                self.tell(called)
                covered = covered.replace(secret, cover(secret))
        return covered

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
        return f"://{self._covered(found[1], 'user and password in a URL')}@"

    def _covered(self, secret: str, called: str) -> str:
        if secret != cover(secret):
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
        return covered


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
