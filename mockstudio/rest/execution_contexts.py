"""`…/Executions/{FN}/Context` and `…/Steps/{FT}/Context` (rest-api.md 4.1, 4.4, 4.5, 4.7)."""

from __future__ import annotations

from functools import partial

from mockstudio.rest.execution_forms import FORMS, ExecutionForm, find
from mockstudio.rest.request import Answer, ApiRequest, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World


class ExecutionContextResource:
    """What templates read: now, and as it was after each step.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        for form in FORMS:
            execution = f"{form.route}/<execution_sid>"
            routes.get(f"{execution}/Context", partial(self.fetch, form))
            routes.get(f"{execution}/Steps/<step_sid>/Context", partial(self.fetch, form))

    def fetch(
        self,
        form: ExecutionForm,
        request: ApiRequest,
        flow_sid: str,
        execution_sid: str,
        step_sid: str = "",
    ) -> Answer:
        """Answer with the context of an execution's flow, or of the flow that a step belongs to."""
        execution = find(self._world, request, flow_sid, execution_sid)
        step = request.found(execution.step(step_sid)) if step_sid else None
        url = form.url(request.base_url, execution)
        return fetched(
            {
                "account_sid": execution.account_sid,
                "context": execution.context_after(step),
                "flow_sid": execution.flow_sid,
                f"{form.name}_sid": execution.sid,
                **({"step_sid": step.sid} if step else {}),
                "url": f"{url}/Steps/{step.sid}/Context" if step else f"{url}/Context",
            }
        )
