from __future__ import annotations

import pytest

from mockstudio.errors import UnsupportedWidgetError
from mockstudio.flows.catalogue import load_catalogue
from mockstudio.flows.widgets.registry import standard_widgets
from mockstudio.flows.widgets.retired import Retired, retired_widgets

FATES = [
    ("add-member-to-chat-channel", "ended with Programmable Chat (81004)", "start-conversation"),
    ("create-chat-channel", "ended with Programmable Chat (81006)", "start-conversation"),
    ("create-task", "Twilio took out of service (81015)", "send-to-flex"),
    ("run-function-v2", "Twilio lists but never described", "run-function"),
    ("send-to-auto-pilot", "ended with Autopilot", "connect-virtual-agent-v2"),
    ("understand", "ended with Autopilot (81013)", "connect-virtual-agent-v2"),
    ("update-sync-object", "Twilio took out of service (81012)", "run-function"),
]


@pytest.mark.parametrize(("type_", "fate", "instead"), FATES)
def test_a_retired_widget_loads_and_stops_whoever_reaches_it(stage, state, type_, fate, instead):
    required = {
        name: "x"
        for name, known in (load_catalogue().types[type_].properties or {}).items()
        if known.required and "string" in known.types
    }
    timeout = {"timeout": 60} if type_ == "send-to-auto-pilot" else {}
    stage.play(state("old", type_, {}, **required, **timeout))
    with pytest.raises(UnsupportedWidgetError) as caught:
        stage.sandbox.message("hi")
    assert (caught.value.widget, caught.value.type) == ("old", type_)
    assert str(caught.value).startswith(f"widget 'old' has type '{type_}', which {fate}; use ")
    assert instead in str(caught.value)
    (execution,) = stage.sandbox.executions.all()
    assert (execution.status, execution.ended_reason) == ("ended", "STOPPED_BY_ERROR")


def test_all_retired_types_are_known():
    assert {widget.type for widget in retired_widgets()} == {type_ for type_, *_ in FATES}


@pytest.mark.parametrize("retired", retired_widgets(), ids=lambda widget: widget.type)
def test_what_is_advised_instead_can_run(retired):
    (first, *_) = retired.instead.split()
    assert first in standard_widgets()
    assert not isinstance(standard_widgets()[first], Retired)


def test_every_type_that_studio_knows_runs_or_is_refused_with_advice():
    assert set(standard_widgets()) == set(load_catalogue().types)
