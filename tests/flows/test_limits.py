from __future__ import annotations

from dataclasses import fields

import pytest

from mockstudio.errors import UnknownNameError, UsageError
from mockstudio.flows.limits import Limits, profile, with_limits


def test_the_studio_profile_has_the_documented_limits():
    limits = profile("studio")
    assert (limits.http_timeout, limits.http_body, limits.http_redirects) == (10.0, 65_536, 5)
    assert (limits.loop_limit, limits.step_limit, limits.execution_days) == (10, 1_000, 30)
    assert limits.function_redirect_is_success


def test_the_legacy_profile_waits_five_seconds_and_takes_only_2xx():
    limits = profile("studio-legacy")
    assert limits.http_timeout == 5.0
    assert not limits.function_redirect_is_success


def test_an_unknown_profile_names_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'studio-legacy'"):
        profile("studio-legcy")


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("http-timeout", "5s", "http_timeout", 5.0),
        ("http_timeout", "1m30s", "http_timeout", 90.0),
        ("http-timeout", " 2.5 ", "http_timeout", 2.5),
        ("http-body", "1000", "http_body", 1000),
        ("http-body", "65_536", "http_body", 65_536),
        ("http-redirects", "0", "http_redirects", 0),
        ("function-redirect-is-success", "False", "function_redirect_is_success", False),
        ("http_timeout", "300ms", "http_timeout", 0.3),
    ],
)
def test_a_limit_is_set_by_name(name, value, field, expected):
    assert getattr(with_limits(Limits(), {name: value}), field) == pytest.approx(expected)


def test_limits_not_named_stay_as_they_are():
    changed = with_limits(profile("studio-legacy"), {"loop-limit": "3"})
    assert (changed.loop_limit, changed.http_timeout) == (3, 5.0)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("http-timout", "5s", "no limit 'http-timout'; did you mean 'http-timeout'"),
        ("http-timeout", "soon", "limit 'http-timeout': expected a duration"),
        ("http-timeout", "0", "above 0, found '0'"),
        ("http-body", "64kB", "limit 'http-body': expected a whole number"),
        ("http-body", "-1", "expected a whole number, 0 or more, found '-1'"),
        ("http-body", "²", "expected a whole number"),
        ("function-redirect-is-success", "maybe", "expected true or false, found 'maybe'"),
    ],
)
def test_a_mistake_says_what_was_expected(name, value, message):
    with pytest.raises(UsageError) as raised:
        with_limits(Limits(), {name: value})
    assert message in str(raised.value)


def test_every_limit_is_documented():
    undocumented = [f.name for f in fields(Limits) if f"{f.name}:" not in (Limits.__doc__ or "")]
    assert undocumented == []
