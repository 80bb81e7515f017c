"""What the widgets have in common that ask Twilio's REST API for something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockstudio.flows.events import ResourceRequested
from mockstudio.flows.widgets.base import Created, Visit

UNSUPPORTED_TRIGGER = 81020


def request_resource(visit: Visit, resource: str, parameters: Mapping[str, Any]) -> Created:
    """Ask for a resource and tell of it; parameters that are empty are not sent."""
    asked = {name: value for name, value in parameters.items() if value not in (None, "")}
    created = visit.services.api.create(resource, asked)
    error = f"{created.error_code}: {created.error_message}" if created.was_refused else ""
    visit.tell(ResourceRequested, resource=resource, parameters=_shown(asked), error=error)
    return created


def _shown(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters without passwords, fit to be shown and stored."""
    return {n: "(hidden)" if "Password" in n else value for n, value in parameters.items()}


def was_started_by(visit: Visit, *triggers: str) -> bool:
    """Tell whether one of these triggers started the execution; 81020 when none did."""
    trigger = visit.execution.trigger_event
    if trigger in triggers:
        return True
    wanted = " or ".join(triggers)
    visit.warn(UNSUPPORTED_TRIGGER, f"{visit.state.type} needs {wanted}; {trigger} started this")
    return False


def is_on(visit: Visit, name: str) -> bool:
    """Tell whether a rendered property is true, as a JSON boolean or as text."""
    return visit.text(name).strip().lower() == "true"
