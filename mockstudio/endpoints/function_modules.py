"""The modules that `python: module:function` replies name, found and imported."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from mockstudio.endpoints.request import Request
from mockstudio.errors import FunctionError, did_you_mean

Handler = Callable[[Mapping[str, str], Mapping[str, Any], Request], object]
"""Takes context, event and request, as a Function's handler does (rest-api.md 7.1)."""


def load_function(module: str, function: str, folder: Path) -> Handler:
    """Import a module and return a function of it.

    Args:
        module: dotted name, looked for in `folder` first, then wherever Python looks.
        function: the function's name in it.
        folder: where the endpoint file lies; importable while the module's own code runs, so the
            imports of its neighbours belong at its top.

    Raises:
        FunctionError: there is no such module or function, or it cannot be used; a name that comes
            near is told.
    """
    loaded = _load_module(module, folder)
    found = getattr(loaded, function, None)
    if found is None:
        defined = [name for name, value in vars(loaded).items() if inspect.isfunction(value)]
        raise FunctionError(
            f"module '{module}' has no function '{function}'{did_you_mean(function, defined)}"
        )
    if not callable(found) or inspect.iscoroutinefunction(found):
        raise FunctionError(
            f"{module}:{function} is no plain function; expected def {function}"
            "(context, event, request)"
        )
    handler: Handler = found
    return handler


def folder_of(source: str) -> Path:
    """Return the folder of the file in an endpoint's `source`, the current one if it names none."""
    file, _, line = source.rpartition(":")
    return Path(file).parent if file and line.isdecimal() else Path()


def _load_module(module: str, folder: Path) -> ModuleType:
    own = _file_of(module, folder)
    loaded = sys.modules.get(module)
    try:
        with _importable(folder):
            if own and loaded and not _is_from(loaded, own):
                return _load_beside(module, own)
            return importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise FunctionError(_import_problem(module, folder, error)) from error


def _file_of(module: str, folder: Path) -> Path | None:
    """Return the file in a folder that holds a module, or None."""
    base = folder.resolve().joinpath(*module.split("."))
    candidates = (base.with_name(f"{base.name}.py"), base / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _is_from(module: ModuleType, file: Path) -> bool:
    found = getattr(module, "__file__", None)
    return found is not None and Path(found).resolve() == file


def _load_beside(module: str, file: Path) -> ModuleType:
    """Load a file whose module name another folder's file has taken, under a name of its own."""
    name = f"{module}@{file.parent}"
    known = sys.modules.get(name)
    if known:
        return known
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {file}")
    sys.modules[name] = loaded = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(loaded)
    except BaseException:
        del sys.modules[name]
        raise
    return loaded


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Have Python look for modules in a folder first, and as before afterwards."""
    entry = str(folder.resolve())
    importlib.invalidate_caches()
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)


def _import_problem(module: str, folder: Path, error: BaseException) -> str:
    if not isinstance(error, ModuleNotFoundError) or error.name not in _parents(module):
        return f"module '{module}' cannot be imported: {type(error).__name__}: {error}"
    there = [file.stem for file in folder.glob("*.py")]
    return f"no module '{module}' in {folder.resolve()}{did_you_mean(module, there)}"


def _parents(module: str) -> list[str]:
    """Return `a`, `a.b`, `a.b.c` for the module `a.b.c`."""
    names = module.split(".")
    return [".".join(names[: count + 1]) for count in range(len(names))]
