"""What is asked and answered in every measurement."""

from __future__ import annotations

import json

PATH = "/orders/42"
FORM_PATH = "/lookup"
FORM = "order=42&from=%2B12025550123&channel=sms"
SLOW_PATH = "/slow"
DOCUMENT = {"order": 42, "status": "shipped", "note": ""}
DOCUMENT["note"] = "x" * (200 - len(json.dumps(DOCUMENT)))
ANSWER = json.dumps(DOCUMENT).encode()

ENDPOINTS = [
    {"name": "order", "url": PATH, "methods": ["GET"], "reply": {"json": DOCUMENT}},
    {
        "name": "lookup-41",
        "url": FORM_PATH,
        "methods": ["POST"],
        "when": {"params": {"order": "41"}},
        "reply": {"json": {}},
    },
    {
        "name": "lookup-42",
        "url": FORM_PATH,
        "methods": ["POST"],
        "when": {"params": {"order": "42"}},
        "reply": {"json": DOCUMENT},
    },
    {"name": "slow", "url": SLOW_PATH, "reply": {"json": {"ok": True}, "delay": "1s"}},
]


def others(count: int) -> list[dict[str, object]]:
    """Return so many endpoints that are never asked for, half of them patterns."""
    return [
        {
            "name": f"other-{n}",
            "url": f"/others/{n}" + ("/{part}" if n % 2 else ""),
            "reply": {"json": {"n": n}},
        }
        for n in range(count)
    ]
