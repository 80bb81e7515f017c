"""The widgets that can run, by type string."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mockstudio.flows.widgets.add_twiml_redirect import AddTwimlRedirect
from mockstudio.flows.widgets.base import Widget
from mockstudio.flows.widgets.capture_payments import CapturePayments
from mockstudio.flows.widgets.connect_call_to import ConnectCallTo
from mockstudio.flows.widgets.connect_virtual_agent import (
    ConnectVirtualAgent,
    ConnectVirtualAgentV2,
)
from mockstudio.flows.widgets.enqueue_call import EnqueueCall
from mockstudio.flows.widgets.fork_stream import ForkStream
from mockstudio.flows.widgets.gather_input_on_call import GatherInputOnCall
from mockstudio.flows.widgets.make_http_request import MakeHttpRequest
from mockstudio.flows.widgets.make_outgoing_call import MakeOutgoingCall, MakeOutgoingCallV1
from mockstudio.flows.widgets.record_call import RecordCall
from mockstudio.flows.widgets.record_voicemail import RecordVoicemail
from mockstudio.flows.widgets.resume_conversation import ResumeConversation
from mockstudio.flows.widgets.retired import retired_widgets
from mockstudio.flows.widgets.run_conversation_relay import RunConversationRelay
from mockstudio.flows.widgets.run_function import RunFunction
from mockstudio.flows.widgets.run_subflow import RunSubflow
from mockstudio.flows.widgets.say_play import SayPlay
from mockstudio.flows.widgets.send_and_wait_for_reply import SendAndWaitForReply
from mockstudio.flows.widgets.send_message import SendMessage
from mockstudio.flows.widgets.send_to_flex import SendToFlex
from mockstudio.flows.widgets.set_variables import SetVariables
from mockstudio.flows.widgets.split_based_on import SplitBasedOn
from mockstudio.flows.widgets.start_conversation import StartConversation
from mockstudio.flows.widgets.trigger import TriggerWidget


def standard_widgets() -> Mapping[str, Widget]:
    """Return every widget this version can run, and the retired ones, by type string."""
    widgets: list[Widget] = [
        AddTwimlRedirect(),
        CapturePayments(),
        ConnectCallTo(),
        ConnectVirtualAgent(),
        ConnectVirtualAgentV2(),
        EnqueueCall(),
        ForkStream(),
        GatherInputOnCall(),
        MakeHttpRequest(),
        MakeOutgoingCall(),
        MakeOutgoingCallV1(),
        RecordCall(),
        RecordVoicemail(),
        ResumeConversation(),
        RunConversationRelay(),
        RunFunction(),
        RunSubflow(),
        SayPlay(),
        SendAndWaitForReply(),
        SendMessage(),
        SendToFlex(),
        SetVariables(),
        SplitBasedOn(),
        StartConversation(),
        TriggerWidget(),
        *retired_widgets(),
    ]
    return MappingProxyType({widget.type: widget for widget in widgets})
