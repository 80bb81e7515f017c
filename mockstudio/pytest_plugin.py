"""The pytest plugin: a sandbox for a test, and what happened in it beside the test's failure.

pytest loads this in every run where mockstudio is installed, so it imports no other module of
mockstudio until a test asks for a sandbox.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from mockstudio.clock import Clock
    from mockstudio.config import Settings
    from mockstudio.reports.recording import Recording
    from mockstudio.sandbox import Sandbox

SECTION: Final = "What happened in the sandbox"
"""The heading of what is added to a failing test's report."""
_INI: Final = "mockstudio_settings"
_RECORDINGS: Final[pytest.StashKey[list[Recording]]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the ini value; options win over both ini value and settings file."""
    group = parser.getgroup("mockstudio", "mockstudio: Twilio Studio's world on this machine")
    group.addoption("--mockstudio-settings", metavar="FILE", help="The settings of sandboxes.")
    group.addoption("--mockstudio-profile", metavar="NAME", help="The set of limits.")
    group.addoption("--mockstudio-seed", metavar="NUMBER", type=int, help="Draw other delays.")
    for name, written, told in (
        ("var", "NAME=VALUE", "Fill the placeholder ${NAME} of flows."),
        ("limit", "NAME=VALUE", "Change one limit, such as http-timeout=5s."),
        ("route", "FROM=TO", "Send a URL elsewhere: 'https://x.twil.io/*=http://localhost:3000/*'"),
    ):
        group.addoption(
            f"--mockstudio-{name}", action="append", default=[], metavar=written, help=told
        )
    which = "the settings of sandboxes: a file, or the folder of a mockstudio.yaml"
    parser.addini(_INI, f"{which} (default: that beside the ini file)", default="")


@pytest.fixture(scope="session")
def mockstudio_settings(pytestconfig: pytest.Config) -> Settings:
    """The settings of the sandboxes; a fixture of this name can return others.

    They come from options, `MOCKSTUDIO_*` variables, and the settings file: that of
    `--mockstudio-settings`, of the ini value `mockstudio_settings`, or the `mockstudio.yaml` beside
    the ini file.
    """
    from mockstudio.config import load_settings

    with _told_briefly():
        return load_settings(_given(pytestconfig), os.environ, _place(pytestconfig))


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, mockstudio_settings: Settings) -> Iterator[Sandbox]:
    """A sandbox in virtual time, with the endpoints and flows that the settings name."""
    from mockstudio.clock import VirtualClock

    with _opened(request, mockstudio_settings, VirtualClock()) as opened:
        yield opened


@pytest.fixture
def live_sandbox(
    request: pytest.FixtureRequest, mockstudio_settings: Settings
) -> Iterator[Sandbox]:
    """A sandbox in real time behind a server at a free port: `live_sandbox.url`."""
    from mockstudio.clock import SystemClock
    from mockstudio.server import serve_in_background

    with (
        _opened(request, mockstudio_settings, SystemClock()) as opened,
        serve_in_background(opened),
    ):
        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failing test's report what happened in its sandboxes."""
    report = yield
    if report.failed:
        for recording in item.stash.get(_RECORDINGS, ()):
            if text := str(recording):
                report.sections.append((SECTION, text))
    if report.when == "teardown" and _RECORDINGS in item.stash:
        del item.stash[_RECORDINGS]
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Tell why a widget took the event that it was not to take, or the other way round."""
    module = sys.modules.get("mockstudio.flows.taken")
    if module is None or not (isinstance(left, module.Taken) and left.why):
        return None
    return [f"{str(left)!r} {op} {right!r}", f"because {left.why}"]


@contextmanager
def _opened(request: pytest.FixtureRequest, settings: Settings, clock: Clock) -> Iterator[Sandbox]:
    """Open a sandbox for a test; what stopped a flow unnoticed comes to light at its end."""
    from mockstudio.flows.routes import parse_route
    from mockstudio.reports.recording import Recording
    from mockstudio.sandbox import Sandbox

    with ExitStack() as stack:
        with _told_briefly():
            routes = map(parse_route, request.config.getoption("mockstudio_route"))
            sandbox = stack.enter_context(Sandbox(settings, clock, routes))
            sandbox.load_all()
        request.node.stash.setdefault(_RECORDINGS, []).append(Recording(sandbox))
        yield sandbox
        with _told_briefly():
            sandbox.raise_problem()


@contextmanager
def _told_briefly() -> Iterator[None]:
    """Fail with mockstudio's message alone: how it came there in the code helps nobody."""
    from mockstudio.errors import MockstudioError

    try:
        yield
    except MockstudioError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _given(config: pytest.Config) -> dict[str, Any]:
    """Return the settings that options give."""
    return {
        "profile": config.getoption("mockstudio_profile"),
        "seed": config.getoption("mockstudio_seed"),
        "variables": _pairs("--mockstudio-var", config.getoption("mockstudio_var")),
        "limits": _pairs("--mockstudio-limit", config.getoption("mockstudio_limit")),
    }


def _pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    from mockstudio.errors import UsageError

    found = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not (name and separator):
            raise UsageError(f"{option} '{text}': expected NAME=VALUE")
        found[name] = value
    return found


def _place(config: pytest.Config) -> Path:
    """Return the settings file that was named, or the folder in which it may lie."""
    from mockstudio.errors import UsageError

    named: str
    beside_ini = config.inipath.parent if config.inipath else config.rootpath
    for how, named, folder in (
        ("--mockstudio-settings", config.getoption("mockstudio_settings"), Path.cwd()),
        (_INI, config.getini(_INI), beside_ini),
    ):
        if named and not (folder / named).exists():
            raise UsageError(f"{how}: there is no '{folder / named}'")
        if named:
            return folder / named
    return beside_ini
