"""The plugin as people get it: from a wheel, in a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("mockstudio", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
TEST = """\
from pathlib import Path

import mockstudio


def test_it_is_the_wheel():
    assert Path(mockstudio.__file__).is_relative_to({site!r})


def test_the_sender_is_greeted(sandbox):
    sandbox.message("hi")
    assert sandbox.sent == ["Hello Ada!"]
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """A wheel of these sources; built from a copy, so that nothing old gets into it."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    pip("wheel", "--no-deps", "--wheel-dir", folder, folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_every_file_of_the_package(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    files = (path for path in (ROOT / "mockstudio").rglob("*") if path.is_file())
    names = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    assert "mockstudio/endpoints/endpoints.schema.json" in names
    assert names - packed == set()


def test_a_folder_of_ones_own_is_tested_with_the_wheel(wheel, tmp_path):
    site, project = tmp_path / "site", tmp_path / "project"
    pip("install", "--no-deps", "--target", site, wheel)
    python(site, tmp_path, "-m", "mockstudio", "init", project)
    (project / "test_own.py").write_text(TEST.format(site=str(site)), "utf-8")
    told = python(site, project, "-m", "pytest", "-v", "-p", "no:cacheprovider")
    assert "plugins: " in told
    assert "greeting.scenario.yaml::" in told
    assert "test_own.py::test_it_is_the_wheel PASSED" in told
    assert "test_own.py::test_the_sender_is_greeted PASSED" in told


def pip(command: str, *arguments: str | Path) -> None:
    options = ("--quiet", "--disable-pip-version-check")
    call(ROOT, os.environ, "-m", "pip", command, *options, *arguments)


def python(site: Path, folder: Path, *arguments: str | Path) -> str:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOCKSTUDIO_", "PYTEST_"))
    }
    return call(folder, {**kept, "PYTHONPATH": str(site)}, *arguments)


def call(folder: Path, environment, *arguments: str | Path) -> str:
    """Run Python and return what it told; fails with all of that unless it exits with 0."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
