"""What every widget has in common, and what it may use while it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Protocol
from urllib.parse import quote

from mockstudio.clock import Clock
from mockstudio.flows.context import Context
from mockstudio.flows.events import FlowEvent, Listener, RunEvent, Warned
from mockstudio.flows.execution import Execution, Wait
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.limits import Limits
from mockstudio.flows.liquid import Template, TemplateFault
from mockstudio.flows.model import Flow, State, Transition
from mockstudio.flows.program import CompiledState, rendered
from mockstudio.http.exchange import Exchange
from mockstudio.store.messages import Message, OutgoingMessage

TEMPLATE_ERROR = 81018


class HttpClient(Protocol):
    """Makes the call of an HTTP widget."""

    def call(self, request: WidgetRequest) -> Exchange:
        """Return what came back, or failed to."""


class Messenger(Protocol):
    """Sends messages to people."""

    def send(self, message: OutgoingMessage) -> Message:
        """Send a message, without waiting for its delivery."""


class Api(Protocol):
    """Creates resources of Twilio's REST API."""

    def create(self, resource: str, parameters: Mapping[str, Any]) -> Created:
        """Ask for a new resource.

        Args:
            resource: such as `Recordings`.
            parameters: as the API names them.
        """


class FlowLibrary(Protocol):
    """Knows the flows that a run-subflow widget may name."""

    def subflow(self, sid: str, revision: str) -> Flow | None:
        """Return a flow by SID and revision specifier, or None."""


@dataclass(frozen=True)
class Created:
    """What the REST API answers.

    Attributes:
        properties: the resource's, named as the API names them; empty when it was refused.
        error_code: Twilio's code, or None.
        error_message: why it was refused, or empty.
    """

    properties: Mapping[str, Any] = field(default_factory=dict)
    error_code: int | None = None
    error_message: str = ""

    @property
    def was_refused(self) -> bool:
        """Whether there is no such resource now."""
        return self.error_code is not None


@dataclass(frozen=True)
class Services:
    """The world outside the engine.

    Attributes:
        clock: the sandbox's time.
        http: makes HTTP calls.
        messenger: sends messages.
        api: creates resources of the REST API.
        library: knows the other flows.
        limits: Studio's limits.
        webhook_url: returns the URL of a flow's webhook by its SID.
    """

    clock: Clock
    http: HttpClient
    messenger: Messenger
    api: Api
    library: FlowLibrary
    limits: Limits
    webhook_url: Callable[[str], str]


@dataclass(frozen=True)
class Took:
    """A widget is done.

    Attributes:
        event: the event it takes.
        outputs: written under `widgets.<name>`.
        transition: which of several transitions with that event, for splits.
        flow: written under `flow`: by member, such as `variables`, what it has now.
        because: the name of the rule that decided, such as `timeout`, where there is one.
        explanation: the same in words.
    """

    event: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    transition: Transition | None = None
    flow: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    because: str = ""
    explanation: str = ""


@dataclass(frozen=True)
class Parked:
    """A widget waits for something from outside."""

    wait: Wait


@dataclass(frozen=True)
class Entered:
    """A widget hands over to a subflow.

    Attributes:
        flow: the subflow.
        parameters: what it reads under `trigger.parent.parameters`.
    """

    flow: Flow
    parameters: Mapping[str, Any]


Result = Took | Parked | Entered


class Visit:
    """One stay of an execution at a widget.

    Attributes:
        execution: whose stay it is.
        state: the widget as exported.
        compiled: its templates.
        services: the world outside.
        properties: rendered once, on entry (reference 5.3).
    """

    def __init__(
        self,
        execution: Execution,
        compiled: CompiledState,
        services: Services,
        listener: Listener,
    ) -> None:
        self.execution = execution
        self.compiled = compiled
        self.state: State = compiled.state
        self.services = services
        self.properties: dict[str, Any] = {}
        self._listener = listener

    @property
    def context(self) -> Context:
        """What templates read: the flow's context, or the subflow's inside one."""
        return self.execution.frame.context

    def render_properties(self) -> None:
        """Render every property; a template that fails is warned of and gives empty text."""
        self.properties = dict(self.compiled.fixed)
        for name, value in self.compiled.templated.items():
            shown = rendered(value, self.context, name, self._warn_of_template)
            self.properties[name] = shown

    def render(self, template: Template, name: str) -> str:
        """Return one template's text; `name` says where it stands, for the warning."""
        return str(rendered(template, self.context, name, self._warn_of_template))

    def _warn_of_template(self, name: str, fault: TemplateFault) -> None:
        self.warn(TEMPLATE_ERROR, f"template in '{name}': {fault.message}", fault.excerpt)

    def tell(self, event_type: type[RunEvent], **fields: Any) -> None:
        """Tell the listeners of something that happens at this widget."""
        self._listener(
            event_type(
                execution=self.execution.sid,
                at=self.services.clock.now(),
                widget=self.state.name,
                depth=len(self.execution.frames) - 1,
                **fields,
            )
        )

    def warn(self, code: int | None, text: str, detail: str = "") -> None:
        """Tell of something Twilio's debugger would show."""
        self.tell(Warned, code=code, text=text, detail=detail)

    def text(self, name: str, default: str = "") -> str:
        """Return a rendered property as text; `default` when it is absent or empty."""
        value = self.properties.get(name)
        return str(value) if value not in (None, "") else default

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """Return a property that is a list of `{key, value}` objects, rendered."""
        return [
            (str(item.get("key", "")), str(item.get("value", "")))
            for item in self.properties.get(name) or ()
            if isinstance(item, Mapping)
        ]

    def action_url(self, event: str) -> str:
        """Return the flow's webhook URL that brings the call back with an event.

        A subflow's widgets come back by the outermost flow's webhook (reference 2.7).
        """
        url = self.services.webhook_url(self.execution.flow_sid)
        return f"{url}?FlowEvent={quote(event)}"

    def moment_after(self, seconds: float) -> str:
        """Return the ISO date so many seconds from now."""
        return (self.services.clock.now() + timedelta(seconds=seconds)).isoformat()


class Widget(ABC):
    """A kind of widget; one object serves all widgets of its type.

    Attributes:
        type: the type string.
        prints_twiml_for: the channels, `call` and `message`, whose webhook it answers with TwiML;
            without such a webhook to answer it cannot run (reference 2, 81020).
    """

    type: ClassVar[str]
    prints_twiml_for: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def enter(self, visit: Visit) -> Result:
        """Do the widget's work; `visit.properties` are rendered."""

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Carry on after a wait, with an event that the wait accepts.

        Args:
            visit: the stay; its properties are not rendered again.
            event: what woke the widget.
            wait: what it waited for, with the outputs so far.
        """
        return Took(event.name, wait.outputs)
