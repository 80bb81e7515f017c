from __future__ import annotations

import logging
from pathlib import Path

import pytest

from mockstudio.clock import VirtualClock
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.journal import Journal
from mockstudio.endpoints.reloading import EndpointFiles
from mockstudio.endpoints.request import Request
from mockstudio.errors import EndpointFileError
from mockstudio.sandbox import Sandbox

GOOD = "endpoints:\n  - {name: a, url: /a, replies: [{text: one}, {text: two}]}\n"
MORE = GOOD.replace("endpoints:\n", "endpoints:\n  - {name: first, url: /first}\n")
RENAMED = GOOD.replace("name: a", "name: other")
BROKEN = GOOD.replace("replies", "replis")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.endpoints.yaml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def endpoints() -> Endpoints:
    return Endpoints(Journal(VirtualClock()), "")


@pytest.fixture
def files(file: Path, endpoints: Endpoints) -> EndpointFiles:
    loaded = EndpointFiles([file], endpoints, endpoints.journal.clock)
    loaded.load()
    return loaded


def body(endpoints: Endpoints, path: str) -> bytes:
    return endpoints.respond(Request("GET", path))[0].body


def test_a_changed_file_is_loaded_again(files, file, endpoints, caplog) -> None:
    assert files.check() is False
    file.write_text(MORE)
    with caplog.at_level(logging.INFO):
        assert files.check() is True
    assert endpoints.names == ("first", "a")
    assert caplog.messages == ["endpoints loaded again: first, a"]


def test_an_endpoint_that_only_moved_in_its_file_goes_on_where_it_was(
    files, file, endpoints
) -> None:
    assert body(endpoints, "/a") == b"one"
    file.write_text(MORE)
    files.check()
    assert body(endpoints, "/a") == b"two"


def test_a_broken_edit_keeps_the_last_good_version_and_recovers(
    files, file, endpoints, caplog
) -> None:
    file.write_text(BROKEN)
    files.check()
    assert endpoints.names == ("a",)
    (problem,) = files.problems
    assert "replis" in problem
    assert f"{file.name}:2" in problem
    assert caplog.messages == [f"keeping the last good endpoints: {problem}"]
    file.write_text(RENAMED)
    files.check()
    assert (endpoints.names, files.problems) == (("other",), ())


def test_a_deleted_file_keeps_the_last_good_version_until_it_is_back(
    files, file, endpoints, caplog
) -> None:
    file.unlink()
    assert files.check() is False
    assert files.check() is True
    assert endpoints.names == ("a",)
    (problem,) = files.problems
    assert f"{file.name}: cannot be read: No such file" in problem
    assert caplog.messages == [f"keeping the last good endpoints: {problem}"]
    assert files.check() is False
    file.write_text(RENAMED)
    assert files.check() is True
    assert (endpoints.names, files.problems) == (("other",), ())


def test_a_removed_endpoint_goes_and_those_added_otherwise_stay(files, file, endpoints) -> None:
    endpoints.add(*parse_endpoints([{"name": "mine", "url": "/mine"}]))
    body(endpoints, "/mine")
    file.write_text(RENAMED)
    files.check()
    assert endpoints.names == ("other", "mine")
    assert endpoints.state("mine").calls == 1


def test_the_first_load_of_a_broken_file_fails(file, endpoints) -> None:
    file.write_text(BROKEN)
    with pytest.raises(EndpointFileError):
        EndpointFiles([file], endpoints, VirtualClock()).load()
    assert endpoints.names == ()


def test_two_files_are_tried_in_their_order(tmp_path, file, endpoints) -> None:
    other = tmp_path / "b.endpoints.yaml"
    other.write_text("endpoints:\n  - {name: b, url: '/*'}\n")
    EndpointFiles([other, file], endpoints, VirtualClock()).load()
    assert endpoints.names == ("b", "a")


def test_one_name_in_two_files_is_a_problem_that_keeps_the_last_good_version(
    tmp_path, file, endpoints
) -> None:
    other = tmp_path / "b.endpoints.yaml"
    other.write_text(RENAMED)
    files = EndpointFiles([file, other], endpoints, VirtualClock())
    files.load()
    other.write_text(GOOD)
    files.check()
    assert endpoints.names == ("a", "other")
    assert "2 endpoints are named 'a'" in files.problems[0]


def test_a_watched_file_is_looked_at_by_itself_until_watching_stops(files, file, endpoints) -> None:
    clock = endpoints.journal.clock
    files.watch()
    file.write_text(MORE)
    clock.advance(1)
    assert endpoints.names == ("first", "a")
    files.stop()
    file.write_text(RENAMED)
    clock.advance(5)
    assert endpoints.names == ("first", "a")


def test_health_tells_of_a_broken_edit(file) -> None:
    with Sandbox() as sandbox:
        sandbox.load_endpoints(file)
        sandbox.watch()
        file.write_text(BROKEN)
        sandbox.clock.advance(1)
        health = sandbox.app.test_client().get("/_mockstudio/health").json
        assert health["status"] == "degraded"
        assert "replis" in health["problems"][0]
        file.unlink()
        sandbox.clock.advance(1.5)
        health = sandbox.app.test_client().get("/_mockstudio/health").json
        assert health["status"] == "degraded"
        assert "No such file" in health["problems"][0]
        file.write_text(MORE)
        sandbox.clock.advance(1)
        health = sandbox.app.test_client().get("/_mockstudio/health").json
        assert (health["status"], health["problems"], health["endpoints"]) == ("ok", [], 2)
