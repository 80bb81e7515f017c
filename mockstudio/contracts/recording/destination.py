"""Where a recording is written: an endpoint file, and the files of bodies beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_HEADING: Final = "# Recorded by `mockstudio record`.\n"


class Destination:
    """Puts whole files in place of older ones.

    Args:
        output: the endpoint file.
    """

    def __init__(self, output: Path) -> None:
        self._output = output
        # What is renamed must be on the same file system.
        self._beside = output.with_name(f".{output.name}.{os.getpid()}")
        self._due: dict[str, bytes] = {}

    def check(self) -> None:
        """Raise OSError if nothing could be written; nothing is left behind or changed."""
        if self._output.exists():
            self._output.open("ab").close()
        self._beside.touch()
        self._beside.unlink()

    def write(self, text: str, bodies: Mapping[str, bytes]) -> None:
        """Write the endpoint file, and before it the bodies that it names.

        Args:
            text: of the endpoint file.
            bodies: new ones by name, relative to the endpoint file; those that could not be
                written before are tried again.

        Raises:
            OSError: something could not be written; the endpoint file is as it was.
        """
        self._due |= bodies
        for name, content in tuple(self._due.items()):
            path = self._output.parent / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            del self._due[name]
        try:
            self._beside.write_text(_HEADING + text, encoding="utf-8")
            self._beside.replace(self._output)
        finally:
            self._beside.unlink(missing_ok=True)
