from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mockstudio.config as config
from mockstudio.config import Settings, load_settings
from mockstudio.errors import SettingsError

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        (tmp_path / "mockstudio.yaml").write_text(text)
        return tmp_path

    return write


def problems_of(options: dict[str, Any], environ: dict[str, str], folder: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(options, environ, folder)
    return tuple(str(p).removeprefix(f"{folder}{os.sep}") for p in caught.value.problems)


def test_the_settings_file_can_be_named_itself(tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    file.write_text("{contact: '+12025550199', flows: [a.flow.json]}")
    found = load_settings({}, {}, file)
    assert (found.contact, found.flows) == ("+12025550199", (tmp_path / "a.flow.json",))


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    found = load_settings({}, {}, tmp_path)
    assert found == Settings()
    assert (found.host, found.port, found.profile) == ("127.0.0.1", 8080, "studio")
    assert (found.trust_env, found.remote_control) == (False, False)


def test_an_empty_file_changes_nothing(write: Write) -> None:
    assert load_settings({}, {}, write("# nothing yet\n")) == Settings()


def test_an_option_goes_before_the_environment_and_the_environment_before_the_file(
    write: Write,
) -> None:
    folder = write("port: 1\nseed: 1\nprofile: file\n")
    found = load_settings({"port": 3}, {"MOCKSTUDIO_PORT": "2", "MOCKSTUDIO_SEED": "2"}, folder)
    assert (found.port, found.seed, found.profile) == (3, 2, "file")


def test_options_and_variables_that_are_empty_were_not_given(write: Write) -> None:
    folder = write("port: 1\nendpoints: [a.yaml]\n")
    found = load_settings({"port": None, "endpoints": ()}, {"MOCKSTUDIO_PORT": ""}, folder)
    assert (found.port, found.endpoints) == (1, (folder / "a.yaml",))


def test_options_that_are_false_or_zero_were_given(write: Write) -> None:
    folder = write("trust_env: true\nport: 1\n")
    found = load_settings({"trust_env": False, "port": 0}, {}, folder)
    assert (found.trust_env, found.port) == (False, 0)


def test_a_whole_file_is_read(write: Write) -> None:
    sid = "FW" + "a" * 32
    folder = write(
        "host: 0.0.0.0\naccount_sid: AC00000000000000000000000000000002\nauth_token: secret\n"
        f"endpoints: [a.yaml, /b.yaml]\nflows: [f.json]\nsubflows: {{{sid}: sub.json}}\n"
        "routes: {'https://b/*': x, 'https://a/*': y}\nvariables: {SERVICE: orders, N: 7}\n"
        "limits: {http-timeout: 5s, http_body: 100, function-redirect-is-success: false}\n"
        "journal_size: 5\ntrust_env: true\nremote_control: true\ncontext: {KEY: abc, ON: true}\n"
        "number: +15005550001\ncontact: '+15005550002'\n"
    )
    assert load_settings({}, {}, folder) == Settings(
        host="0.0.0.0",
        account_sid="AC00000000000000000000000000000002",
        auth_token="secret",
        endpoints=(folder / "a.yaml", Path("/b.yaml")),
        flows=(folder / "f.json",),
        subflows={sid: folder / "sub.json"},
        routes={"https://b/*": "x", "https://a/*": "y"},
        variables={"SERVICE": "orders", "N": "7"},
        limits={"http-timeout": "5s", "http_body": "100", "function-redirect-is-success": "false"},
        journal_size=5,
        trust_env=True,
        remote_control=True,
        context={"KEY": "abc", "ON": "true"},
        number="+15005550001",
        contact="+15005550002",
    )


def test_mappings_of_several_sources_are_put_together_the_nearest_first(write: Write) -> None:
    folder = write("routes: {a: 1x, b: 1x, c: 1x}\n")
    found = load_settings({"routes": {"c": "3x"}}, {"MOCKSTUDIO_ROUTES": "{b: 2x}"}, folder)
    assert list(found.routes.items()) == [("c", "3x"), ("b", "2x"), ("a", "1x")]


def test_paths_of_options_and_variables_stay_as_they_are(tmp_path: Path) -> None:
    text = os.pathsep.join(["a.json", "b.json"])
    found = load_settings({"endpoints": (Path("e.yaml"),)}, {"MOCKSTUDIO_FLOWS": text}, tmp_path)
    assert found.endpoints == (Path("e.yaml"),)
    assert found.flows == (Path("a.json"), Path("b.json"))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("PORT", "9", 9),
        ("AUTH_TOKEN", "12345", "12345"),
        ("NUMBER", "+15005550001", "+15005550001"),
        ("TRUST_ENV", "true", True),
        ("VARIABLES", "{A: x, B: 1}", {"A": "x", "B": "1"}),
        ("LIMITS", '{"http-timeout": "5s"}', {"http-timeout": "5s"}),
    ],
)
def test_a_variable_is_read_as_its_setting_wants_it(
    tmp_path: Path, name: str, text: str, value: Any
) -> None:
    found = load_settings({}, {f"MOCKSTUDIO_{name}": text}, tmp_path)
    assert getattr(found, name.lower()) == value


def test_variables_of_others_are_passed_over(tmp_path: Path) -> None:
    environ = {"PATH": "x", "_MOCKSTUDIO_COMPLETE": "y", "MOCKSTUDIOS": "z"}
    assert load_settings({}, environ, tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("prot: 1", "1:1: prot: unknown key 'prot'; did you mean 'port'? (known: host, port, "),
        ("port: abc", "1:7: port: expected a whole number, found a string 'abc'"),
        ("port: 70000", "1:7: port: expected at most 65535, found 70000"),
        ("number: 15005550006", "1:9: number: expected a phone number such as +15005550006"),
        ("account_sid: AC1", "1:14: account_sid: expected an account SID"),
        ("limits: {a: 5x}", "1:13: limits.a: expected a number, true, false or a duration"),
        ("limits: {a: [1]}", "1:13: limits.a: expected a string or a number or true or false"),
        ("subflows: {FW1: x}", "1:12: subflows.FW1: expected a flow SID"),
        ("endpoints: a.yaml", "1:12: endpoints: expected a list, found a string 'a.yaml'"),
        ("endpoints: [1]", "1:13: endpoints[0]: expected a string, found a number 1"),
        ("context: {A: ~}", "1:14: context.A: expected a string or a number or true or false"),
        ("trust_env: yes", "1:12: trust_env: expected true or false, found a string 'yes'"),
        ("journal_size: 0", "1:15: journal_size: expected at least 1, found 0"),
        ("- port", "1:1: expected a mapping, found a list"),
        ("port: 1\nport: 2", "2:1: duplicate key 'port', first given on line 1"),
        ("port: [\n", "2:1: not valid YAML: "),
    ],
)
def test_a_mistake_in_the_file_is_told_at_its_place(write: Write, text: str, problem: str) -> None:
    (found,) = problems_of({}, {}, write(text))
    assert found.startswith(f"mockstudio.yaml:{problem}")


def test_mistakes_of_all_sources_are_told_at_once_by_the_names_they_have_there(
    write: Write,
) -> None:
    found = problems_of(
        {"journal_size": -1, "limits": {"a": "5x"}, "seeds": 1},
        {"MOCKSTUDIO_PROT": "1", "MOCKSTUDIO_TRUST_ENV": "maybe", "MOCKSTUDIO_ROUTES": "[a"},
        write("port: x\n"),
    )
    assert len(found) == 7
    expected = [
        "MOCKSTUDIO_PROT: unknown environment variable; did you mean 'MOCKSTUDIO_PORT'?",
        "--journal-size: expected at least 1, found -1",
        "--seeds: unknown key 'seeds'; did you mean 'seed'?",
        "--limit.a: expected a number, true, false or a duration",
        "MOCKSTUDIO_ROUTES: expected a mapping, found a string '[a'",
        "MOCKSTUDIO_TRUST_ENV: expected true or false, found a string 'maybe'",
        "mockstudio.yaml:1:7: port: expected a whole number, found a string 'x'",
    ]
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(start)


def test_a_file_that_cannot_be_read_does_not_hide_the_other_mistakes(write: Write) -> None:
    found = problems_of({"port": -1}, {}, write("port: ["))
    assert len(found) == 2


def test_secrets_do_not_show_in_the_settings_text() -> None:
    shown = repr(Settings(auth_token="hush", context={"KEY": "hush"}))
    assert "hush" not in shown


def test_the_schema_names_exactly_the_settings_there_are() -> None:
    from jsonschema import Draft202012Validator

    path = Path(config.__file__).with_name("settings.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == {setting.name for setting in fields(Settings)}
    for name, setting in schema["properties"].items():
        assert getattr(Settings(), name) == setting.get("default", getattr(Settings(), name))


NAMES = [setting.name for setting in fields(Settings)]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from([*NAMES, "junk"]), JUNK, max_size=4),
    st.dictionaries(
        st.sampled_from([f"MOCKSTUDIO_{name.upper()}" for name in NAMES]),
        st.text(max_size=12),
        max_size=4,
    ),
)
def test_junk_is_settings_or_a_settings_error(
    tmp_path: Path, options: dict[str, Any], environ: dict[str, str]
) -> None:
    try:
        found = load_settings(options, environ, tmp_path)
    except SettingsError:
        return
    assert isinstance(found, Settings)


def test_the_variable_that_names_the_tests_corpus_is_no_mistake(tmp_path):
    assert load_settings({}, {"MOCKSTUDIO_CORPUS": "/x"}, tmp_path) == Settings()
