"""`mockstudio twiml`: check a TwiML document and play it."""

from __future__ import annotations

import io
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import click

from mockstudio.cli.conversation import Conversation
from mockstudio.cli.options import endpoints_option, format_option, settings_from, world_options
from mockstudio.cli.prompt import Prompt
from mockstudio.cli.run_output import FORMATS, Output, finished_anyway
from mockstudio.cli.talk import Talk
from mockstudio.cli.twiml_documents import STANDARD_INPUT, LocalDocuments
from mockstudio.cli.twiml_findings import Findings
from mockstudio.cli.world import build_sandbox, serving
from mockstudio.clock import Clock, SystemClock, VirtualClock
from mockstudio.errors import RouteError, UsageError
from mockstudio.http.hosts import is_url
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.numbers import PhoneNumber


@click.command("twiml")
@click.argument("target", metavar="FILE-OR-URL")
@click.option("--message", metavar="TEXT", help="Play it as the answer to this message.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@endpoints_option("Endpoints that the document leads to, besides those of mockstudio.yaml.")
@click.option("--real-time", is_flag=True, help="Let time pass.")
@format_option(FORMATS)
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
    """Check and play FILE-OR-URL: a TwiML file, `-`, or a URL that is asked as Twilio asks it.

    It is played as a call, until the call is over: when the document asks, digits, * and # that
    are typed are pressed and all else is said; `:help` lists what else can be typed. When piped
    input ends, the person stays silent. With --message it is played as the answer to a message,
    and what is typed are further messages.

    What a file leads to without a scheme and host is a file beside it. `-` is the standard input,
    and nobody types.

    The exit code is 1 when the document, or one it leads to, cannot be played.
    """
    clock: Clock = SystemClock() if real_time else VirtualClock()
    output, findings = Output(form, clock), Findings(is_call=message is None)
    settings = settings_from(options)
    with (
        _documents(target) as documents,
        build_sandbox(settings, clock, options, endpoint_files, []) as sandbox,
    ):
        prompt = Prompt(output.listener)
        sandbox.listen(findings)
        conversation = Conversation(sandbox, _number(sandbox, target, documents))
        if documents is None:
            sandbox.listen(prompt)
        else:
            output.rename = documents.named
            sandbox.listen(lambda event: prompt(documents.shown(event)))

        def finish() -> None:
            state = "not played to its end" if conversation.problem else findings.state
            output.finish(None, conversation.calls, state)

        try:
            with finished_anyway(finish), serving(sandbox, real_time):
                _play(conversation, message)
                talk = Talk(conversation, output, prompt, ends_with_call=message is None)
                talk.take(_typed(target))
        except RouteError as error:
            output.say(f"error: {error}")
            return 1
        finish()
        if findings.hint:
            output.say(findings.hint)
        failed = findings.is_fatal or conversation.problem is not None
        return int(failed or (strict and findings.warnings > 0))


def _play(conversation: Conversation, message: str | None) -> None:
    if message is None:
        conversation.call()
    else:
        conversation.send(message)


def _typed(target: str) -> TextIO:
    """Return what somebody types, which is nothing where the document itself is typed."""
    return io.StringIO() if target == STANDARD_INPUT else sys.stdin or io.StringIO()


def _documents(target: str) -> AbstractContextManager[LocalDocuments | None]:
    return nullcontext() if "://" in target else LocalDocuments(target)


def _number(sandbox: Sandbox, target: str, documents: LocalDocuments | None) -> PhoneNumber:
    """Return a number that is set to the document."""
    if documents is None:
        url = _checked(target)
        parts = urlsplit(url)
        sandbox.router.let_through(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    else:
        url = documents.url
        # They come first: an endpoint for any path is not meant to be in their place.
        sandbox.endpoints.exchange((), documents.endpoints)
        sandbox.router.explain = documents.explain
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
    if not is_url(url):
        raise UsageError(
            f"'{url}': expected a URL with http:// or https:// and a host, such as "
            "http://localhost:3000/voice"
        )
    return url
