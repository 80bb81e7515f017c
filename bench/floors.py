"""The floors: a bare httptools protocol that answers from a dict, and pytest-httpserver.

Run as `python -m bench.floors httptools|httpserver`; prints its URL, then serves until killed.
"""

from __future__ import annotations

import asyncio
import sys
import threading

import httptools
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bench.workload import ANSWER, FORM_PATH, PATH

MESSAGE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(ANSWER),
    ANSWER,
)


class BareProtocol(asyncio.Protocol):
    """Parses requests and answers canned bytes by path; nothing else."""

    answers = {PATH.encode(): MESSAGE, FORM_PATH.encode(): MESSAGE}

    def connection_made(self, transport):
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_url(self, url):
        self.url = url

    def on_message_complete(self):
        self.transport.write(self.answers[self.url])


async def serve_httptools() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(BareProtocol, "127.0.0.1", 0, backlog=2048)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def serve_httpserver() -> None:
    def answer(_: Request) -> Response:
        return Response(ANSWER, mimetype="application/json")

    with HTTPServer(threaded=True) as server:
        server.expect_request(PATH).respond_with_handler(answer)
        server.expect_request(FORM_PATH, method="POST").respond_with_handler(answer)
        print(server.url_for("").rstrip("/"), flush=True)
        threading.Event().wait()


def main() -> None:
    if sys.argv[1] == "httptools":
        try:
            import uvloop
        except ImportError:
            asyncio.run(serve_httptools())
        else:
            uvloop.run(serve_httptools())
    else:
        serve_httpserver()


if __name__ == "__main__":
    main()
