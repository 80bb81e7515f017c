"""Endpoints made of exchanges: one for all requests that are alike, with its replies in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from mockstudio.contracts.recording.exchange import Asked, Exchange
from mockstudio.contracts.recording.replies import Recorded, is_twiml, recorded
from mockstudio.contracts.recording.yaml_text import as_yaml
from mockstudio.endpoints.model import Kind
from mockstudio.endpoints.url_patterns import free_name, name_from_url, parse_url_pattern

_KEY: Final = "endpoints"
_HEADING: Final = f"{_KEY}:\n"


@dataclass(frozen=True)
class Turn:
    """A reply, and how often it came in a row."""

    reply: Recorded
    times: int = 1


@dataclass(frozen=True)
class Draft:
    """An endpoint in the making.

    Attributes:
        name: unique in the script.
        kind: what plays behind the URL.
        asked: what it answers.
        turns: its replies in order.
    """

    name: str
    kind: Kind
    asked: Asked
    turns: tuple[Turn, ...] = ()

    def followed_by(self, reply: Recorded) -> Draft:
        """Return it with one more reply; one that equals the last is not written twice."""
        if self.turns and self.turns[-1].reply == reply:
            last = replace(self.turns[-1], times=self.turns[-1].times + 1)
            return replace(self, turns=(*self.turns[:-1], last))
        return replace(self, turns=(*self.turns, Turn(reply)))

    @cached_property
    def text(self) -> str:
        """The endpoint's lines in the file."""
        return as_yaml({_KEY: [self.data]}).removeprefix(_HEADING)

    @property
    def data(self) -> dict[str, Any]:
        """The endpoint as it stands in the file."""
        data: dict[str, Any] = {
            "name": self.name,
            "kind": self.kind.value,
            "url": self.asked.url,
            "methods": self.asked.method,
        }
        if self.asked.when:
            data["when"] = self.asked.when
        *before, last = self.turns
        if not before:
            return {**data, "reply": last.reply.data}
        # The last one is repeated anyway.
        return {**data, "replies": [*map(_written, before), last.reply.data]}


class Script:
    """All endpoints recorded so far.

    Args:
        folder: where files of bodies lie, beside the endpoint file.
        delays: whether replies take as long as the services did.
    """

    def __init__(self, folder: str, delays: bool = False) -> None:
        self._folder = folder
        self._delays = delays
        self._drafts: dict[str, Draft] = {}

    def add(self, exchange: Exchange) -> tuple[str, Mapping[str, bytes]]:
        """Add an exchange.

        Returns:
            The name of its endpoint, and the files that its reply needs.
        """
        key = exchange.asked.key
        known = self._drafts.get(key) or self._draft(exchange)
        reply = recorded(exchange, known.name, self._folder, self._delays)
        draft = known.followed_by(reply)
        # What has no text must not get among those that have.
        draft.text.encode()
        self._drafts[key] = draft
        return draft.name, reply.files

    @property
    def text(self) -> str:
        """The endpoint file: stricter endpoints before those that would answer for them."""
        first_of: dict[str, int] = {}
        for draft in self._drafts.values():
            first_of.setdefault(draft.asked.url, len(first_of))
        drafts = sorted(self._drafts.values(), key=lambda d: _order(d.asked, first_of[d.asked.url]))
        return _HEADING + "".join(draft.text for draft in drafts)

    @property
    def size(self) -> int:
        """How many endpoints there are."""
        return len(self._drafts)

    def _draft(self, exchange: Exchange) -> Draft:
        asked = exchange.asked
        kind = Kind.FUNCTION if asked.service.is_functions else Kind.HTTP
        name = free_name(
            name_from_url(parse_url_pattern(asked.url)),
            {draft.name for draft in self._drafts.values()},
        )
        return Draft(name, Kind.TWIML if is_twiml(exchange.answer) else kind, asked)


def _written(turn: Turn) -> dict[str, Any]:
    return {**turn.reply.data, **({"times": turn.times} if turn.times > 1 else {})}


def _order(asked: Asked, place: int) -> tuple[Any, ...]:
    """Return what endpoints are sorted by: wide URLs last, then HEAD first, the strictest first.

    Args:
        asked: what the endpoint answers.
        place: where its URL first came.
    """
    stars = asked.url.count("*")
    literal_letters = len(asked.url) - stars if stars else 0
    params, body = asked.strictness
    # What answers GET answers HEAD as well.
    return bool(stars), -literal_letters, stars, place, asked.method != "HEAD", -params, -body
