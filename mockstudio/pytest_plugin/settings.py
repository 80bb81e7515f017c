"""The settings of a pytest run's sandboxes: options, environment, and the settings file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pytest

from mockstudio.config import Settings, load_settings, pairs
from mockstudio.errors import UsageError
from mockstudio.flows.routes import parse_route

INI: Final = "mockstudio_settings"
"""The ini value that names the settings file."""


def settings_of(config: pytest.Config) -> Settings:
    """Return the settings of a run's sandboxes.

    Raises:
        SettingsError: an option, the environment or the file cannot be used.
        UsageError: an option cannot be read, or there is no such file.
    """
    return load_settings(_given(config), os.environ, _place(config))


def _given(config: pytest.Config) -> dict[str, Any]:
    """Return the settings that options give."""
    routes = map(parse_route, config.getoption("mockstudio_route"))
    return {
        "profile": config.getoption("mockstudio_profile"),
        "seed": config.getoption("mockstudio_seed"),
        "variables": pairs("--mockstudio-var", config.getoption("mockstudio_var")),
        "limits": pairs("--mockstudio-limit", config.getoption("mockstudio_limit")),
        "routes": {route.pattern: route.target for route in routes},
    }


def _place(config: pytest.Config) -> Path:
    """Return the settings file that was named, or the folder in which it may lie."""
    named: str
    beside_ini = config.inipath.parent if config.inipath else config.rootpath
    for how, named, folder in (
        ("--mockstudio-settings", config.getoption("mockstudio_settings"), Path.cwd()),
        (INI, config.getini(INI), beside_ini),
    ):
        if named and not (folder / named).exists():
            raise UsageError(f"{how}: there is no '{folder / named}'")
        if named:
            return folder / named
    return beside_ini
