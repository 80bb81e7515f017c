"""Send and Wait for Reply (reference 2.9)."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import Wait
from mockstudio.flows.triggers import INCOMING_CONVERSATION_MESSAGE, INCOMING_MESSAGE
from mockstudio.flows.widgets.base import Parked, Result, Took, Visit, Widget
from mockstudio.flows.widgets.send_message import outbound, send

DEFAULT_TIMEOUT = 3_600
SECONDS_A_DAY = 86_400
TIMEOUT = "timeout"
DELIVERY_FAILURE = "deliveryFailure"
REPLIES = (INCOMING_MESSAGE, INCOMING_CONVERSATION_MESSAGE)


class SendAndWaitForReply(Widget):
    """Sends, then waits for a message of the same contact, a time-out or a failed delivery."""

    type = "send-and-wait-for-reply"

    def enter(self, visit: Visit) -> Result:
        """Send and park; a message that cannot be sent takes `deliveryFailure` at once."""
        message = send(visit)
        outputs = {"outbound": outbound(visit, message)}
        if message.has_failed:
            return Took(DELIVERY_FAILURE, outputs)
        return Parked(
            Wait(
                accepts=[*REPLIES, TIMEOUT, DELIVERY_FAILURE],
                until=visit.moment_after(self._seconds(visit)),
                outputs=outputs,
            )
        )

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Keep the reply under `inbound`, whatever channel it came by."""
        if event.name not in REPLIES:
            return Took(event.name, wait.outputs)
        return Took(INCOMING_MESSAGE, {**wait.outputs, "inbound": dict(event.parameters)})

    def _seconds(self, visit: Visit) -> float:
        text = visit.text("timeout", str(DEFAULT_TIMEOUT)).strip()
        try:
            seconds = float(text)
        except ValueError:
            seconds = -1
        if seconds >= 0:
            # Nothing outlives its execution, and a date has an end.
            return min(seconds, visit.services.limits.execution_days * SECONDS_A_DAY)
        visit.warn(None, f"timeout '{text}' is no number of seconds; using {DEFAULT_TIMEOUT}")
        return DEFAULT_TIMEOUT
