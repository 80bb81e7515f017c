"""The widgets that Twilio took out of service: they load, and stop whoever reaches them.

Their properties cannot be read any more (reference 2.23), so nothing could be played for them.
"""

from __future__ import annotations

from typing import ClassVar, NoReturn

from mockstudio.errors import UnsupportedWidgetError
from mockstudio.flows.widgets.base import Visit, Widget


class Retired(Widget):
    """Refuses to run and says what to use instead.

    Attributes:
        fate: what became of it.
        code: Twilio's debugger code for its failure (reference 3.8), or None.
        instead: what to use.
    """

    fate: ClassVar[str] = "Twilio took out of service"
    code: ClassVar[int | None] = None
    instead: ClassVar[str]

    def enter(self, visit: Visit) -> NoReturn:
        """Stop the execution.

        Raises:
            UnsupportedWidgetError: always.
        """
        code = f" ({self.code})" if self.code else ""
        reason = f"{self.fate}{code}; use {self.instead} instead"
        raise UnsupportedWidgetError(visit.state.name, self.type, reason)


class AddMemberToChatChannel(Retired):
    """Programmable Chat's members."""

    type = "add-member-to-chat-channel"
    fate = "ended with Programmable Chat"
    code = 81004
    instead = "start-conversation with participants"


class CreateChatChannel(Retired):
    """Programmable Chat's channels."""

    type = "create-chat-channel"
    fate = "ended with Programmable Chat"
    code = 81006
    instead = "start-conversation"


class CreateTask(Retired):
    """TaskRouter's tasks."""

    type = "create-task"
    code = 81015
    instead = "send-to-flex"


class Understand(Retired):
    """Understand, the forerunner of Autopilot."""

    type = "understand"
    fate = "ended with Autopilot"
    code = 81013
    instead = "connect-virtual-agent-v2 or split-based-on"


class UpdateSyncObject(Retired):
    """Sync's objects."""

    type = "update-sync-object"
    code = 81012
    instead = "run-function with a Function that writes to Sync"


class SendToAutoPilot(Retired):
    """Autopilot's assistants."""

    type = "send-to-auto-pilot"
    fate = "ended with Autopilot"
    instead = "connect-virtual-agent-v2 or send-and-wait-for-reply"


class RunFunctionV2(Retired):
    """A second Run Function, which Twilio lists but has never described."""

    type = "run-function-v2"
    fate = "Twilio lists but never described"
    instead = "run-function"


def retired_widgets() -> tuple[Retired, ...]:
    """Return one widget of every type that is out of service."""
    return (
        AddMemberToChatChannel(),
        CreateChatChannel(),
        CreateTask(),
        RunFunctionV2(),
        SendToAutoPilot(),
        Understand(),
        UpdateSyncObject(),
    )
