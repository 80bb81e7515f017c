"""Exchanges freed of secrets before anything of them is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mockstudio.contracts.recording.compression import decoded
from mockstudio.contracts.recording.covers import cover
from mockstudio.contracts.recording.exchange import NO_JSON, Asked, Exchange
from mockstudio.contracts.recording.known_secrets import KnownSecrets, parts
from mockstudio.contracts.recording.masks import Mask, scalars
from mockstudio.contracts.recording.secret_names import SecretNames
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.request import Request

AUTH_TOKEN: Final = "the account's auth token"
_HIDDEN: Final = object()


class Redactor:
    """Takes the secrets out of exchanges and counts them.

    Params and JSON members with secret names are no conditions on their values. In answers such
    values are covered. All of them are remembered, and covered wherever they occur again.

    Args:
        auth_token: of the account; a secret wherever it occurs.
        names: whose values are secret.

    Attributes:
        found: how many secrets were taken out, by what they are called.
        unread: how many answers could not be looked into, by their encoding.
    """

    def __init__(self, auth_token: str, names: SecretNames) -> None:
        self._names = names
        self._known = KnownSecrets({auth_token: AUTH_TOKEN})
        self._mask = Mask(names, self._known, self._count)
        self.found: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()

    def redacted(self, exchange: Exchange, request: Request) -> Exchange:
        """Return an exchange without secrets, neither its own nor those of earlier ones.

        Args:
            exchange: with them.
            request: as it came; its secrets are remembered.
        """
        for secret, called in self._sent(request):
            self._known.learn(secret, called)
        asked, answer = self._asked(exchange.asked), self._without_headers(exchange.answer)
        # What HEAD keeps back is not there to be looked into.
        if request.method != "HEAD":
            answer = self._without_content(answer)
        # Once more: what the content gave away may stand there as well.
        return replace(exchange, asked=self._asked(asked), answer=self._without_headers(answer))

    def covered(self, text: str) -> str:
        """Return a text with the secrets covered that are known by now."""
        return self._known.replaced(text, cover)

    def _count(self, name: str) -> None:
        self.found[name] += 1

    # --- the request

    def _asked(self, asked: Asked) -> Asked:
        json, text = self._kept(asked.json), self._kept(asked.text)
        return replace(
            asked,
            path=self._known.replaced(asked.path, lambda secret: "*"),
            params=dict(self._params(asked.params)),
            json=NO_JSON if json is _HIDDEN else json,
            text=None if text is _HIDDEN else text,
        )

    def _params(self, params: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, values in params.items():
            if self._known.is_in(name):
                continue
            if values is not None and name in self._names:
                self._count(f"'{name}'")
                yield name, None
            else:
                yield name, None if self._kept(list(values or ())) is _HIDDEN else values

    def _kept(self, value: Any) -> Any:
        """Return what of a JSON value may be told: a subset of it, or `_HIDDEN`."""
        match value:
            case dict():
                return self._kept_members(value)
            case list():
                items = [self._kept(item) for item in value]
                return _HIDDEN if _HIDDEN in items else items
            case str() | int() | float():
                text = str(value)
                return value if self._mask.applied_to(text) == text else _HIDDEN
        return value

    def _kept_members(self, members: Mapping[str, Any]) -> dict[str, Any]:
        kept = {}
        for name, value in members.items():
            if name in self._names:
                self._count(f"'{name}'")
            elif not self._known.is_in(name):
                kept[name] = self._kept(value)
        return {name: value for name, value in kept.items() if value is not _HIDDEN}

    def _sent(self, request: Request) -> Iterator[tuple[str, str]]:
        """Yield the secrets that a request holds, with what they are called."""
        headers = ((name, part) for name, value in request.headers for part in parts(value))
        members = _members(request.json)
        inner = ((name, secret) for name, value in members for secret in scalars(value))
        params = ((name, value) for name, values in request.params.items() for value in values)
        for name, secret in (*headers, *params, *inner):
            if name in self._names:
                yield secret, f"'{name}'"

    # --- the answer

    def _without_headers(self, answer: Answer) -> Answer:
        headers = tuple((name, self._header(name, value)) for name, value in answer.headers)
        return replace(answer, headers=headers)

    def _without_content(self, answer: Answer) -> Answer:
        encoding = _header(answer, "content-encoding")
        plain = decoded(answer.body, encoding)
        if plain is None:
            self.unread[encoding.strip().lower()] += 1
            return answer
        text = plain.decode("utf-8", "surrogateescape")
        covered = self._mask.applied_to(text)
        if covered == text:
            return answer
        body = covered.encode("utf-8", "surrogateescape")
        unencoded = tuple(h for h in answer.headers if h[0].lower() != "content-encoding")
        return replace(answer, headers=unencoded, pieces=(Piece(0.0, body),))

    def _header(self, name: str, value: str) -> str:
        if name.lower() == "set-cookie":
            return self._cookie(value)
        if name in self._names:
            for part in parts(value):
                self._known.learn(part, f"'{name}'")
            return self._covered(value, f"'{name}'")
        return self._mask.applied_to(value)

    def _cookie(self, value: str) -> str:
        """Return a Set-Cookie header that sets the same cookie to a placeholder."""
        pair, semicolon, attributes = value.partition(";")
        name, equals, secret = pair.partition("=")
        covered = self._covered(secret, "'Set-Cookie'")
        return f"{name}{equals}{covered}{semicolon}{attributes}"

    def _covered(self, secret: str, called: str) -> str:
        if secret != cover(secret):
            self._count(called)
            self._known.learn(secret, called)
        return cover(secret)


def _members(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield the members of JSON objects, however deep, with their names."""
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            yield from value.items()
            left += value.values()
        elif isinstance(value, list):
            left += value


def _header(answer: Answer, name: str) -> str:
    return next((value for found, value in answer.headers if found.lower() == name), "")
