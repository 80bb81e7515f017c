"""Media of messages: the resource, and the content itself."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from twilio.base.exceptions import TwilioRestException

from mockstudio.config import Settings
from mockstudio.sids import is_sid

SETTINGS = Settings()
CAT, DOG = "https://shop.example.com/cat.png", "https://shop.example.com/dog.gif"


@pytest.fixture
def message(client):
    """A message with two media."""
    usual = {"to": SETTINGS.contact, "from_": SETTINGS.number, "body": "Look"}
    return client.messages.create(**usual, media_url=[CAT, DOG])


@pytest.fixture
def media(web, account, message):
    """Make a request of the message's media."""

    def request(path="", method="GET", **keywords):
        return web(method, f"{account}/Messages/{message.sid}/Media{path}", **keywords)

    return request


def test_media_are_twilios_to_the_letter(media, account, message):
    shown = media(".json").json["media_list"][1]
    assert is_sid(shown["sid"], "ME")
    assert shown == {
        "account_sid": SETTINGS.account_sid,
        "content_type": "image/png",
        "date_created": "Mon, 05 Jan 2026 17:00:00 +0000",
        "date_updated": "Mon, 05 Jan 2026 17:00:00 +0000",
        "parent_sid": message.sid,
        "sid": shown["sid"],
        "uri": f"{account}/Messages/{message.sid}/Media/{shown['sid']}.json",
    }
    assert media(f"/{shown['sid']}.json").json == shown


def test_media_live_until_they_are_deleted(client, message):
    listed = client.messages(message.sid).media.list(page_size=1)
    assert [medium.content_type for medium in listed] == ["image/gif", "image/png"]
    first = client.messages(message.sid).media(listed[0].sid)
    assert first.fetch().content_type == "image/gif"
    assert first.delete() is True
    with pytest.raises(TwilioRestException) as refusal:
        first.fetch()
    assert refusal.value.code == 20404
    assert [m.sid for m in client.messages(message.sid).media.list()] == [listed[1].sid]
    assert client.messages(message.sid).fetch().num_media == "1"


def test_media_are_filtered_by_date(client, message):
    media = client.messages(message.sid).media
    assert len(media.list(date_created=date(2026, 1, 5))) == 2
    assert media.list(date_created_before=date(2026, 1, 5)) == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("path", [f"/ME{'0' * 32}.json", "/x.json"])
def test_a_medium_that_is_not_there_is_not_found(media, method, path):
    answer = media(path, method)
    assert (answer.status_code, answer.json["code"]) == (HTTPStatus.NOT_FOUND, 20404)


def test_media_of_no_message_are_not_found(web, account):
    path = f"{account}/Messages/SM{'0' * 32}/Media"
    for each in (".json", f"/ME{'0' * 32}.json", f"/ME{'0' * 32}"):
        assert web("GET", path + each).json["code"] == 20404


# --- the content


@pytest.fixture
def content(media, sandbox):
    """Follow the redirect to a medium's content, as somebody who is not logged in."""

    def follow(number):
        sid = media(".json").json["media_list"][number]["sid"]
        answer = media(f"/{sid}")
        assert (answer.status_code, answer.data) == (HTTPStatus.TEMPORARY_REDIRECT, b"")
        target = urlsplit(answer.headers["Location"])
        assert (target.scheme, target.netloc) == ("http", "localhost")
        return sandbox.app.test_client().get(target.path)

    return follow


def test_the_content_is_what_an_endpoint_answers(sandbox, content):
    reply = {"text": "meow", "headers": {"Content-Type": "image/webp"}}
    endpoint = {"name": "cat", "url": CAT, "reply": reply}
    sandbox.add_endpoints({"endpoints": [endpoint]})
    answer = content(1)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/webp", b"meow")


def test_content_that_nothing_covers_has_its_type_and_nothing_else(content):
    answer = content(0)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/gif", b"")


def test_content_that_is_gone_is_not_found(sandbox, content):
    sandbox.add_endpoints({"endpoints": [{"name": "cat", "url": CAT, "reply": {"status": 410}}]})
    assert content(1).status_code == HTTPStatus.NOT_FOUND


def test_content_of_a_deleted_medium_is_not_found(client, media, message, sandbox):
    sid = client.messages(message.sid).media.list()[0].sid
    target = urlsplit(media(f"/{sid}").headers["Location"]).path
    client.messages(message.sid).media(sid).delete()
    assert sandbox.app.test_client().get(target).status_code == HTTPStatus.NOT_FOUND
    assert media(f"/{sid}").status_code == HTTPStatus.NOT_FOUND
    nothing = target.replace(message.sid, "MM" + "0" * 32)
    assert sandbox.app.test_client().get(nothing).status_code == HTTPStatus.NOT_FOUND
