from __future__ import annotations

from datetime import UTC, datetime

from mockstudio.store.messages import Message, MessageStore


def message(body="hi", status="queued"):
    return Message("SM1", "AC1", "+1", "+2", body, "", status, datetime(2026, 1, 5, tzinfo=UTC))


def test_a_message_knows_how_many_segments_it_needs():
    assert (message("hi").segments, message("a" * 161).segments) == (1, 2)


def test_only_a_failed_message_has_failed():
    assert message(status="failed").has_failed
    assert not message(status="queued").has_failed


def test_messages_are_kept_in_order_until_cleared():
    store, first, second = MessageStore(), message("1"), message("2")
    store.add(first)
    store.add(second)
    found = store.all()
    assert found == [first, second]
    store.clear()
    assert (store.all(), len(found)) == ([], 2)
