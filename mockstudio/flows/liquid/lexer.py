"""A template cut into text, outputs and tags, in time that grows with its length only.

python-liquid's own lexer looks for each closing brace by a regular expression that takes quadratic
time on a template with an unclosed brace or a long run of spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from liquid import Token
from liquid.exceptions import LiquidSyntaxError
from liquid.token import (
    TOKEN_COMMENT,
    TOKEN_CONTENT,
    TOKEN_EXPRESSION,
    TOKEN_OUTPUT,
    TOKEN_TAG,
)

_OPENING = re.compile(r"\{[{%]")
_NO_WORD = re.compile(r"\W")
_END_OF_RAW = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_COMMENT_TAG = re.compile(r"\{%-?\s*(comment|endcomment)\b")


def template_tokens(source: str) -> Iterator[Token]:
    """Yield the tokens of a template, as python-liquid's parser wants them.

    Raises:
        LiquidSyntaxError: a brace is not closed, or a `raw` or `comment`.
    """
    lexer = _Lexer(source)
    while not lexer.done:
        yield from lexer.step()


class _Lexer:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.trims = False
        """Whether the text that follows loses its leading white space (`-%}`)."""

    @property
    def done(self) -> bool:
        return self.position >= len(self.source)

    def step(self) -> Iterator[Token]:
        """Yield the text up to the next braces, and what these hold."""
        opening = _OPENING.search(self.source, self.position)
        end = opening.start() if opening else len(self.source)
        yield from self._text(end)
        self.position = end
        if opening is not None:
            yield from self._output(end) if opening.group() == "{{" else self._tag(end)

    def _text(self, end: int) -> Iterator[Token]:
        text = self.source[self.position : end]
        if self.trims:
            text = text.lstrip()
        if self.source.startswith("-", end + 2):
            text = text.rstrip()
        if text:
            yield self._token(TOKEN_CONTENT, text, self.position)

    def _output(self, start: int) -> Iterator[Token]:
        inner, index = self._inside(start, "}}")
        yield self._token(TOKEN_OUTPUT, self.source[start : self.position], start)
        yield self._token(TOKEN_EXPRESSION, inner, index)

    def _tag(self, start: int) -> Iterator[Token]:
        inner, index = self._inside(start, "%}")
        name = _NO_WORD.split(inner, maxsplit=1)[0]
        expression = inner[len(name) :].lstrip()
        if name == "raw":
            yield from self._raw(start)
            return
        yield self._token(TOKEN_TAG, name, index)
        if expression:
            yield self._token(TOKEN_EXPRESSION, expression, index + len(inner) - len(expression))
        if name == "comment":
            yield from self._comment(start)

    def _inside(self, start: int, closing: str) -> tuple[str, int]:
        """Return what the braces hold and where it begins; move past them."""
        first = start + 2 + self.source.startswith("-", start + 2)
        end = self.source.find(closing, first)
        if end < 0:
            raise LiquidSyntaxError(
                f"'{self.source[start : start + 2]}' is never closed by '{closing}'",
                token=self._token(TOKEN_CONTENT, closing, start),
            )
        self.position = end + 2
        self.trims = end > first and self.source[end - 1] == "-"
        inner = self.source[first : end - self.trims]
        return inner.strip(), first + len(inner) - len(inner.lstrip())

    def _raw(self, start: int) -> Iterator[Token]:
        end = _END_OF_RAW.search(self.source, self.position)
        if end is None:
            raise self._unclosed("raw", start)
        yield self._token(TOKEN_CONTENT, self.source[self.position : end.start()], self.position)
        self.position = end.end()
        self.trims = end.group().endswith("-%}")

    def _comment(self, start: int) -> Iterator[Token]:
        depth, begin = 1, self.position
        for tag in _COMMENT_TAG.finditer(self.source, begin):
            depth += 1 if tag[1] == "comment" else -1
            if depth == 0:
                self.position = tag.start()
                yield self._token(TOKEN_COMMENT, self.source[begin : tag.start()], begin)
                return
        raise self._unclosed("comment", start)

    def _unclosed(self, name: str, start: int) -> LiquidSyntaxError:
        return LiquidSyntaxError(
            f"'{name}' is never closed by 'end{name}'",
            token=self._token(TOKEN_TAG, name, start),
        )

    def _token(self, kind: str, value: str, index: int) -> Token:
        return Token(kind, value, index, self.source)
