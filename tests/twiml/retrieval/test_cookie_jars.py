"""How long cookies are kept."""

from __future__ import annotations

from mockstudio.clock import VirtualClock
from mockstudio.twiml.cookie_jars import KEPT_FOR, MOST_JARS, CookieJars


def test_each_owner_keeps_cookies_for_four_hours_from_the_first_request():
    clock = VirtualClock()
    jars = CookieJars(clock)
    first = jars.of("CA1")
    assert jars.of("CA1") is first
    assert jars.of("CA2") is not first
    clock.advance(KEPT_FOR - 1)
    assert jars.of("CA1") is first
    clock.advance(1)
    assert jars.of("CA1") is not first


def test_the_jar_not_asked_for_longest_makes_way():
    jars = CookieJars(VirtualClock())
    oldest, used = jars.of("oldest"), jars.of("used")
    for number in range(MOST_JARS - 2):
        jars.of(number)
    assert jars.of("used") is used
    jars.of("one more")
    assert jars.of("used") is used
    assert jars.of("oldest") is not oldest
