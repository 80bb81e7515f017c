"""The sandbox: one object that wires endpoints, flows, person, stores and clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mockstudio.clock import Clock, VirtualClock
from mockstudio.config import Settings
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.handle import EndpointHandle
from mockstudio.endpoints.model import Endpoint
from mockstudio.endpoints.reloading import EndpointFiles
from mockstudio.errors import UsageError
from mockstudio.flows.definition import LoadedFlow, read_flow
from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import HANGUP, Execution
from mockstudio.flows.model import Flow
from mockstudio.flows.routes import Route, make_route
from mockstudio.flows.stubs import stub_endpoints
from mockstudio.flows.triggers import (
    Trigger,
    message_trigger,
    request_trigger,
)
from mockstudio.parts import Parts
from mockstudio.sids import new_sid
from mockstudio.store.messages import INBOUND, Message
from mockstudio.twiml.numbers import PhoneNumber
from mockstudio.twiml.parameters import message_parameters
from mockstudio.version import VERSION
from mockstudio.wiring import Once

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

    from mockstudio.twiml.call import Call
    from mockstudio.twiml.messaging import Chat
    from mockstudio.twiml.phone import Phone


class Sandbox(Parts):
    """Twilio's world on this machine.

    With a virtual clock, which is the default, everything happens in this process and waits take
    no time. `connect` lets the flows call the endpoints through a server instead.

    Args:
        settings: as from `load_settings`; the defaults when not given.
        clock: the time of this world.
        routes: tried before those of the settings.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        clock: Clock | None = None,
        routes: Iterable[Route] = (),
    ) -> None:
        super().__init__(settings or Settings(), clock or VirtualClock(), routes)
        self._files: EndpointFiles | None = None

    # --- what is in it

    @cached_property
    def app(self) -> Flask:
        """The Flask application over this sandbox.

        It is made when it is first asked: a server answers for endpoints without it.
        """
        from mockstudio.app import OWN_PREFIXES, create_app, mount
        from mockstudio.control.world import PREFIX
        from mockstudio.endpoints import views
        from mockstudio.flows import webhook
        from mockstudio.rest import views as rest_views

        app = create_app(
            [
                webhook.create_blueprint(self),
                rest_views.create_blueprint(self),
                views.create_blueprint(self.endpoints, self.clock, OWN_PREFIXES),
            ]
        )
        return mount(app, PREFIX, Once(self._control_app))

    def _control_app(self) -> Flask:
        """Return the application below `/_mockstudio`, which few sandboxes of a test run need."""
        from mockstudio.app import create_app
        from mockstudio.control import views
        from mockstudio.rest import media_content

        return create_app([views.create_blueprint(self), media_content.create_blueprint(self)])

    def call_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Call the Flask application, which is made at the first call."""
        return self.app.wsgi_app(environ, start_response)

    def watch(self) -> None:
        """Load the endpoint files again whenever they change, until the sandbox is closed."""
        if self._files is not None:
            self._files.watch()

    def health(self) -> dict[str, Any]:
        """Return whether all files could be loaded, and how much there is."""
        problems = self._files.problems if self._files else ()
        executions = self.executions.all()
        return {
            "status": "degraded" if problems else "ok",
            "version": VERSION,
            "problems": list(problems),
            "clock": self.clock.name,
            "endpoints": len(self.endpoints.definitions),
            "flows": [
                {"sid": flow.sid, "name": flow.name, "webhook": self.webhook_url(flow)}
                for flow in self.library.flows
            ],
            "requests": len(self.journal),
            "executions": {
                "total": len(executions),
                "active": sum(execution.is_active for execution in executions),
            },
        }

    def load_endpoints(self, *paths: Path | str) -> EndpointFiles:
        """Load endpoint files, after those loaded before; raises EndpointFileError.

        Returns:
            All files, with what is wrong with them after a broken edit (see `watch`).
        """
        before = self._files.paths if self._files else ()
        files = EndpointFiles([*before, *map(Path, paths)], self.endpoints, self.clock)
        files.load()
        if self._files is not None:
            self._files.stop()
        self._files = files
        return files

    def add_endpoints(self, data: Any) -> tuple[Endpoint, ...]:
        """Add endpoints written as in an endpoint file; raises EndpointFileError."""
        endpoints = parse_endpoints(data)
        self.endpoints.append(endpoints)
        return endpoints

    def load_flow(self, path: Path | str, sid: str | None = None) -> LoadedFlow:
        """Add the flow of an export; raises FlowDefinitionError."""
        loaded = read_flow(Path(path), self.settings.variables, sid)
        self.library.add(loaded.flow, loaded.warnings)
        return loaded

    def stub(self, flow: Flow) -> None:
        """Add a stand-in for every URL the flow calls that no endpoint covers.

        It has the name of the widget, with the flow's before it where another endpoint has that.
        """
        for stub in stub_endpoints(flow):
            if self.endpoints.covers(str(stub.url)) is None:
                name = stub.name
                while name in self.endpoints.names:
                    name = f"{flow.name}-{name}"
                self.endpoints.add(replace(stub, name=name))

    def load_all(self) -> list[LoadedFlow]:
        """Load the endpoint files and the flows that the settings name.

        The settings' number is set to the first of the flows.

        Returns:
            The flows, with what is odd about them.

        Raises:
            DocumentError: a file is broken.
        """
        self.load_endpoints(*self.settings.endpoints)
        for sid, path in self.settings.subflows.items():
            self.load_flow(path, sid)
        loaded = [self.load_flow(path) for path in self.settings.flows]
        if loaded:
            self.bind(loaded[0].flow)
        return loaded

    def route(self, pattern: str, target: str) -> None:
        """Send URLs of the flows elsewhere, before all other routes.

        Args:
            pattern: an absolute URL; `*` stands for anything.
            target: an absolute URL in which each `*` stands for what the pattern's stood for, or
                `scripted` for the scripted endpoints.

        Raises:
            UsageError: one of them is no such thing.
        """
        self.router.add(make_route(pattern, target))

    def endpoint(self, name: str) -> EndpointHandle:
        """Return a scripted endpoint to be told and asked things; raises UnknownNameError."""
        return EndpointHandle(self.endpoints, name)

    @property
    def url(self) -> str:
        """The address of its server, or that of the endpoints in this process."""
        return self.router.base_url

    @property
    def sent(self) -> list[str]:
        """The texts of the messages to the person, oldest first, but those that failed."""
        to_person = (m for m in self.messages.all() if m.to == self.settings.contact)
        return [m.body for m in to_person if m.direction != INBOUND and not m.has_failed]

    def flow(self, name_or_sid: str) -> Flow:
        """Return a flow by name or SID; raises UnknownNameError."""
        return self.library.find(name_or_sid)

    def webhook_url(self, flow: Flow) -> str:
        """Return the URL at which a flow takes messages and calls."""
        return self._webhook_url(flow.sid)

    def number_of(self, flow: Flow) -> PhoneNumber:
        """Return a number that is set to a flow: its calls, messages and status callbacks.

        When none is, it is the settings' number, as it were if it was.
        """
        return self.flow_numbers.number_of(flow.sid)

    def bind(self, flow: Flow, number: str = "") -> PhoneNumber:
        """Set a number to a flow; the account gets it if it has it not.

        Args:
            flow: what answers from now on.
            number: E.164; the settings' number when not given.
        """
        return self.flow_numbers.bind(flow.sid, number)

    # --- what happens in it

    def message(
        self, body: str, flow: Flow | None = None, parameters: Mapping[str, str] | None = None
    ) -> Execution:
        """Bring the flow a message: it starts the flow, or resumes what waits for it.

        This goes straight to the flow; `chat` carries messages as Twilio does, and plays the TwiML
        with which the flow answers.

        Args:
            body: the text.
            flow: which flow; may be left out when there is only one.
            parameters: further webhook parameters, or other values for the usual ones.
        """
        received = {**self._usual_parameters(body), **(parameters or {})}
        event = FlowEvent("incomingMessage", received)
        trigger = message_trigger(received)
        return self.deliver(flow or self._only_for(trigger.contact), trigger, event)[0]

    def call(self, flow: Flow | None = None, phone: Phone | None = None, number: str = "") -> Call:
        """Let the person call a number of the account; the call is live on return.

        Args:
            flow: calls a number that is set to this flow.
            phone: how the person behaves; as before when not given.
            number: the number; with neither flow nor number the settings' own.

        Raises:
            UsageError: the account has no such number, or it is not told which is meant.
        """
        called = self._meet(flow, phone, number)
        return self.carrier.call_number(called, self.settings.contact)

    def chat(self, flow: Flow | None = None, phone: Phone | None = None, number: str = "") -> Chat:
        """Return the person's chat with a number of the account (see `call`)."""
        written_to = self._meet(flow, phone, number)
        return self.carrier.chat(written_to, self.settings.contact)

    def execution_of(self, call: Call) -> Execution | None:
        """Return the newest execution about a call, or None."""
        found = (self.executions.of_call(flow.sid, call.sid) for flow in self.library.flows)
        return next((execution for execution in found if execution is not None), None)

    def request(
        self,
        parameters: Mapping[str, Any] | None = None,
        flow: Flow | None = None,
        phone: Phone | None = None,
    ) -> Execution:
        """Start the flow as the REST API does, with parameters for `flow.data`."""
        self._meet(flow, phone)
        trigger = request_trigger(self.settings.number, self.settings.contact, parameters or {})
        return self.start(flow or self._only_for(trigger.contact), trigger)

    def start(self, flow: Flow, trigger: Trigger) -> Execution:
        """Start an execution, whatever else runs, and run it until it waits or ends."""
        return self.runner.start(flow, trigger)

    def deliver(self, flow: Flow, trigger: Trigger, event: FlowEvent) -> tuple[Execution, bool]:
        """Resume the contact's active execution, or start one (see `Runner.deliver`)."""
        return self.runner.deliver(flow, trigger, event)

    def is_awaited(self, flow: Flow, trigger: Trigger) -> bool:
        """Tell whether an active execution is there for what arrives."""
        return self.runner.addressee(flow, trigger) is not None

    def hang_up(self, flow: Flow, parameters: Mapping[str, str]) -> None:
        """Tell the execution of a call, if there is one, that the call is over."""
        execution = self.runner.of_call(flow, parameters.get("CallSid", ""))
        if execution is not None:
            self.runner.receive(execution, FlowEvent(HANGUP, parameters))

    def receive(self, execution: Execution, event: FlowEvent) -> bool:
        """Give an execution an event from outside; False when it cannot use it (81002)."""
        return self.runner.receive(execution, event)

    def end(self, execution: Execution) -> None:
        """End an execution where it stands."""
        self.runner.end(execution)

    def resume(self, data: Mapping[str, Any]) -> Execution:
        """Carry on with an execution that was dumped with `Execution.to_dict`, here or elsewhere.

        Its flow must have been loaded.
        """
        return self.runner.resume(data)

    def pass_time(self, execution: Execution) -> bool:
        """Advance the clock to the moment at which a parked execution moves on by itself.

        Returns:
            False when it is not parked.
        """
        return self.runner.pass_time(execution)

    def close(self) -> None:
        """End timers, give back ports, and look after the files no more."""
        if self._files is not None:
            self._files.stop()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- inside

    def _meet(self, flow: Flow | None, phone: Phone | None, named: str = "") -> PhoneNumber:
        """Return the number that is meant; the person, perhaps with another phone, is reached."""
        number = self._number_meant(flow, named)
        if phone is not None:
            self.carrier.give_phone(self.settings.contact, phone)
        self.carrier.chat(number, self.settings.contact)
        return number

    def _number_meant(self, flow: Flow | None, named: str) -> PhoneNumber:
        if flow is not None and named:
            raise UsageError(f"name flow '{flow.name}' or number {named}, not both")
        if named:
            return self.flow_numbers.named(named)
        first = self.flow_numbers.first if flow is None else None
        return first or self.number_of(flow or self.library.only())

    def _only_for(self, contact: str) -> Flow:
        """Return the revision of the only flow that runs for a contact."""
        only = self.library.only()
        return self.library.flow_for(only.sid, contact) or only

    def _usual_parameters(self, body: str) -> dict[str, str]:
        settings = self.settings
        message = Message(
            sid=new_sid("SM"),
            account_sid=settings.account_sid,
            from_=settings.contact,
            to=settings.number,
            body=body,
            status="received",
            created=self.clock.now(),
        )
        return message_parameters(message)
