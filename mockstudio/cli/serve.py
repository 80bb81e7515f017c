"""`mockstudio serve`: the sandbox as a server."""

from __future__ import annotations

import gc
import logging
from pathlib import Path
from typing import Any

import click

from mockstudio.cli.options import EXISTING_FILE, settings_from, shared_options
from mockstudio.cli.world import build_sandbox, each_once, log_to_stderr
from mockstudio.clock import SystemClock
from mockstudio.errors import UsageError
from mockstudio.sandbox import Sandbox


@click.command("serve")
@click.argument("files", nargs=-1, type=EXISTING_FILE)
@click.option("--port", type=click.IntRange(0, 65_535), help="0 takes a free one.  [default: 8080]")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option(
    "--verify-signatures",
    is_flag=True,
    default=None,
    help="Refuse webhook requests that Twilio's auth token did not sign.",
)
@click.option("--quiet", is_flag=True, help="Log warnings only, not each request and step.")
@shared_options
def command(files: tuple[Path, ...], quiet: bool, **options: Any) -> int:
    """Serve endpoint files (YAML) and flows (JSON): endpoints, webhooks, REST and control API.

    Endpoint files are watched: a changed one is loaded again, a broken or missing one keeps the
    last good version. Changes of flows and of Python functions are taken up at the next start.
    """
    from mockstudio.server import create_server

    log_to_stderr(logging.WARNING if quiet else logging.INFO)
    settings = settings_from(options)
    endpoint_files, flow_files = _sorted(files)
    all_flows = each_once([*settings.flows, *flow_files])
    with build_sandbox(settings, SystemClock(), options, endpoint_files, all_flows) as sandbox:
        sandbox.watch()
        _log_what_happens(sandbox, quiet)
        server = create_server(sandbox, settings.host, settings.port)
        _calm_garbage_collector()
        server.run_forever(lambda url: _started(sandbox, url))
    return 0


def _calm_garbage_collector() -> None:
    """Have the garbage collector look less often, and never at what has been loaded.

    The journal keeps tens of thousands of objects alive; looking through them again and again
    makes a few answers many times as late as the others.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _sorted(files: tuple[Path, ...]) -> tuple[list[Path], list[Path]]:
    """Return endpoint files and flows, told apart by their endings."""
    unknown = [path for path in files if path.suffix.lower() not in (".yaml", ".yml", ".json")]
    if unknown:
        raise UsageError(
            f"'{unknown[0]}': expected an endpoint file (.yaml, .yml) or a flow (.json)"
        )
    flows = [path for path in files if path.suffix.lower() == ".json"]
    return [path for path in files if path not in flows], flows


def _started(sandbox: Sandbox, url: str) -> None:
    sandbox.connect(url)
    click.echo(f"mockstudio serves {url}  (control API: {url}/_mockstudio/)", err=True)
    for endpoint in sandbox.endpoints.definitions:
        methods = ",".join(sorted(endpoint.methods)) or "ANY"
        click.echo(f"  endpoint {endpoint.name}: {methods} {endpoint.url}", err=True)
    for flow in sandbox.library.flows:
        click.echo(f"  flow {flow.name}: {sandbox.webhook_url(flow)}", err=True)


def _log_what_happens(sandbox: Sandbox, quiet: bool) -> None:
    from mockstudio.reports.log import log_event, log_request

    sandbox.listen(log_event)
    if not quiet:
        sandbox.endpoints.subscribe(log_request)
