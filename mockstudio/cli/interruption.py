"""Ctrl-C while many things are done one after the other."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Self


class Interruption:
    """Remembers the first Ctrl-C, so that what is at work ends well; the next one is as always.

    An exception in the middle may come where Python can only print and forget it, such as in a
    finalizer, and everything would go on.

    Attributes:
        is_asked: whether Ctrl-C was pressed.
    """

    def __init__(self) -> None:
        self.is_asked = False
        self._before = signal.getsignal(signal.SIGINT)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._as_always()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.is_asked = True
        self._as_always()

    def _as_always(self) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._before)
