"""How `mockstudio test` plays: in processes, what failed last, with a bar, on GitHub."""

from __future__ import annotations

import json
import re
import signal
from xml.etree import ElementTree as ET

import pytest

FILE = "greeting.scenario.yaml"
TABLE = """\
flow: greeting.flow.json
endpoints: customers.endpoints.yaml
scenarios:
  - name: the lookup plays <outcome>
    each: [{outcome: timeout}, {outcome: ok}, {outcome: reset}, {outcome: server-error}]
    given: {lookup: <outcome>}
    when: [{message: hi}]
    then: [{widget: lookup, took: fail}]
"""


@pytest.fixture
def table(folder):
    """A file of four scenarios, of which one fails."""
    path = folder / "table.scenario.yaml"
    path.write_text(TABLE)
    return path


# --- processes


@pytest.mark.parametrize("processes", ["2", "auto"])
def test_processes_play_all_and_tell_what_failed(here, table, processes):
    result = here("test", "-n", processes)
    assert result.code == 1
    assert "1 failed, 4 passed in" in result.out
    assert "table.scenario.yaml:8: expected widget 'lookup' to take 'fail'" in result.out


@pytest.mark.parametrize("wrong", ["0", "-1", "many", "1.5"])
def test_a_number_of_processes_that_is_none_is_told(here, wrong):
    result = here("test", "-n", wrong)
    assert result.code == 2
    assert "neither a number from 1 nor auto" in result.err


@pytest.mark.parametrize("processes", ["1", "2"])
def test_ctrl_c_ends_all_and_keeps_what_was_played(launch, folder, processes):
    rows = ", ".join(f"{{outcome: timeout, n: {n}}}" for n in range(800))
    text = TABLE.replace("<outcome>\n    each", "<n>\n    each")
    (folder / "long.scenario.yaml").write_text(
        text[: text.index("[")] + f"[{rows}]" + text[text.index("]") + 1 :]
    )
    report = ("--json", "out.json")
    process = launch("test", "long.scenario.yaml", "-n", processes, "-v", *report)
    assert process.stdout.readline().startswith(b"passed")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in err
    told = re.search(rb"^(\d+) passed, (\d+) not played in", out, re.M)
    assert int(told[1]) + int(told[2]) == 800
    assert int(told[2]) > 0
    document = json.loads((folder / "out.json").read_text())
    assert document["summary"]["passed"] == int(told[1])


def test_ctrl_c_while_processes_start_leaves_no_traceback(terminal, table):
    process = terminal("test", "-n", "2")
    process.expect("order by --seed")
    process.interrupt()
    code, shown = process.end()
    assert code == 130
    assert "Traceback" not in shown


# --- what failed last


def test_only_what_failed_last_is_played_until_it_passes(here, table):
    assert "1 failed, 4 passed" in here("test").out
    again = here("test", "--last-failed")
    assert "1 failed, 0 passed in" in again.out
    assert "playing the 1 that failed last" in again.err

    table.write_text(TABLE.replace("took: fail", "took: success"))
    assert "3 failed, 2 passed" in here("test").out
    table.write_text(TABLE.replace("{outcome: ok}, ", ""))
    assert "3 passed in" in here("test", "--lf").out
    after = here("test", "--lf")
    assert "4 passed in" in after.out
    assert "playing all: none of these failed last" in after.err


def test_what_failed_and_was_not_played_since_is_still_known(here, table):
    here("test")
    assert "1 passed in" in here("test", FILE).out
    assert "1 failed, 0 passed in" in here("test", "--lf").out


def test_the_note_is_kept_out_of_version_control(here, folder, table):
    here("test")
    assert (folder / ".mockstudio_cache" / ".gitignore").read_text().endswith("*\n")


def test_nothing_is_written_where_all_passes(here, folder):
    here("test")
    assert not (folder / ".mockstudio_cache").exists()


def test_a_broken_note_counts_as_none(here, folder, table):
    here("test")
    (folder / ".mockstudio_cache" / "last-failed.json").write_text("[1, {")
    assert "1 failed, 4 passed" in here("test", "--lf").out


def test_a_note_that_cannot_be_written_is_no_error(here, folder, table):
    (folder / ".mockstudio_cache").write_text("no folder")
    assert "1 failed, 4 passed" in here("test").out


# --- a bar at a terminal


def test_a_terminal_shows_a_bar_and_what_failed(terminal, table):
    process = terminal("test", "--in-order", TERM="xterm")
    code, shown = process.end()
    assert code == 1
    assert "scenarios" in shown
    assert "5/5" in shown or "4/5" in shown
    assert "FAILED  table.scenario.yaml: the lookup plays ok" in shown
    assert "1 failed, 4 passed" in shown


def test_a_file_gets_no_bar(terminal, table, tmp_path):
    with (tmp_path / "out").open("wb") as output:
        terminal("test", "--in-order", output=output, TERM="xterm").end()
    text = (tmp_path / "out").read_text()
    assert text.startswith("FAILED  table.scenario.yaml")
    assert "/5" not in text


def test_no_color_is_heeded(terminal, table):
    _, shown = terminal("test", "--in-order", TERM="xterm", NO_COLOR="1").end()
    assert "FAILED" in shown
    assert "\x1b[3" not in shown
    _, shown = terminal("test", "--in-order", TERM="xterm").end()
    assert "\x1b[31m" in shown


# --- reports


def test_a_report_may_go_to_the_standard_output(here, table):
    result = here("test", "--json", "-", "--cover")
    assert result.json["summary"]["failed"] == 1
    assert "1 failed, 4 passed" in result.err
    assert "transitions 3 of 3" in result.err


def test_json_has_all_that_happened(here, folder, table):
    assert here("test", "--json", "out.json").code == 1
    document = json.loads((folder / "out.json").read_text())
    assert document["summary"]["failed"] == 1
    assert len(document["scenarios"]) == 5
    assert [covered["file"] for covered in document["coverage"]] == ["greeting.flow.json"]


def test_github_gets_annotations(here, folder, table, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder.parent))
    lines = here("test").out.splitlines()
    annotated = [line for line in lines if line.startswith("::")]
    assert len(annotated) == 1
    assert annotated[0].startswith(f"::error file={folder.name}/table.scenario.yaml,line=8,")


def test_github_gets_annotations_of_broken_files(here, table, monkeypatch):
    table.write_text(TABLE.replace("then:", "than:"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    result = here("test")
    assert result.code == 2
    assert "::error file=table.scenario.yaml,line=8," in result.out
    assert "did you mean 'then'?" in result.out


def test_elsewhere_nothing_is_annotated(here, table):
    assert "::error" not in here("test").out


# --- coverage


def test_coverage_tells_what_did_not_run(here, table):
    result = here("test", "--cover", "-k", "greeting")
    assert result.code == 0
    assert "greeting.flow.json: widgets 3 of 4, transitions 2 of 3, 66.6 %" in result.out
    assert "never taken    lookup.success → greet" in result.out
    assert "never entered  greet" in result.out


@pytest.mark.parametrize(("floor", "code"), [("66", 0), ("66.7", 1), ("100", 1), ("0", 0)])
def test_a_floor_is_kept(here, floor, code):
    result = here("test", "--cover-floor", floor)
    assert result.code == code
    told = f"greeting.flow.json: fewer than {floor} % of the transitions ran"
    assert (told in result.out) == bool(code)
    assert "transitions 2 of 3" in result.out


def test_a_floor_outside_of_percents_is_told(here):
    assert here("test", "--cover-floor", "101").code == 2


def test_coverage_of_several_processes_is_one(here, table):
    alone = here("test", "--cover", "--in-order").out.splitlines()
    together = here("test", "--cover", "--in-order", "-n", "2").out.splitlines()
    assert [line for line in alone if "%" in line] == [line for line in together if "%" in line]
    assert "transitions 3 of 3" in "\n".join(alone)


def test_pictures_are_written(here, folder, table):
    here("test", "--cover-svg", "made/pictures")
    picture = (folder / "made" / "pictures" / "greeting.svg").read_text()
    assert "never taken" in picture
    assert ET.fromstring(picture).tag.endswith("svg")


def test_flows_of_the_same_name_have_pictures_of_their_own(here, folder):
    (folder / "other").mkdir()
    for name in ("greeting.flow.json", "customers.endpoints.yaml", FILE):
        (folder / "other" / name).write_text((folder / name).read_text())
    here("test", "--cover-svg", "pictures")
    drawn = sorted(path.name for path in (folder / "pictures").iterdir())
    assert drawn == ["greeting-2.svg", "greeting.svg"]


def test_a_folder_that_cannot_be_made_is_told(here, folder):
    (folder / "file").write_text("")
    result = here("test", "--cover-svg", "file/pictures")
    assert result.code == 2
    assert "cannot make the folder 'file/pictures'" in result.err


def test_a_page_has_scenarios_and_pictures(here, folder, table):
    assert here("test", "--html", "out.html").code == 1
    page = (folder / "out.html").read_text()
    assert "the lookup plays ok" in page
    assert "<svg" in page
