"""What Enqueue Call and Send to Flex have in common: a queue, and a task for whoever answers."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import Wait
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.widgets.add_twiml_redirect import is_absolute_url
from mockstudio.flows.widgets.base import Took, Visit
from mockstudio.flows.widgets.twiml import Tag
from mockstudio.flows.widgets.twiml_widget import TwimlWidget

ENQUEUE_COMPLETE = "enqueueComplete"
CALL_COMPLETE = "callComplete"
FAILED_TO_ENQUEUE = "failedToEnqueue"
CALL_FAILURE = "callFailure"
ENQUEUE_TIMED_OUT = 81009
TASK_NOT_CREATED = 81015
WAIT_URL_OMITTED = 81028

OUTCOMES = {
    "queue-full": FAILED_TO_ENQUEUE,
    "system-error": CALL_FAILURE,
    "error": CALL_FAILURE,
}
"""What each QueueResult leads to; any other is `callComplete` (reference 2.16)."""

GAVE_UP = frozenset({"leave", "error", "system-error"})
"""Each QueueResult of a call that left the queue without anybody having answered."""


class EnqueueWidget(TwimlWidget):
    """Puts the call into a queue; its end brings a QueueResult."""

    accepts = (ENQUEUE_COMPLETE,)

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Tell how it ended; 81009 when nobody answered within the task's time."""
        if _timed_out(event, wait):
            visit.warn(ENQUEUE_TIMED_OUT, "the call's time in the queue was over")
        return super().resume(visit, event, wait)

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Return what the QueueResult leads to."""
        return OUTCOMES.get(event.parameters.get("QueueResult", ""), CALL_COMPLETE)


def task(attributes: str, priority: str | None, timeout: str | None) -> Tag:
    """Return the task of a queued call."""
    return Tag("Task", {"priority": priority, "timeout": timeout}, attributes)


def has_sound_attributes(visit: Visit, attributes: str) -> bool:
    """Tell whether a task's attributes are a JSON object, or none at all; 81015 otherwise."""
    problem = "they are no JSON object"
    try:
        if not attributes or isinstance(parse_json(attributes), dict):
            return True
    except JsonTextError as error:
        problem = str(error)
    visit.warn(TASK_NOT_CREATED, f"the task's attributes are refused: {problem}", attributes[:200])
    return False


def wait_attributes(visit: Visit, url: str, method: str | None) -> dict[str, str | None]:
    """Return what the caller hears meanwhile; no absolute URL is omitted, with 81028."""
    url = url.strip()
    if url and is_absolute_url(url):
        return {"waitUrl": url, "waitUrlMethod": method}
    if url:
        visit.warn(
            WAIT_URL_OMITTED,
            f"wait URL '{url}' is not an absolute http(s) URL; the default music plays",
        )
    return {}


def _timed_out(event: FlowEvent, wait: Wait) -> bool:
    if event.parameters.get("QueueResult") not in GAVE_UP:
        return False
    limit = _seconds(_printed_timeout(wait))
    waited = _seconds(event.parameters.get("QueueTime", ""))
    return limit is not None and waited is not None and waited >= limit


def _printed_timeout(wait: Wait) -> str:
    """Return the task's timeout as printed: the property is rendered only once."""
    from lxml import etree  # here, as in `is_ssml`

    tag = etree.fromstring(wait.twiml or "<Response/>").find(".//Task")
    return "" if tag is None else str(tag.get("timeout", ""))


def _seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
