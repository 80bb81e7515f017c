"""Numbers that are to be text are the text that is written."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from mockstudio.files.documents import parse_yaml
from mockstudio.files.scalars import as_text


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", 1000),
        ("-0", 0),
        (".5", 0.5),
        ("5.", 5.0),
        ("42", 42),
        ("12.5", 12.5),
        ("1e999", float("inf")),
    ],
)
def test_a_number_is_a_number_and_as_text_what_is_written(written, value):
    found = parse_yaml(written, "a").data
    assert (found, isinstance(found, int)) == (value, isinstance(value, int))
    assert as_text(found) == written
    assert json.dumps(found) == json.dumps(value)
    for same in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert (same, as_text(same)) == (value, written)


def test_a_hexadecimal_number_may_be_long():
    text = f"0x{'f' * 3990}"
    assert as_text(parse_yaml(text, "a").data) == text
