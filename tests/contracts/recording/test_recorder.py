"""Whoever asks is answered, whatever becomes of the recording."""

from __future__ import annotations

import pytest

from mockstudio.contracts.recording import recorder as recording
from mockstudio.contracts.recording import script
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.request import Request


def call(target="/lookup", method="GET"):
    return Request(method, target)


def reply(body=b""):
    return Answer(200, (), (Piece(0.0, body),))


@pytest.fixture
def breaking(monkeypatch):
    """Let a function break whenever its first argument speaks of `broken`."""

    def patch(module, name):
        whole = getattr(module, name)

        def partly_broken(*arguments):
            if "broken" in repr(arguments):
                raise RecursionError("hunter2")
            return whole(*arguments)

        monkeypatch.setattr(module, name, partly_broken)

    return patch


@pytest.mark.parametrize(
    ("module", "name"),
    [(recording, "Exchange"), (script, "recorded"), (script, "as_yaml")],
)
def test_a_mistake_of_ours_loses_one_request_and_no_answer(studio, breaking, module, name):
    breaking(module, name)
    for target in ("/a", "/broken", "/b"):
        assert studio.record(call(target), reply(target.encode())).body == target.encode()
    assert (studio.recorder.requests, studio.recorder.lost) == (2, 1)
    assert not studio.recorder.is_complete
    assert list(studio.endpoints) == ["a", "b"]
    assert "200; not recorded: RecursionError at " in studio.told[1]
    assert "hunter2" not in studio.told[1]


def test_what_could_not_be_written_is_written_with_the_next_request(studio):
    folder = studio.recorder.output.parent / "gone"
    studio.begin(folder / "x.yaml")
    studio.record(call("/a"), reply(b"\xff"))
    assert (studio.recorder.written, studio.recorder.is_complete) == (0, False)
    folder.mkdir()
    studio.record(call("/b"), reply(b"b"))
    assert studio.recorder.is_complete
    assert [answer.body for answer in studio.played_back(call("/a"), call("/b"))] == [b"\xff", b"b"]


def test_what_could_not_be_written_is_tried_once_more_at_the_end(studio):
    folder = studio.recorder.output.parent / "gone"
    studio.begin(folder / "x.yaml")
    studio.record(call("/a"), reply(b"a"))
    studio.recorder.finish()
    assert "x.yaml cannot be written: No such file" in studio.recorder.trouble
    folder.mkdir()
    studio.recorder.finish()
    assert studio.recorder.is_complete
    assert list(studio.endpoints) == ["a"]


def test_a_file_that_vanished_has_nothing(studio):
    folder = studio.recorder.output.parent / "here"
    folder.mkdir()
    studio.begin(folder / "x.yaml")
    studio.record(call("/a"), reply(b"a"))
    studio.recorder.output.unlink()
    folder.rmdir()
    studio.record(call("/b"), reply(b"b"))
    assert (studio.recorder.written, studio.recorder.requests) == (0, 2)
