"""What a sandbox consists of: stores, clock, library, carrier and engine, each knowing its like."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mockstudio.clock import Clock
from mockstudio.config import Settings
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.journal import Journal
from mockstudio.errors import MockstudioError
from mockstudio.events import Event, Listener
from mockstudio.flows.execution import Execution
from mockstudio.flows.limits import profile, with_limits
from mockstudio.flows.routes import Route, Router, routes_from
from mockstudio.http.client import HttpClient
from mockstudio.http.outgoing import Account
from mockstudio.rest.failures import Failures, failure_rule
from mockstudio.store.executions import ExecutionStore
from mockstudio.store.keys import ApiKey
from mockstudio.store.ledger import Ledger
from mockstudio.store.messages import MessageStore
from mockstudio.store.numbers import NumberBook
from mockstudio.store.results import ScriptedResults
from mockstudio.twiml.flow_numbers import FlowNumbers
from mockstudio.wiring import (
    IN_PROCESS_URL,
    Once,
    World,
    make_api,
    make_carrier,
    make_engine,
    make_library,
    make_runner,
    open_session,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from mockstudio.flows.api import SandboxApi
    from mockstudio.flows.engine import Engine
    from mockstudio.flows.runner import Runner
    from mockstudio.twiml.carrier import Carrier

MOST_PROBLEMS = 100
"""How many errors of webhooks are kept for whoever asks."""


class Parts(ABC):
    """Every part of a sandbox, made once. Carrier and engine are made when they are first needed.

    Args:
        settings: of the sandbox.
        clock: the time of this world.
        routes: tried before those of the settings.
    """

    def __init__(self, settings: Settings, clock: Clock, routes: Iterable[Route]) -> None:
        self.settings = settings
        self.clock = clock
        self.limits = with_limits(profile(settings.profile), settings.limits)
        self._listeners: tuple[Listener, ...] = ()
        self._problems: deque[MockstudioError] = deque(maxlen=MOST_PROBLEMS)
        self._make_endpoints(routes)
        self._make_stores()
        self._make_flows()
        self._make_client()
        self._make_actors()

    def _make_endpoints(self, routes: Iterable[Route]) -> None:
        settings = self.settings
        self.journal = Journal(self.clock, settings.journal_size)
        self.endpoints = Endpoints(
            self.journal, settings.auth_token, settings.seed, settings.context
        )
        all_routes = [*routes, *routes_from(settings.routes)]
        self.router = Router(all_routes, self.endpoints, IN_PROCESS_URL)

    def _make_stores(self) -> None:
        self.messages = MessageStore()
        self.executions: ExecutionStore[Execution] = ExecutionStore()
        self.keys: Ledger[ApiKey] = Ledger()
        self.numbers = NumberBook()
        self.results = ScriptedResults(self.settings.results)
        self.failures = Failures(map(failure_rule, self.settings.rest_failures), self.settings.seed)

    def _make_flows(self) -> None:
        settings = self.settings
        self.flow_numbers = FlowNumbers(
            self.numbers, settings.number, settings.fallback_url, self._webhook_url, self.clock
        )
        self.library = make_library(self.clock, self.limits, self.flow_numbers.flow_loaded)

    def _make_client(self) -> None:
        self._session = open_session(self.settings.trust_env, self.clock, self.call_app)
        self.client = HttpClient(self._session, self.router.resolve, self.clock, self._account())
        """Makes all calls to others."""

    def _make_actors(self) -> None:
        world = World(self.settings, self.clock, self.limits, self.client, self.results, self._tell)
        self._carrier = Once(
            lambda: make_carrier(
                world,
                self.messages,
                self.flow_numbers.look_up,
                lambda message: self.runner.message_lost(message.sid),
            )
        )
        self._api = Once(lambda: make_api(world, lambda call: self.carrier.place_call(call)))
        self._engine = Once(
            lambda: make_engine(
                world,
                self.library,
                self.api,
                self.messages,
                lambda message: self.carrier.deliver(message),
                self._webhook_url,
            )
        )
        self._runner = Once(lambda: make_runner(world, self.engine, self.executions))

    # --- the actors

    @property
    def carrier(self) -> Carrier:
        """Twilio's carrier."""
        return self._carrier()

    @property
    def api(self) -> SandboxApi:
        """Makes what flows and clients ask of the REST API."""
        return self._api()

    @property
    def engine(self) -> Engine:
        """Runs executions."""
        return self._engine()

    @property
    def runner(self) -> Runner:
        """Brings executions what arrives."""
        return self._runner()

    @abstractmethod
    def call_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Call the Flask application over these parts."""

    # --- how they are reached, and who listens

    def connect(self, base_url: str) -> None:
        """Let the flows call the scripted endpoints at this address, over real HTTP."""
        self.router.base_url = base_url
        self.client.account = self._account()
        self.flow_numbers.follow_webhooks()

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every event from now on: run events, and what callers hear."""
        self._listeners = (*self._listeners, listener)

    def report(self, error: MockstudioError) -> None:
        """Note what stopped a flow that was asked over HTTP; `raise_problem` raises it."""
        self._problems.append(error)

    def raise_problem(self) -> None:
        """Raise what stopped a flow since the last look, if anything did."""
        if self._problems:
            raise self._problems.popleft()

    # --- the end

    def reset(self) -> None:
        """Forget all that happened and all that clients made; what was loaded from files stays."""
        if self._runner.is_made:
            self.runner.forget()
            self.api.clear()
        if self._carrier.is_made:
            self.carrier.forget()
        self._problems.clear()
        self.endpoints.reset()
        self.executions.clear()
        self.messages.clear()
        self.failures.restart()
        self.keys.clear()
        self.library.reset()
        self.flow_numbers.begin()

    def close(self) -> None:
        """End timers and give back ports."""
        if self._carrier.is_made:
            self.carrier.forget()
        self.clock.close()
        self.router.close()
        self._session.close()

    # --- inside

    def _account(self) -> Account:
        """Return whose calls the flows make; the sandbox's own URL counts as Twilio's API."""
        settings = self.settings
        return Account(settings.account_sid, settings.auth_token, self.router.base_url)

    def _webhook_url(self, flow_sid: str) -> str:
        return (
            f"{self.router.webhook_base}/v1/Accounts/{self.settings.account_sid}/Flows/{flow_sid}"
        )

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)
