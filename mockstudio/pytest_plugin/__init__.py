"""The pytest plugin: sandboxes for tests, what happened in them beside failures, scenario files.

pytest loads this in every run where mockstudio is installed, so it imports no other module of
mockstudio until a test asks for a sandbox or a scenario file is found.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from mockstudio.clock import Clock
    from mockstudio.config import Settings
    from mockstudio.pytest_plugin.scenarios import ScenarioFile
    from mockstudio.reports.recording import Recording
    from mockstudio.sandbox import Sandbox

SECTION: Final = "What happened in the sandbox"
"""The heading of what is added to a failing test's report."""
SCENARIOS: Final = ".scenario.yaml"
"""How the names of scenario files end."""
COVERAGE: Final = "mockstudio-coverage"
"""The plugin that counts what runs of flows, where that is wanted."""
_PACKAGE: Final = Path(__file__).parents[1]
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
    group.addoption(
        "--mockstudio-cover", action="store_true", help="Tell which transitions of flows ran."
    )
    group.addoption(
        "--mockstudio-cover-floor",
        metavar="PERCENT",
        type=float,
        help="Fail when fewer of a flow's transitions ran.",
    )
    which = "the settings of sandboxes: a file, or the folder of a mockstudio.yaml"
    parser.addini("mockstudio_settings", f"{which} (default: that beside the ini file)", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Count what runs of flows if that is wanted."""
    floor = config.getoption("mockstudio_cover_floor")
    if floor is not None and not 0 <= floor <= 100:
        raise pytest.UsageError(f"--mockstudio-cover-floor {floor:g}: expected 0 to 100")
    if config.getoption("mockstudio_cover") or floor is not None:
        from mockstudio.pytest_plugin.coverage import CoveragePlugin

        config.pluginmanager.register(CoveragePlugin(config, floor), COVERAGE)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Take scenario files as files of tests."""
    if not file_path.name.endswith(SCENARIOS):
        return None
    from mockstudio.pytest_plugin.scenarios import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def mockstudio_settings(pytestconfig: pytest.Config) -> Settings:
    """The settings of the sandboxes; a fixture of this name can return others.

    They come from options, `MOCKSTUDIO_*` variables, and the settings file: that of
    `--mockstudio-settings`, of the ini value `mockstudio_settings`, or the `mockstudio.yaml` beside
    the ini file.
    """
    from mockstudio.pytest_plugin.settings import settings_of

    with _told_briefly():
        return settings_of(pytestconfig)


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


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failing test's report what happened in its sandboxes."""
    if call.excinfo is not None and not item.config.getoption("fulltrace"):
        _leave_out_own_frames(call.excinfo.value)
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


def _leave_out_own_frames(error: BaseException) -> None:
    """Let a test go wrong where it called mockstudio, not where mockstudio noticed."""
    module = sys.modules.get("mockstudio.errors")
    if module is None or not isinstance(error, module.MockstudioError):
        return
    entry = error.__traceback__
    while entry and entry.tb_next and not _is_own(entry.tb_next):
        entry = entry.tb_next
    if entry and entry.tb_next:
        entry.tb_next = None
        error.__cause__, error.__suppress_context__ = None, True


def _is_own(entry: TracebackType) -> bool:
    return Path(entry.tb_frame.f_code.co_filename).is_relative_to(_PACKAGE)


@contextmanager
def _opened(request: pytest.FixtureRequest, settings: Settings, clock: Clock) -> Iterator[Sandbox]:
    """Open a sandbox for a test; what stopped a flow unnoticed comes to light at its end."""
    from mockstudio.reports.recording import Recording
    from mockstudio.sandbox import Sandbox

    with ExitStack() as stack:
        with _told_briefly():
            sandbox = stack.enter_context(Sandbox(settings, clock))
            sandbox.load_all()
        request.node.stash.setdefault(_RECORDINGS, []).append(Recording(sandbox))
        covering = request.config.pluginmanager.get_plugin(COVERAGE)
        if covering is not None:
            stack.enter_context(covering.counting(sandbox))
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
