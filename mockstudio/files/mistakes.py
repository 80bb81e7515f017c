"""What a person is told when a value breaks a rule of its schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockstudio.errors import did_you_mean
from mockstudio.excerpts import excerpt

_SHOWN_AT_MOST = 60
_TYPES = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}


@dataclass(frozen=True)
class Mistake:
    """A value that breaks a rule of its schema.

    Attributes:
        keyword: the rule, such as `minimum`.
        argument: what the schema gives with it, such as `1`.
        instance: the value; a key when `is_key`.
        schema: the schema that has the rule.
        path: the value's path from the document's root.
        is_key: whether it is about a key of the mapping at `path`.
        alternatives: for `anyOf` and `oneOf`, what is wrong by each alternative.
    """

    keyword: str
    argument: Any
    instance: Any
    schema: Mapping[str, Any]
    path: tuple[str | int, ...]
    is_key: bool = False
    alternatives: tuple[tuple[Mistake, ...], ...] = ()

    @property
    def known_keys(self) -> list[str]:
        """The keys that the schema names."""
        return list(self.schema.get("properties", ()))

    @property
    def unknown_keys(self) -> list[str]:
        """The value's keys that should not be there; empty when something else is wrong."""
        if self.keyword != "additionalProperties":
            return []
        return [key for key in self.instance if key not in self.known_keys]

    def is_wrong_type(self, inner: Mistake) -> bool:
        """Tell whether a mistake by an alternative is that the value has another type."""
        return inner.keyword == "type" and inner.path == self.path


def message(mistake: Mistake) -> str:
    """Return what was expected and what was found."""
    if mistake.is_key:
        return f"expected {_expected(mistake)} as the key, found '{_shortened(mistake.instance)}'"
    tell = _TELLERS.get(mistake.keyword, _of_type)
    return (
        _of_type(mistake) if "title" in mistake.schema and tell is not _required else tell(mistake)
    )


def unknown_key_message(key: str, mistake: Mistake) -> str:
    """Return what is told of a key that the schema does not name."""
    known = mistake.known_keys
    return f"unknown key '{_shortened(key)}'{nearest_name(key, known)} (known: {', '.join(known)})"


def nearest_name(name: str, valid: Sequence[str]) -> str:
    """Return `; did you mean 'x'?`, whatever the case of the letters, or an empty string."""
    for candidate in valid:
        if candidate.lower() == name.lower():
            return f"; did you mean '{candidate}'?"
    return did_you_mean(name, valid)


def found(value: Any) -> str:
    """Return what a value is, to be read after `found`: `a string 'abc'`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"a string {_shortened(value)!r}"
        case int() | float():
            return f"a number {_shortened(str(value))}"
        case Mapping():
            return "a mapping" if value else "an empty mapping"
    return "a list" if value else "an empty list"


def _of_type(mistake: Mistake) -> str:
    return f"expected {_expected(mistake)}, found {found(mistake.instance)}"


def _expected(mistake: Mistake) -> str:
    if "title" in mistake.schema:
        return str(mistake.schema["title"])
    if mistake.alternatives:
        types = [_expected(i) for a in mistake.alternatives for i in a if mistake.is_wrong_type(i)]
        return " or ".join(dict.fromkeys(types))
    if mistake.keyword == "type":
        names = mistake.argument
        return " or ".join(_TYPES[n] for n in ([names] if isinstance(names, str) else names))
    return f"{mistake.keyword} {_shortened(str(mistake.argument))}"


def _enum(mistake: Mistake) -> str:
    valid = list(dict.fromkeys(str(value) for value in mistake.argument))
    value, guess = found(mistake.instance), ""
    if isinstance(mistake.instance, str):
        value = repr(_shortened(mistake.instance))
        guess = nearest_name(mistake.instance, valid)
    return f"expected one of {', '.join(valid)}, found {value}{guess}"


def _required(mistake: Mistake) -> str:
    missing = [f"'{key}'" for key in mistake.argument if key not in mistake.instance]
    return f"missing key{'' if len(missing) == 1 else 's'} {', '.join(missing)}"


def _bound(words: str) -> Callable[[Mistake], str]:
    return lambda m: f"expected {words} {m.argument}, found {_shortened(str(m.instance))}"


def _length(words: str) -> Callable[[Mistake], str]:
    def tell(mistake: Mistake) -> str:
        one, many = ("entry", "entries")
        if isinstance(mistake.instance, str):
            one, many = ("character", "characters")
        unit = one if mistake.argument == 1 else many
        return f"expected {words} {mistake.argument} {unit}, found {len(mistake.instance)}"

    return tell


_TELLERS: Mapping[str, Callable[[Mistake], str]] = {
    "enum": _enum,
    "required": _required,
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("more than"),
    "exclusiveMaximum": _bound("less than"),
    "minLength": _length("at least"),
    "maxLength": _length("at most"),
    "minItems": _length("at least"),
    "maxItems": _length("at most"),
    "minProperties": _length("at least"),
    "maxProperties": _length("at most"),
}
"""What tells of a broken rule whose schema has no title, by the schema's keyword."""


def _shortened(text: str) -> str:
    return excerpt(text, _SHOWN_AT_MOST)
