"""`mockstudio draw`."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_goes_to_the_standard_output(here):
    result = here("draw", "order-status.flow.json")
    assert (result.code, result.err) == (0, "")
    root = ET.fromstring(result.out)
    assert (root.tag, root.findtext(f"{SVG}title")) == (f"{SVG}svg", "Flow order-status")


def test_the_picture_goes_into_a_file(here, folder):
    result = here("draw", "order-status.flow.json", "--output", "flow.svg")
    assert (result.code, result.out, result.err) == (0, "", "")
    assert (folder / "flow.svg").read_text() == here("draw", "order-status.flow.json").out


def test_without_a_name_the_one_flow_of_the_settings_is_drawn(here, folder):
    assert "Flow greeting" in here("draw").out
    (folder / "mockstudio.yaml").unlink()
    unnamed = here("draw")
    assert (unnamed.code, unnamed.out) == (2, "")
    assert "name the FLOW, such as `mockstudio draw flow.json`" in unnamed.err


def test_placeholders_are_filled(here, edit_flow):
    def edit(states):
        states["sorry"]["type"] = "${kind}"

    name = edit_flow("open.flow.json", edit)
    unfilled = here("draw", name)
    assert (unfilled.code, unfilled.out) == (2, "")
    assert "kind" in unfilled.err
    filled = here("draw", name, "--var", "kind=send-message")
    assert filled.code == 0
    assert "sorry (send-message)" in filled.out


def test_placeholders_without_a_value_stay_as_they_are(here, edit_flow):
    def edit(states):
        states["sorry"]["properties"]["body"] = "${words}"

    result = here("draw", edit_flow("open.flow.json", edit))
    assert (result.code, result.err) == (0, "")
    assert "sorry (send-message)" in result.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.json",), "missing.json"),
        (("mockstudio.yaml",), "mockstudio.yaml"),
        (("order-status.flow.json", "--output", "nowhere/flow.svg"), "cannot write 'nowhere"),
    ],
)
def test_what_cannot_be_drawn_is_said(here, arguments, said):
    result = here("draw", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
