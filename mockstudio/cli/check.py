"""`mockstudio check`: what would Studio make of this live endpoint, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from mockstudio.cli.options import format_option, limit_options, other_command, settings_from
from mockstudio.cli.run_output import as_json
from mockstudio.contracts.probe.check import check_endpoint
from mockstudio.contracts.probe.model import Caller, Channel, Question, Report
from mockstudio.contracts.probe.rules import all_rules, rule_of
from mockstudio.errors import UsageError
from mockstudio.reports.probe_text import probe_text, rule_text, rules_text

NOBODY_THERE = 4


def _list_rules(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value:
        click.echo(rules_text(all_rules().values()))
        context.exit()


def _explain(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        _refuse_rule_of_lint(value)
        click.echo(rule_text(rule_of(value)))
        context.exit()


def _refuse_rule_of_lint(rule_id: str) -> None:
    # Its rules read templates: nothing that every check should wait for.
    from mockstudio.contracts.lint.registry import RULES

    if rule_id.upper() in RULES:
        raise other_command("lint", rule_id.upper())


@click.command("check")
@click.argument("url")
@click.option(
    "--widget",
    type=click.Choice([caller.value for caller in Caller]),
    help="Who calls; run-function, or make-http-request with --json or --method GET.",
)
@click.option(
    "--channel",
    type=click.Choice([channel.value for channel in Channel]),
    default=Channel.CALL.value,
    show_default=True,
    help="What the flow runs on, which decides what TwiML is for.",
)
@click.option(
    "--method",
    type=click.Choice(["GET", "POST"], case_sensitive=False),
    help="POST, or GET for make-http-request without --json.",
)
@click.option(
    "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the widget."
)
@click.option("--json", "body", metavar="TEXT", help="The JSON body of make-http-request.")
@click.option(
    "--name", default="NAME", show_default=True, help="What the widget is called in templates."
)
@click.option(
    "--sign/--no-sign",
    "is_signed",
    default=True,
    show_default=True,
    help="Sign with the auth token of the settings, as Twilio signs all it sends.",
)
@click.option(
    "--protected",
    "is_protected",
    is_flag=True,
    help="Expect requests without or with a wrong signature to be refused.",
)
@click.option(
    "--repeat", type=click.IntRange(1), default=1, metavar="N", help="Ask N times, one by one."
)
@format_option()
@click.option(
    "--list-rules",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_rules,
    help="List what can be found, and stop.",
)
@click.option(
    "--explain",
    metavar="ID",
    is_eager=True,
    expose_value=False,
    callback=_explain,
    help="Say what a rule means, and stop.",
)
@limit_options
def command(
    url: str,
    widget: str | None,
    channel: str,
    method: str | None,
    parameters: tuple[str, ...],
    body: str | None,
    name: str,
    is_signed: bool,
    is_protected: bool,
    repeat: int,
    form: str,
    **options: Any,
) -> int:
    """Ask the live URL as a Studio widget does, and say which transition the widget takes.

    The clock is real, and the request goes where the URL says: there are no routes. For
    twiml-redirect the document is asked for as in a call, or as by a message with --channel
    message; parameters come over the standard ones.

    The exit code is 0 when the widget takes its success transition and no rule finds an error,
    else 1. It is 4 when nobody could be reached: a refused connection and an unknown host are a
    failure of the widget too, and are reported as one, but say nothing about the endpoint.
    """
    if is_protected and not is_signed:
        raise UsageError("--protected compares with a signed request; leave out --no-sign")
    caller = _caller(widget, method, body)
    question = Question(
        url=url,
        caller=caller,
        channel=Channel(channel),
        method=_method(caller, method, body),
        parameters=_pairs(parameters),
        json=_json(caller, body),
        name=name,
        is_signed=is_signed,
        is_protected=is_protected,
        repeat=repeat,
    )
    report = check_endpoint(question, settings_from(options))
    click.echo(as_json(report.to_json()) if form == "json" else probe_text(report))
    return _exit_code(report)


def _exit_code(report: Report) -> int:
    if report.probe.reached_nobody:
        return NOBODY_THERE
    return 0 if report.passed else 1


def _caller(widget: str | None, method: str | None, body: str | None) -> Caller:
    if widget is not None:
        return Caller(widget)
    is_plain = body is not None or method == "GET"
    return Caller.MAKE_HTTP_REQUEST if is_plain else Caller.RUN_FUNCTION


def _method(caller: Caller, method: str | None, body: str | None) -> str:
    if caller is Caller.RUN_FUNCTION and method == "GET":
        raise UsageError("--method GET: run-function always posts; use make-http-request")
    if body is not None and method == "GET":
        raise UsageError("--json goes with --method POST: a GET has no body")
    if caller is Caller.MAKE_HTTP_REQUEST and body is None:
        return method or "GET"
    return method or "POST"


def _json(caller: Caller, body: str | None) -> str | None:
    if body is None:
        return None
    if caller is not Caller.MAKE_HTTP_REQUEST:
        raise UsageError(f"--json is the body of make-http-request; {caller} posts a form")
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"--json '{body}': not JSON: {error}") from error
    return body


def _pairs(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return parameters in order; a name may come more than once."""
    split = [text.partition("=") for text in texts]
    for name, separator, value in split:
        if not (name and separator):
            raise UsageError(f"--param '{name}{separator}{value}': expected NAME=VALUE")
    return tuple((name, value) for name, _, value in split)
