"""A sandbox that runs already."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from mockstudio.errors import ServerError

PATIENCE = 2
"""Seconds that a sandbox has to answer."""


def find_sandbox(url: str) -> list[Mapping[str, str]] | None:
    """Return the routes of the sandbox at a URL, or None when there is none.

    Args:
        url: scheme, host and port.
    """
    with requests.Session() as session:
        session.trust_env = False
        try:
            index = session.get(f"{url}/_mockstudio/", timeout=PATIENCE).json()
            if index.get("name") != "mockstudio":
                return None
            routes = session.get(f"{url}/_mockstudio/routes", timeout=PATIENCE).json()
        except (requests.RequestException, ValueError, AttributeError):
            return None
    found: list[Mapping[str, str]] = routes["routes"]
    return found


def expect_sandbox(url: str) -> list[Mapping[str, str]]:
    """Return the routes of the sandbox at a URL; raises ServerError when there is none."""
    found = find_sandbox(url)
    if found is None:
        raise ServerError(f"no sandbox answers at {url}; start one with `mockstudio serve`")
    return found
