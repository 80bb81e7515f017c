"""`mockstudio lint`: mistakes that can be seen without running a flow."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mockstudio.cli.annotations import annotate
from mockstudio.cli.options import (
    endpoints_option,
    format_option,
    other_command,
    settings_from,
    variables_option,
)
from mockstudio.cli.world import each_once
from mockstudio.clock import VirtualClock
from mockstudio.config import Settings
from mockstudio.contracts.lint.linted import LintedFlow, read_linted
from mockstudio.contracts.lint.linter import Ignored, fails, lint
from mockstudio.contracts.lint.registry import RULES, rule_named, selected
from mockstudio.contracts.lint.routing import Routing
from mockstudio.contracts.lint.rule import Finding, Rule
from mockstudio.contracts.probe.rules import all_rules
from mockstudio.errors import FlowDefinitionError, Problem, UsageError
from mockstudio.flows.routes import parse_route
from mockstudio.reports.lint import summary, text_lines, to_dict
from mockstudio.reports.sarif import sarif_log

FORMATS = ("text", "json", "sarif")


@click.command("lint")
@click.argument("flows", nargs=-1, type=click.Path(path_type=Path), metavar="[FLOW]...")
@endpoints_option(
    "An endpoint file that should cover the flows' URLs, besides those of mockstudio.yaml."
)
@click.option(
    "--route",
    "routes",
    multiple=True,
    metavar="FROM=TO",
    help="Where URLs go: 'https://x.twil.io/*=http://localhost:3000/*'.",
)
@variables_option()
@format_option(FORMATS)
@click.option("--select", multiple=True, metavar="ID[,ID]", help="Look for these rules only.")
@click.option("--ignore", multiple=True, metavar="ID[,ID]", help="Leave these rules out.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--list-rules", is_flag=True, help="List the rules, and look at no flow.")
@click.option("--explain", metavar="ID", help="Explain a rule, and look at no flow.")
def command(
    flows: tuple[Path, ...],
    endpoint_files: tuple[Path, ...],
    routes: tuple[str, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    exit_zero: bool,
    list_rules: bool,
    explain: str | None,
    **options: Any,
) -> int:
    """Find mistakes in each FLOW, an exported definition (FILE or FILE#/json/pointer).

    Without FLOW, in those that mockstudio.yaml names under `flows`. `lint_ignore` there leaves
    findings out: a rule's id, or an id and a widget, such as 'MS101 lookup'.

    The beginning of an id, such as MS11, stands for all rules that begin so. The exit code is 1
    for warnings and errors, and 0 when there are only notes.
    """
    if explain is not None:
        return _explain(explain)
    rules = selected(_ids(select), _ids(ignore))
    if list_rules:
        return _list(rules)
    settings = settings_from(options)
    ignored = Ignored(settings.lint_ignore)
    with _routing(settings, endpoint_files, routes) as routing:
        read = _read(flows or settings.flows, settings, routing)
        findings = [finding for flow in read for finding in lint(flow, rules, ignored)]
    _PRINT[form](findings, rules)
    _say(summary(findings, [flow.flow.source for flow in read]))
    for entry in ignored.unused:
        _say(f"note: lint_ignore '{entry}' left nothing out")
    return int(fails(findings) and not exit_zero)


def _ids(texts: Iterable[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",")]


@contextmanager
def _routing(
    settings: Settings, endpoint_files: Sequence[Path], routes: Sequence[str]
) -> Iterator[Routing | None]:
    """Yield what URLs may lead to; None when neither endpoints nor routes are given."""
    files = each_once([*settings.endpoints, *endpoint_files])
    if not (files or routes or settings.routes):
        yield None
        return
    from mockstudio.sandbox import Sandbox

    with Sandbox(settings, VirtualClock(), [parse_route(text) for text in routes]) as sandbox:
        sandbox.load_endpoints(*files)
        yield Routing(sandbox.router)


def _read(
    paths: Sequence[Path], settings: Settings, routing: Routing | None
) -> Sequence[LintedFlow]:
    """Read all flows; raises FlowDefinitionError with what is wrong with any of them."""
    if not paths:
        raise UsageError("name the FLOW to look at, such as `mockstudio lint flow.json`")
    read: list[LintedFlow] = []
    problems: list[Problem] = []
    for path in map(_from_here, paths):
        try:
            read.append(read_linted(path, settings.variables, routing))
        except FlowDefinitionError as error:
            problems += error.problems
    if problems:
        raise FlowDefinitionError(problems)
    return read


def _from_here(path: Path) -> Path:
    """Return a path as seen from the current folder, if it is inside.

    So that a file has one name, and its findings the same fingerprints, on every machine.
    """
    here = Path.cwd()
    whole = Path(os.path.normpath(here / path))
    return whole.relative_to(here) if whole.is_relative_to(here) else path


def _print_text(findings: Sequence[Finding], rules: Sequence[Rule]) -> None:
    for finding in findings:
        click.echo("\n".join(text_lines(finding)))
    annotate(lambda annotations: annotations.of_findings(findings))


def _print_json(findings: Sequence[Finding], rules: Sequence[Rule]) -> None:
    _echo_json({"findings": [to_dict(finding) for finding in findings]})


def _print_sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> None:
    _echo_json(sarif_log(findings, rules))


def _echo_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


_PRINT: dict[str, Callable[[Sequence[Finding], Sequence[Rule]], None]] = dict(
    zip(FORMATS, (_print_text, _print_json, _print_sarif), strict=True)
)


def _list(rules: Sequence[Rule]) -> int:
    width = max((len(rule.level) for rule in RULES.values()), default=0)
    for rule in rules:
        click.echo(f"{rule.id}  {rule.level:{width}}  {rule.title}")
    return 0


def _explain(rule_id: str) -> int:
    if rule_id.upper() in all_rules():
        raise other_command("check", rule_id.upper())
    rule = rule_named(rule_id)
    click.echo(f"{rule.id} ({rule.level}): {rule.title}\n\n{rule.help}")
    return 0


def _say(text: str) -> None:
    click.echo(text, err=True)
