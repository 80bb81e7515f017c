"""Python functions that play Twilio Functions: called as handlers, their results made replies.

A function takes what a handler takes (rest-api.md 7.1), in Python's words:

    def lookup(context, event, request):
        return {"total": 12.5, "order": event["order"]}
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mockstudio.endpoints.bodies import TEXT_TYPE, XML_TYPE
from mockstudio.endpoints.function_modules import Handler
from mockstudio.endpoints.model import Body, JsonBody, PythonBody, Reply, TextBody
from mockstudio.endpoints.request import Request
from mockstudio.endpoints.request_values import headers_by_name, params_by_name
from mockstudio.errors import FunctionError

logger = logging.getLogger(__name__)

REMOVED_HEADERS = frozenset(
    {
        "via",
        "referer",
        "transfer-encoding",
        "proxy-authorization",
        "proxy-authenticate",
        "x-real-ip",
        "connection",
        "proxy-connection",
        "expect",
        "trailer",
        "upgrade",
    }
)
"""Headers that the gateway keeps from a Function (rest-api.md 7.1)."""

REMOVED_PREFIXES = ("i-twilio-", "i-t-", "ot-", "x-amz", "x-forwarded-", "x-accel-")
"""How the names of more such headers begin (rest-api.md 7.1)."""

WHAT_A_FUNCTION_RETURNS = (
    "str, dict, list, bool, None, (status, body), a Reply or something with to_xml()"
)


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
    is_json = request.media_type.endswith(("/json", "+json"))
    body = request.json if is_json and isinstance(request.json, dict) else {}
    own = {"headers": _passed_headers(request), "cookies": dict(request.cookies)}
    return {**params_by_name(request), **body, "request": own}


def _passed_headers(request: Request) -> dict[str, str]:
    return {
        name: value
        for name, value in headers_by_name(request).items()
        if name not in REMOVED_HEADERS and not name.startswith(REMOVED_PREFIXES)
    }


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
