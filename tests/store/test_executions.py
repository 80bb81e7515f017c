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


def numbered(store, flow_sid):
    return [(entry.number, entry.record.sid) for entry in store.of_flow(flow_sid)]


@pytest.fixture
def store():
    return ExecutionStore[Record]()


def active(store, record):
    """Return the newest active execution of a record's contact, or None."""
    found = store.active(record.flow_sid, record.contact, record.channel)
    return found[-1] if found else None


def test_an_execution_is_found_by_sid_and_by_contact(store):
    record = Record("FN1")
    store.add(record)
    assert store.get("FN1") is active(store, record) is record
    assert store.get("FN2") is None


@pytest.mark.parametrize("other", [{"flow_sid": "FW2"}, {"contact": "x"}, {"channel": "y"}])
def test_contacts_flows_and_channels_are_kept_apart(store, other):
    record, different = Record("FN1"), Record("FN2", **other)
    store.add(record)
    assert active(store, different) is None
    store.add(different)
    assert (active(store, record), active(store, different)) == (record, different)


def test_an_ended_execution_is_kept_but_frees_its_contact(store):
    record = Record("FN1")
    store.add(record)
    ended = replace(record, is_active=False)
    store.save(ended)
    assert active(store, record) is None
    assert store.get("FN1") is ended


def test_the_end_of_an_older_execution_does_not_free_a_newer_one(store):
    older, newer = Record("FN1"), Record("FN2")
    store.add(older)
    store.add(newer)
    store.save(replace(older, is_active=False))
    assert active(store, newer) is newer


def test_executions_come_in_the_order_they_were_added(store):
    first, second = Record("FN1"), Record("FN2")
    store.add(first)
    store.add(second)
    store.save(replace(first, is_active=False))
    assert [record.sid for record in store.all()] == ["FN1", "FN2"]


def test_clearing_forgets_everything(store):
    record = Record("FN1")
    store.add(record)
    store.clear()
    assert (store.all(), store.get("FN1"), active(store, record)) == ([], None, None)


def test_several_calls_of_a_contact_are_active_side_by_side_oldest_first(store):
    older, newer = Record("FN1", call_sid="CA1"), Record("FN2", call_sid="CA2")
    store.add(older)
    store.add(newer)
    assert store.active("FW1", older.contact, older.channel) == [older, newer]


def test_an_execution_is_found_by_its_call_whether_or_not_it_is_active(store):
    record = Record("FN1", call_sid="CA1")
    store.add(record)
    assert store.of_call("FW1", "CA1") is record
    ended = replace(record, is_active=False)
    store.save(ended)
    assert store.of_call("FW1", "CA1") is ended
    assert (store.of_call("FW2", "CA1"), store.of_call("FW1", "CA2")) == (None, None)


def test_calls_are_forgotten_with_all_else(store):
    store.add(Record("FN1", call_sid="CA1"))
    store.clear()
    assert store.of_call("FW1", "CA1") is None


def test_a_removed_execution_frees_its_contact_and_its_call(store):
    record = Record("FN1", call_sid="CA1")
    store.add(record)
    assert (store.remove("FN1"), store.remove("FN1")) == (record, None)
    assert (store.get("FN1"), active(store, record), store.of_call("FW1", "CA1")) == (None,) * 3
    assert (store.all(), numbered(store, "FW1")) == ([], [])


def test_a_removed_execution_stays_away_whoever_saves_it(store):
    record = Record("FN1", call_sid="CA1")
    store.add(record)
    store.remove("FN1")
    store.save(record)
    assert (store.get("FN1"), active(store, record), store.of_call("FW1", "CA1")) == (None,) * 3


def test_the_removal_of_one_execution_leaves_the_contact_with_the_other(store):
    older, newer = store.add(Record("FN1")), store.add(Record("FN2"))
    store.remove("FN2")
    assert store.active("FW1", newer.contact, newer.channel) == [older]


def test_a_flows_executions_keep_their_numbers_when_others_go(store):
    for sid, flow_sid in (("FN1", "FW1"), ("FN2", "FW2"), ("FN3", "FW1"), ("FN4", "FW1")):
        store.add(Record(sid, flow_sid))
    store.remove("FN3")
    store.save(Record("FN1", "FW1", is_active=False))
    assert numbered(store, "FW1") == [(1, "FN1"), (4, "FN4")]
    assert numbered(store, "FW3") == []
