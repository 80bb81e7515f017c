"""Enqueue Call: a named queue, or a task of a TaskRouter workflow (reference 2.16)."""

from __future__ import annotations

from mockstudio.flows.widgets.base import Result, Took, Visit
from mockstudio.flows.widgets.task_queue import (
    ENQUEUE_COMPLETE,
    FAILED_TO_ENQUEUE,
    EnqueueWidget,
    has_sound_attributes,
    task,
    wait_attributes,
)
from mockstudio.flows.widgets.twiml import Tag
from mockstudio.flows.widgets.twiml_widget import attribute


class EnqueueCall(EnqueueWidget):
    """Takes `failedToEnqueue` at once when there is nothing to enqueue the call with."""

    type = "enqueue-call"

    def enter(self, visit: Visit) -> Result:
        """Print the TwiML and wait, if the properties make sense."""
        queue, workflow = visit.text("queue_name"), visit.text("workflow_sid")
        if bool(queue) == bool(workflow):
            found = "both" if queue else "neither"
            visit.warn(None, f"expected one of queue_name and workflow_sid, found {found}")
        if not (queue or workflow):
            return Took(FAILED_TO_ENQUEUE)
        if workflow and not has_sound_attributes(visit, visit.text("task_attributes")):
            return Took(FAILED_TO_ENQUEUE)
        return super().enter(visit)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Enqueue; a workflow goes before a name."""
        workflow = attribute(visit, "workflow_sid")
        method = attribute(visit, "wait_url_method", "GET")
        attributes = {
            "workflowSid": workflow,
            "action": visit.action_url(ENQUEUE_COMPLETE),
            **wait_attributes(visit, visit.text("wait_url"), method),
        }
        if workflow is None:
            return [Tag("Enqueue", attributes, visit.text("queue_name"))]
        made = task(
            visit.text("task_attributes"),
            attribute(visit, "priority", 0),
            attribute(visit, "timeout"),
        )
        return [Tag("Enqueue", attributes, children=(made,))]
