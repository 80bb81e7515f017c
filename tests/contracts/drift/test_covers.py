"""What was redacted stands for anything of its type."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.drift.covers import is_same_text
from mockstudio.contracts.drift.shape import exact_differences
from mockstudio.contracts.recording.covers import cover
from mockstudio.contracts.recording.known_secrets import KnownSecrets
from mockstudio.contracts.recording.masks import Mask
from mockstudio.contracts.recording.secret_names import SecretNames


@pytest.mark.parametrize(
    ("scripted", "live", "is_same"),
    [
        ("redacted", "hunter2", True),
        ("redacted.......", "h", True),
        ("see /?token=redacted#f", "see /?token=abc#f", True),
        ("see /?token=redacted#f", "see /?token=abc#g", False),
        ("see /?token=redacted#f", "look /?token=abc#f", False),
        ("a redacted b redacted c", "a 1 b 2 c", True),
        ("a redacted b redacted c", "a 1 c", False),
        ("aredacteda", "a", False),
        ("a", "b", False),
    ],
)
def test_a_cover_in_a_text_is_compared_by_what_is_around_it(scripted, live, is_same):
    assert is_same_text(scripted, live) is is_same


@given(st.lists(st.text("ab", max_size=4), min_size=1), st.text(min_size=1))
def test_a_text_is_the_same_as_before_it_was_covered(parts, secret):
    assert is_same_text(cover(secret).join(parts), secret.join(parts))


@given(st.dictionaries(st.sampled_from(["a", "token", "b"]), st.text(min_size=1) | st.integers()))
def test_json_is_exactly_that_from_which_it_was_redacted(live):
    mask = Mask(SecretNames(), KnownSecrets(), lambda name: None)
    scripted = json.loads(mask.applied_to(json.dumps(live)))
    assert list(exact_differences(scripted, live)) == []


@pytest.mark.parametrize(
    ("scripted", "live", "told"),
    [
        ({"token": "redacted"}, {"token": 1}, ['token: expected "redacted", found 1']),
        ({"pin": 73322833}, {"pin": "1234"}, ['pin: expected 73322833, found "1234"']),
        ({"pin": 73322833}, {"pin": 1.5}, []),
        ({"a": 1}, {"a": 73322833}, ["a: expected 1, found 73322833"]),
    ],
)
def test_a_cover_has_the_type_of_what_it_covers(scripted, live, told):
    assert list(exact_differences(scripted, live)) == told
