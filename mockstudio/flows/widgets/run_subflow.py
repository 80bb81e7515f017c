"""Run Subflow: runs another flow inside the same execution (reference 2.7)."""

from __future__ import annotations

from typing import Any

from mockstudio.flows.widgets.base import Entered, Result, Took, Visit, Widget
from mockstudio.flows.widgets.set_variables import JSON_OBJECT, parsed_object

SUBFLOW_MISSING_OR_NESTED = 81024
COMPLETED = "completed"
FAILED = "failed"


class RunSubflow(Widget):
    """Hands over to the subflow; `completed` brings back the variables it set."""

    type = "run-subflow"

    def enter(self, visit: Visit) -> Result:
        """Find the subflow; a missing or nested one is `failed` with 81024."""
        sid, revision = visit.text("flow_sid"), visit.text("flow_revision", "LatestPublished")
        if len(visit.execution.frames) > 1:
            visit.warn(SUBFLOW_MISSING_OR_NESTED, "a subflow cannot run a subflow")
            return Took(FAILED)
        flow = visit.services.library.subflow(sid, revision)
        if flow is None:
            visit.warn(
                SUBFLOW_MISSING_OR_NESTED,
                f"no flow {sid} ({revision}) is loaded; give its export with --subflow {sid}=FILE",
            )
            return Took(FAILED)
        return Entered(flow, self._parameters(visit))

    def _parameters(self, visit: Visit) -> dict[str, Any]:
        """Return the parameters: text, or objects where `json_object` is declared."""
        parameters: dict[str, Any] = {}
        for item in visit.properties.get("parameters") or ():
            key, value = str(item.get("key", "")), item.get("value", "")
            is_object = item.get("type") == JSON_OBJECT
            parameters[key] = parsed_object(visit, key, value) if is_object else value
        return parameters
