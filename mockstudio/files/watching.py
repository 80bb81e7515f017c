"""Files watched for changes, so that what was loaded from them can be loaded anew."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from mockstudio.clock import Clock

logger = logging.getLogger(__name__)

_Stamp = tuple[int, int]


class FileWatcher:
    """Looks at files again and again, and tells when one has changed.

    A file that is gone has not changed yet: editors delete and write anew. It has when it is gone
    at the next look too, and again once it is back.

    Args:
        paths: the files; each may be missing.
        on_change: called after each look that found changes, once for all of them, on the clock's
            thread. An error in it is logged and does not end the watching.
        clock: whose timers are used.
        interval: seconds from one look to the next.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        on_change: Callable[[], None],
        clock: Clock,
        interval: float = 0.5,
    ) -> None:
        self.paths = tuple(paths)
        self._on_change = on_change
        self._clock = clock
        self._interval = interval
        self._seen = {path: _stamp(path) for path in self.paths}
        self._missed: set[Path] = set()
        self._looking = threading.Lock()
        self._stopped: threading.Event | None = None

    def start(self) -> None:
        """Begin to watch; without effect when it is being done already."""
        if self._stopped is None:
            self._stopped = threading.Event()
            self._look_later(self._stopped)

    def stop(self) -> None:
        """End the watching; a call of `on_change` that has begun is not waited for."""
        if self._stopped is not None:
            self._stopped.set()
            self._stopped = None

    def check(self) -> bool:
        """Look once, and call `on_change` if a file has changed; return whether one has."""
        with self._looking:
            changed = [path for path in self.paths if self._has_changed(path)]
        if changed:
            self._tell()
        return bool(changed)

    def _look_later(self, stopped: threading.Event) -> None:
        self._clock.call_later(self._interval, partial(self._look, stopped))

    def _look(self, stopped: threading.Event) -> None:
        if stopped.is_set():
            return
        self.check()
        self._look_later(stopped)

    def _has_changed(self, path: Path) -> bool:
        before, now = self._seen[path], _stamp(path)
        was_missed = path in self._missed
        if now is None and before is not None and not was_missed:
            self._missed.add(path)
            return False
        self._missed.discard(path)
        self._seen[path] = now
        return now != before or was_missed

    def _tell(self) -> None:
        try:
            self._on_change()
        except Exception:
            names = ", ".join(str(path) for path in self.paths)
            logger.exception("what should follow a change of %s failed", names)


def _stamp(path: Path) -> _Stamp | None:
    """Return what changes with a file: modification time and size; None when it is missing."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size)
