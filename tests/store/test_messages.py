from __future__ import annotations

from datetime import UTC, datetime

from mockstudio.sids import is_sid
from mockstudio.store.messages import INBOUND, OUTBOUND_API, Message, MessageStore, new_message

WHEN = datetime(2026, 1, 5, tzinfo=UTC)


def message(body="hi", status="queued", sid="SM1", **members):
    return Message(sid, "AC1", "+1", "+2", body, status, WHEN, **members)


def made(**members):
    usual = {"account_sid": "AC1", "from_": "+1", "to": "+2", "body": "hi", "media_urls": ()}
    usual |= {"status": "queued", "direction": OUTBOUND_API, "now": WHEN}
    return new_message(**usual | members)


def test_a_message_knows_how_many_segments_it_needs():
    assert (message("hi").segments, message("a" * 161).segments) == (1, 2)


def test_only_a_failed_message_has_failed():
    assert message(status="failed").has_failed
    assert not message(status="queued").has_failed


def test_messages_are_kept_in_order_until_cleared():
    store, first, second = MessageStore(), message(sid="SM1"), message(sid="SM2")
    store.add(first)
    store.add(second)
    found = store.all()
    assert found == [first, second]
    store.clear()
    assert (store.all(), len(found)) == ([], 2)


def test_a_message_with_media_is_known_by_its_sid_and_numbers_them():
    found = made(media_urls=["https://x/a.png?b=1", "https://x/b"])
    assert is_sid(made().sid, "SM")
    assert is_sid(found.sid, "MM")
    assert [(m.number, m.url, m.content_type) for m in found.media] == [
        (1, "https://x/a.png?b=1", "image/png"),
        (2, "https://x/b", "image/jpeg"),
    ]
    assert len({m.sid for m in found.media if is_sid(m.sid, "ME")}) == 2
    assert (found.media_url, made().media_url) == ("https://x/a.png?b=1", "")


def test_a_message_from_a_messaging_service_has_no_sender_yet():
    found = made(from_="MG" + "0" * 32)
    assert (found.has_sender, found.messaging_service_sid) == (False, "MG" + "0" * 32)
    assert (made().has_sender, made().messaging_service_sid) == (True, "")


def test_a_message_costs_something_for_each_segment_once_it_has_left():
    assert made().price is None
    assert message(sent=WHEN).price == "-0.00750"
    assert message("a" * 161, sent=WHEN).price == "-0.01500"
    assert made(status="received", direction=INBOUND).price == "-0.00750"


def test_a_received_message_was_sent_when_it_was_made():
    assert made(status="received").sent == WHEN
    assert made().sent is None
