"""`/v2/Flows` and `/v1/Flows` (rest-api.md 4.1, 4.2, 4.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockstudio.flows.definition import LoadedFlow
from mockstudio.flows.deployed import DeployedFlow
from mockstudio.rest.flow_form import (
    first_revision,
    represent,
    revision_of,
    saved_status,
    sent_definition,
)
from mockstudio.rest.representation import iso_8601
from mockstudio.rest.request import Answer, ApiRequest, Listing, created, deleted, fetched
from mockstudio.rest.revisions import IN_A_LIST, members
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World

_FLOWS = "/v2/Flows"
_OLD_FLOWS = "/v1/Flows"


class FlowResource:
    """Flows: those that were loaded from files, and those that are deployed here.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._flows = world.library.deployed

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.post(_FLOWS, self.create)
        routes.get(_FLOWS, self.list)
        routes.get(f"{_FLOWS}/<sid>", self.fetch)
        routes.post(f"{_FLOWS}/<sid>", self.update)
        routes.delete(f"{_FLOWS}/<sid>", self.delete)

    def create(self, request: ApiRequest) -> Answer:
        """Save a flow's first revision."""
        first = first_revision(request.form, self._world.clock.now())
        return created(self._represent(request, self._flows.add(DeployedFlow((first,)))))

    def list(self, request: ApiRequest) -> Listing[DeployedFlow]:
        """Answer with all flows."""
        in_a_list = {**IN_A_LIST, "warnings": None}
        return Listing(
            "flows",
            self._flows.entries(),
            lambda flow: {**self._represent(request, flow), **in_a_list},
        )

    def fetch(self, request: ApiRequest, sid: str) -> Answer:
        """Answer with a flow as it was saved last."""
        return fetched(self._represent(request, request.found(self._flows.get(sid))))

    def update(self, request: ApiRequest, sid: str) -> Answer:
        """Save one more revision; without a definition, with that of the one before."""
        request.found(self._flows.get(sid))
        saved_status(request.form)
        sent, now = sent_definition(request.form, sid), self._world.clock.now()

        def save(flow: DeployedFlow) -> DeployedFlow:
            last = flow.latest
            loaded = sent or LoadedFlow(last.flow, last.warnings)
            return flow.followed_by(revision_of(request.form, loaded, last.flow.name, now))

        changed = self._flows.change(sid, save)
        return fetched(self._represent(request, request.found(changed)))

    def delete(self, request: ApiRequest, sid: str) -> Answer:
        """Forget a flow and end what it runs."""
        return _delete(self._world, request, sid)

    def _represent(self, request: ApiRequest, flow: DeployedFlow) -> Mapping[str, Any]:
        latest, url = flow.latest, f"{request.base_url}{_FLOWS}/{flow.sid}"
        return {
            **members(request.account_sid, latest),
            "warnings": represent(latest.warnings),
            "webhook_url": self._world.webhook_url(latest.flow),
            "date_created": iso_8601(flow.created),
            "date_updated": iso_8601(flow.updated),
            "url": url,
            "links": {
                "test_users": f"{url}/TestUsers",
                "revisions": f"{url}/Revisions",
                "executions": f"{url}/Executions",
            },
        }


class OldFlowResource:
    """Flows as version 1 of the API shows them; it can only delete them.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._flows = world.library.deployed

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.get(_OLD_FLOWS, self.list)
        routes.get(f"{_OLD_FLOWS}/<sid>", self.fetch)
        routes.delete(f"{_OLD_FLOWS}/<sid>", self.delete)

    def list(self, request: ApiRequest) -> Listing[DeployedFlow]:
        """Answer with all flows."""
        return Listing("flows", self._flows.entries(), lambda flow: _represent_old(request, flow))

    def fetch(self, request: ApiRequest, sid: str) -> Answer:
        """Answer with a flow as it was saved last."""
        return fetched(_represent_old(request, request.found(self._flows.get(sid))))

    def delete(self, request: ApiRequest, sid: str) -> Answer:
        """Forget a flow and end what it runs."""
        return _delete(self._world, request, sid)


def _delete(world: World, request: ApiRequest, sid: str) -> Answer:
    request.found(world.library.deployed.remove(sid))
    for entry in world.executions.of_flow(sid):
        if entry.record.is_active:
            world.runner.end(entry.record)
    return deleted()


def _represent_old(request: ApiRequest, flow: DeployedFlow) -> Mapping[str, Any]:
    latest, url = flow.latest, f"{request.base_url}{_OLD_FLOWS}/{flow.sid}"
    return {
        "sid": flow.sid,
        "account_sid": request.account_sid,
        "friendly_name": latest.flow.name,
        "status": latest.status,
        "version": latest.number,
        "date_created": iso_8601(flow.created),
        "date_updated": iso_8601(flow.updated),
        "url": url,
        "links": {"engagements": f"{url}/Engagements", "executions": f"{url}/Executions"},
    }
