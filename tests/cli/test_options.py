"""The options that say how a flow's world is made, right and wrong."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from mockstudio.cli.options import pairs, settings_from
from mockstudio.errors import UsageError

SID = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b")
SUBFLOW_SID = "FW" + "0" * 31 + "1"
ORDER = ("run", "order-status.flow.json", "--endpoints", "order-status.endpoints.yaml")


@pytest.fixture
def order(here, folder):
    """Run the demo's flow without the example's settings."""
    (folder / "mockstudio.yaml").unlink()
    return lambda *options, typed="": here(*ORDER, *options, typed=typed)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--play", "lokup=timeout"], "no endpoint 'lokup'; did you mean 'lookup'?"),
        (["--play", "lookup=timeot"], "no outcome 'timeot'; did you mean 'timeout'?"),
        (["--play", "lookup"], "--play 'lookup': expected ENDPOINT=OUTCOME"),
        (["--play", "=timeout"], "--play '=timeout': expected ENDPOINT=OUTCOME"),
        (["--limit", "http-timeot=1s"], "no limit 'http-timeot'; did you mean 'http-timeout'?"),
        (["--limit", "http-timeout=soon"], "a duration such as 300ms"),
        (["--limit", "http-timeout"], "--limit 'http-timeout': expected NAME=VALUE"),
        (["--profile", "stud"], "no profile of limits 'stud'; did you mean 'studio'?"),
        (["--seed", "x"], "'x' is not a valid integer"),
        (["--var", "x"], "--var 'x': expected NAME=VALUE"),
        (["--route", "foo"], "route 'foo': expected FROM=TO, such as"),
        (["--subflow", "a"], "--subflow 'a': expected SID=FILE"),
        (["--subflow", "FWx=nofile"], "expected a flow SID"),
        (["--subflow", f"{SUBFLOW_SID}=nofile"], "nofile: cannot be read: No such file"),
        (["--endpoints", "nofile"], "'nofile' does not exist"),
        (["--endpoints", "greeting.flow.json"], "greeting.flow.json"),
        (["--request", "a"], "--request 'a': expected NAME=VALUE"),
        (["--format", "xml"], "'xml' is not one of 'text', 'json', 'ndjson'"),
        (["--call", "--message", "a"], "give one of --message, --call and --request"),
    ],
)
def test_a_bad_value_is_explained_with_exit_code_2(here, options, said):
    result = here("run", *options)
    assert result.code == 2
    assert said in " ".join(result.err.split())
    assert result.out == ""


@pytest.mark.parametrize("command", ["run", "serve"])
def test_play_is_checked_alike_by_both_commands(here, command):
    assert "no endpoint 'lokup'" in here(command, "--play", "lokup=timeout").err


def test_play_makes_an_endpoint_play_an_outcome(order):
    result = order("--message", "hi", "--play", "lookup=overflow", typed="42\n")
    assert "fail: body is 65,537 bytes, limit 65,536" in result.out


def test_a_limit_is_changed_by_an_option(order):
    lines = order("--play", "lookup=timeout", "--limit", "http-timeout=3s", typed="hi\n42\n").out
    assert "no answer after 3.0 s, limit 3.0 s" in lines


def test_a_profile_is_chosen_by_an_option(order):
    lines = order("--profile", "studio-legacy", "--play", "lookup=timeout", typed="hi\n42\n").out
    assert "no answer after 5.0 s, limit 5.0 s" in lines


def test_variables_fill_placeholders_and_missing_ones_are_named(here, folder):
    text = (folder / "greeting.flow.json").read_text()
    (folder / "t.flow.json").write_text(text.replace("customers-1234", "${service}-1234"))
    missing = here("run", "t.flow.json", "--message", "hi")
    assert missing.code == 2
    assert "service" in missing.err
    filled = here("run", "t.flow.json", "--message", "hi", "--var", "service=customers")
    assert "POST https://customers-1234.twil.io/lookup" in filled.out


def test_a_url_that_nothing_covers_names_widget_and_url(here, folder):
    (folder / "mockstudio.yaml").unlink()
    result = here("run", "greeting.flow.json", "--message", "hi")
    assert result.code == 2
    assert "lookup" in result.err
    assert "https://customers-1234.twil.io/lookup" in result.err


def test_stub_stands_in_for_every_url(here, folder):
    (folder / "mockstudio.yaml").unlink()
    result = here("run", "greeting.flow.json", "--message", "hi", "--stub")
    assert result.code == 0
    assert "« Hello" in result.out


def test_a_route_leads_elsewhere(here):
    route = "https://customers-1234.twil.io/*=http://127.0.0.1:9/*"
    result = here("run", "--message", "hi", "--route", route)
    assert "refused the connection" in result.out


def test_a_subflow_runs_by_its_sid(here, folder):
    flow = json.loads((folder / "greeting.flow.json").read_text())
    lookup = flow["states"][1]
    lookup["type"] = "run-subflow"
    lookup["transitions"] = [
        {"event": "completed", "next": "greet"},
        {"event": "failed", "next": "sorry"},
    ]
    lookup["properties"] = {
        "flow_sid": SUBFLOW_SID,
        "flow_revision": "LatestPublished",
        "parameters": [],
        "offset": {"x": 0, "y": 200},
    }
    (folder / "outer.flow.json").write_text(json.dumps(flow))
    option = f"{SUBFLOW_SID}=greeting.flow.json"
    result = here("run", "outer.flow.json", "--message", "hi", "--subflow", option)
    assert result.code == 0, result.err
    assert "completed → greet" in result.out


def random_delays(folder):
    path = folder / "customers.endpoints.yaml"
    data = yaml.safe_load(path.read_text())
    data["endpoints"][0]["reply"]["delay"] = {"uniform": ["1s", "8s"]}
    path.write_text(yaml.safe_dump(data))


@pytest.mark.parametrize("seed", [[], ["--seed", "7"]])
def test_random_delays_repeat_under_one_seed(here, folder, seed):
    random_delays(folder)
    first, second = (
        SID.sub("SID", here("run", "--message", "hi", "--format", "ndjson", *seed).out)
        for _ in range(2)
    )
    assert first == second != ""


def test_another_seed_draws_other_delays(here, folder):
    random_delays(folder)
    clocks = {
        here("run", "--message", "hi", "--format", "json", "--seed", seed).json["seconds"]["clock"]
        for seed in ("1", "2", "3")
    }
    assert len(clocks) == 3
    assert all(1 <= seconds <= 8 for seconds in clocks)


def test_options_win_over_environment_over_file(here, folder, monkeypatch):
    (folder / "mockstudio.yaml").write_text("port: 1001\nhost: ::1\nseed: 1\n")
    monkeypatch.setenv("MOCKSTUDIO_PORT", "1002")
    monkeypatch.setenv("MOCKSTUDIO_HOST", "localhost")
    settings = settings_from({"port": 1003, "host": None})
    assert (settings.port, settings.host, settings.seed) == (1003, "localhost", 1)


def test_every_broken_setting_is_told_at_once(here, monkeypatch):
    monkeypatch.setenv("MOCKSTUDIO_PORT", "abc")
    monkeypatch.setenv("MOCKSTUDIO_HOTS", "x")
    result = here("serve")
    assert result.code == 2
    assert "MOCKSTUDIO_HOTS: unknown environment variable; did you mean" in result.err
    assert "MOCKSTUDIO_PORT: expected a whole number" in result.err


def test_pairs_keep_what_follows_the_first_equals_sign():
    assert pairs("--var", ["a=b=c", "d="]) == {"a": "b=c", "d": ""}


def test_pairs_name_the_option_and_the_form():
    with pytest.raises(UsageError, match=r"^--x 'a': expected A=B$"):
        pairs("--x", ["a"], "A=B")
