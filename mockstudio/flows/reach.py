"""What of the world outside reaches an execution, and whom it can answer."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import HANGUP, LIVE, NO_CALL, OVER, Execution
from mockstudio.flows.triggers import CALL_IS_OVER, INCOMING_CONVERSATION_MESSAGE, INCOMING_MESSAGE


def is_known(execution: Execution, event: FlowEvent) -> bool:
    """Tell whether a hang-up is no news: a verb's last request told of it before, and was taken."""
    prints = execution.wait is not None and execution.wait.twiml is not None
    is_over = execution.is_active and execution.call == OVER
    return event.name == HANGUP and is_over and not prints


def note_call(execution: Execution, event: FlowEvent) -> None:
    """Keep how the call stands, as an event tells of it."""
    status = event.parameters.get("CallStatus")
    is_about_it = event.parameters.get("CallSid") == execution.call_sid != ""
    if event.name == HANGUP or (is_about_it and status in CALL_IS_OVER):
        execution.call = execution.call and OVER
    elif is_about_it and execution.call == NO_CALL:
        execution.call = LIVE


def answerable(execution: Execution) -> str:
    """Return whose webhook can be answered with TwiML now: `call`, `message` or nobody's."""
    if execution.call == LIVE:
        return "call"
    is_chat = execution.trigger_event in (INCOMING_MESSAGE, INCOMING_CONVERSATION_MESSAGE)
    # A REST request may have started a Conversation since (reference 2.21).
    has_conversation = execution.context["flow"]["channel"].get("type") == "conversation"
    return "message" if is_chat or has_conversation else ""


def why_ignored(execution: Execution, event: FlowEvent) -> str:
    """Say why an event cannot be used (reference 3.8, 81002)."""
    if not execution.is_active:
        return f"event '{event.name}' arrived after the execution had ended"
    accepts = ", ".join(execution.wait.accepts) if execution.wait else "nothing"
    return (
        f"event '{event.name}' arrived, which widget '{execution.widget}' cannot use; "
        f"it waits for {accepts}"
    )
