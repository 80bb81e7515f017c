"""Python functions that play Twilio Functions: found, called as a handler, their result a reply.

A function takes what a handler takes (rest-api.md 7.1), in Python's words:

    def lookup(context, event, request):
        return {"total": 12.5, "order": event["order"]}
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import logging
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from mockstudio.endpoints.bodies import TEXT_TYPE, XML_TYPE
from mockstudio.endpoints.model import Body, JsonBody, PythonBody, Reply, TextBody
from mockstudio.endpoints.request import Request
from mockstudio.errors import FunctionError, did_you_mean

Handler = Callable[[Mapping[str, str], Mapping[str, Any], Request], object]

logger = logging.getLogger(__name__)

REMOVED_HEADERS = frozenset(
    "via referer transfer-encoding proxy-authorization proxy-authenticate x-real-ip connection "
    "proxy-connection expect trailer upgrade".split()
)
"""Headers that the gateway keeps from a Function (rest-api.md 7.1)."""

REMOVED_PREFIXES = ("i-twilio-", "i-t-", "ot-", "x-amz", "x-forwarded-", "x-accel-")
"""How the names of more such headers begin (rest-api.md 7.1)."""

WHAT_A_FUNCTION_RETURNS = (
    "str, dict, list, bool, None, (status, body), a Reply or something with to_xml()"
)


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


def call_function(
    handler: Handler, reply: Reply, request: Request, environment: Mapping[str, str]
) -> Reply:
    """Call a function as Twilio calls a Function's handler, and return the reply it makes.

    Args:
        handler: the function.
        reply: where the function is written; its status, headers and effects go with whatever the
            function returns, unless that is a Reply, which says everything itself.
        request: the call.
        environment: what `context` holds besides DOMAIN_NAME and PATH.

    Returns:
        A reply whose texts are no templates. When the function raises, even to end the program, a
        500 with the members that a Function's error has (rest-api.md 7.2); the traceback is logged.

    Raises:
        FunctionError: the function returned something that is no answer.
    """
    context = function_context(request, environment)
    try:
        result = handler(context, function_event(request), request)
        return _reply_to(result, reply)
    except (KeyboardInterrupt, FunctionError):
        raise
    except BaseException as error:
        name = getattr(handler, "__name__", "function")
        logger.exception("function '%s' raised while it answered %s", name, request.target)
        return Reply(status=500, body=JsonBody(_thrown(error)), delay=reply.delay)


def function_context(request: Request, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return a handler's `context`, read-only: DOMAIN_NAME, PATH and the environment's values."""
    own = {"DOMAIN_NAME": request.host, "PATH": request.path}
    return MappingProxyType({**own, **environment})


def function_event(request: Request) -> dict[str, Any]:
    """Return a handler's `event` (rest-api.md 7.1).

    Returns:
        Query and body together, the body's values first in rank, repeated names as lists; under
        `request` the headers by lower-case name and the cookies.
    """
    params = {name: v if len(v) > 1 else v[0] for name, v in request.params.items()}
    is_json = request.media_type.endswith(("/json", "+json"))
    body = request.json if is_json and isinstance(request.json, dict) else {}
    own = {"headers": _passed_headers(request), "cookies": dict(request.cookies)}
    return {**params, **body, "request": own}


def _passed_headers(request: Request) -> dict[str, str]:
    passed: dict[str, str] = {}
    for name, value in request.headers:
        key = name.lower()
        if key not in REMOVED_HEADERS and not key.startswith(REMOVED_PREFIXES):
            passed[key] = f"{passed[key]}, {value}" if key in passed else value
    return passed


def _thrown(error: BaseException) -> dict[str, str]:
    stack = "".join(traceback.format_exception(error))
    return {"message": str(error), "name": type(error).__name__, "stack": stack}


def _reply_to(result: object, reply: Reply) -> Reply:
    if isinstance(result, Reply):
        if isinstance(result.body, PythonBody):
            raise FunctionError("a function cannot return a Reply that is played by a function")
        return result
    status = reply.status
    if isinstance(result, tuple):
        status, result = _status_and_body(result)
    return replace(reply, status=status, body=_body_of(result))


def _status_and_body(result: tuple[object, ...]) -> tuple[int, object]:
    match result:
        case (int() as status, body) if 100 <= status <= 599 and not isinstance(body, tuple):
            return status, body
    raise FunctionError(f"expected a function's tuple to be (status, body), found {result!r:.100}")


def _body_of(result: object) -> Body:
    """Return the body for what a function returns (rest-api.md 7.2)."""
    if result is None:
        return None
    if isinstance(result, str):
        return TextBody(result, TEXT_TYPE)
    if isinstance(result, dict | list | bool):
        return JsonBody(result)
    to_xml = getattr(result, "to_xml", None)
    if not callable(to_xml):
        raise FunctionError(
            f"expected a function to return {WHAT_A_FUNCTION_RETURNS}, "
            f"found {type(result).__name__}"
        )
    xml = to_xml()
    return TextBody(xml.decode() if isinstance(xml, bytes) else str(xml), XML_TYPE)


def _load_module(module: str, folder: Path) -> ModuleType:
    own = _file_of(module, folder)
    loaded = sys.modules.get(module)
    try:
        with _importable(folder):
            if own and loaded and not _is_from(loaded, own):
                return _load_beside(module, own)
            return importlib.import_module(module)
    except Exception as error:
        raise FunctionError(_import_problem(module, folder, error)) from error


def _file_of(module: str, folder: Path) -> Path | None:
    """Return the file in a folder that holds a module, or None."""
    base = folder.resolve().joinpath(*module.split("."))
    candidates = (base.with_name(f"{base.name}.py"), base / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _is_from(module: ModuleType, file: Path) -> bool:
    return bool(module.__file__) and Path(str(module.__file__)).resolve() == file


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


def _import_problem(module: str, folder: Path, error: Exception) -> str:
    if not isinstance(error, ModuleNotFoundError) or error.name not in _parents(module):
        return f"module '{module}' cannot be imported: {type(error).__name__}: {error}"
    there = [file.stem for file in folder.glob("*.py")]
    return f"no module '{module}' in {folder.resolve()}{did_you_mean(module, there)}"


def _parents(module: str) -> list[str]:
    """Return `a`, `a.b`, `a.b.c` for the module `a.b.c`."""
    names = module.split(".")
    return [".".join(names[: count + 1]) for count in range(len(names))]
