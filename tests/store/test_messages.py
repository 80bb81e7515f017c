from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mockstudio.store.messages import Message, MessageStore


def message(body="hi", status="queued"):
    return Message("SM1", "AC1", "+1", "+2", body, "", status, datetime(2026, 1, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ü" * 70, 1),
        ("ü" * 71, 2),
        ("ü" * 134, 2),
        ("ü" * 135, 3),
    ],
)
def test_how_many_segments_a_text_needs(body, segments):
    assert message(body).segments == segments


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
