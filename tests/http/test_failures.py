"""What exactly went wrong, where Twilio tells it apart."""

from __future__ import annotations

import ssl

import pytest
import requests
from urllib3.exceptions import ConnectTimeoutError

from mockstudio.http.exchange import FailureCause, FailureKind
from mockstudio.http.failures import failure_of, never_connected, not_connected, timeout


def unverified(code):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return requests.exceptions.SSLError(error)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (10, FailureCause.CERTIFICATE_EXPIRED),
        (62, FailureCause.CERTIFICATE_NAME),
        (64, FailureCause.CERTIFICATE_NAME),
        (18, FailureCause.CERTIFICATE_ISSUER),
        (19, FailureCause.CERTIFICATE_ISSUER),
        (20, FailureCause.CERTIFICATE_ISSUER),
        (21, FailureCause.CERTIFICATE_ISSUER),
        (9, None),
    ],
)
def test_a_certificate_is_wrong_in_one_way_or_another(code, cause):
    failure = failure_of(unverified(code), "x")
    assert (failure.kind, failure.cause) == (FailureKind.TLS, cause)


def test_other_tls_trouble_has_no_cause():
    failure = failure_of(requests.exceptions.SSLError(ssl.SSLError(1, "wrong version")), "x")
    assert (failure.kind, failure.cause) == (FailureKind.TLS, None)


def test_a_slow_connection_is_told_apart_from_a_slow_answer():
    connecting = requests.ConnectTimeout(ConnectTimeoutError("late"))
    assert never_connected(connecting)
    assert not never_connected(requests.ReadTimeout(TimeoutError("late")))
    assert failure_of(connecting, "x") is None


def test_a_timeout_says_what_was_waited_for():
    connecting = not_connected(5.0, 5.0)
    assert connecting.text == "no connection after 5.0 s, limit 5.0 s"
    assert (connecting.kind, connecting.cause) == (
        FailureKind.TIMEOUT,
        FailureCause.NOT_CONNECTED,
    )
    assert timeout(10.0, 10.0, began=False).cause is None
