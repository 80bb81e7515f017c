"""Endpoint files loaded anew when they change; a broken edit keeps the last good version."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from mockstudio.clock import Clock
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import read_endpoints
from mockstudio.errors import MockstudioError
from mockstudio.files.watching import FileWatcher

logger = logging.getLogger(__name__)


class EndpointFiles:
    """The endpoint files of a sandbox.

    Endpoints that came another way, such as through the control API, stay as they are.

    Args:
        paths: the files, in the order in which their endpoints are tried.
        endpoints: where their endpoints go.
        clock: the watcher's.

    Attributes:
        problems: what is wrong with the files as they are now; empty when all were loaded.
    """

    def __init__(self, paths: Iterable[Path], endpoints: Endpoints, clock: Clock) -> None:
        self.paths = tuple(paths)
        self.problems: tuple[str, ...] = ()
        self._endpoints = endpoints
        self._loaded: tuple[str, ...] = ()
        self._watcher = FileWatcher(self.paths, self.reload, clock)

    def load(self) -> None:
        """Load all files; raises EndpointFileError or UsageError."""
        found = tuple(endpoint for path in self.paths for endpoint in read_endpoints(path))
        self._endpoints.exchange(self._loaded, found)
        self._loaded = tuple(endpoint.name for endpoint in found)
        self.problems = ()

    def reload(self) -> None:
        """Load all files again; when one is broken, keep what was there and say so."""
        try:
            self.load()
        except MockstudioError as error:
            self.problems = (str(error),)
            logger.error("keeping the last good endpoints: %s", error)
        else:
            logger.info("endpoints loaded again: %s", ", ".join(self._loaded) or "none")

    def watch(self) -> None:
        """Begin to look for changes."""
        self._watcher.start()

    def stop(self) -> None:
        """End looking for changes."""
        self._watcher.stop()

    def check(self) -> bool:
        """Look for changes once; return whether there were any."""
        return self._watcher.check()
