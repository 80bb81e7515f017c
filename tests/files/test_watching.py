from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from mockstudio.clock import SystemClock, VirtualClock
from mockstudio.files.watching import FileWatcher


class Calls:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "endpoints.yaml"
    path.write_text("a: 1")
    return path


def touch(path: Path) -> None:
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))


def test_a_file_that_stays_as_it_is_is_no_change(file: Path) -> None:
    calls = Calls()
    assert FileWatcher([file], calls, VirtualClock()).check() is False
    assert calls.count == 0


def test_a_new_time_or_a_new_size_is_a_change_told_once(file: Path) -> None:
    calls = Calls()
    watcher = FileWatcher([file], calls, VirtualClock())
    touch(file)
    assert watcher.check() is True
    file.write_text("a: 12")
    assert watcher.check() is True
    assert watcher.check() is False
    assert calls.count == 2


def test_several_changes_in_one_look_are_told_once(file: Path, tmp_path: Path) -> None:
    calls = Calls()
    other = tmp_path / "other"
    other.write_text("")
    watcher = FileWatcher([file, other], calls, VirtualClock())
    touch(file)
    touch(other)
    watcher.check()
    assert calls.count == 1


def test_a_deleted_file_has_changed_once_it_is_back(file: Path) -> None:
    watcher = FileWatcher([file], Calls(), VirtualClock())
    status = file.stat()
    file.unlink()
    assert watcher.check() is False
    file.write_text("a: 1")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert watcher.check() is True


def test_a_file_that_stays_away_has_changed_once_and_again_when_it_is_back(file: Path) -> None:
    calls = Calls()
    watcher = FileWatcher([file], calls, VirtualClock())
    file.unlink()
    assert [watcher.check() for _ in range(4)] == [False, True, False, False]
    file.write_text("a: 1")
    assert [watcher.check() for _ in range(2)] == [True, False]
    assert calls.count == 2


def test_a_file_that_was_never_there_has_changed_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "later"
    watcher = FileWatcher([path], Calls(), VirtualClock())
    assert watcher.check() is False
    path.write_text("")
    assert watcher.check() is True


def test_it_looks_at_every_interval_from_start_to_stop(file: Path) -> None:
    clock, calls = VirtualClock(), Calls()
    watcher = FileWatcher([file], calls, clock, interval=2.0)
    touch(file)
    clock.advance(10)
    assert calls.count == 0
    watcher.start()
    watcher.start()
    clock.advance(1.9)
    assert calls.count == 0
    clock.advance(0.1)
    assert calls.count == 1
    touch(file)
    clock.advance(2)
    assert calls.count == 2
    watcher.stop()
    watcher.stop()
    touch(file)
    clock.advance(10)
    assert calls.count == 2


def test_it_can_be_started_again(file: Path) -> None:
    clock, calls = VirtualClock(), Calls()
    watcher = FileWatcher([file], calls, clock)
    watcher.start()
    watcher.stop()
    watcher.start()
    touch(file)
    clock.advance(1)
    assert calls.count == 1


def test_an_error_in_the_callback_does_not_end_the_watching(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, calls = VirtualClock(), Calls()

    def fail() -> None:
        calls()
        raise RuntimeError("broken file")

    FileWatcher([file], fail, clock).start()
    for _ in range(2):
        touch(file)
        clock.advance(1)
    assert calls.count == 2
    assert "broken file" in caplog.text
    assert str(file) in caplog.text


def test_it_watches_in_real_time_too(file: Path) -> None:
    clock, told = SystemClock(), threading.Event()
    watcher = FileWatcher([file], told.set, clock, interval=0.01)
    watcher.start()
    touch(file)
    assert told.wait(5)
    watcher.stop()
    clock.close()
