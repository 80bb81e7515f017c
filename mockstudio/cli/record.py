"""`mockstudio record`: what live services answer, written into an endpoint file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import click

from mockstudio.cli.options import settings_from
from mockstudio.clock import SystemClock
from mockstudio.config import Settings
from mockstudio.contracts.recording.destination import Destination
from mockstudio.contracts.recording.passing_on import PassingOn
from mockstudio.contracts.recording.recorder import Recorder
from mockstudio.contracts.recording.redaction import Redactor
from mockstudio.contracts.recording.secret_names import SecretNames
from mockstudio.contracts.recording.service import Service
from mockstudio.errors import UsageError
from mockstudio.wire.server import WireServer

LAST_PORT = 65_535


@click.command("record")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="recorded.endpoints.yaml",
    show_default=True,
    metavar="FILE",
    help="The endpoint file that is written.",
)
@click.option("--overwrite", is_flag=True, help="Write over the file if it exists.")
@click.option(
    "--port",
    type=click.IntRange(0, LAST_PORT),
    default=8090,
    show_default=True,
    metavar="NUMBER",
    help="For the first URL; the others get the next ones. 0 takes free ones.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen.",
)
@click.option("--delays", is_flag=True, help="Record how long the services took as well.")
@click.option(
    "--redact",
    "names",
    multiple=True,
    metavar="NAME",
    help="Redact headers, params and JSON members of this name too.",
)
@click.option("--keep-secrets", is_flag=True, help="Redact nothing.")
def command(
    urls: tuple[str, ...],
    output: Path,
    overwrite: bool,
    port: int,
    host: str,
    delays: bool,
    names: tuple[str, ...],
    keep_secrets: bool,
) -> int:
    """Record what the live services at URL... answer, as an endpoint file that plays it back.

    FLOWS_URL=URL, such as https://orders-1234.twil.io=http://localhost:3000, says by which URL
    flows know the service; the file then has that one.

    For each URL a local address is printed. What is asked there is passed on as it came, the
    answer given back as it was sent, and both are written into the file, until Ctrl-C. The file
    is whole after each request.

    Params and bodies become the conditions of `when`; what is asked again adds to `replies`.
    Secrets are left out of conditions and covered in answers, by `redacted`: what has a name like
    password, token, secret, api_key or auth, cookies, users and passwords in URLs, and the
    account's auth token. Those of 8 or more characters are covered wherever they occur later.

    A service that cannot be reached is answered for with 502, which is not recorded. The exit
    code is 1 when the file could not be written or a request was lost; the end tells how many.
    """
    services = [Service.at(url) for url in dict.fromkeys(urls)]
    _check_output(output, overwrite)
    if keep_secrets and names:
        raise UsageError("--keep-secrets redacts nothing: leave it out, or --redact")
    settings = settings_from({})
    redactor = None if keep_secrets else Redactor(settings.auth_token, SecretNames(names))
    recorder = Recorder(output, redactor, _tell, delays)
    _serve(services, recorder, settings, _ports(port, len(services)), host)
    recorder.finish()
    _sum_up(recorder)
    return 0 if recorder.is_complete else 1


def _check_output(output: Path, overwrite: bool) -> None:
    try:
        if output.exists() and not overwrite:
            raise UsageError(
                f"{output} exists already: --overwrite replaces it, "
                "--output FILE writes another one"
            )
        if not output.parent.is_dir():
            raise UsageError(f"--output '{output}': there is no folder {output.parent}")
        if output.exists() and not output.is_file():
            raise UsageError(f"--output '{output}': expected a file, found a device or the like")
        Destination(output).check()
    except OSError as error:
        raise UsageError(f"--output '{output}' cannot be written: {error.strerror}") from error


def _ports(first: int, count: int) -> list[int]:
    if first + count - 1 > LAST_PORT:
        raise UsageError(f"--port {first}: {count} URLs need as many ports, up to {LAST_PORT}")
    return [first + number if first else 0 for number in range(count)]


def _serve(
    services: Sequence[Service],
    recorder: Recorder,
    settings: Settings,
    ports: Sequence[int],
    host: str,
) -> None:
    """Pass requests on until Ctrl-C or SIGTERM; one server has the main thread, for signals."""
    from werkzeug.exceptions import NotFound

    with closing(SystemClock()) as clock, ExitStack() as stack:
        servers = []
        for service, port in zip(services, ports, strict=True):
            player = PassingOn(
                service, clock, recorder.note, recorder.tell_of_failure, settings.trust_env
            )
            servers.append(WireServer(player, NotFound(), (), clock, host, port))
        for other in servers[1:]:
            stack.enter_context(other)
        servers[0].run_forever(_announcing(servers, services, recorder))


def _announcing(
    servers: Sequence[WireServer], services: Sequence[Service], recorder: Recorder
) -> Callable[[str], None]:
    def announce(_: str) -> None:
        for server, service in zip(servers, services, strict=True):
            _tell(f"{server.url} -> {service.url}")
        _tell(f"recording into {recorder.output}; Ctrl-C ends it")

    return announce


def _sum_up(recorder: Recorder) -> None:
    counts = f"requests: {recorder.written}, endpoints: {recorder.endpoints}"
    if recorder.trouble:
        missing = recorder.requests - recorder.written
        _tell(f"{recorder.trouble}; requests lost: {missing} of {recorder.requests}")
    elif recorder.written:
        _tell(f"wrote {recorder.output} ({counts})")
    else:
        _tell("nothing was recorded, nothing is written")
    if recorder.lost:
        _tell(f"requests that could not be recorded: {recorder.lost}; the reasons are above")
    if recorder.written and recorder.redactor is not None:
        _tell_of_secrets(recorder.redactor)


def _tell_of_secrets(redactor: Redactor) -> None:
    for name, count in sorted(redactor.found.items()):
        _tell(f"  redacted {name}, {count}x")
    for encoding, count in sorted(redactor.unread.items()):
        _tell(f"  not looked into: {count} answers encoded as '{encoding}', which may hold secrets")


def _tell(text: str) -> None:
    # Whoever no longer listens, as `head` does, is no reason to answer nobody.
    with suppress(OSError):
        click.echo(text, err=True)
