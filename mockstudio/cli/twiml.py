"""`mockstudio twiml`: check a TwiML document and play it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

import click

from mockstudio.cli.conversation import Conversation
from mockstudio.cli.options import EXISTING_FILE, settings_from, world_options
from mockstudio.cli.prompt import Prompt
from mockstudio.cli.run_output import FORMATS, Output, finished_anyway
from mockstudio.cli.talk import Talk
from mockstudio.cli.twiml_findings import Findings
from mockstudio.cli.world import build_sandbox, serving
from mockstudio.clock import Clock, SystemClock, VirtualClock
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.errors import UsageError
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.numbers import PhoneNumber

FOLDER: Final = "https://documents.mockstudio"
"""Where a document that is a file is played: relative URLs in it begin here."""


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
@world_options
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

    It is played as a call, until the call is over: when the document asks, digits, * and # that
    are typed are pressed and all else is said; `:help` lists what else can be typed. When piped
    input ends, the person stays silent. With --message it is played as the answer to a message,
    and what is typed are further messages.

    The exit code is 1 when the document, or one it leads to, cannot be played.
    """
    clock: Clock = SystemClock() if real_time else VirtualClock()
    output, findings = Output(form, clock), Findings(is_call=message is None)
    with build_sandbox(settings_from(options), clock, options, endpoint_files, []) as sandbox:
        prompt = Prompt(output.listener)
        sandbox.listen(prompt)
        sandbox.listen(findings)
        conversation = Conversation(sandbox, _number(sandbox, target))
        talk = Talk(conversation, output, prompt, ends_with_call=message is None)

        def finish() -> None:
            state = "not played to its end" if conversation.problem else findings.state
            output.finish(None, conversation.calls, state)

        with finished_anyway(finish), serving(sandbox, real_time):
            if message is None:
                conversation.call()
            else:
                conversation.send(message)
            talk.take(sys.stdin or io.StringIO())
        finish()
        if findings.hint:
            output.say(findings.hint)
        failed = findings.is_fatal or conversation.problem is not None
        return int(failed or (strict and findings.warnings > 0))


def _number(sandbox: Sandbox, target: str) -> PhoneNumber:
    """Return a number that is set to the document."""
    url = _checked(target) if "://" in target else _script(sandbox, Path(target))
    if "://" in target:
        parts = urlsplit(target)
        sandbox.router.let_through(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    fallback = sandbox.settings.fallback_url
    return PhoneNumber(
        sandbox.settings.number,
        voice_url=url,
        voice_fallback_url=fallback,
        sms_url=url,
        sms_fallback_url=fallback,
    )


def _checked(url: str) -> str:
    """Return a URL that can be asked; raises UsageError for any other."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise UsageError(
            f"'{url}': expected a URL with http:// or https:// and a host, such as "
            "http://localhost:3000/voice"
        )
    return url


def _script(sandbox: Sandbox, path: Path) -> str:
    """Make a file what an endpoint answers; return the endpoint's URL."""
    if path.is_dir():
        raise UsageError(f"'{path}' is a folder; expected a TwiML file, or a URL with http://")
    if not path.exists():
        raise UsageError(
            f"'{path}': there is no such file; expected a TwiML file, or a URL with http://"
        )
    url = f"{FOLDER}/{quote(path.name)}"
    reply = {"file": str(path.resolve()), "headers": {"Content-Type": "text/xml"}}
    document = {"name": path.name, "url": url, "reply": reply}
    # It comes first: an endpoint for any path is not meant to be in its place.
    sandbox.endpoints.exchange((), parse_endpoints({"endpoints": [document]}))
    return url
