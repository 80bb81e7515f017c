"""The REST API as a whole: from a request to its answer, whatever the resource."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from werkzeug.datastructures import Authorization

from mockstudio.config import API_VERSION
from mockstudio.rest.accounts import AccountResource
from mockstudio.rest.authentication import Authenticator
from mockstudio.rest.calls import CallResource
from mockstudio.rest.errors import RestError
from mockstudio.rest.execution_contexts import ExecutionContextResource
from mockstudio.rest.executions import ExecutionResource
from mockstudio.rest.failures import Limiter, resource_of
from mockstudio.rest.flow_validation import FlowValidateResource
from mockstudio.rest.flows import FlowResource, OldFlowResource
from mockstudio.rest.incoming_phone_numbers import IncomingPhoneNumberResource
from mockstudio.rest.keys import KeyResource
from mockstudio.rest.media import MediaResource
from mockstudio.rest.messages import MessageResource
from mockstudio.rest.paging import accounts_page, meta_page
from mockstudio.rest.parameters import Parameters, local_address
from mockstudio.rest.permissions import check_permission
from mockstudio.rest.request import Answer, ApiRequest, Listing, fetched
from mockstudio.rest.revisions import RevisionResource
from mockstudio.rest.routing import Routes
from mockstudio.rest.steps import StepResource
from mockstudio.rest.test_users import TestUserResource
from mockstudio.rest.world import World


@dataclass(frozen=True)
class Arrival:
    """A request as it arrived.

    Attributes:
        method: of HTTP.
        path: with the `.json` of the 2010 API.
        base_url: scheme and host of this server, as the sender calls it.
        credentials: the Authorization header, or None.
        query: what stands behind the path.
        form: the body.
    """

    method: str
    path: str
    base_url: str
    credentials: Authorization | None
    query: Parameters
    form: Parameters


class Api:
    """Answers requests.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._router = world.router
        self._authenticator = Authenticator(world.settings, world.keys)
        self._limiter = Limiter(world.settings.rest_limits, world.clock)
        self._world = world

    @cached_property
    def routes(self) -> Routes:
        """The routes of all operations; made at the first request, as few sandboxes get one."""
        routes = Routes()
        for resource in (
            AccountResource,
            KeyResource,
            CallResource,
            MessageResource,
            MediaResource,
            IncomingPhoneNumberResource,
            FlowResource,
            FlowValidateResource,
            OldFlowResource,
            RevisionResource,
            TestUserResource,
            ExecutionResource,
            ExecutionContextResource,
            StepResource,
        ):
            resource(self._world).register(routes)
        return routes

    def answer(self, arrival: Arrival) -> Answer:
        """Return the answer to a request; a refusal is an answer as well."""
        try:
            return self._answer(arrival)
        except RestError as error:
            return refusal(error)

    def _answer(self, arrival: Arrival) -> Answer:
        caller = self._authenticator.caller(arrival.credentials)
        check_permission(caller, arrival.method, arrival.path)
        self._limiter.count(resource_of(arrival.path), arrival.method)
        handler, parts = self.routes.match(arrival.method, arrival.path)
        request = ApiRequest(caller, arrival.path, arrival.base_url, arrival.query, arrival.form)
        self._let_through(arrival.form)
        found = handler(request, **parts)
        if not isinstance(found, Listing):
            return found
        is_2010 = arrival.path.startswith(f"/{API_VERSION}/")
        return fetched((accounts_page if is_2010 else meta_page)(request, found))

    def _let_through(self, form: Parameters) -> None:
        """Let requests go to this machine where a client names a URL of it, for callbacks."""
        for name in form.names:
            for address in filter(None, map(local_address, form.many(name))):
                self._router.let_through(address)


def refusal(error: RestError) -> Answer:
    """Return the answer to a request that is refused."""
    return Answer(error.status, error.body(), error.headers)
