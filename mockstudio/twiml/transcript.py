"""What was said, played, pressed and sent in one call or chat, as a person reads it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from mockstudio.twiml.events import TranscriptLine

_TEXT_COLUMN = 27
_SHOWN_TIMES = 3
"""How often the same prompt is printed; of one that comes more often the times are counted."""
_PROMPTS = frozenset({"Say", "Play"})
"""What loops; messages with the same words stay messages of their own."""


class Transcript:
    """The lines of one call or chat, in order; `str()` prints them, a prompt that loops in short.

    Args:
        began: the moment from which its times are counted; that of the first line when not given.
    """

    def __init__(self, began: datetime | None = None) -> None:
        self._began = began
        self._lines: list[TranscriptLine] = []
        self._lock = threading.Lock()

    def add(self, line: TranscriptLine) -> None:
        """Add a line to the end."""
        with self._lock:
            self._lines.append(line)

    @property
    def lines(self) -> tuple[TranscriptLine, ...]:
        """All lines so far."""
        with self._lock:
            return tuple(self._lines)

    @property
    def said(self) -> list[str]:
        """The words that Twilio said."""
        return [line.text for line in self if line.what == "Say"]

    @property
    def played(self) -> list[str]:
        """The URLs of what Twilio played, or its digits."""
        return [line.text for line in self if line.what == "Play"]

    @property
    def heard(self) -> list[str]:
        """What Twilio said and played, in its order."""
        return [line.text for line in self if line.what in _PROMPTS]

    def __iter__(self) -> Iterator[TranscriptLine]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __str__(self) -> str:
        lines = self.lines
        if not lines:
            return ""
        began = self._began or lines[0].at
        return "\n".join(_shown(lines, began))


def _shown(lines: Iterable[TranscriptLine], began: datetime) -> Iterator[str]:
    """Iterate over the lines as they are printed."""
    for _, same in itertools.groupby(lines, lambda line: replace(line, at=began)):
        repeated = list(same)
        is_loop = len(repeated) > _SHOWN_TIMES and repeated[0].what in _PROMPTS
        for line in repeated[:1] if is_loop else repeated:
            yield format_line(line, began)
        if is_loop:
            last = elapsed((repeated[-1].at - began).total_seconds())
            yield f"{'':{_TEXT_COLUMN}}... {len(repeated) - 1:,} times more, last at {last}"


def format_line(line: TranscriptLine, began: datetime) -> str:
    """Return a line as a person reads it, with the place in the document it came from.

    Example: `  0:05.0  person  press    1`. Further lines of a text stand below its first.
    """
    moment = elapsed((line.at - began).total_seconds())
    text = line.text.replace("\n", "\n" + " " * _TEXT_COLUMN)
    shown = f"{moment:>8}  {line.who:<6}  {line.what:<8} {text}".rstrip()
    return shown + _place(line)


def elapsed(seconds: float) -> str:
    """Return a time of a transcript as minutes, or hours, and seconds: `0:05.0`."""
    minutes, tenths = divmod(max(0, round(seconds * 10)), 600)
    hours, minutes = divmod(minutes, 60)
    lead = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{lead}:{tenths / 10:04.1f}"


def _place(line: TranscriptLine) -> str:
    if not line.document:
        return ""
    return f"  ({line.document}:{line.line})" if line.line else f"  ({line.document})"
