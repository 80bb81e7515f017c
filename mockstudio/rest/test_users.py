"""`/v2/Flows/{FW}/TestUsers`: for whom a flow's drafts run (rest-api.md 4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockstudio.flows.deployed import DeployedFlow
from mockstudio.rest.errors import missing
from mockstudio.rest.request import Answer, ApiRequest, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World

_TEST_USERS = "/v2/Flows/<flow_sid>/TestUsers"


class TestUserResource:
    """The test users of a flow, all of them at once.

    Args:
        world: the sandbox.
    """

    __test__ = False
    """Not one of pytest's."""

    def __init__(self, world: World) -> None:
        self._flows = world.library.deployed

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.get(_TEST_USERS, self.fetch)
        routes.post(_TEST_USERS, self.update)

    def fetch(self, request: ApiRequest, flow_sid: str) -> Answer:
        """Answer with the test users."""
        flow = request.found(self._flows.get(flow_sid))
        return fetched(_represent(request, flow))

    def update(self, request: ApiRequest, flow_sid: str) -> Answer:
        """Put others in their place; `TestUsers=` leaves nobody."""
        request.found(self._flows.get(flow_sid))
        if "TestUsers" not in request.form:
            raise missing("TestUsers")
        users = tuple(request.form.many("TestUsers"))
        changed = self._flows.change(flow_sid, lambda flow: replace(flow, test_users=users))
        return fetched(_represent(request, request.found(changed)))


def _represent(request: ApiRequest, flow: DeployedFlow) -> Mapping[str, Any]:
    return {
        "sid": flow.sid,
        "test_users": list(flow.test_users),
        "url": f"{request.base_url}/v2/Flows/{flow.sid}/TestUsers",
    }
