"""Blocks: given, when and then that several scenarios of a file share, brought in by `use`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mockstudio.endpoints.reply_rules import Finding
from mockstudio.errors import Problem, did_you_mean
from mockstudio.files.documents import Document
from mockstudio.files.shapes import as_list, as_mapping

USE: Final = "use"
BLOCKS: Final = "blocks"
_LISTED: Final = ("when", "then")
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class ScenarioDocument(Document):
    """A scenario file in whose data the blocks stand where they are used.

    Paths are those of the data; places are those of the file, so that what is in a block is
    pointed at there, and a mistake in it is the same one wherever it is used.

    Attributes:
        file: the file as it is written.
        origins: where in the file a value of the data is written, by the paths that differ.
    """

    file: Document = field(default_factory=lambda: Document(None, ""))
    origins: Mapping[Path, Path] = field(default_factory=dict)

    def written(self, path: Path) -> Path:
        """Return the path in the file of a value of the data."""
        for length in range(len(path), 0, -1):
            origin = self.origins.get(path[:length])
            if origin is not None:
                return (*origin, *path[length:])
        return path

    def position(self, path: Any) -> tuple[int | None, int | None]:  # noqa: D102 - as in Document
        return self.file.position(self.written(tuple(path)))

    def key_position(self, path: Any) -> tuple[int | None, int | None]:  # noqa: D102
        return self.file.key_position(self.written(tuple(path)))

    def problem(  # noqa: D102
        self, path: Any, message: str, shown: str | None = None, *, at_key: bool = False
    ) -> Problem:
        return self.file.problem(self.written(tuple(path)), message, shown, at_key=at_key)

    def block(self, path: Path) -> str:
        """Return the name of the block in which a value is written, or empty."""
        written = self.written(path)
        return str(written[1]) if written[:1] == (BLOCKS,) and len(written) > 1 else ""


def with_blocks(document: Document) -> ScenarioDocument:
    """Return a scenario file with its blocks where they are used, whatever its data is.

    In `given` a scenario's own word for an endpoint wins over that of a block, and a later block
    over an earlier one; in `when` and `then` the blocks come first, in the order of `use`.
    """
    origins: dict[Path, Path] = {}
    data = document.data
    if isinstance(data, Mapping) and isinstance(data.get("scenarios"), list):
        merge = _Merge(as_mapping(data.get(BLOCKS)), origins)
        made = [merge.scenario(each, n) for n, each in enumerate(data["scenarios"])]
        data = {**data, "scenarios": made}
    return ScenarioDocument(data, document.name, document.compose, document, origins)


def use_findings(data: Any) -> Iterator[Finding]:
    """Yield every `use` of a block that the file has not."""
    blocks = as_mapping(as_mapping(data).get(BLOCKS))
    for path, stretch in _stretches(as_mapping(data).get("scenarios")):
        use = stretch.get(USE)
        for index, name in enumerate(_names(use)):
            if name not in blocks:
                hint = f"{did_you_mean(name, blocks)} (known: {', '.join(blocks) or 'none'})"
                at = (index,) if isinstance(use, list) else ()
                yield Finding((*path, USE, *at), f"no block '{name}'{hint}")


@dataclass(frozen=True)
class _Merge:
    """Puts blocks where they are used, and notes where everything came from."""

    blocks: Mapping[str, Any]
    origins: dict[Path, Path]

    def scenario(self, scenario: Any, number: int) -> Any:
        path: Path = ("scenarios", number)
        if not isinstance(scenario, Mapping):
            return scenario
        merged = self._stretch(scenario, path)
        steps = scenario.get("steps")
        if isinstance(steps, list):
            made = [self._stretch(step, (*path, "steps", n)) for n, step in enumerate(steps)]
            merged = {**merged, "steps": made}
        return merged

    def _stretch(self, stretch: Any, path: Path) -> Any:
        names = _names(stretch.get(USE)) if isinstance(stretch, Mapping) else []
        used = [((BLOCKS, name), as_mapping(self.blocks.get(name))) for name in names]
        if not used:
            return stretch
        sources: list[tuple[Path, Mapping[str, Any]]] = [*used, (path, stretch)]
        made: dict[str, Any] = {part: self._listed(sources, path, part) for part in _LISTED}
        made["given"] = self._given(sources, path)
        # A part of the wrong shape stays for the schema to find.
        kept = {part: made[part] for part in made if made[part] and _can_merge(stretch, part)}
        return {**stretch, **kept}

    def _given(self, sources: list[tuple[Path, Mapping[str, Any]]], path: Path) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for origin, source in sources:
            for name, played in as_mapping(source.get("given")).items():
                given[name] = played
                self.origins[(*path, "given", name)] = (*origin, "given", name)
        return given

    def _listed(
        self, sources: list[tuple[Path, Mapping[str, Any]]], path: Path, part: str
    ) -> list[Any]:
        listed: list[Any] = []
        for origin, source in sources:
            for index, item in enumerate(as_list(source.get(part))):
                self.origins[(*path, part, len(listed))] = (*origin, part, index)
                listed.append(item)
        return listed


def _can_merge(stretch: Mapping[str, Any], part: str) -> bool:
    return part not in stretch or isinstance(stretch[part], list if part in _LISTED else Mapping)


def _stretches(scenarios: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield everything that may use a block, with its path."""
    for number, scenario in enumerate(as_list(scenarios)):
        yield ("scenarios", number), as_mapping(scenario)
        for index, step in enumerate(as_list(as_mapping(scenario).get("steps"))):
            yield ("scenarios", number, "steps", index), as_mapping(step)


def _names(use: Any) -> list[str]:
    """Return the names that a `use` has; what is none is the schema's business."""
    listed = use if isinstance(use, list) else [use]
    return [name for name in listed if isinstance(name, str)]
