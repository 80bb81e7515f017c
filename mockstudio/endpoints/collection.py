"""The endpoints of a sandbox, live: which are there, how often each was called, what each plays."""

from __future__ import annotations

import itertools
import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.journal import UNMATCHED, Entry, Journal
from mockstudio.endpoints.matching import EndpointTable, path_values
from mockstudio.endpoints.model import AtEnd, Endpoint, OutcomeReply, Reply, Visibility
from mockstudio.endpoints.not_found import exhausted, not_found, play_hint
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
    """The endpoint a request is for, and what it is played with.

    Attributes:
        endpoint: its definition.
        state: its state.
        outcome: the outcome that the request itself asks for, or None.
        needs_thread: whether making the answer may block: Python functions and files.
        fixed: the reply's label and the answer itself, when nothing about it can vary.
        outcomes: the replies made of named outcomes so far.
    """

    endpoint: Endpoint
    state: EndpointState
    outcome: str | None
    needs_thread: bool
    fixed: tuple[str, Answer] | None
    outcomes: dict[str, Reply] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Live:
    """Everything that a change of the endpoints makes anew.

    It is swapped whole: a request meets the endpoints before the change or those after it.

    Attributes:
        table: finds the endpoint for a request.
        matches: by endpoint name.
    """

    table: EndpointTable
    matches: Mapping[str, Match]


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
        self._live = _Live(EndpointTable(), {})
        self._listeners: tuple[Listener, ...] = ()
        self._changing = threading.Lock()

    # --- what there is

    @property
    def definitions(self) -> tuple[Endpoint, ...]:
        """The definitions, in their order."""
        return tuple(candidate.endpoint for candidate in self._live.table.candidates)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order of definition."""
        return tuple(endpoint.name for endpoint in self.definitions)

    def definition(self, name: str) -> Endpoint:
        """Return an endpoint by name; raises UnknownNameError."""
        return self._match(name).endpoint

    def state(self, name: str) -> EndpointState:
        """Return an endpoint's state; raises UnknownNameError."""
        return self._match(name).state

    def _match(self, name: str) -> Match:
        match = self._live.matches.get(name)
        if match is None:
            raise UnknownNameError("endpoint", name, self.names)
        return match

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

    def exchange(self, names: Collection[str], endpoints: Iterable[Endpoint]) -> None:
        """Put endpoints first, in the place of those of these names or of their own.

        Raises:
            UsageError: two of them have one name.
        """
        new = tuple(endpoints)
        gone = {*names, *(endpoint.name for endpoint in new)}
        with self._changing:
            self._use((*new, *(other for other in self.definitions if other.name not in gone)))

    def add(self, endpoint: Endpoint) -> None:
        """Add an endpoint, or put it in the place of the one with its name."""
        with self._changing:
            others = self.definitions
            if endpoint.name in self.names:
                self._use(tuple(endpoint if o.name == endpoint.name else o for o in others))
            else:
                self._use((*others, endpoint))

    def append(self, endpoints: Iterable[Endpoint]) -> None:
        """Put endpoints behind all others; raises UsageError when a name is taken."""
        with self._changing:
            self._use((*self.definitions, *endpoints))

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
        match = self._match(name)
        if outcome is not None:
            self.check_outcome(match.endpoint, outcome)
        with match.state.lock:
            match.state.playing, match.state.left = outcome, times

    @staticmethod
    def check_outcome(endpoint: Endpoint, outcome: str) -> None:
        """Raise UnknownNameError unless the endpoint has an outcome of this name."""
        known = tuple(dict.fromkeys([*OUTCOME_NAMES, *endpoint.outcomes]))
        if outcome not in known:
            raise UnknownNameError("outcome", outcome, known)

    def reset(self) -> None:
        """Forget all calls and played outcomes, and clear the journal."""
        with self._changing:
            self._use(self.definitions, keep_states=False)
        self.journal.clear()

    def _use(self, endpoints: tuple[Endpoint, ...], keep_states: bool = True) -> None:
        for name, count in Counter(endpoint.name for endpoint in endpoints).items():
            if count > 1:
                places = ", ".join(e.source for e in endpoints if e.name == name and e.source)
                at = f" ({places})" if places else ""
                raise UsageError(f"{count} endpoints are named '{name}'{at}; names must be unique")
        before = self._live.matches if keep_states else {}
        matches = {e.name: self._new_match(e, before.get(e.name)) for e in endpoints}
        self._live = _Live(EndpointTable(endpoints), matches)

    def _new_match(self, endpoint: Endpoint, before: Match | None) -> Match:
        return Match(
            endpoint=endpoint,
            state=_state_after(before, endpoint),
            outcome=None,
            needs_thread=self._needs_thread(endpoint),
            fixed=self._fixed_answer(endpoint),
        )

    def _needs_thread(self, endpoint: Endpoint) -> bool:
        replies = itertools.chain(endpoint.replies, endpoint.outcomes.values())
        return any(isinstance(r, Reply) and self._renderer.needs_thread(r) for r in replies)

    def _fixed_answer(self, endpoint: Endpoint) -> tuple[str, Answer] | None:
        """Return label and answer of an endpoint that always gives the same one, else None."""
        is_open = endpoint.visibility is Visibility.PUBLIC and endpoint.auth is None
        if not is_open or len(endpoint.replies) != 1:
            return None
        reply = endpoint.replies[0]
        if not isinstance(reply, Reply) or endpoint.at_end is AtEnd.NOT_FOUND:
            return None
        if not self._renderer.is_static(reply):
            return None
        return reply.label, self._renderer.static_answer(endpoint, reply)

    # --- routing

    def covers(self, url: str) -> Endpoint | None:
        """Return the first endpoint whose host and path fit a URL, or None."""
        return next(iter(self.covering(url)), None)

    def covering(self, url: str) -> tuple[Endpoint, ...]:
        """Return all endpoints whose host and path fit a URL, in the order they are tried."""
        return tuple(candidate.endpoint for candidate in self._live.table.at_url(url))

    def refuses(self, url: str) -> bool:
        """Tell whether a connection for this URL is refused; counts as a call when it is.

        A refused connection never reaches the endpoint, so whoever routes must ask.
        """
        live = self._live
        found = live.table.at_url(url)
        if not found:
            return False
        endpoint = found[0].endpoint
        state = live.matches[endpoint.name].state
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
        live = self._live
        asked = requested_play(request) if PLAY_PARAMETER in request.query else None
        if asked:
            return _asked_for(live, request, *asked)
        candidate = live.table.find(request)
        return live.matches[candidate.endpoint.name] if candidate else None

    def answer(self, match: Match, request: Request) -> tuple[Answer, Entry]:
        """Return an endpoint's answer to a request, and its journal entry."""
        if match.fixed is not None and match.state.playing is None:
            with match.state.lock:
                match.state.calls += 1
            label, answer = match.fixed
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
            return "exhausted", exhausted(endpoint, number)
        values = path_values(endpoint.url, request.path)
        return reply.label, self._renderer.render(endpoint, reply, request, number, values)

    def _next_reply(self, match: Match) -> tuple[int, Reply | None]:
        """Count the call; return its number from 1 and the reply to play, if one is left."""
        endpoint, state = match.endpoint, match.state
        with state.lock:
            playing = match.outcome or state.playing
            number = _count(state) if match.outcome is None else state.calls + 1
        if playing is not None:
            return number, _outcome(match, playing)
        chosen = reply_at(endpoint.replies, endpoint.at_end, number - 1)
        if isinstance(chosen, OutcomeReply):
            return number, _outcome(match, chosen.outcome)
        return number, chosen

    def unmatched(self, request: Request) -> tuple[Answer, Entry]:
        """Return the 404 for a request that nothing matches: it names the nearest endpoints."""
        asked = requested_play(request) if PLAY_PARAMETER in request.query else None
        here = [candidate.endpoint for candidate in self._live.table.at_path(request.path)]
        hint = play_hint(here, *asked) if asked else ""
        answer = not_found(request, self._live.table.nearest(request), hint)
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


def _state_after(before: Match | None, endpoint: Endpoint) -> EndpointState:
    """Return the state of an endpoint that takes the place of another.

    Unchanged it goes on; changed it begins anew, but still plays what it was told to play.
    """
    if before is None:
        return EndpointState()
    if _says_the_same(before.endpoint, endpoint):
        return before.state
    return EndpointState(playing=before.state.playing, left=before.state.left)


def _count(state: EndpointState) -> int:
    """Count a call, and a played outcome's last time; return the call's number from 1."""
    state.calls += 1
    if state.playing is not None and state.left is not None:
        state.left -= 1
        if state.left <= 0:
            state.playing = state.left = None
    return state.calls


def _outcome(match: Match, outcome: str) -> Reply:
    """Return an outcome's reply, always the same object, so that its answer is kept."""
    known = match.outcomes.get(outcome)
    return known or match.outcomes.setdefault(outcome, standard_reply(match.endpoint, outcome))


def _says_the_same(one: Endpoint, other: Endpoint) -> bool:
    """Tell whether two definitions mean the same; the line they are written in means nothing."""
    return replace(one, source="") == replace(other, source="")


def _asked_for(live: _Live, request: Request, name: str, outcome: str) -> Match | None:
    """Return the endpoint at this path that a `mockstudio-play` parameter names."""
    for candidate in live.table.at_path(request.path):
        endpoint = candidate.endpoint
        if name in ("", endpoint.name) and _has_outcome(endpoint, outcome):
            return replace(live.matches[endpoint.name], outcome=outcome, fixed=None)
    return None


def _has_outcome(endpoint: Endpoint, outcome: str) -> bool:
    return outcome in OUTCOME_NAMES or outcome in endpoint.outcomes
