"""What the generations of Studio's API call an execution, and where they have it (rest-api.md 4).

Version 1 knows executions under an older name too: engagements. They are the same executions.
"""

from __future__ import annotations

from dataclasses import dataclass

from mockstudio.flows.execution import Execution
from mockstudio.rest.request import ApiRequest
from mockstudio.rest.world import World


@dataclass(frozen=True)
class ExecutionForm:
    """One way to show executions.

    Attributes:
        version: of the API, `v1` or `v2`.
        name: what one is called, in lower case.
    """

    version: str
    name: str

    @property
    def route(self) -> str:
        """The path of all executions of a flow, as `Routes` has it."""
        return f"/{self.version}/Flows/<flow_sid>/{self.name.title()}s"

    @property
    def key(self) -> str:
        """The member of a list that holds them."""
        return f"{self.name}s"

    def url(self, base_url: str, execution: Execution) -> str:
        """Return where an execution is on a server."""
        return f"{base_url}{self.route.replace('<flow_sid>', execution.flow_sid)}/{execution.sid}"


V2 = ExecutionForm("v2", "execution")
V1 = ExecutionForm("v1", "execution")
ENGAGEMENTS = ExecutionForm("v1", "engagement")
FORMS = (V2, V1, ENGAGEMENTS)


def find(world: World, request: ApiRequest, flow_sid: str, sid: str) -> Execution:
    """Return an execution of a flow; a deleted flow has none any more.

    Raises:
        RestError: there is none (20404).
    """
    request.found(world.library.deployed.get(flow_sid))
    execution = request.found(world.executions.get(sid))
    if execution.flow_sid != flow_sid:
        raise request.not_found()
    return execution
