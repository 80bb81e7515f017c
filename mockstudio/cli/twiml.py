"""`mockstudio twiml`: check a TwiML document and play it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click

from mockstudio.cli.conversation import Conversation
from mockstudio.cli.options import EXISTING_FILE, settings_from, shared_options
from mockstudio.cli.prompt import Prompt
from mockstudio.cli.run_output import FORMATS, Output
from mockstudio.cli.world import build_sandbox, serving
from mockstudio.clock import Clock, SystemClock, VirtualClock
from mockstudio.errors import UsageError
from mockstudio.events import Event
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.numbers import PhoneNumber

FOLDER = "https://documents.mockstudio"
"""Where a document that is a file is played: relative URLs in it begin here."""
FATAL = range(11_000, 12_200)
"""Codes of documents that cannot be played at all; 12300 is one too (rest-api.md 8.7)."""
CONTENT_TYPE = 12_300


@click.command("twiml")
@click.argument("target", metavar="FILE-OR-URL")
@click.option("--message", metavar="TEXT", help="Play it as the answer to this message.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option(
    "--endpoints",
    "endpoint_files",
    multiple=True,
    type=EXISTING_FILE,
    metavar="FILE",
    help="Endpoints that the document leads to, besides those of mockstudio.yaml.",
)
@click.option("--real-time", is_flag=True, help="Let time pass.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="What goes to the standard output.",
)
@shared_options
def command(
    target: str,
    message: str | None,
    strict: bool,
    endpoint_files: tuple[Path, ...],
    real_time: bool,
    form: str,
    **options: Any,
) -> int:
    """Check and play FILE-OR-URL: a TwiML file, or a URL that is asked as Twilio asks it.

    It is played as a call; what is typed is pressed or said, as in `mockstudio run --call`. With
    piped input, or none, the person stays silent when the input ends. The exit code is 1 when the
    document cannot be played.
    """
    clock: Clock = SystemClock() if real_time else VirtualClock()
    output = Output(form, clock)
    warnings = _Warnings()
    options["routes"] = (*options["routes"], *_route(target))
    with build_sandbox(settings_from(options), clock, options, endpoint_files, []) as sandbox:
        prompt = Prompt(output.listener)
        sandbox.listen(prompt)
        sandbox.listen(warnings)
        url = _url(sandbox, target)
        number = PhoneNumber(sandbox.settings.number, voice_url=url, sms_url=url)
        conversation = Conversation(sandbox, number, output, prompt)
        with serving(sandbox, real_time):
            if message is None:
                conversation.call()
            else:
                conversation.say(message)
            conversation.talk(sys.stdin or io.StringIO())
        output.finish(None, "played")
    return int(warnings.is_fatal or (strict and bool(warnings.codes)))


class _Warnings:
    """The codes of all that was warned of."""

    def __init__(self) -> None:
        self.codes: list[int] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, CarrierWarned) and event.code is not None:
            self.codes.append(event.code)

    @property
    def is_fatal(self) -> bool:
        return any(code in FATAL or code == CONTENT_TYPE for code in self.codes)


def _is_url(target: str) -> bool:
    return urlsplit(target).scheme in ("http", "https")


def _route(target: str) -> tuple[str, ...]:
    """Return the route by which a URL that was typed may really be called."""
    if not _is_url(target):
        return ()
    parts = urlsplit(target)
    origin = f"{parts.scheme}://{parts.netloc}"
    return (f"{origin}/*={origin}/*",)


def _url(sandbox: Sandbox, target: str) -> str:
    """Return where the document is: a file becomes a scripted endpoint."""
    if _is_url(target):
        return target
    path = Path(target)
    if not path.is_file():
        raise UsageError(f"'{target}': expected a TwiML file, or a URL with http:// or https://")
    url = f"{FOLDER}/{quote(path.name)}"
    body = {"file": str(path.resolve()), "headers": {"Content-Type": "text/xml"}}
    sandbox.add_endpoints({"endpoints": [{"name": path.name, "url": url, "reply": body}]})
    return url
