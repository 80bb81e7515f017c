from __future__ import annotations

import pytest

from mockstudio.sids import SAMPLE_ACCOUNT_SID, derived_sid, is_sid, new_sid


def test_a_new_sid_is_like_no_other():
    made = {new_sid("FN") for _ in range(100)}
    assert len(made) == 100
    assert all(is_sid(sid, "FN") for sid in made)


def test_a_derived_sid_stays_the_same_for_its_seed():
    assert derived_sid("FW", "orders") == derived_sid("FW", "orders")
    assert derived_sid("FW", "orders") != derived_sid("FW", "returns")
    assert is_sid(derived_sid("FW", "orders"), "FW")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FW",
        "FN" + "0" * 32,
        "FW" + "0" * 31,
        "FW" + "0" * 33,
        "FW" + "g" * 32,
        "fw" + "0" * 32,
        "FW" + "0" * 32 + "\n",
    ],
)
def test_what_is_no_flow_sid(text):
    assert not is_sid(text, "FW")


def test_the_sample_account_has_a_sid():
    assert is_sid(SAMPLE_ACCOUNT_SID, "AC")
