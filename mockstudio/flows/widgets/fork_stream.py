"""Fork Stream: starts or stops sending the call's sound elsewhere (reference 2.19)."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import Wait
from mockstudio.flows.widgets.base import Took, Visit
from mockstudio.flows.widgets.twiml import Tag, redirect
from mockstudio.flows.widgets.twiml_widget import TwimlWidget, attribute, named_values

NEXT = "next"


class ForkStream(TwimlWidget):
    """Goes on at once and sets nothing."""

    type = "fork-stream"
    accepts = (NEXT,)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Start or Stop, and the way back."""
        verb = _stop(visit) if visit.text("stream_action") == "stop" else _start(visit)
        return [verb, redirect(visit.action_url(NEXT))]

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Take `next` without outputs."""
        return Took(NEXT)


def _is_siprec(visit: Visit) -> bool:
    return visit.text("stream_transport_type") == "siprec"


def _start(visit: Visit) -> Tag:
    if _is_siprec(visit):
        name, target = "Siprec", {"connectorName": attribute(visit, "stream_connector")}
    else:
        name, target = "Stream", {"url": attribute(visit, "stream_url")}
    attributes = {
        "name": attribute(visit, "stream_name"),
        **target,
        "track": attribute(visit, "stream_track"),
    }
    parameters = named_values("Parameter", visit, "stream_parameters")
    return Tag("Start", children=(Tag(name, attributes, children=parameters),))


def _stop(visit: Visit) -> Tag:
    name = "Siprec" if _is_siprec(visit) else "Stream"
    return Tag("Stop", children=(Tag(name, {"name": attribute(visit, "stream_name")}),))
