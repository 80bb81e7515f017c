"""What the REST API needs of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mockstudio.clock import Clock
from mockstudio.config import Settings
from mockstudio.endpoints.collection import Endpoints
from mockstudio.errors import MockstudioError
from mockstudio.flows.execution import Execution
from mockstudio.flows.library import FlowLibrary
from mockstudio.flows.model import Flow
from mockstudio.flows.routes import Router
from mockstudio.http.client import HttpClient
from mockstudio.rest.failures import Failures
from mockstudio.store.executions import ExecutionStore
from mockstudio.store.keys import ApiKey
from mockstudio.store.ledger import Ledger
from mockstudio.store.messages import MessageStore
from mockstudio.store.numbers import NumberBook

if TYPE_CHECKING:
    from mockstudio.flows.api import SandboxApi
    from mockstudio.flows.runner import Runner
    from mockstudio.twiml.carrier import Carrier


class World(Protocol):
    """A sandbox, as far as the REST API is concerned."""

    settings: Settings
    clock: Clock
    executions: ExecutionStore[Execution]
    failures: Failures
    router: Router
    endpoints: Endpoints
    library: FlowLibrary
    keys: Ledger[ApiKey]
    messages: MessageStore
    numbers: NumberBook

    def webhook_url(self, flow: Flow) -> str:
        """Return the URL at which a flow takes messages and calls."""

    @property
    def runner(self) -> Runner:
        """Runs executions; it is made when it is first needed."""

    @property
    def carrier(self) -> Carrier:
        """Twilio's carrier; it is made when it is first needed."""

    @property
    def client(self) -> HttpClient:
        """Makes all calls to others."""

    @property
    def api(self) -> SandboxApi:
        """Makes what flows and clients ask for, or refuses it where the results say so."""

    def report(self, error: MockstudioError) -> None:
        """Note what stopped a flow."""
