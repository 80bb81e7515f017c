"""What becomes of each host that a program asks for."""

from __future__ import annotations

import pytest

from mockstudio.proxy.hosts import Way, known_hosts

HOSTS = known_hosts(
    [
        {"from": "https://orders-1234.twil.io/*", "to": "http://localhost:3000/*"},
        {"from": "https://*.internal.test/*", "to": "http://localhost:4000/*"},
        {"from": "https://scripted.test/*", "to": "scripted"},
        {"from": "https://lookup-1234.twil.io/lookup", "to": "endpoint lookup"},
        {"from": "https://{shop}.shops.test/orders", "to": "endpoint orders"},
        {"from": "/anywhere", "to": "endpoint anywhere"},
    ],
    ["Allowed.test"],
)


@pytest.mark.parametrize(
    ("host", "way"),
    [
        ("api.twilio.com", Way.SANDBOX),
        ("API.Twilio.com", Way.SANDBOX),
        ("studio.twilio.com", Way.SANDBOX),
        ("api.sydney.au1.twilio.com", Way.SANDBOX),
        ("twilio.com", Way.SANDBOX),
        ("nottwilio.com", Way.REFUSED),
        ("api.twilio.com.evil.test", Way.REFUSED),
        ("lookup-1234.twil.io", Way.SANDBOX),
        ("other-1234.twil.io", Way.REFUSED),
        ("mugs.shops.test", Way.SANDBOX),
        ("shops.test", Way.REFUSED),
        ("scripted.test", Way.SANDBOX),
        ("orders-1234.twil.io", Way.RELAY),
        ("a.internal.test", Way.RELAY),
        ("internal.test", Way.REFUSED),
        ("allowed.test", Way.OUT),
        ("example.com", Way.REFUSED),
        ("", Way.REFUSED),
    ],
)
def test_each_host_has_its_way(host, way):
    assert HOSTS.way(host) is way


def test_a_refusal_names_what_comes_near_and_what_to_write():
    assert HOSTS.refusal("lookup-1235.twil.io") == (
        "mockstudio: no endpoint and no route for lookup-1235.twil.io; "
        "did you mean 'lookup-1234.twil.io'?; --allow lookup-1235.twil.io lets it through"
    )
