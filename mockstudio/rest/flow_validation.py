"""`/v2/Flows/Validate` (rest-api.md 4.1, 4.3)."""

from __future__ import annotations

from mockstudio.rest.flow_form import first_revision
from mockstudio.rest.request import Answer, ApiRequest, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World


class FlowValidateResource:
    """Checks flows and keeps nothing.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._clock = world.clock

    def register(self, routes: Routes) -> None:
        """Add the operation."""
        routes.post("/v2/Flows/Validate", self.validate)

    def validate(self, request: ApiRequest) -> Answer:
        """Answer that a flow could be created; where it could not, that is refused alike."""
        first_revision(request.form, self._clock.now())
        return fetched({"valid": True})
