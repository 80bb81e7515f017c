"""The 404s of endpoints: nothing matches, or no reply is left. Each says what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.bodies import JSON_TYPE
from mockstudio.endpoints.matching import NearMiss
from mockstudio.endpoints.model import Endpoint
from mockstudio.endpoints.outcomes import OUTCOME_NAMES, PLAY_PARAMETER
from mockstudio.endpoints.request import Request


def not_found(request: Request, nearest: Iterable[NearMiss], hint: str = "") -> Answer:
    """Return the answer to a request that no endpoint matches.

    Args:
        request: what was asked.
        nearest: the endpoints that miss it by least.
        hint: what else is wrong with the request, or empty.
    """
    return _answer(
        {
            "error": f"no endpoint matches {request.method} {request.url}",
            **({"hint": hint} if hint else {}),
            "nearest": [
                {
                    "endpoint": miss.endpoint.name,
                    "url": str(miss.endpoint.url),
                    "differences": list(miss.differences),
                }
                for miss in nearest
            ],
        }
    )


def play_hint(here: Sequence[Endpoint], name: str, outcome: str) -> str:
    """Return what is wrong with a request's `mockstudio-play` parameter.

    Args:
        here: the endpoints at the request's path.
        name: the endpoint it names, empty for any.
        outcome: the outcome it names.
    """
    names = [endpoint.name for endpoint in here]
    if not names or name not in ("", *names):
        known = ", ".join(names) or "none"
        return f"{PLAY_PARAMETER}: no endpoint '{name}' at this path (here: {known})"
    known = ", ".join(dict.fromkeys([*OUTCOME_NAMES, *(o for e in here for o in e.outcomes)]))
    return f"{PLAY_PARAMETER}: no outcome '{outcome}' (known: {known})"


def exhausted(endpoint: Endpoint, number: int) -> Answer:
    """Return the answer of an endpoint whose replies have all been played.

    Args:
        endpoint: whose replies they are.
        number: of the call, from 1.
    """
    return _answer(
        {
            "error": f"endpoint '{endpoint.name}' has no reply left for call {number}",
            "hint": "its replies end with `at_end: 404`; use stick or cycle, or reset the sandbox",
        }
    )


def _answer(body: object) -> Answer:
    # Indented: people read it in a terminal and in the log.
    data = json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n"
    return Answer(404, (("Content-Type", JSON_TYPE),), (Piece(0.0, data),))
