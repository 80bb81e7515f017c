"""How a sandbox's parts are put together.

Engine and carrier are imported when they are made: a sandbox that only plays endpoints starts
faster and is smaller without them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import requests

from mockstudio.clock import Clock
from mockstudio.config import Settings
from mockstudio.events import Listener
from mockstudio.flows.library import FlowLibrary
from mockstudio.flows.limits import Limits
from mockstudio.flows.liquid import LiquidLimits, StudioLiquid
from mockstudio.http.client import HttpClient
from mockstudio.http.in_process import InProcessAdapter
from mockstudio.http.transport import DeadlineAdapter
from mockstudio.store.messages import Message, MessageStore
from mockstudio.store.results import ScriptedResults

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from mockstudio.flows.api import PlaceCall, SandboxApi
    from mockstudio.flows.engine import Engine
    from mockstudio.flows.execution import Execution
    from mockstudio.flows.runner import Runner
    from mockstudio.store.executions import ExecutionStore
    from mockstudio.twiml.carrier import Carrier
    from mockstudio.twiml.numbers import LookUp

T = TypeVar("T")

IN_PROCESS_URL = "http://sandbox.mockstudio"
"""Where the flows call the endpoints while no server is running: a name that never resolves."""


class Once(Generic[T]):
    """A part that is made when it is first needed, whatever thread needs it.

    Args:
        make: makes it.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._lock = threading.Lock()

    @property
    def is_made(self) -> bool:
        """Whether it was needed already."""
        return bool(self._made)

    def __call__(self) -> T:
        """Return the part."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


@dataclass(frozen=True)
class World:
    """What carrier and engine share.

    Attributes:
        settings: what mockstudio was told.
        clock: the time.
        limits: what Studio and Twilio allow.
        client: makes all HTTP calls.
        results: what the world outside decides.
        tell: told of everything that happens.
    """

    settings: Settings
    clock: Clock
    limits: Limits
    client: HttpClient
    results: ScriptedResults
    tell: Listener


def open_session(trust_env: bool, clock: Clock, app: WSGIApplication) -> requests.Session:
    """Return a session with the two ways out: sockets, and the application in this process."""
    session = requests.Session()
    session.trust_env = trust_env
    outside = DeadlineAdapter(clock)
    session.mount("http://", outside)
    session.mount("https://", outside)
    session.mount(IN_PROCESS_URL, InProcessAdapter(app, clock))
    return session


def make_library(clock: Clock, limits: Limits, loaded: Callable[[str], None]) -> FlowLibrary:
    """Return an empty library whose templates keep to the limits.

    Args:
        clock: dates revisions.
        limits: of templates.
        loaded: told the SID of each flow that is loaded.
    """
    bounds = LiquidLimits(iterations=limits.liquid_iterations, rendered_bytes=limits.liquid_bytes)
    return FlowLibrary(StudioLiquid(clock.now, bounds), clock.now, loaded)


def make_carrier(
    world: World, messages: MessageStore, look_up: LookUp, lost: Callable[[Message], None]
) -> Carrier:
    """Return Twilio's carrier.

    Args:
        world: what it shares with the engine.
        messages: where messages are kept.
        look_up: finds what a number of the account is set to.
        lost: told of each message that does not arrive.
    """
    from mockstudio.twiml.call_setup import CarrierServices
    from mockstudio.twiml.carrier import Carrier
    from mockstudio.twiml.retrieval import Retriever
    from mockstudio.twiml.voice.registry import standard_verbs

    services = CarrierServices(
        account_sid=world.settings.account_sid,
        clock=world.clock,
        retriever=Retriever(world.client, world.clock, world.limits, world.tell),
        verbs=standard_verbs(),
        results=world.results,
        tell=world.tell,
    )
    return Carrier(services, messages, world.limits, look_up, world.settings.number, lost)


def make_api(world: World, place_call: PlaceCall) -> SandboxApi:
    """Return what makes resources of the REST API."""
    from mockstudio.flows.api import SandboxApi

    return SandboxApi(world.results, world.settings.account_sid, world.clock, place_call)


def make_engine(
    world: World,
    library: FlowLibrary,
    api: SandboxApi,
    messages: MessageStore,
    deliver: Callable[[Message], None],
    webhook_url: Callable[[str], str],
) -> Engine:
    """Return the engine; `deliver` brings what it sends to the person."""
    from mockstudio.flows.engine import Engine
    from mockstudio.flows.http.call import StudioClient
    from mockstudio.flows.messenger import SandboxMessenger
    from mockstudio.flows.widgets.base import Services
    from mockstudio.flows.widgets.registry import standard_widgets

    account_sid = world.settings.account_sid
    services = Services(
        clock=world.clock,
        http=StudioClient(world.client, world.limits),
        messenger=SandboxMessenger(messages, account_sid, world.clock, deliver),
        api=api,
        library=library,
        limits=world.limits,
        webhook_url=webhook_url,
    )
    return Engine(library.program, standard_widgets(), services, world.tell, account_sid)


def make_runner(world: World, engine: Engine, executions: ExecutionStore[Execution]) -> Runner:
    """Return what brings executions what arrives."""
    from mockstudio.flows.runner import Runner

    return Runner(engine, executions, world.clock, world.tell)
