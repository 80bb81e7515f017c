"""What `mockstudio test` writes beside what it prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import click

from mockstudio.contracts.coverage import FlowCoverage
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.errors import UsageError

STDOUT: Final = Path("-")
"""Stands for the standard output where a file is expected."""
_FILE: Final = click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path)
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {"good": {"fg": "green"}, "bad": {"fg": "red"}, "head": {"bold": True}, "": {}}
)


def report_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name reports."""
    options = (
        click.option(
            "--junit",
            type=_FILE,
            metavar="FILE",
            help="Write the outcomes as JUnit XML too; - for stdout.",
        ),
        click.option(
            "--json",
            "json_file",
            type=_FILE,
            metavar="FILE",
            help="Write all that happened as JSON.",
        ),
        click.option(
            "--html",
            type=_FILE,
            metavar="FILE",
            help="Write a page with all that happened, and pictures of the flows.",
        ),
        click.option("--cover", is_flag=True, help="Tell which transitions of the flows ran."),
        click.option(
            "--cover-floor",
            type=click.FloatRange(0, 100),
            metavar="PERCENT",
            help="Exit with 1 when fewer of a flow's transitions ran; tells which did not.",
        ),
        click.option(
            "--cover-svg",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="FOLDER",
            help="Write a picture of each flow, with what did not run marked.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True)
class Reports:
    """The reports that are wanted.

    Attributes:
        junit: a file, or None.
        json_file: the same.
        html: the same.
        cover: whether coverage is told.
        cover_floor: percent of each flow's transitions that must have run, or None.
        cover_svg: the pictures' folder, or None.
    """

    junit: Path | None
    json_file: Path | None
    html: Path | None
    cover: bool
    cover_floor: float | None
    cover_svg: Path | None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return what the options of `report_options` ask for."""
        return cls(**{field.name: options[field.name] for field in fields(cls)})

    @property
    def takes_stdout(self) -> bool:
        """Whether a report goes to the standard output, so that nothing else may."""
        return STDOUT in (self.junit, self.json_file, self.html)

    def prepare(self) -> None:
        """Make the folders of reports; raises UsageError when that cannot be done."""
        for file in (self.junit, self.json_file, self.html):
            if file is not None:
                _make_folder(file.parent)
        if self.cover_svg is not None:
            _make_folder(self.cover_svg)

    def talk(self, line: str, style: str = "") -> None:
        """Print a line for people, in a style of `ScenarioView`."""
        click.secho(line, err=self.takes_stdout, **_STYLES[style])

    def write(
        self, outcomes: Sequence[Outcome], coverage: Sequence[FlowCoverage], real_seconds: float
    ) -> None:
        """Write the files; raises UsageError when one cannot be written.

        Args:
            outcomes: in the order in which they came.
            coverage: of each flow that they ran in.
            real_seconds: that all took.
        """
        if self.junit is not None:
            from mockstudio.reports.junit import junit_xml

            _write(self.junit, junit_xml(outcomes))
        if self.json_file is not None:
            from mockstudio.reports.scenarios_json import scenarios_json

            _write(self.json_file, scenarios_json(outcomes, coverage, real_seconds))
        if self.html is not None:
            from mockstudio.reports.scenarios_html import scenarios_html

            _write(self.html, scenarios_html(outcomes, coverage, real_seconds))
        if self.cover_svg is not None:
            _draw(self.cover_svg, coverage)

    def print_coverage(self, coverage: Sequence[FlowCoverage]) -> bool:
        """Tell what ran if that is wanted; return whether it is enough of every flow."""
        if not self.cover and self.cover_floor is None:
            return True
        from mockstudio.reports.coverage_text import below_floor, coverage_lines

        for line in coverage_lines(coverage):
            self.talk(line)
        low = below_floor(coverage, self.cover_floor or 0.0)
        for line in low:
            self.talk(line, "bad")
        return not low


def _draw(folder: Path, coverage: Sequence[FlowCoverage]) -> None:
    """Write a picture of each flow; flows of the same name are told apart by a number."""
    from mockstudio.reports.picture.svg import flow_svg

    drawn: Counter[str] = Counter()
    for covered in coverage:
        name = covered.flow.name.replace("/", "-")
        drawn[name] += 1
        file = f"{name}-{drawn[name]}" if drawn[name] > 1 else name
        _write(folder / f"{file}.svg", flow_svg(covered.flow, covered))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder '{folder}': {error.strerror}") from error


def _write(path: Path, text: str) -> None:
    if path == STDOUT:
        click.echo(text, nl=False)
        return
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write '{path}': {error.strerror}") from error
