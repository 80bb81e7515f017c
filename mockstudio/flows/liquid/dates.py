"""The `date` filter: reading moments and writing them by strftime tokens (reference 5.1, 5.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from liquid.undefined import is_undefined

from mockstudio.flows.liquid.values import text_of

PACIFIC = ZoneInfo("America/Los_Angeles")
"""The zone of "now", of epoch seconds and of dates that name no zone (reference 5.1, 8)."""

_EPOCH_SECONDS = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
_LONGEST_DATE = 64
_PATTERNS = (
    "%a, %d %b %Y %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Y",
    "%B %d, %Y",
    "%b %d, %Y",
)

_TOKEN = re.compile(r"%(-?)([A-Za-z%])")
_STANDARD = frozenset("aAbBdHIjmMpSUWwyYzZ%")
_COMPOSED: Mapping[str, str] = {
    "c": "%a %b %d %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "h": "%b",
    "r": "%I:%M:%S %p",
    "R": "%H:%M",
    "T": "%H:%M:%S",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
}
_COMPUTED: Mapping[str, Callable[[datetime], str]] = {
    "e": lambda moment: f"{moment.day:2d}",
    "k": lambda moment: f"{moment.hour:2d}",
    "l": lambda moment: f"{moment.hour % 12 or 12:2d}",
    "L": lambda moment: f"{moment.microsecond // 1000:03d}",
    "P": lambda moment: "am" if moment.hour < 12 else "pm",
    "s": lambda moment: str(int(moment.timestamp())),
    "u": lambda moment: str(moment.isoweekday()),
}


def date_filter(now: Callable[[], datetime]) -> Callable[..., object]:
    """Return the `date` filter.

    Args:
        now: tells the time; an aware date.
    """

    def date(value: object, pattern: object = None) -> object:
        """Return a moment written by a pattern, or the value unchanged when it is no moment."""
        written = text_of(pattern)
        moment = _moment(value, now)
        if moment is None or not written.strip():
            return "" if is_undefined(value) else value
        return write(moment, written)

    return date


def _moment(value: object, now: Callable[[], datetime]) -> datetime | None:
    text = text_of(value).strip()
    if text in ("now", "today"):
        return now().astimezone(PACIFIC)
    if len(text) > _LONGEST_DATE:
        return None
    if _EPOCH_SECONDS.fullmatch(text):
        return _from_epoch(float(text))
    return parse(text)


def _from_epoch(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, PACIFIC)
    except (OverflowError, OSError, ValueError):
        return None


def parse(text: str) -> datetime | None:
    """Return the moment that a text names, or None; its own offset is kept."""
    readers: list[Callable[[str], datetime]] = [datetime.fromisoformat]
    readers.extend(_reader(pattern) for pattern in _PATTERNS)
    for reader in readers:
        try:
            moment = reader(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)
    return None


def _reader(pattern: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, pattern)


def write(moment: datetime, pattern: str) -> str:
    """Return a moment written by strftime tokens; a token that does not exist stays as it is.

    `%-d` and its like write a number without padding.
    """

    def expand(match: re.Match[str]) -> str:
        bare, token = match.groups()
        text = _write_token(moment, token)
        if text is None:
            return match.group()
        return (text.lstrip("0 ") or "0") if bare and text.strip().isdigit() else text

    return _TOKEN.sub(expand, pattern)


def _write_token(moment: datetime, token: str) -> str | None:
    if token in _COMPUTED:
        return _COMPUTED[token](moment)
    if token in _COMPOSED:
        return moment.strftime(_COMPOSED[token])
    return moment.strftime(f"%{token}") if token in _STANDARD else None
