"""`mockstudio verify`: does the live service still answer as the script says?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from mockstudio.cli.header_options import headers_from
from mockstudio.cli.options import EXISTING_FILE, format_option, limit_options, settings_from
from mockstudio.cli.run_output import as_json
from mockstudio.config import pairs
from mockstudio.contracts.drift.asking import names_in
from mockstudio.contracts.drift.model import DriftReport, Question
from mockstudio.contracts.drift.verify import verify
from mockstudio.endpoints.definition import read_endpoints
from mockstudio.endpoints.model import Endpoint
from mockstudio.errors import UnknownNameError, UsageError
from mockstudio.http.hosts import is_url
from mockstudio.reports.drift_text import drift_text

NOBODY_THERE = 4


@click.command("verify")
@click.argument(
    "endpoint_files", nargs=-1, required=True, type=EXISTING_FILE, metavar="ENDPOINTS..."
)
@click.option("--against", required=True, metavar="URL", help="The live service's base URL.")
@click.option(
    "--param",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="Fill the part {NAME} of a URL, or a condition that does not tell its value.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME=VALUE",
    help="Send this header with every request; its value is never printed.",
)
@click.option("--exact", is_flag=True, help="Bodies must be the same, but for what is redacted.")
@click.option("--exact-for", multiple=True, metavar="NAME", help="The same for one endpoint.")
@format_option()
@limit_options
def command(
    endpoint_files: tuple[Path, ...],
    against: str,
    values: tuple[str, ...],
    headers: tuple[str, ...],
    exact: bool,
    exact_for: tuple[str, ...],
    form: str,
    **options: Any,
) -> int:
    """Ask a live service for what the endpoints of ENDPOINTS script, and compare.

    Each endpoint's `when` becomes a request, signed as Twilio signs. Status, media type and JSON
    shape must be those of the endpoint's first reply: the types, and the keys that the script
    has; more keys are welcome. Redirects are followed as Studio follows them, unless the script has
    one itself. How long answers take is not compared, as long as they come in time.

    Endpoints that cannot be asked are skipped, and the reason is told. So are replies that say
    nothing of an answer: faults, and timeouts and overflows unless the service fails so too.

    The exit code is 1 when something has drifted or nothing could be compared, and 4 when nobody
    could be reached.
    """
    endpoints = [endpoint for path in endpoint_files for endpoint in read_endpoints(path)]
    given = pairs("--param", values)
    _check_values(given, endpoints)
    _check("endpoint", exact_for, [endpoint.name for endpoint in endpoints])
    question = Question(
        _checked(against), given, exact, frozenset(exact_for), headers_from(headers)
    )
    report = verify(endpoints, question, settings_from(options))
    click.echo(as_json(report.to_json()) if form == "json" else drift_text(report))
    return _exit_code(report)


def _exit_code(report: DriftReport) -> int:
    if report.reached_nobody:
        return NOBODY_THERE
    return 0 if report.passed else 1


def _check_values(names: Iterable[str], endpoints: Sequence[Endpoint]) -> None:
    """Raise UnknownNameError for a name that no endpoint has; the case of headers is free."""
    of_headers = {name for each in endpoints for name in each.when.headers}
    others = [name for name in names if name.lower() not in of_headers]
    _check("part or condition", others, [name for each in endpoints for name in names_in(each)])


def _check(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    valid = dict.fromkeys(known)
    for name in names:
        if name not in valid:
            raise UnknownNameError(what, name, valid)


def _checked(url: str) -> str:
    if not is_url(url):
        raise UsageError(
            f"--against '{url}': expected http:// or https:// and a host, "
            "such as http://localhost:3000"
        )
    return url
