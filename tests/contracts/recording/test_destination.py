"""Where recordings are written, and what happens when they cannot be."""

from __future__ import annotations

import pytest

from mockstudio.contracts.recording.destination import Destination


def everything_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_what_can_be_written_is_not_written_by_being_checked(tmp_path):
    Destination(tmp_path / "new.yaml").check()
    assert everything_in(tmp_path) == set()


def test_a_file_that_is_there_stays_as_it_is_when_checked(tmp_path):
    there = tmp_path / "there.yaml"
    there.write_text("mine")
    Destination(there).check()
    assert there.read_text() == "mine"
    assert everything_in(tmp_path) == {"there.yaml"}


@pytest.mark.parametrize("name", ["gone/x.yaml", "file/x.yaml", "x" * 300])
def test_what_cannot_be_written_is_found_when_checked(tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError):  # noqa: PT011 - the system says it in its own words
        Destination(tmp_path / name).check()


def test_bodies_that_could_not_be_written_are_written_next_time(tmp_path):
    destination = Destination(tmp_path / "x.yaml")
    in_the_way = tmp_path / "x.bodies"
    in_the_way.write_text("a file")
    with pytest.raises(OSError, match=r"x\.bodies"):
        destination.write("one", {"x.bodies/a.bin": b"a"})
    assert everything_in(tmp_path) == {"x.bodies"}
    in_the_way.unlink()
    destination.write("two", {"x.bodies/b.bin": b"b"})
    assert everything_in(tmp_path) == {"x.bodies", "x.bodies/a.bin", "x.bodies/b.bin", "x.yaml"}
    assert (tmp_path / "x.yaml").read_text().endswith("two")


def test_nothing_half_written_is_left_behind(tmp_path):
    destination = Destination(tmp_path / "x.yaml")
    with pytest.raises(UnicodeEncodeError):
        destination.write("\ud800", {})
    assert everything_in(tmp_path) == set()
