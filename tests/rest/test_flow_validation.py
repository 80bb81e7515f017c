"""What is said of a flow definition that Studio would refuse."""

from __future__ import annotations

import json

import pytest
from twilio.base.exceptions import TwilioRestException

NOWHERE = {
    "message": "there is no widget named 'nowhere'",
    "property_path": "#/states/2/transitions/0/next",
}


@pytest.fixture
def broken(definition, state):
    """A definition with three mistakes and something odd."""
    url = "https://shop.example.com"
    made = definition(
        states=[
            state("ask", "make-http-request", {"sucess": None}, url=url, method="GET"),
            state("which", "split-based-on", [{"event": "match", "next": "nowhere"}], input="x"),
        ]
    )
    return {**made, "extra": 1}


@pytest.fixture
def errors():
    """The mistakes in `broken`, by their paths."""
    return {
        "#/states/1/transitions/0/event",
        "#/states/2/transitions/0/conditions",
        "#/states/2/transitions/0/next",
    }


def test_a_valid_flow_is_valid_and_not_kept(client, definition):
    answer = client.studio.v2.flow_validate.update("orders", "draft", definition())
    assert answer.valid is True
    assert client.studio.v2.flows.list() == []


def test_all_mistakes_are_told_at_once_wherever_a_definition_is_sent(
    client, deploy, broken, errors
):
    flow = client.studio.v2.flows(deploy().sid)
    attempts = (
        lambda: client.studio.v2.flow_validate.update("x", "draft", broken),
        lambda: client.studio.v2.flows.create("x", "draft", broken),
        lambda: flow.update("published", definition=broken),
    )
    for attempt in attempts:
        with pytest.raises(TwilioRestException, match="Flow definition validation failed") as found:
            attempt()
        assert (found.value.status, found.value.code) == (400, 81022)
        details = found.value.details
        assert set(details) == {"errors", "warnings"}
        assert all(set(each) == {"message", "property_path"} for each in details["errors"])
        assert {each["property_path"] for each in details["errors"]} == errors
        assert NOWHERE in details["errors"]
        assert [each["property_path"] for each in details["warnings"]] == ["#/extra"]
    assert flow.fetch().revision == 1
    assert len(client.studio.v2.flows.list()) == 1


def test_what_is_odd_is_told_with_the_flow(client, definition):
    made = client.studio.v2.flows.create("x", "draft", {**definition(), "descripton": ""})
    (warning,) = made.warnings
    assert warning["property_path"] == "#/descripton"
    assert "did you mean 'description'?" in warning["message"]
    assert client.studio.v2.flows(made.sid).update("draft").warnings == [warning]
    assert client.studio.v2.flows(made.sid).update("draft", definition=definition()).warnings == []


@pytest.mark.parametrize(
    ("made", "path"),
    [
        ({}, "#/states"),
        ({"definition": {"states": [], "initial_state": "Trigger"}}, "#/states"),
        ({"states": [{"sid": "x", "type": "InitialState", "name": "T"}]}, "#/initial_state"),
        ({"initial_state": "T", "states": 1}, "#/states"),
    ],
)
def test_what_is_no_definition_itself(client, made, path):
    with pytest.raises(TwilioRestException) as found:
        client.studio.v2.flow_validate.update("x", "draft", made)
    assert found.value.code == 81022
    assert path in [each["property_path"] for each in found.value.details["errors"]]


def test_a_definition_that_is_too_deep(web, definition):
    deep = {**definition(), "extra": json.loads("[" * 150 + "]" * 150)}
    form = {"FriendlyName": "x", "Status": "draft", "Definition": json.dumps(deep)}
    answer = web("POST", "/v2/Flows/Validate", data=form)
    assert answer.json["code"] == 81022
    (error,) = answer.json["details"]["errors"]
    assert error == {"message": "nested deeper than 100 levels", "property_path": "#"}


@pytest.mark.parametrize("missing", ["FriendlyName", "Status", "Definition"])
def test_what_a_validation_needs(web, definition, missing):
    form = {"FriendlyName": "x", "Status": "draft", "Definition": json.dumps(definition())}
    del form[missing]
    answer = web("POST", "/v2/Flows/Validate", data=form)
    assert (answer.status_code, answer.json["code"]) == (400, 20001)
    assert answer.json["message"] == f"Missing required parameter {missing} in the post body"
