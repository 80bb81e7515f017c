"""`mockstudio lint`."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def broken(bare, edit_flow):
    """The demo's flow with a wrong name and an http:// URL."""

    def edit(states):
        states["lookup"]["properties"]["url"] = "http://elsewhere.example.com/orders"
        states["sorry"]["properties"]["body"] = "{{ widgets.lokup.body }}"

    return edit_flow("broken.flow.json", edit)


def rules_of(result):
    return [each["rule"] for each in json.loads(result.out)["findings"]]


def test_the_example_has_nothing_to_find(here):
    result = here("lint")
    assert (result.code, result.out) == (0, "")


@pytest.mark.usefixtures("bare")
def test_the_demo_has_nothing_to_find(here):
    result = here("lint", "order-status.flow.json")
    assert (result.code, result.out) == (0, "")
    assert "nothing found in 1 flow" in result.err


def test_findings_are_told_with_place_rule_widget_and_what_to_write(broken, here):
    result = here("lint", broken)
    assert result.code == 1
    first, advice, second, _ = result.out.splitlines()
    assert "error MS111 sorry: widgets.lokup.body" in f"{first}{second}"
    assert "warning MS132 lookup: http://elsewhere" in f"{first}{second}"
    assert first.startswith("broken.flow.json:1:")
    assert advice.startswith("    ")
    assert result.err == "1 error, 1 warning found in 1 flow\n"


def test_nothing_that_is_found_fails_with_exit_zero(broken, here):
    result = here("lint", broken, "--exit-zero")
    assert result.code == 0
    assert "MS111" in result.out


def test_github_gets_annotations_beside_the_text_only(broken, here, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    annotated = [line for line in here("lint", broken).out.splitlines() if line.startswith("::")]
    assert sorted(line.partition(" ")[0] for line in annotated) == ["::error", "::warning"]
    assert all(" file=broken.flow.json,line=1," in line for line in annotated)
    assert "::error" not in here("lint", broken, "--format", "sarif").out
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert "::error" not in here("lint", broken).out


def test_rules_are_selected_and_ignored(broken, here):
    assert rules_of(here("lint", broken, "--select", "MS111", "--format", "json")) == ["MS111"]
    result = here("lint", broken, "--ignore", "MS111,MS13", "--format", "json")
    assert (result.code, rules_of(result)) == (0, [])


def test_the_settings_leave_findings_out_and_say_what_they_did_not(broken, here, bare):
    entries = "lint_ignore: [MS111, 'MS132 lookup', MS104]\n"
    (bare / "mockstudio.yaml").write_text(entries, "utf-8")
    result = here("lint", broken)
    assert (result.code, result.out) == (0, "")
    assert "note: lint_ignore 'MS104' left nothing out" in result.err


def test_a_broken_entry_in_the_settings_is_a_broken_file(broken, here, bare):
    (bare / "mockstudio.yaml").write_text("lint_ignore: [lookup]\n", "utf-8")
    result = here("lint", broken)
    assert result.code == 2
    assert "mockstudio.yaml:1:15" in result.err


def test_urls_are_looked_up_when_endpoints_are_given(broken, here):
    options = ("--endpoints", "order-status.endpoints.yaml", "--select", "MS133")
    result = here("lint", broken, *options)
    assert result.code == 1
    assert "no endpoint or route covers http://elsewhere.example.com/orders" in result.out
    route = ("--route", "http://elsewhere.example.com/*=http://localhost:3000/*")
    assert here("lint", broken, *options, *route).code == 0


def test_sarif_goes_to_the_standard_output(broken, here):
    result = here("lint", broken, "--format", "sarif")
    log = json.loads(result.out)
    assert result.code == 1
    assert log["version"] == "2.1.0"
    assert [each["level"] for each in log["runs"][0]["results"]] == ["warning", "error"]


def test_a_file_has_one_name_however_it_is_given(broken, here, bare):
    (bare / "mockstudio.yaml").write_text(f"flows: [{broken}]\n", "utf-8")
    ways = ([], [broken], [str(bare / broken)], [f"../{bare.name}/./{broken}"])
    logs = [json.loads(here("lint", *way, "--format", "sarif").out) for way in ways]
    assert all(log == logs[0] for log in logs)
    place = logs[0]["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == broken


def test_a_file_that_is_elsewhere_keeps_its_name(broken, here, monkeypatch, bare):
    (bare / "within").mkdir()
    monkeypatch.chdir(bare / "within")
    first, *_ = here("lint", f"../{broken}").out.splitlines()
    assert first.startswith(f"../{broken}:1:")


def test_placeholders_are_filled_from_the_command_line(bare, edit_flow, here):
    def edit(states):
        states["sorry"]["properties"]["body"] = "${greeting}"

    flow = edit_flow("template.flow.json", edit)
    assert "no value for ${greeting}" in here("lint", flow).out
    assert here("lint", flow, "--var", "greeting=hello").code == 0


def test_all_broken_files_are_reported_at_once(here, bare):
    (bare / "one.json").write_text("{", "utf-8")
    (bare / "two.json").write_text('{"states": []}', "utf-8")
    result = here("lint", "one.json", "two.json", "order-status.flow.json", "missing.json")
    assert (result.code, result.out) == (2, "")
    assert all(name in result.err for name in ("one.json", "two.json", "missing.json"))


def test_without_a_flow_those_of_the_settings_are_meant(here, bare):
    assert here("lint").code == 2
    (bare / "mockstudio.yaml").write_text("flows: [order-status.flow.json]\n", "utf-8")
    assert "nothing found in 1 flow" in here("lint").err


def test_rules_are_listed_and_explained(here):
    listed = here("lint", "--list-rules")
    assert listed.code == 0
    assert "MS101  warning  A failure leads nowhere" in listed.out
    explained = here("lint", "--explain", "ms111")
    assert explained.code == 0
    assert explained.out.startswith("MS111 (error): ")


def test_a_rule_of_check_is_named_as_one(here):
    result = here("lint", "--explain", "ms004")
    assert (result.code, result.out) == (2, "")
    assert "MS004 is a rule of `mockstudio check`: ask `mockstudio check --explain MS004`" in (
        result.err
    )


@pytest.mark.parametrize(
    "arguments", [("--explain", "MS999"), ("--select", "XX"), ("--ignore", "")]
)
def test_a_rule_that_there_is_not_is_a_mistake(arguments, here):
    result = here("lint", "order-status.flow.json", *arguments)
    assert result.code == 2
    assert "no rule" in result.err
