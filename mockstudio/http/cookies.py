"""Cookies that a caller keeps between requests (rest-api.md 5.6)."""

from __future__ import annotations

from dataclasses import replace
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any, cast
from urllib.request import Request

import requests
from requests.cookies import MockResponse

from mockstudio.http.exchange import OutgoingRequest


class Cookies:
    """The cookies of one caller, kept for the URLs as they were meant, wherever they led."""

    def __init__(self) -> None:
        self._jar = CookieJar()

    def added_to(self, request: OutgoingRequest) -> OutgoingRequest:
        """Return the request with the cookies that its URL is to get, if there are any."""
        asking = Request(request.url)
        self._jar.add_cookie_header(asking)
        cookie = asking.get_header("Cookie")
        if cookie is None:
            return request
        return replace(request, headers={**request.headers, "Cookie": cookie})

    def keep(self, url: str, answer: requests.Response) -> None:
        """Keep what an answer to a URL sets."""
        head = Message()
        for value in answer.raw.headers.getlist("Set-Cookie"):
            head["Set-Cookie"] = value
        response = cast("Any", MockResponse(cast("Any", head)))
        self._jar.extract_cookies(response, Request(url))
