"""Threads for what may block."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from mockstudio.clock import SystemClock

Job = Callable[[], None]

logger = logging.getLogger(__name__)


class Workers:
    """Threads that start when they are needed and die with the process.

    A `ThreadPoolExecutor` is joined when the interpreter exits, for as long as its jobs take: one
    that hangs in an author's Function would keep a stopped server from ending.

    Args:
        limit: how many threads there may be.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._jobs: deque[Job] = deque()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def submit(self, job: Job) -> None:
        """Run a job on a thread, as soon as one is free."""
        with self._changed:
            self._jobs.append(job)
            if len(self._jobs) > self._idle and len(self._threads) < self._limit:
                self._start_thread()
            self._changed.notify()

    def close(self, seconds: float) -> None:
        """Drop waiting jobs and end the threads; wait so many seconds at most for running jobs."""
        deadline = SystemClock().deadline(seconds)
        with self._changed:
            self._is_closed = True
            self._jobs.clear()
            self._changed.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(deadline.remaining())

    def _start_thread(self) -> None:
        name = f"mockstudio-worker-{len(self._threads) + 1}"
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        while (job := self._next_job()) is not None:
            try:
                job()
            except Exception:
                logger.exception("a job on a worker thread failed")

    def _next_job(self) -> Job | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._jobs or self._is_closed)
            self._idle -= 1
            return None if self._is_closed else self._jobs.popleft()


class LoopCaller:
    """Calls from worker threads into an event loop, until nobody there wants them any more.

    Args:
        loop: the event loop.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._is_open = True

    def call(self, callback: Callable[..., None], *args: Any) -> bool:
        """Call something on the loop; False when that is not wanted any more."""
        # The lock makes sure that after `close` the loop, which may be closed next, is left alone.
        with self._lock:
            if self._is_open:
                self._loop.call_soon_threadsafe(callback, *args)
            return self._is_open

    def close(self) -> None:
        """Take no more calls."""
        with self._lock:
            self._is_open = False
