"""A scripted reply made into an answer.

What a reply says is compiled once: texts to templates, a static reply to the answer itself, which
is then the same object for every request.
"""

from __future__ import annotations

import logging
import random
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from mockstudio.clock import SystemClock
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.bodies import json_answer
from mockstudio.endpoints.contents import Content, compile_content, is_static, needs_thread
from mockstudio.endpoints.effects import delayed
from mockstudio.endpoints.function_modules import Handler, folder_of, load_function
from mockstudio.endpoints.functions import call_function
from mockstudio.endpoints.model import Endpoint, FixedDelay, PythonBody, Reply
from mockstudio.endpoints.request import Request
from mockstudio.endpoints.request_values import RequestValues, request_namespace
from mockstudio.endpoints.templates import Namespace, TemplateCompiler
from mockstudio.errors import FunctionError, MockstudioError

logger = logging.getLogger(__name__)

Kept = TypeVar("Kept")

NOTHING: Mapping[str, str] = MappingProxyType({})


def chance_for(seed: int, endpoint: str, n: int) -> random.Random:
    """Return the chance that decides about one call: the same for the same call of another run.

    Args:
        seed: the sandbox's.
        endpoint: its name.
        n: the number of the call, from 1.
    """
    return random.Random(f"{seed}:{endpoint}:{n}")


class Renderer:
    """Makes answers of replies; threads may share it.

    Args:
        seed: makes random delays repeat; each call has a chance of its own (see `chance_for`).
        context: environment values for Python functions.
        now: tells the date and time to templates; the system's clock unless given.
    """

    is_static = staticmethod(is_static)
    needs_thread = staticmethod(needs_thread)

    def __init__(
        self,
        seed: int = 0,
        context: Mapping[str, str] = NOTHING,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._seed = seed
        self._context = context
        self._now = now or SystemClock().now
        self._templates = TemplateCompiler()
        self._answers: dict[int, Answer] = {}
        self._contents: dict[int, Content] = {}
        self._handlers: dict[tuple[str, PythonBody], Handler] = {}

    def render(
        self,
        endpoint: Endpoint,
        reply: Reply,
        request: Request,
        n: int = 1,
        path_values: Mapping[str, str] = NOTHING,
    ) -> Answer:
        """Return the answer a reply gives to a request.

        Args:
            endpoint: whose reply it is.
            reply: what is played; what is made of it is kept as long as the object lives.
            request: what is answered; the answer's times count from its arrival.
            n: how often the endpoint was called, this call included.
            path_values: what the `{name}` parts of the endpoint's URL stand for.

        Returns:
            For a static reply always the same object; a 500 that names the endpoint and the
            mistake when the reply cannot be played.
        """
        known = self._answers.get(id(reply))
        if known is not None:
            return known
        try:
            return self._answer(_Call(endpoint, reply, request, n, path_values))
        except MockstudioError as error:
            return _failure(endpoint, error)

    def static_answer(self, endpoint: Endpoint, reply: Reply) -> Answer:
        """Return what `render` returns for a static reply, before there is a request."""
        return self.render(endpoint, reply, Request("GET", "/"))

    def _answer(self, call: _Call) -> Answer:
        if isinstance(call.reply.body, PythonBody):
            return self._function_answer(call, call.reply.body)
        content = self._contents.get(id(call.reply)) or self._compiled(call)
        fixed = self._answers.get(id(call.reply))
        return fixed or delayed(content(self._namespace(call)), self._seconds(call, call.reply))

    def _compiled(self, call: _Call) -> Content:
        content = compile_content(call.reply, self._templates.compile)
        # The answer first: whoever finds the content must find the one answer too.
        if is_static(call.reply):
            answer = delayed(content({}), self._seconds(call, call.reply))
            self._keep(self._answers, call.reply, answer)
        return self._keep(self._contents, call.reply, content)

    @staticmethod
    def _keep(kept: dict[int, Kept], reply: Reply, value: Kept) -> Kept:
        """Keep a value until its reply goes; return the one that another thread kept before."""
        weakref.finalize(reply, kept.pop, id(reply), None).atexit = False
        return kept.setdefault(id(reply), value)

    def _namespace(self, call: _Call) -> Namespace:
        values = RequestValues(call.request, call.n, call.path_values)
        return request_namespace(values, self._now())

    def _seconds(self, call: _Call, reply: Reply) -> float:
        if isinstance(reply.delay, FixedDelay):
            return reply.delay.value
        return reply.delay.seconds(chance_for(self._seed, call.endpoint.name, call.n))

    def _function_answer(self, call: _Call, body: PythonBody) -> Answer:
        reply = call_function(
            self._handler(call.endpoint.source, body), call.reply, call.request, self._context
        )
        # A function may build its Reply of anything; whatever comes of it, the function is named.
        try:
            return delayed(compile_content(reply, str)({}), self._seconds(call, reply))
        except MockstudioError:
            raise
        except Exception as error:
            raise FunctionError(
                f"{body.module}:{body.function} returned a Reply that cannot be played: {error!r}"
            ) from error

    def _handler(self, source: str, body: PythonBody) -> Handler:
        key = (source, body)
        handler = self._handlers.get(key)
        if handler is None:
            loaded = load_function(body.module, body.function, folder_of(source))
            handler = self._handlers.setdefault(key, loaded)
        return handler


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of an endpoint, with all that a reply may ask about it."""

    endpoint: Endpoint
    reply: Reply
    request: Request
    n: int
    path_values: Mapping[str, str]


def _failure(endpoint: Endpoint, error: MockstudioError) -> Answer:
    logger.error("endpoint '%s' cannot be played: %s", endpoint.name, error)
    return json_answer(500, {"error": f"endpoint '{endpoint.name}' cannot be played: {error}"})
