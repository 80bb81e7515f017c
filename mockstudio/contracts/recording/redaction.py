"""Exchanges freed of secrets before anything of them is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mockstudio.contracts.recording.compression import decoded
from mockstudio.contracts.recording.exchange import NO_JSON, Asked, Exchange
from mockstudio.contracts.recording.masks import Mask, cover
from mockstudio.contracts.recording.secret_names import SecretNames
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.request import Request

AUTH_TOKEN: Final = "the account's auth token"
_SHORTEST: Final = 8
"""Letters of a secret that is looked for in answers; shorter ones may be words."""
_PAIRED: Final = re.compile(r"^[\w.-]+=(?=[^=])")
_HIDDEN: Final = object()


class Redactor:
    """Takes the secrets out of exchanges and counts them.

    Params and JSON members with secret names are no conditions on their values. In answers such
    values are covered, and so is whatever the request held of secrets.

    Args:
        auth_token: of the account; a secret wherever it occurs.
        names: whose values are secret.

    Attributes:
        found: how many secrets were taken out, by what they are called.
        unread: how many answers could not be looked into, by their encoding.
    """

    def __init__(self, auth_token: str, names: SecretNames) -> None:
        self._auth_token = auth_token
        self._names = names
        self.found: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()

    def redacted(self, exchange: Exchange, request: Request) -> Exchange:
        """Return an exchange without secrets.

        Args:
            exchange: with them.
            request: as it came; what its secrets are is looked for in the answer.
        """
        known = {secret: f"{name} in an answer" for secret, name in self._sent(request)}
        mask = self._mask(known)
        answer = self._without_headers(exchange.answer, mask)
        # What HEAD keeps back is not there to be looked into.
        if request.method != "HEAD":
            answer = self._without_content(answer, mask)
        return replace(exchange, asked=self._asked(exchange.asked), answer=answer)

    def _mask(self, known: Mapping[str, str]) -> Mask:
        # Long ones first: one secret may be a part of another.
        everything = {**known, self._auth_token: AUTH_TOKEN}
        ordered = dict(sorted(everything.items(), key=lambda item: -len(item[0])))
        return Mask(self._names, ordered, self._count)

    def _count(self, name: str) -> None:
        self.found[name] += 1

    # --- the request

    def _asked(self, asked: Asked) -> Asked:
        mask = self._mask({})
        json, text = self._kept(asked.json, mask), self._kept(asked.text, mask)
        return replace(
            asked,
            path=asked.path.replace(self._auth_token, "*"),
            params=dict(self._params(asked.params, mask)),
            json=NO_JSON if json is _HIDDEN else json,
            text=None if text is _HIDDEN else text,
        )

    def _params(self, params: Mapping[str, Any], mask: Mask) -> Iterator[tuple[str, Any]]:
        for name, values in params.items():
            if name in self._names:
                self._count(f"'{name}'")
                yield name, None
            elif self._auth_token not in name:
                yield name, None if _HIDDEN in [self._kept(v, mask) for v in values] else values

    def _kept(self, value: Any, mask: Mask) -> Any:
        """Return what of a JSON value may be told: a subset of it, or `_HIDDEN`."""
        match value:
            case dict():
                return self._kept_members(value, mask)
            case list():
                items = [self._kept(item, mask) for item in value]
                return _HIDDEN if _HIDDEN in items else items
            case str():
                return value if mask.applied_to(value) == value else _HIDDEN
        return value

    def _kept_members(self, members: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
        kept = {}
        for name, value in members.items():
            if name in self._names:
                self._count(f"'{name}'")
            elif self._auth_token not in name:
                kept[name] = self._kept(value, mask)
        return {name: value for name, value in kept.items() if value is not _HIDDEN}

    def _sent(self, request: Request) -> Iterator[tuple[str, str]]:
        """Yield the secrets that a request holds, with their names."""
        headers = ((name, part) for name, value in request.headers for part in _parts(value))
        params = ((name, value) for name, values in request.params.items() for value in values)
        for name, secret in (*headers, *params, *_members(request.json)):
            if name in self._names and len(secret) >= _SHORTEST:
                yield secret, f"'{name}' of the request"

    # --- the answer

    def _without_headers(self, answer: Answer, mask: Mask) -> Answer:
        headers = tuple((name, self._header(name, value, mask)) for name, value in answer.headers)
        return replace(answer, headers=headers)

    def _without_content(self, answer: Answer, mask: Mask) -> Answer:
        encoding = _header(answer, "content-encoding")
        plain = decoded(answer.body, encoding)
        if plain is None:
            self.unread[encoding.strip().lower()] += 1
            return answer
        text = plain.decode("utf-8", "surrogateescape")
        covered = mask.applied_to(text)
        if covered == text:
            return answer
        body = covered.encode("utf-8", "surrogateescape")
        unencoded = tuple(h for h in answer.headers if h[0].lower() != "content-encoding")
        return replace(answer, headers=unencoded, pieces=(Piece(0.0, body),))

    def _header(self, name: str, value: str, mask: Mask) -> str:
        if name.lower() == "set-cookie":
            return self._cookie(value)
        if name in self._names:
            self._count(f"'{name}'")
            return cover(value)
        return mask.applied_to(value)

    def _cookie(self, value: str) -> str:
        """Return a Set-Cookie header that sets the same cookie to a placeholder."""
        self._count("'Set-Cookie'")
        pair, semicolon, attributes = value.partition(";")
        name, equals, secret = pair.partition("=")
        return f"{name}{equals}{cover(secret)}{semicolon}{attributes}"


def _parts(value: str) -> Iterator[str]:
    """Yield what of a header may come back: `abc` of `Bearer abc` and of `session=abc`."""
    scheme, *others = re.split(r"[\s;,]+", value)
    for part in others if others and "=" not in scheme else (scheme, *others):
        yield _PAIRED.sub("", part)


def _members(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the text members of JSON, however deep, with their names."""
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            yield from ((name, text) for name, text in value.items() if isinstance(text, str))
            left += value.values()
        elif isinstance(value, list):
            left += value


def _header(answer: Answer, name: str) -> str:
    return next((value for found, value in answer.headers if found.lower() == name), "")
