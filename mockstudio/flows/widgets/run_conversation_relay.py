"""Run ConversationRelay: a session between the caller and a WebSocket server (reference 2.22)."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.widgets.base import Visit
from mockstudio.flows.widgets.twiml import Tag
from mockstudio.flows.widgets.twiml_widget import TwimlWidget, attribute, named_values

RELAY_COMPLETE = "conversationRelayComplete"
SUCCESS = "success"
FAILED = "failed"
ATTRIBUTES = {
    "url": "url",
    "welcomeGreeting": "welcome_greeting",
    "language": "language",
    "ttsProvider": "tts_provider",
    "voice": "voice",
    "transcriptionProvider": "transcription_provider",
    "speechModel": "speech_model",
    "dtmfDetection": "dtmf_detection",
    "interruptible": "interruptible",
}
"""The property of each attribute."""


class RunConversationRelay(TwimlWidget):
    """Takes `success` when the session has ended, `failed` when its SessionStatus says so."""

    type = "run-conversation-relay"
    accepts = (RELAY_COMPLETE,)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Connect."""
        relay = Tag(
            "ConversationRelay",
            {name: attribute(visit, source) for name, source in ATTRIBUTES.items()},
            children=named_values("Parameter", visit, "parameters"),
        )
        return [Tag("Connect", {"action": visit.action_url(RELAY_COMPLETE)}, children=(relay,))]

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Return what the SessionStatus says."""
        return FAILED if event.parameters.get("SessionStatus") == FAILED else SUCCESS
