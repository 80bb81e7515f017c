from __future__ import annotations

import threading

import pytest

from mockstudio.wire.workers import Workers


@pytest.fixture
def workers():
    made = Workers(3)
    yield made
    made.close(1.0)


def test_a_free_thread_is_used_again(workers):
    names = set()
    for _ in range(20):
        done = threading.Event()

        def job(done=done):
            names.add(threading.current_thread().name)
            done.set()

        workers.submit(job)
        assert done.wait(1)
    assert len(names) <= 2


def test_no_more_threads_start_than_allowed_and_every_job_is_done(workers):
    running, most, done = 0, 0, threading.Semaphore(0)
    lock, together = threading.Lock(), threading.Barrier(3)

    def job():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait(2)
        with lock:
            running -= 1
        done.release()

    for _ in range(9):
        workers.submit(job)
    assert all(done.acquire(timeout=2) for _ in range(9))
    assert most == 3


def test_a_job_that_fails_does_not_end_its_thread(caplog):
    workers = Workers(1)
    done = threading.Event()
    workers.submit(lambda: [][0])
    workers.submit(done.set)
    assert done.wait(1)
    workers.close(1.0)
    assert "IndexError" in caplog.text


def test_closing_does_not_wait_for_ever_and_drops_what_has_not_begun(clock):
    workers = Workers(1)
    begun, release, late = threading.Event(), threading.Event(), threading.Event()
    workers.submit(lambda: (begun.set(), release.wait(5)))
    workers.submit(late.set)
    assert begun.wait(1)
    began = clock.monotonic()
    workers.close(0.1)
    assert 0.1 <= clock.monotonic() - began < 0.5
    release.set()
    workers.close(1.0)
    assert not late.is_set()
