"""The REST API's making of what widgets ask for: recordings, calls, tasks, conversations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from mockstudio.clock import Clock
from mockstudio.errors import UnknownNameError
from mockstudio.flows import api_resources
from mockstudio.flows.api_checks import NOT_FOUND, mistake_in
from mockstudio.flows.api_mistakes import Mistake
from mockstudio.flows.api_resources import STOPPED, ApiRequest
from mockstudio.flows.widgets.base import Created
from mockstudio.sids import new_sid
from mockstudio.store.results import Result, ScriptedResults

PlaceCall = Callable[[Mapping[str, Any]], str]
"""Places a call with the parameters of the Calls resource and returns its SID."""

REFUSED: Final = "refused"
REFUSALS: Final[Mapping[str, Mistake]] = MappingProxyType(
    {
        "Calls": (21215, "the account's geo permissions do not permit the call"),
        "Recordings": (21220, "the call is not eligible for recording"),
        "Tasks": (20001, "the workflow does not take the task"),
        "Interactions": (20001, "the workflow does not take the task"),
        "Conversations": (50416, "a conversation with these participants exists already"),
    }
)
"""What the API says when the results have it refuse, unless they say what (rest-api.md 2.4)."""


class SandboxApi:
    """Makes resources as Twilio's API would, or refuses them where the results say so.

    Args:
        results: what the world outside decides.
        account_sid: whose resources they are.
        clock: dates them.
        place_call: lets the carrier call somebody.
    """

    def __init__(
        self, results: ScriptedResults, account_sid: str, clock: Clock, place_call: PlaceCall
    ) -> None:
        self._results = results
        self._account_sid = account_sid
        self._clock = clock
        self._place_call = place_call
        self._recordings: dict[str, dict[str, Any]] = {}
        self._conversations: dict[str, dict[str, Any]] = {}
        self._makers: Mapping[str, Callable[[ApiRequest], Mapping[str, Any]]] = {
            "Calls": self._call,
            "Recordings": self._recording,
            "Tasks": api_resources.task,
            "Interactions": api_resources.interaction,
            "Conversations": self._conversation,
        }

    def create(self, resource: str, parameters: Mapping[str, Any]) -> Created:
        """Return the new resource, or why it was refused.

        A request that is wrong in itself is refused before the world outside has a say. What a
        scripted result brings along replaces properties; of a refusal, its `code` and `message`.

        Args:
            resource: `Calls`, `Recordings`, `Tasks`, `Interactions` or `Conversations`.
            parameters: as the API names them. `CallSid` with `Status=stopped` stops the call's
                recording; `Sid` asks for the conversation that has it.

        Raises:
            UnknownNameError: there is no such resource.
        """
        if resource not in self._makers:
            raise UnknownNameError("resource", resource, self._makers)
        mistake = mistake_in(resource, parameters) or self._missing(resource, parameters)
        if mistake is not None:
            return Created(error_code=mistake[0], error_message=mistake[1])
        result = self._results.next(resource)
        if result.after is not None:
            self._clock.sleep(result.after)
        if result.name == REFUSED:
            return _refused(resource, result)
        request = ApiRequest(parameters, self._account_sid, self._clock.now())
        return Created({**self._makers[resource](request), **result.parameters})

    def clear(self) -> None:
        """Forget all recordings and conversations."""
        self._recordings.clear()
        self._conversations.clear()

    def _missing(self, resource: str, parameters: Mapping[str, Any]) -> Mistake | None:
        if resource != "Recordings" or parameters.get("Status") != STOPPED:
            return None
        call_sid = str(parameters.get("CallSid", ""))
        if call_sid in self._recordings:
            return None
        return NOT_FOUND, f"nothing records call {call_sid}: there is nothing to stop"

    def _call(self, request: ApiRequest) -> dict[str, Any]:
        return api_resources.call(request, self._place_call(request.parameters))

    def _recording(self, request: ApiRequest) -> dict[str, Any]:
        """Start a recording, or stop the call's last one as `Twilio.CURRENT` would."""
        call_sid = str(request.get("CallSid", ""))
        if request.get("Status") == STOPPED:
            return api_resources.stopped_recording(request, self._recordings.pop(call_sid))
        made = api_resources.recording(request)
        self._recordings[call_sid] = made
        return made

    def _conversation(self, request: ApiRequest) -> dict[str, Any]:
        """Return a new conversation, or the one that was asked for.

        One that this sandbox has not seen is taken to have been started elsewhere.
        """
        sid = str(request.get("Sid") or new_sid("CH"))
        known = self._conversations.get(sid) or api_resources.conversation(request, sid)
        if attributes := request.get("Attributes"):
            known = {**known, "attributes": attributes, "date_updated": request.iso_date}
        self._conversations[sid] = known
        return known


def _refused(resource: str, result: Result) -> Created:
    code, message = REFUSALS[resource]
    return Created(
        error_code=int(result.parameters.get("code", code)),
        error_message=result.parameters.get("message", message),
    )
