"""Acts, expectations and givens made from the data of a scenario file that passed its checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mockstudio.contracts.scenario.acts import (
    Act,
    CallNumber,
    GiveEvent,
    HangUp,
    PressKeys,
    SayWords,
    SendMessage,
    StartByApi,
    StaySilent,
    Wait,
)
from mockstudio.contracts.scenario.blocks import ScenarioDocument
from mockstudio.contracts.scenario.expectations import (
    Expectation,
    HasEnded,
    IsWaiting,
    LineCame,
    NoWarnings,
    PathRan,
    StepsRan,
    TimePassed,
    WidgetRan,
)
from mockstudio.contracts.scenario.model import Given, Place
from mockstudio.contracts.scenario.record import LineKind
from mockstudio.contracts.scenario.rules import DETAILS
from mockstudio.contracts.scenario.value_expectations import ContextHas, WasCalled
from mockstudio.durations import parse_duration
from mockstudio.endpoints.predicates import OPERATORS, Operator, make_operator
from mockstudio.endpoints.reply_definition import make_turn
from mockstudio.files.scalars import as_text

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Maker:
    """What making needs beside the data.

    Attributes:
        document: knows the places.
        folder: where the files of replies lie.
    """

    document: ScenarioDocument
    folder: Path

    def place(self, path: Steps) -> Place:
        """Return where a value is written."""
        line, _ = self.document.position(path)
        return Place(self.document.name, line or 0, self.document.block(path))


def results_of(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return scripted results: one, or several in order, by what they are of."""
    return {
        what: (listed,) if isinstance(listed, str) else tuple(listed)
        for what, listed in data.items()
    }


def make_given(data: Mapping[str, Any], folder: Path) -> Given:
    """Return what endpoints play: an outcome, or replies in turn."""
    return {name: _played(value, folder) for name, value in data.items()}


def _played(value: Any, folder: Path) -> Any:
    if isinstance(value, str):
        return value
    turns = value if isinstance(value, list) else [value]
    return tuple(make_turn(turn, number, folder) for number, turn in enumerate(turns, start=1))


# --- acts


def make_acts(data: Sequence[Any], maker: Maker, path: Steps) -> Iterator[Act]:
    """Yield what is done."""
    for index, act in enumerate(data):
        place = maker.place((*path, index))
        ((name, value),) = act.items() if isinstance(act, Mapping) else ((act, None),)
        yield _ACTS[name](value, place)


def _message(value: Any, place: Place) -> Act:
    whole = value if isinstance(value, Mapping) else {"body": value}
    return SendMessage(
        place=place,
        body=as_text(whole.get("body", "")),
        media=tuple(whole.get("media", ())),
        parameters=_texts(whole.get("parameters", {})),
    )


def _hang_up(value: Any, place: Place) -> Act:
    return HangUp(place=place, after=None if value is None else parse_duration(value))


def _event(value: Any, place: Place) -> Act:
    return GiveEvent(
        place=place, name=value["name"], parameters=_texts(value.get("parameters", {}))
    )


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: as_text(value) for name, value in data.items()}


_ACTS: Final[Mapping[str, Callable[[Any, Place], Act]]] = {
    "message": _message,
    "call": lambda value, place: CallNumber(place=place),
    "request": lambda value, place: StartByApi(place=place, parameters=value),
    "press": lambda value, place: PressKeys(place=place, digits=as_text(value)),
    "say": lambda value, place: SayWords(place=place, words=as_text(value)),
    "silence": lambda value, place: StaySilent(place=place),
    "hang-up": _hang_up,
    "wait": lambda value, place: Wait(place=place, seconds=parse_duration(value)),
    "return": lambda value, place: GiveEvent(place=place, parameters=_texts(value or {})),
    "event": _event,
}


# --- expectations


def make_expectations(data: Sequence[Any], maker: Maker, path: Steps) -> Iterator[Expectation]:
    """Yield what is expected."""
    for index, expected in enumerate(data):
        place = maker.place((*path, index))
        if isinstance(expected, str):
            yield _BARE[expected](place)
            continue
        kind = next(name for name in expected if name in DETAILS)
        if kind == "context":
            yield from _context(expected["context"], maker, (*path, index, "context"))
        else:
            yield _KINDS[kind](expected, place)


def _context(values: Mapping[str, Any], maker: Maker, path: Steps) -> Iterator[Expectation]:
    for name, value in values.items():
        place = maker.place((*path, name))
        yield ContextHas(place=place, name=name, value=_value(value))


def _value(value: Any) -> Any:
    is_condition = isinstance(value, Mapping) and value and OPERATORS.keys() >= value.keys()
    return make_operator(value) if is_condition else value


def _widget(data: Mapping[str, Any], place: Place) -> Expectation:
    because = data.get("because", "")
    is_reason = isinstance(because, str)
    return WidgetRan(
        place=place,
        widget=data["widget"],
        took=data.get("took", ""),
        reason=because if is_reason else "",
        because=None if is_reason else make_operator(because),
    )


def _line(kind: LineKind) -> Callable[[Mapping[str, Any], Place], Expectation]:
    def make(data: Mapping[str, Any], place: Place) -> Expectation:
        condition = make_operator(data[kind])
        return LineCame(place=place, kind=kind, condition=condition, to=data.get("to", ""))

    return make


def _warned(data: Mapping[str, Any], place: Place) -> Expectation:
    told = data["warned"]
    code = told if isinstance(told, int) else None
    text = data.get("text") if code else told
    condition = None if text is None else make_operator(text)
    return LineCame(place=place, kind=LineKind.WARNED, condition=condition, code=code)


def _called(data: Mapping[str, Any], place: Place) -> Expectation:
    return WasCalled(
        place=place,
        endpoint=data["called"],
        times=data.get("times"),
        method=data.get("method", ""),
        params=_conditions(data.get("params", {})),
        headers=_conditions(data.get("headers", {})),
        json=data.get("json", ...),
        body=make_operator(data["body"]) if "body" in data else None,
        signature=data.get("signature", ""),
    )


def _conditions(data: Mapping[str, Any]) -> dict[str, Operator]:
    return {name: make_operator(condition) for name, condition in data.items()}


def _steps(data: Mapping[str, Any], place: Place) -> Expectation:
    steps = data["steps"]
    bounds = steps if isinstance(steps, Mapping) else {"at_least": steps, "at_most": steps}
    return StepsRan(place=place, **bounds)


def _time(data: Mapping[str, Any], place: Place) -> Expectation:
    time = data["time"]
    if not isinstance(time, Mapping):
        seconds = parse_duration(time)
        return TimePassed(place=place, at_least=seconds, at_most=seconds)
    bounds = {name: parse_duration(value) for name, value in time.items()}
    return TimePassed(place=place, **bounds)


_BARE: Final[Mapping[str, Callable[[Place], Expectation]]] = {
    "ended": lambda place: HasEnded(place=place),
    "waiting": lambda place: IsWaiting(place=place),
    "no-warnings": lambda place: NoWarnings(place=place),
}
_KINDS: Final[Mapping[str, Callable[[Mapping[str, Any], Place], Expectation]]] = {
    "widget": _widget,
    "path": lambda data, place: PathRan(place=place, widgets=tuple(data["path"])),
    "steps": _steps,
    "sent": _line(LineKind.SENT),
    "said": _line(LineKind.SAID),
    "played": _line(LineKind.PLAYED),
    "called": _called,
    "ended": lambda data, place: HasEnded(place=place, reason=as_text(data["ended"])),
    "waiting": lambda data, place: IsWaiting(place=place, widget=data["waiting"]),
    "warned": _warned,
    "time": _time,
}
