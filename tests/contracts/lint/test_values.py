"""What is known of values by their paths."""

from __future__ import annotations

import pytest

from mockstudio.contracts.lint.values import (
    is_address,
    is_free_text,
    is_text,
    variable_read,
    widget_read,
)

KINDS = [
    # path, is text, is free text, is an address
    ("trigger.message.Body", True, True, False),
    ("trigger.message.NumMedia", True, False, False),
    ("trigger.message.From", True, False, True),
    ("trigger.message.AddOns", False, False, False),
    ("trigger.conversation.ChannelAttributes", False, False, False),
    ("trigger.call.Called", True, False, True),
    ("trigger.call", False, False, False),
    ("trigger.call.From.x", False, False, False),
    ("trigger.parent.Body", False, False, False),
    ("trigger.request.to", False, False, True),
    ("trigger.request.body", False, False, False),
    ("trigger.request.to.x", False, False, False),
    ("widgets.ask.inbound.Body", True, True, False),
    ("widgets.ask.inbound.From", True, False, True),
    ("widgets.ask.inbound", False, False, False),
    ("widgets.ask.outbound.Body", False, False, False),
    ("widgets.menu.Digits", True, False, False),
    ("widgets.menu.SpeechResult", True, True, False),
    ("widgets.menu.Confidence", False, False, False),
    ("flow.menu.Digits", False, False, False),
    ("contact.channel.address", False, False, True),
    ("flow.channel.address", False, False, True),
    ("flow.variables.address", False, False, False),
    ("widgets", False, False, False),
]


@pytest.mark.parametrize(("path", "text", "free_text", "address"), KINDS)
def test_a_path_tells_what_its_value_is(path, text, free_text, address):
    segments = tuple(path.split("."))
    assert is_text(segments) is text
    assert is_free_text(segments) is free_text
    assert is_address(segments) is address


@pytest.mark.parametrize(
    ("path", "widget", "variable"),
    [
        (("widgets", "ask", "inbound"), "ask", None),
        (("widgets", "ask"), "ask", None),
        (("widgets",), None, None),
        (("widgets", None, "x"), None, None),
        (("widgets", 0), None, None),
        (("flow", "variables", "tries"), None, "tries"),
        (("flow", "variables", "tries", "x"), None, "tries"),
        (("flow", "variables", None), None, None),
        (("flow", "variables"), None, None),
        (("flow", "data", "tries"), None, None),
    ],
)
def test_a_path_tells_whose_value_it_reads(path, widget, variable):
    assert (widget_read(path), variable_read(path)) == (widget, variable)
