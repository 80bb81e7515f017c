from __future__ import annotations

import pytest

from mockstudio.flows.definition import parse_flow

FLOW_SID = "FW" + "a" * 32


@pytest.mark.parametrize("revision", ["LatestPublished", "LatestDraft", "1", "12"])
def test_a_subflow_is_named_by_sid_and_revision(with_widget, warnings, revision):
    assert warnings(with_widget("run-subflow", flow_sid=FLOW_SID, flow_revision=revision)) == []


@pytest.mark.parametrize("sid", ["{{flow.variables.sid}}", "FW12", "FN" + "a" * 32, 5, ""])
def test_a_subflow_s_sid_is_literal(with_widget, errors, sid):
    definition = with_widget("run-subflow", flow_sid=sid, flow_revision="1")
    ((path, message),) = errors(definition)
    assert path == "#/states/4/properties/flow_sid"
    assert message == f"'{sid}' must be a valid, non-liquid flow sid: FW and 32 hex digits"


@pytest.mark.parametrize(
    ("revision", "hint"),
    [
        ("LatestRevision", ""),
        ("Published", "; did you mean 'LatestPublished'?"),
        ("LatestDarft", "; did you mean 'LatestDraft'?"),
        ("{{x}}", ""),
        ("0", ""),
        ("-1", ""),
        ("", ""),
    ],
)
def test_a_subflow_s_revision_is_literal(with_widget, errors, revision, hint):
    definition = with_widget("run-subflow", flow_sid=FLOW_SID, flow_revision=revision)
    ((path, message),) = errors(definition)
    expected = f"'{revision}' must be LatestPublished or LatestDraft or a number, no Liquid{hint}"
    assert (path, message) == ("#/states/4/properties/flow_revision", expected)


def test_a_subflow_without_sid_and_revision_is_refused(with_widget, errors):
    assert [path for path, _ in errors(with_widget("run-subflow"))] == [
        "#/states/4/properties/flow_sid",
        "#/states/4/properties/flow_revision",
    ]


def test_all_references_to_a_subflow_name_the_same_revision(with_widget, errors):
    for name, revision in [("one", "3"), ("two", "3"), ("three", "LatestPublished")]:
        definition = with_widget(
            "run-subflow", name=name, flow_sid=FLOW_SID, flow_revision=revision
        )
    ((path, message),) = errors(definition)
    assert path == "#/states/6/properties/flow_revision"
    assert message == (
        "'LatestPublished' differs from '3' at #/states/4/properties/flow_revision: all"
        f" references to the subflow {FLOW_SID} must name the same revision"
    )


def test_a_flow_has_150_subflow_widgets_at_most(with_widget, errors):
    for number in range(150):
        definition = with_widget(
            "run-subflow", name=f"w{number}", flow_sid=FLOW_SID, flow_revision="1"
        )
    assert len(parse_flow(definition, "orders.json").flow.states) == 154
    with_widget("run-subflow", name="one_more", flow_sid=FLOW_SID, flow_revision="1")
    message = "151 Run Subflow widgets found, 150 at most"
    assert errors(definition) == [("#/states", message)]


def test_a_flow_has_50_distinct_subflows_at_most(with_widget, errors):
    for number in range(51):
        sid = f"FW{number:032x}"
        definition = with_widget("run-subflow", name=f"w{number}", flow_sid=sid, flow_revision="1")
    assert errors(definition) == [("#/states", "51 distinct subflows found, 50 at most")]
