"""`/v2/Flows/{FW}/Executions/{FN}/Steps` and its older forms (rest-api.md 4.1, 4.5, 4.7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from mockstudio.flows.execution import Execution, Step
from mockstudio.rest.execution_forms import FORMS, ExecutionForm, find
from mockstudio.rest.representation import iso_8601
from mockstudio.rest.request import Answer, ApiRequest, Listing, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World
from mockstudio.store.ledger import Entry


class StepResource:
    """The widgets that an execution has run, a subflow's among them.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        for form in FORMS:
            steps = f"{form.route}/<execution_sid>/Steps"
            routes.get(steps, partial(self.list, form))
            routes.get(f"{steps}/<sid>", partial(self.fetch, form))

    def list(
        self, form: ExecutionForm, request: ApiRequest, flow_sid: str, execution_sid: str
    ) -> Listing[Step]:
        """Answer with all steps of an execution."""
        execution = find(self._world, request, flow_sid, execution_sid)
        entries = [Entry(number, step) for number, step in enumerate(tuple(execution.steps), 1)]
        represent = partial(_represent, form, form.url(request.base_url, execution), execution)
        return Listing("steps", entries, represent)

    def fetch(
        self, form: ExecutionForm, request: ApiRequest, flow_sid: str, execution_sid: str, sid: str
    ) -> Answer:
        """Answer with a step."""
        execution = find(self._world, request, flow_sid, execution_sid)
        step = request.found(execution.step(sid))
        return fetched(_represent(form, form.url(request.base_url, execution), execution, step))


def _represent(
    form: ExecutionForm, execution_url: str, execution: Execution, step: Step
) -> Mapping[str, Any]:
    """Return a step; its context is a resource of its own, and empty here."""
    url = f"{execution_url}/Steps/{step.sid}"
    return {
        "sid": step.sid,
        "account_sid": execution.account_sid,
        "flow_sid": execution.flow_sid,
        f"{form.name}_sid": execution.sid,
        "parent_step_sid": step.parent_step_sid,
        "name": step.name,
        "context": {},
        "transitioned_from": step.transitioned_from,
        "transitioned_to": step.transitioned_to,
        "type": step.type,
        "date_created": iso_8601(datetime.fromisoformat(step.left)),
        "date_updated": None,
        "url": url,
        "links": {"step_context": f"{url}/Context"},
    }
