"""What an endpoint is, as plain frozen data. `definition` makes these from files."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class Kind(StrEnum):
    """What plays behind a URL; decides default content types and what the outcomes look like."""

    FUNCTION = "function"
    TWIML = "twiml"
    HTTP = "http"


class Visibility(StrEnum):
    """Who may call a Function (rest-api.md 6.4)."""

    PUBLIC = "public"
    PROTECTED = "protected"
    PRIVATE = "private"


class Fault(StrEnum):
    """What happens to the connection instead of an answer."""

    RESET = "reset"
    """A TCP reset, nothing sent."""
    EMPTY = "empty"
    """The connection is closed, nothing sent."""
    TRUNCATE = "truncate"
    """The whole Content-Length is announced, half of the body is sent, the connection closed."""
    GARBAGE = "garbage"
    """Bytes that are no HTTP are sent, the connection closed."""


class AtEnd(StrEnum):
    """What a list of replies does when all have been played."""

    STICK = "stick"
    CYCLE = "cycle"
    NOT_FOUND = "404"


class Delay(Protocol):
    """How long after its arrival a request is answered."""

    def seconds(self, chance: random.Random) -> float:
        """Return one delay in seconds; random ones draw from `chance`, so that a run repeats."""
        ...


@dataclass(frozen=True)
class FixedDelay:
    """Always the same number of seconds."""

    value: float = 0.0

    def seconds(self, chance: random.Random) -> float:  # noqa: D102 - as in Delay
        return self.value


@dataclass(frozen=True)
class UniformDelay:
    """Anything between two numbers of seconds, all equally likely."""

    low: float
    high: float

    def seconds(self, chance: random.Random) -> float:  # noqa: D102
        return chance.uniform(self.low, self.high)


@dataclass(frozen=True)
class LogNormalDelay:
    """Mostly near the median, sometimes much longer, as real services answer.

    Attributes:
        median: seconds.
        sigma: the standard deviation of the logarithm; 0.4 is lively, 1 is wild.
    """

    median: float
    sigma: float

    def seconds(self, chance: random.Random) -> float:  # noqa: D102
        return self.median * chance.lognormvariate(0.0, self.sigma)


@dataclass(frozen=True)
class Dribble:
    """A body sent in equal chunks: the first with the head, the last `over` seconds after it."""

    chunks: int
    over: float


@dataclass(frozen=True)
class JsonBody:
    """A JSON document; its string values are templates."""

    value: Any


@dataclass(frozen=True)
class TextBody:
    """Text of any kind, a template."""

    text: str
    content_type: str


@dataclass(frozen=True)
class FileBody:
    """A file's bytes, as they are; read anew for each answer."""

    path: Path
    content_type: str


@dataclass(frozen=True)
class PythonBody:
    """A Python function that plays a Twilio Function (see `functions`)."""

    module: str
    function: str


Body = JsonBody | TextBody | FileBody | PythonBody | None


@dataclass(frozen=True)
class Reply:
    """One answer of an endpoint.

    Attributes:
        status: 100 to 599.
        headers: names and values; values are templates.
        body: what is sent, or None for no body.
        delay: from the request's arrival to the answer's first byte.
        size: the exact number of body bytes, or None to leave the body as it is.
        dribble: how the body is spread over time, or None for all at once.
        fault: what happens to the connection, or None.
        times: how often this reply is played before the next one's turn.
        label: how the journal calls it: `reply 2`, or the outcome's name.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: Body = None
    delay: Delay = FixedDelay()
    size: int | None = None
    dribble: Dribble | None = None
    fault: Fault | None = None
    times: int = 1
    label: str = "reply"


@dataclass(frozen=True)
class OutcomeReply:
    """A place in a list of replies where a named outcome is played (`reply: timeout`)."""

    outcome: str
    times: int = 1


class Predicate(Protocol):
    """A condition on one value of a request."""

    def holds(self, values: Sequence[str]) -> bool:
        """Tell whether it holds.

        Args:
            values: all values the name has in the request; empty when it is absent.
        """
        ...

    def difference(self, values: Sequence[str]) -> str | None:
        """Return None when it holds, else what was expected and found, to be read after a name."""
        ...


@dataclass(frozen=True)
class When:
    """What a request must look like; everything must hold.

    Attributes:
        params: by parameter name, query and form together.
        headers: by header name in lower case.
        cookies: by cookie name.
        json: a subset that the JSON body must contain; `ANYTHING` when there is no condition.
        body: conditions on the raw body's text.
    """

    params: Mapping[str, Predicate] = field(default_factory=dict)
    headers: Mapping[str, Predicate] = field(default_factory=dict)
    cookies: Mapping[str, Predicate] = field(default_factory=dict)
    json: Any = ...
    body: Predicate | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every request fits."""
        return not (
            self.params or self.headers or self.cookies or self.body or self.json is not ...
        )


@dataclass(frozen=True)
class UrlPattern:
    """Where an endpoint answers.

    Attributes:
        path: begins with `/`; `{name}` stands for one segment or a part of one, `*` for anything.
        host: in lower case with the port if one is written, may hold `*`; None for any host.
        scheme: `http` or `https`, or None when the pattern is a path only.
    """

    path: str
    host: str | None = None
    scheme: str | None = None

    def __str__(self) -> str:
        return f"{self.scheme or '*'}://{self.host}{self.path}" if self.host else self.path


@dataclass(frozen=True)
class BasicAuth:
    """The user and password a caller must send."""

    user: str
    password: str


@dataclass(frozen=True)
class Endpoint:
    """A URL that is played.

    Attributes:
        name: unique among the endpoints of a sandbox.
        kind: function, twiml or http.
        url: where it answers.
        methods: in upper case; empty for any.
        when: which requests it answers.
        replies: played in order.
        at_end: what follows the last of several replies.
        outcomes: what named outcomes mean here, over the standard ones.
        visibility: for Functions.
        auth: HTTP Basic credentials that are demanded, or None.
        source: `file:line` where it was written, or how else it came.
    """

    name: str
    url: UrlPattern
    kind: Kind = Kind.HTTP
    methods: frozenset[str] = frozenset()
    when: When = When()
    replies: tuple[Reply | OutcomeReply, ...] = (Reply(),)
    at_end: AtEnd = AtEnd.STICK
    outcomes: Mapping[str, Reply] = field(default_factory=dict)
    visibility: Visibility = Visibility.PUBLIC
    auth: BasicAuth | None = None
    source: str = ""
