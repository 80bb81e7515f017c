from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from mockstudio.store.executions import ExecutionStore


@dataclass(frozen=True)
class Record:
    sid: str
    flow_sid: str = "FW1"
    contact: str = "+12025550123"
    channel: str = "+15005550006"
    is_active: bool = True
    call_sid: str = ""


@pytest.fixture
def store():
    return ExecutionStore[Record]()


def active(store, record):
    """Return the newest active execution of a record's contact, or None."""
    found = store.active(record.flow_sid, record.contact, record.channel)
    return found[-1] if found else None


def test_an_execution_is_found_by_sid_and_by_contact(store):
    record = Record("FN1")
    store.save(record)
    assert store.get("FN1") is active(store, record) is record
    assert store.get("FN2") is None


@pytest.mark.parametrize("other", [{"flow_sid": "FW2"}, {"contact": "x"}, {"channel": "y"}])
def test_contacts_flows_and_channels_are_kept_apart(store, other):
    record, different = Record("FN1"), Record("FN2", **other)
    store.save(record)
    assert active(store, different) is None
    store.save(different)
    assert (active(store, record), active(store, different)) == (record, different)


def test_an_ended_execution_is_kept_but_frees_its_contact(store):
    record = Record("FN1")
    store.save(record)
    ended = replace(record, is_active=False)
    store.save(ended)
    assert active(store, record) is None
    assert store.get("FN1") is ended


def test_the_end_of_an_older_execution_does_not_free_a_newer_one(store):
    older, newer = Record("FN1"), Record("FN2")
    store.save(older)
    store.save(newer)
    store.save(replace(older, is_active=False))
    assert active(store, newer) is newer


def test_executions_come_in_the_order_they_were_first_saved(store):
    first, second = Record("FN1"), Record("FN2")
    for record in (first, second, replace(first, is_active=False)):
        store.save(record)
    assert [record.sid for record in store.all()] == ["FN1", "FN2"]


def test_clearing_forgets_everything(store):
    record = Record("FN1")
    store.save(record)
    store.clear()
    assert (store.all(), store.get("FN1"), active(store, record)) == ([], None, None)


def test_several_calls_of_a_contact_are_active_side_by_side_oldest_first(store):
    older, newer = Record("FN1", call_sid="CA1"), Record("FN2", call_sid="CA2")
    store.save(older)
    store.save(newer)
    assert store.active("FW1", older.contact, older.channel) == [older, newer]


def test_an_execution_is_found_by_its_call_whether_or_not_it_is_active(store):
    record = Record("FN1", call_sid="CA1")
    store.save(record)
    assert store.of_call("FW1", "CA1") is record
    ended = replace(record, is_active=False)
    store.save(ended)
    assert store.of_call("FW1", "CA1") is ended
    assert (store.of_call("FW2", "CA1"), store.of_call("FW1", "CA2")) == (None, None)


def test_calls_are_forgotten_with_all_else(store):
    store.save(Record("FN1", call_sid="CA1"))
    store.clear()
    assert store.of_call("FW1", "CA1") is None
