"""By what an execution ends (reference 6), as `ended` names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mockstudio.flows.engine import (
    CALL_OUT_OF_REACH,
    EXPIRED,
    FLOW_END,
    LOOP_LIMIT,
    TOO_MANY_STEPS,
    TOO_MANY_WIDGETS,
    UNSUPPORTED_TRIGGER,
)
from mockstudio.flows.engine import STOPPED as STOPPED_BY_ERROR
from mockstudio.flows.execution import HANGUP
from mockstudio.flows.runner import STOPPED

ENDINGS: Final[Mapping[str, str]] = {
    FLOW_END: "the last widget leads nowhere",
    HANGUP: "the call is over",
    EXPIRED: "it waited for longer than Studio keeps an execution",
    STOPPED: "a client of the REST API ended it",
    STOPPED_BY_ERROR: "it could not go on, such as at a URL that no route covers",
    CALL_OUT_OF_REACH: "a widget needs the call, which is somewhere else",
    str(UNSUPPORTED_TRIGGER): "a widget needs a call or a message, and something else started it",
    str(TOO_MANY_STEPS): "it ran more steps than Studio allows",
    str(LOOP_LIMIT): "a widget ran too often in a row",
    str(TOO_MANY_WIDGETS): "flow and subflows have too many widgets",
}
"""What each means; numbers are Twilio's codes."""
