"""Who may do what with the REST API."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from mockstudio.config import Settings

SETTINGS = Settings()
OTHER_ACCOUNT = "AC" + "f" * 32
STUDIO = "/v2/Flows"


@pytest.fixture
def key(client):
    """An API key."""
    return client.new_keys.create()


def assert_login_failed(answer, message):
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Twilio API"'
    assert answer.json == {
        "code": 20003,
        "detail": "Your AccountSid or AuthToken was incorrect.",
        "message": message,
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


@pytest.mark.parametrize(
    ("auth", "message"),
    [
        (None, "Authentication Error - No credentials provided"),
        ((OTHER_ACCOUNT, SETTINGS.auth_token), "Authentication Error - invalid username"),
        (("SK" + "0" * 32, "secret"), "Authentication Error - invalid username"),
        ((SETTINGS.account_sid, "wrong"), "Authenticate"),
        ((SETTINGS.account_sid, ""), "Authenticate"),
        ((SETTINGS.account_sid, "wröng"), "Authenticate"),
        ((SETTINGS.test_account_sid, SETTINGS.auth_token), "Authenticate"),
    ],
)
def test_a_login_that_opens_nothing(web, account, auth, message):
    for path in (f"{account}/Keys.json", STUDIO, "/2010-04-01/nothing"):
        assert_login_failed(web("GET", path, auth=auth), message)


def test_a_bearer_token_is_no_login(web, account):
    answer = web("GET", f"{account}.json", auth=None, headers={"Authorization": "Bearer x"})
    assert_login_failed(answer, "Authentication Error - No credentials provided")


def test_nobody_sees_another_account(web):
    answer = web("GET", f"/2010-04-01/Accounts/{OTHER_ACCOUNT}/Messages.json")
    assert_login_failed(answer, "Authenticate")


def test_the_account_can_be_fetched(client):
    found = client.api.accounts(SETTINGS.account_sid).fetch()
    assert (found.sid, found.status, found.type) == (SETTINGS.account_sid, "active", "Full")
    assert found.auth_token == SETTINGS.auth_token


def test_a_deleted_key_opens_nothing_from_then_on(web, client, key):
    auth = (key.sid, key.secret)
    assert web("GET", "/v2/Flows/nothing", auth=auth).status_code == HTTPStatus.NOT_FOUND
    client.keys(key.sid).delete()
    message = "Authentication Error - invalid username"
    assert_login_failed(web("GET", "/v2/Flows/nothing", auth=auth), message)


def test_a_key_with_a_wrong_secret_opens_nothing(web, key):
    assert_login_failed(web("GET", STUDIO, auth=(key.sid, "wrong")), "Authenticate")


def test_a_key_manages_neither_accounts_nor_keys(web, account, key):
    auth = (key.sid, key.secret)
    for path in (".json", "/Keys.json", f"/Keys/{key.sid}.json"):
        assert_login_failed(web("GET", account + path, auth=auth), "Authenticate")
    assert_login_failed(web("GET", "/2010-04-01/Accounts.json", auth=auth), "Authenticate")


def test_test_credentials_reach_little(web):
    auth = (SETTINGS.test_account_sid, SETTINGS.test_auth_token)
    account = f"/2010-04-01/Accounts/{SETTINGS.test_account_sid}"
    tried = [
        ("GET", f"{account}.json"),
        ("GET", f"{account}/Messages.json"),
        ("POST", f"{account}/Keys.json"),
        ("GET", STUDIO),
    ]
    for method, path in tried:
        answer = web(method, path, auth=auth)
        assert (answer.status_code, answer.json["code"]) == (HTTPStatus.FORBIDDEN, 20008)
