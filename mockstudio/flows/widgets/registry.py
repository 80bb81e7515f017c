"""The widgets that can run, by type string."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mockstudio.flows.widgets.add_twiml_redirect import AddTwimlRedirect
from mockstudio.flows.widgets.base import Widget
from mockstudio.flows.widgets.make_http_request import MakeHttpRequest
from mockstudio.flows.widgets.run_function import RunFunction
from mockstudio.flows.widgets.run_subflow import RunSubflow
from mockstudio.flows.widgets.send_and_wait_for_reply import SendAndWaitForReply
from mockstudio.flows.widgets.send_message import SendMessage
from mockstudio.flows.widgets.set_variables import SetVariables
from mockstudio.flows.widgets.split_based_on import SplitBasedOn
from mockstudio.flows.widgets.trigger import TriggerWidget


def standard_widgets() -> Mapping[str, Widget]:
    """Return every widget this version can run, by type string."""
    widgets: list[Widget] = [
        AddTwimlRedirect(),
        MakeHttpRequest(),
        RunFunction(),
        RunSubflow(),
        SendAndWaitForReply(),
        SendMessage(),
        SetVariables(),
        SplitBasedOn(),
        TriggerWidget(),
    ]
    return MappingProxyType({widget.type: widget for widget in widgets})
