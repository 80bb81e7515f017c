from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from werkzeug.datastructures import MultiDict

from mockstudio.rest.date_filter import DateFilter
from mockstudio.rest.parameters import Parameters

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATE = datetime(2026, 1, 6, 1, tzinfo=timezone(timedelta(hours=2)))
"""Still the 5th in UTC."""

CASES = [
    ({}, NOON, True),
    ({"T": "2026-01-05"}, NOON, True),
    ({"T": "2026-01-05T00:00:00Z"}, NOON, True),
    ({"T": "2026-01-04"}, NOON, False),
    ({"T": "2026-01-05"}, LATE, True),
    ({"T<": "2026-01-05"}, NOON, False),
    ({"T<": "2026-01-05T12:00:00Z"}, NOON, False),
    ({"T<": "2026-01-06"}, NOON, True),
    ({"T>": "2026-01-05"}, NOON, True),
    ({"T>": "2026-01-05T12:00:00Z"}, NOON, True),
    ({"T>": "2026-01-05T12:00:01Z"}, NOON, False),
    ({"T>": "2026-01-05", "T<": "2026-01-06"}, NOON, True),
    ({}, None, True),
    ({"T": "2026-01-05"}, None, False),
    ({"T<": "2026-01-05"}, None, False),
    ({"T>": "2026-01-05"}, None, False),
]


@pytest.mark.parametrize(("query", "moment", "passes"), CASES)
def test_which_moments_pass(query, moment, passes):
    found = DateFilter.of(Parameters(MultiDict(query)), "T")
    assert found.lets_through(moment) is passes
