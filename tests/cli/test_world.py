"""How the command line puts a sandbox together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockstudio.cli.world import build_sandbox
from mockstudio.clock import VirtualClock
from mockstudio.config import Settings

OPTIONS = {"routes": (), "stub": False, "plays": ()}


@pytest.fixture
def write(tmp_path, state):
    """Write a flow's export to a file."""

    def to_file(name):
        trigger = state("Trigger", "trigger", {"incomingCall": None})
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"initial_state": "Trigger", "states": [trigger]}))
        return path

    return to_file


def test_the_number_is_set_to_the_first_flow_file_whatever_subflows_there_are(write):
    settings = Settings(subflows={"FW" + "a" * 32: write("sub")})
    files = [write("main"), write("other")]
    with build_sandbox(settings, VirtualClock(), OPTIONS, [], files) as sandbox:
        main = sandbox.flow("main")
        (number,) = sandbox.numbers.all()
        assert len(sandbox.library.flows) == 3
        assert (number.phone_number, number.voice_url) == (
            settings.number,
            sandbox.webhook_url(main),
        )


def test_a_file_that_settings_and_options_name_is_loaded_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.yaml").write_text('endpoints: [{name: e, url: /e, reply: {text: "x"}}]')
    settings, named = Settings(endpoints=(tmp_path / "e.yaml",)), [Path("e.yaml")]
    with build_sandbox(settings, VirtualClock(), OPTIONS, named, []) as sandbox:
        assert [endpoint.name for endpoint in sandbox.endpoints.definitions] == ["e"]
