"""The endpoints of a sandbox, live: which are there, how often each was called, what each plays."""

from __future__ import annotations

import itertools
import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.journal import UNMATCHED, Entry, Journal
from mockstudio.endpoints.matching import EndpointTable, NearMiss, path_values
from mockstudio.endpoints.model import Endpoint, OutcomeReply, Reply, Visibility
from mockstudio.endpoints.outcomes import (
    OUTCOME_NAMES,
    PLAY_PARAMETER,
    requested_play,
    standard_reply,
)
from mockstudio.endpoints.rendering import Renderer
from mockstudio.endpoints.replies import reply_at
from mockstudio.endpoints.request import Request
from mockstudio.endpoints.visibility import refusal
from mockstudio.errors import UnknownNameError, UsageError

logger = logging.getLogger(__name__)

REFUSED = "refused"
Listener = Callable[[Entry], None]


@dataclass
class EndpointState:
    """What changes about an endpoint while it is played.

    Attributes:
        calls: how often it was called.
        playing: the outcome it plays instead of its replies, or None.
        left: how many more times `playing` is played; None for no end.
    """

    calls: int = 0
    playing: str | None = None
    left: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


@dataclass(frozen=True, slots=True)
class Match:
    """The endpoint a request is for.

    Attributes:
        endpoint: its definition.
        state: its state.
        outcome: the outcome that the request itself asks for, or None.
        needs_thread: whether making the answer may block: Python functions and files.
        fixed: the answer itself, when nothing about it can vary.
    """

    endpoint: Endpoint
    state: EndpointState
    outcome: str | None
    needs_thread: bool
    fixed: Answer | None


class Endpoints:
    """The endpoints of a sandbox.

    Args:
        journal: notes every request.
        auth_token: signs requests to protected Functions.
        seed: makes random delays repeat.
        context: environment values for Python functions.
    """

    def __init__(
        self,
        journal: Journal,
        auth_token: str,
        seed: int = 0,
        context: Mapping[str, str] | None = None,
    ) -> None:
        self.journal = journal
        self._auth_token = auth_token
        self._renderer = Renderer(seed, context or {}, journal.clock.now)
        self._states: dict[str, EndpointState] = {}
        self._listeners: tuple[Listener, ...] = ()
        self._changing = threading.Lock()
        self._use(())

    # --- what there is

    @property
    def definitions(self) -> tuple[Endpoint, ...]:
        """The definitions, in their order."""
        return tuple(candidate.endpoint for candidate in self._table.candidates)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order of definition."""
        return tuple(endpoint.name for endpoint in self.definitions)

    def definition(self, name: str) -> Endpoint:
        """Return an endpoint by name; raises UnknownNameError."""
        for endpoint in self.definitions:
            if endpoint.name == name:
                return endpoint
        raise UnknownNameError("endpoint", name, self.names)

    def state(self, name: str) -> EndpointState:
        """Return an endpoint's state; raises UnknownNameError."""
        self.definition(name)
        return self._states[name]

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with every journal entry as soon as its answer is made."""
        self._listeners = (*self._listeners, listener)

    # --- changes

    def use(self, endpoints: Iterable[Endpoint]) -> None:
        """Make these the endpoints; an unchanged endpoint keeps its state.

        Raises:
            UsageError: two of them have one name.
        """
        with self._changing:
            self._use(tuple(endpoints))

    def add(self, endpoint: Endpoint) -> None:
        """Add an endpoint, or put it in the place of the one with its name."""
        with self._changing:
            others = self.definitions
            if endpoint.name in self.names:
                self._use(tuple(endpoint if o.name == endpoint.name else o for o in others))
            else:
                self._use((*others, endpoint))

    def remove(self, name: str) -> None:
        """Remove an endpoint; raises UnknownNameError."""
        with self._changing:
            self.definition(name)
            self._use(tuple(e for e in self.definitions if e.name != name))

    def play(self, name: str, outcome: str | None, times: int | None = None) -> None:
        """Let an endpoint play a named outcome instead of its replies.

        Args:
            name: the endpoint's name.
            outcome: the outcome's name; None goes back to the replies.
            times: how often; None for until told otherwise.

        Raises:
            UnknownNameError: there is no such endpoint or outcome.
        """
        endpoint, state = self.definition(name), self.state(name)
        if outcome is not None:
            self.check_outcome(endpoint, outcome)
        with state.lock:
            state.playing, state.left = outcome, times

    @staticmethod
    def check_outcome(endpoint: Endpoint, outcome: str) -> None:
        """Raise UnknownNameError unless the endpoint has an outcome of this name."""
        known = tuple(dict.fromkeys([*OUTCOME_NAMES, *endpoint.outcomes]))
        if outcome not in known:
            raise UnknownNameError("outcome", outcome, known)

    def reset(self) -> None:
        """Forget all calls and played outcomes, and clear the journal."""
        with self._changing:
            self._states = {}
            self._use(self.definitions)
        self.journal.clear()

    def _use(self, endpoints: tuple[Endpoint, ...]) -> None:
        for name, count in Counter(endpoint.name for endpoint in endpoints).items():
            if count > 1:
                raise UsageError(f"{count} endpoints are named '{name}'; names must be unique")
        before = {e.name: e for e in self.definitions} if self._states else {}
        self._states = {
            e.name: self._states[e.name] if before.get(e.name) == e else EndpointState()
            for e in endpoints
        }
        self._outcomes: dict[tuple[str, str], Reply] = {}
        self._table = EndpointTable(endpoints)
        self._matches = {
            e.name: Match(
                e, self._states[e.name], None, self._needs_thread(e), self._fixed_answer(e)
            )
            for e in endpoints
        }

    def _needs_thread(self, endpoint: Endpoint) -> bool:
        replies = itertools.chain(endpoint.replies, endpoint.outcomes.values())
        return any(isinstance(r, Reply) and self._renderer.needs_thread(r) for r in replies)

    def _fixed_answer(self, endpoint: Endpoint) -> Answer | None:
        """Return the answer of an endpoint that always gives the same one, else None."""
        (first, *others) = endpoint.replies
        plain = endpoint.visibility is Visibility.PUBLIC and endpoint.auth is None
        if others or not plain or not isinstance(first, Reply):
            return None
        if not self._renderer.is_static(first):
            return None
        return self._renderer.static_answer(endpoint, first)

    # --- routing

    def covers(self, url: str) -> Endpoint | None:
        """Return the first endpoint whose host and path fit a URL, or None."""
        found = self._table.at_url(url)
        return found[0].endpoint if found else None

    def refuses(self, url: str) -> bool:
        """Tell whether a connection for this URL is refused; counts as a call when it is.

        A refused connection never reaches the endpoint, so whoever routes must ask.
        """
        endpoint = self.covers(url)
        if endpoint is None:
            return False
        state = self._states[endpoint.name]
        with state.lock:
            chosen = state.playing
            if chosen is None:
                reply = reply_at(endpoint.replies, endpoint.at_end, state.calls)
                chosen = reply.outcome if isinstance(reply, OutcomeReply) else None
            if chosen != REFUSED or REFUSED in endpoint.outcomes:
                return False
            _count(state)
            return True

    # --- answering

    def find(self, request: Request) -> Match | None:
        """Return the endpoint a request is for, or None; never blocks."""
        asked = requested_play(request) if PLAY_PARAMETER in request.query else None
        if asked and (match := self._asked_for(request, *asked)):
            return match
        candidate = self._table.find(request)
        return self._matches.get(candidate.endpoint.name) if candidate else None

    def _asked_for(self, request: Request, name: str, outcome: str) -> Match | None:
        """Return the endpoint at this path that a `mockstudio-play` parameter names."""
        for candidate in self._table.at_path(request.path):
            endpoint = candidate.endpoint
            if name in ("", endpoint.name) and _has_outcome(endpoint, outcome):
                match = self._matches[endpoint.name]
                return Match(endpoint, match.state, outcome, match.needs_thread, None)
        return None

    def answer(self, match: Match, request: Request) -> tuple[Answer, Entry]:
        """Return an endpoint's answer to a request, and its journal entry."""
        if match.fixed is not None and match.state.playing is None:
            match.state.calls += 1
            label, answer = "reply 1", match.fixed
        else:
            label, answer = self._make(match, request)
        return answer, self._record(request, match.endpoint.name, label, answer)

    def _make(self, match: Match, request: Request) -> tuple[str, Answer]:
        endpoint = match.endpoint
        refused = refusal(endpoint, request, self._auth_token)
        if refused is not None:
            return "refusal", refused
        number, reply = self._next_reply(match)
        if reply is None:
            return "exhausted", _exhausted(endpoint, number)
        values = path_values(endpoint.url, request.path)
        return reply.label, self._renderer.render(endpoint, reply, request, number, values)

    def _next_reply(self, match: Match) -> tuple[int, Reply | None]:
        """Count the call; return its number from 1 and the reply to play, if one is left."""
        endpoint, state = match.endpoint, match.state
        with state.lock:
            playing = match.outcome or state.playing
            number = _count(state) if match.outcome is None else state.calls + 1
        if playing is not None:
            return number, self._outcome(endpoint, playing)
        chosen = reply_at(endpoint.replies, endpoint.at_end, number - 1)
        if isinstance(chosen, OutcomeReply):
            return number, self._outcome(endpoint, chosen.outcome)
        return number, chosen

    def _outcome(self, endpoint: Endpoint, outcome: str) -> Reply:
        """Return an outcome's reply, always the same object, so that its answer is kept."""
        key = (endpoint.name, outcome)
        if key not in self._outcomes:
            self._outcomes[key] = standard_reply(endpoint, outcome)
        return self._outcomes[key]

    def unmatched(self, request: Request) -> tuple[Answer, Entry]:
        """Return the 404 for a request that nothing matches: it names the nearest endpoints."""
        answer = _not_found(request, self._table.nearest(request))
        logger.warning("%s", answer.body.decode())
        return answer, self._record(request, UNMATCHED, "no endpoint matches", answer)

    def respond(self, request: Request) -> tuple[Answer, Entry]:
        """Return the answer to any request, and its journal entry."""
        match = self.find(request)
        return self.answer(match, request) if match else self.unmatched(request)

    def _record(self, request: Request, name: str, label: str, answer: Answer) -> Entry:
        entry = self.journal.record(request, name, label, answer)
        for listener in self._listeners:
            listener(entry)
        return entry


def _count(state: EndpointState) -> int:
    """Count a call, and a played outcome's last time; return the call's number from 1."""
    state.calls += 1
    if state.playing is not None and state.left is not None:
        state.left -= 1
        if state.left <= 0:
            state.playing = state.left = None
    return state.calls


def _has_outcome(endpoint: Endpoint, outcome: str) -> bool:
    return outcome in OUTCOME_NAMES or outcome in endpoint.outcomes


def _exhausted(endpoint: Endpoint, number: int) -> Answer:
    return _json_answer(
        404,
        {
            "error": f"endpoint '{endpoint.name}' has no reply left for call {number}",
            "hint": "its replies end with `at_end: 404`; use stick or cycle, or reset the sandbox",
        },
    )


def _not_found(request: Request, nearest: list[NearMiss]) -> Answer:
    return _json_answer(
        404,
        {
            "error": f"no endpoint matches {request.method} {request.url}",
            "nearest": [
                {
                    "endpoint": miss.endpoint.name,
                    "url": str(miss.endpoint.url),
                    "differences": list(miss.differences),
                }
                for miss in nearest
            ],
        },
    )


def _json_answer(status: int, body: object) -> Answer:
    data = json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n"
    return Answer(status, (("Content-Type", "application/json"),), (Piece(0.0, data),))
