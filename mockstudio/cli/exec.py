"""`mockstudio exec`: a program that knows nothing of mockstudio, run against a sandbox."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mockstudio.cli.options import EXISTING_FILE, endpoints_option, settings_from, shared_options
from mockstudio.cli.world import build_sandbox, each_once, log_to_stderr
from mockstudio.clock import SystemClock
from mockstudio.config import Settings
from mockstudio.errors import UsageError

SIGNALLED = 128
"""What shells add to the number of the signal that ended a program."""


@click.command("exec", context_settings={"allow_interspersed_args": False})
@click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
@click.option(
    "--flow",
    "flow_files",
    multiple=True,
    type=EXISTING_FILE,
    metavar="FILE",
    help="A flow, besides those of mockstudio.yaml.",
)
@endpoints_option()
@click.option("--sandbox", "running", metavar="URL", help="Use the sandbox that runs there.")
@click.option("--allow", multiple=True, metavar="HOST", help="Let requests to this host out.")
@shared_options
def command(
    program: tuple[str, ...],
    flow_files: tuple[Path, ...],
    endpoint_files: tuple[Path, ...],
    running: str | None,
    allow: tuple[str, ...],
    **options: Any,
) -> int:
    """Run COMMAND so that all its requests to Twilio reach the sandbox.

    The program gets a proxy, an authority to trust and the sandbox's credentials in its
    environment; nothing else is changed, and nothing for other programs. Requests to hosts
    that no endpoint and no route covers are refused.

    A sandbox is started for the program, with mockstudio.yaml and the options, unless one runs
    already where `mockstudio serve` would start it and no option asks for another.

    Programs that look for no proxy in their environment are not reached, such as those that use
    Node's own fetch before version 24: point those at the sandbox with a base URL.
    """
    settings = settings_from(options)
    is_described = bool(flow_files or endpoint_files) or any(options.values())
    with contextlib.ExitStack() as stack:
        found = _running(settings, running, is_described)
        if found is None:
            found = stack.enter_context(_started(settings, options, endpoint_files, flow_files))
        url, routes = found
        environ = stack.enter_context(_environment(url, routes, allow, settings))
        return _run(program, environ)


_Found = tuple[str, Sequence[Mapping[str, str]]]
"""A sandbox's URL and its routes."""


def _running(settings: Settings, url: str | None, is_described: bool) -> _Found | None:
    from mockstudio.proxy.finding import expect_sandbox, find_sandbox

    if url is not None and not url.startswith(("http://", "https://")):
        raise UsageError(f"--sandbox '{url}': expected a URL, such as http://127.0.0.1:8080")
    if url is not None:
        return url.rstrip("/"), expect_sandbox(url.rstrip("/"))
    usual = f"http://{settings.host}:{settings.port}"
    if is_described or (routes := find_sandbox(usual)) is None:
        return None
    click.echo(f"mockstudio exec uses the sandbox at {usual}", err=True)
    return usual, routes


@contextmanager
def _started(
    settings: Settings,
    options: dict[str, Any],
    endpoint_files: Sequence[Path],
    flow_files: Sequence[Path],
) -> Iterator[_Found]:
    from mockstudio.reports.log import log_event
    from mockstudio.server import serve_in_background

    log_to_stderr(logging.WARNING)
    flows = each_once([*settings.flows, *flow_files])
    sandbox = build_sandbox(settings, SystemClock(), options, endpoint_files, flows)
    sandbox.listen(log_event)
    with sandbox, serve_in_background(sandbox) as server:
        yield server.url, sandbox.router.described


@contextmanager
def _environment(
    sandbox: str, routes: Sequence[Mapping[str, str]], allow: Sequence[str], settings: Settings
) -> Iterator[dict[str, str]]:
    """Run the proxy, and yield what the program is told of it."""
    try:
        from mockstudio.proxy.certificates import Authority
    except ImportError:
        raise UsageError(
            "`mockstudio exec` makes certificates with trustme; "
            "install it with: pip install 'mockstudio[exec]'"
        ) from None
    from mockstudio.proxy.environment import child_environment
    from mockstudio.proxy.hosts import known_hosts
    from mockstudio.proxy.server import serve_proxy

    with tempfile.TemporaryDirectory(prefix="mockstudio-") as folder:
        authority = Authority(Path(folder))
        hosts = known_hosts(routes, allow)
        with serve_proxy(hosts, authority, sandbox, _tell) as proxy:
            yield child_environment(os.environ, proxy, authority, settings)


def _tell(reason: str) -> None:
    click.echo(reason, err=True)


def _run(program: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the program to its end and return its exit code."""
    try:
        process = subprocess.Popen(program, env=environ)
    except OSError as error:
        raise UsageError(f"'{program[0]}' cannot be run: {error.strerror}") from error
    code = _wait(process)
    return SIGNALLED - code if code < 0 else code


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for the program: Ctrl-C reaches it as well, and SIGTERM is passed on to it."""
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: process.terminate()),
    }
    try:
        return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
