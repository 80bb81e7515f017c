"""API keys, by way of the official library and of plain requests."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from twilio.base.exceptions import TwilioRestException

MEMBERS = {"sid", "friendly_name", "date_created", "date_updated"}


def test_a_key_lives_from_its_making_to_its_deletion(client):
    made = client.new_keys.create(friendly_name="deploys")
    assert made.sid.startswith("SK")
    assert made.date_created == made.date_updated
    found = client.keys(made.sid).fetch()
    assert (found.friendly_name, found.date_created) == ("deploys", made.date_created)
    assert client.keys(made.sid).update(friendly_name="releases").friendly_name == "releases"
    assert [key.friendly_name for key in client.keys.list()] == ["releases"]
    assert client.keys(made.sid).delete() is True
    assert client.keys.list() == []


def test_only_the_making_of_a_key_shows_its_secret(web, account):
    made = web("POST", f"{account}/Keys.json")
    assert made.status_code == HTTPStatus.CREATED
    assert set(made.json) == MEMBERS | {"secret"}
    one = f"{account}/Keys/{made.json['sid']}.json"
    assert set(web("GET", one).json) == MEMBERS
    assert set(web("POST", one, data={"FriendlyName": "x"}).json) == MEMBERS
    (listed,) = web("GET", f"{account}/Keys.json").json["keys"]
    assert set(listed) == MEMBERS


def test_an_update_without_a_name_keeps_the_name(client):
    made = client.new_keys.create(friendly_name="deploys")
    assert client.keys(made.sid).update().friendly_name == "deploys"


def test_a_name_of_more_than_64_characters_is_refused(client):
    assert client.new_keys.create(friendly_name="x" * 64)
    with pytest.raises(TwilioRestException, match="at most 64 characters, found 65") as refusal:
        client.new_keys.create(friendly_name="x" * 65)
    assert (refusal.value.status, refusal.value.code) == (400, 20002)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_key_that_is_not_there_is_not_found(web, account, method):
    path = f"{account}/Keys/SK{'0' * 32}.json"
    answer = web(method, path)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.json == {
        "code": 20404,
        "message": f"The requested resource {path} was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


def test_a_reset_forgets_all_keys(client, sandbox):
    client.new_keys.create()
    sandbox.reset()
    assert client.keys.list() == []
