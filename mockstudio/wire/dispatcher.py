"""Who answers a request: the server's own application, a scripted endpoint, or a worker for one."""

from __future__ import annotations

import logging
from typing import Any

from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.request import Request
from mockstudio.wire.bridge import Bridge
from mockstudio.wire.exchange import Channel, Exchange, Terms, Unrecorded
from mockstudio.wire.player import Player
from mockstudio.wire.refusals import error_answer
from mockstudio.wire.scripted import Entry, Match, ScriptedEndpoints
from mockstudio.wire.workers import LoopCaller, Workers

logger = logging.getLogger(__name__)


class Dispatcher:
    """Finds who answers.

    Args:
        endpoints: the scripted endpoints.
        player: plays their answers.
        bridge: leads to the application, which answers its own paths and what nothing matches.
        workers: threads for answers whose making may block.
        own_prefixes: paths beginning with one of these are the application's, whatever is scripted.
    """

    __slots__ = (
        "_answer",
        "_bridge",
        "_endpoints",
        "_find",
        "_own",
        "_play",
        "_player",
        "_workers",
    )

    def __init__(
        self,
        endpoints: ScriptedEndpoints[Any],
        player: Player,
        bridge: Bridge,
        workers: Workers,
        own_prefixes: tuple[str, ...],
    ) -> None:
        self._endpoints = endpoints
        self._find = endpoints.find
        self._answer = endpoints.answer
        self._player = player
        self._play = player.play
        self._bridge = bridge
        self._workers = workers
        self._own = own_prefixes

    def begin(self, channel: Channel, request: Request, terms: Terms) -> Exchange | None:
        """Answer a request at once and return None, or return the exchange that will answer it."""
        if request.path.startswith(self._own):
            return self._bridge.exchange(channel, request, terms)
        try:
            match = self._find(request)
            if match is None:
                return self._bridge.exchange(channel, request, terms)
            if match.needs_thread:
                return ThreadedAnswer(self, channel, request, terms, match)
            answer, entry = self._answer(match, request)
        except Exception as error:
            answer, entry = failure(request, error)
        return self._play(channel, request, terms, answer, entry)

    def submit(self, answer: ThreadedAnswer) -> None:
        """Let a worker make an answer."""
        self._workers.submit(answer.make)

    def make(self, match: Match, request: Request) -> tuple[Answer, Entry]:
        """Make an answer on a worker; a failure makes one too."""
        try:
            return self._answer(match, request)
        except Exception as error:
            return failure(request, error)

    def play(
        self, channel: Channel, request: Request, terms: Terms, answer: Answer, entry: Entry
    ) -> Exchange | None:
        """Play a worker's answer."""
        return self._play(channel, request, terms, answer, entry)


class ThreadedAnswer:
    """An answer that a worker makes; then it is played like any other."""

    is_patient = False

    def __init__(
        self,
        dispatcher: Dispatcher,
        channel: Channel,
        request: Request,
        terms: Terms,
        match: Match,
    ) -> None:
        self._dispatcher = dispatcher
        self._channel = channel
        self._request = request
        self._terms = terms
        self._match = match
        self._caller = LoopCaller(channel.loop)
        self._is_cancelled = False

    def start(self) -> None:  # noqa: D102 - as in Exchange
        self._dispatcher.submit(self)

    def cancel(self) -> None:  # noqa: D102
        self._is_cancelled = True
        self._caller.close()

    def resume(self) -> None:  # noqa: D102
        pass

    def make(self) -> None:
        """Make the answer, on a worker thread."""
        answer, entry = self._dispatcher.make(self._match, self._request)
        if not self._caller.call(self._play, answer, entry):
            entry.finish(0, False)

    def _play(self, answer: Answer, entry: Entry) -> None:
        if self._is_cancelled:
            entry.finish(0, False)
            return
        exchange = self._dispatcher.play(self._channel, self._request, self._terms, answer, entry)
        self._channel.play_instead(exchange)


def failure(request: Request, error: Exception) -> tuple[Answer, Entry]:
    """Log that no answer could be made and return a 500 that says why."""
    logger.error("%s %s failed", request.method, request.target, exc_info=error)
    message = f"no answer could be made: {type(error).__name__}: {error}"
    return error_answer(500, message), Unrecorded()
