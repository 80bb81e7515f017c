"""Lists, page by page, over the lists that keys make."""

from __future__ import annotations

import pytest


@pytest.fixture
def names(client):
    """The names of five keys, newest first."""
    made = [client.new_keys.create(friendly_name=name).friendly_name for name in "abcde"]
    return made[::-1]


def test_pages_are_followed_to_their_end(client, names):
    for page_size in range(1, 7):
        listed = client.keys.list(page_size=page_size)
        assert [key.friendly_name for key in listed] == names


def test_a_page_says_where_it_stands(web, account, names):
    path = f"{account}/Keys.json"
    first = web("GET", path, query_string={"PageSize": 2}).json
    assert [key["friendly_name"] for key in first["keys"]] == names[:2]
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert first["uri"] == first["first_page_uri"] == f"{path}?PageSize=2&Page=0"
    assert first["previous_page_uri"] is None
    second = web("GET", first["next_page_uri"]).json
    assert [key["friendly_name"] for key in second["keys"]] == names[2:4]
    assert (second["page"], second["start"], second["end"]) == (1, 2, 3)
    assert second["previous_page_uri"] == f"{path}?PageSize=2&Page=0"
    last = web("GET", second["next_page_uri"]).json
    assert [key["friendly_name"] for key in last["keys"]] == names[4:]
    assert last["next_page_uri"] is None


def test_an_empty_list_has_one_page(web, account):
    page = web("GET", f"{account}/Keys.json").json
    assert (page["keys"], page["start"], page["end"]) == ([], 0, 0)
    assert (page["page_size"], page["next_page_uri"]) == (50, None)


def test_nothing_is_skipped_when_records_go_while_a_list_is_read(client, names):
    seen = []
    for key in client.keys.stream(page_size=2):
        seen.append(key.friendly_name)
        client.keys(key.sid).delete()
    assert seen == names


def test_nothing_is_told_twice_when_records_come_while_a_list_is_read(client, names):
    seen = []
    for key in client.keys.stream(page_size=2):
        seen.append(key.friendly_name)
        client.new_keys.create(friendly_name="later")
    assert seen == names


def test_a_page_keeps_parameters_that_it_does_not_know(web, account, names):
    query = {"PageSize": 2, "DateSent>": "2026-01-01", "To": "+1555"}
    following = web("GET", f"{account}/Keys.json", query_string=query).json["next_page_uri"]
    assert following.startswith(
        f"{account}/Keys.json?DateSent%3E=2026-01-01&To=%2B1555&PageSize=2&Page=1&PageToken=PASK"
    )


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("PageSize=1001", 20007, "Page size must be less than or equal to 1000"),
        ("PageSize=99999999999999999999", 20007, "Page size must be less"),
        ("PageSize=0", 20001, "PageSize: expected a number from 1 to 1000, found '0'"),
        ("PageSize=many", 20001, "found 'many'"),
        ("PageSize=-1", 20001, "found '-1'"),
        ("Page=x", 20001, "Page: expected a number"),
        ("PageToken=x", 21481, "Invalid PageToken"),
    ],
)
def test_a_page_that_there_cannot_be(web, account, query, code, message):
    answer = web("GET", f"{account}/Keys.json", query_string=query)
    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert message in answer.json["message"]


@pytest.mark.parametrize(
    ("called", "named"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://studio.twilio.com", "https://studio.twilio.com"),
        ("https://sandbox.example.com", "https://sandbox.example.com"),
    ],
)
def test_whole_urls_name_the_server_as_it_was_called(web, called, named):
    meta = web("GET", "/v2/Flows", base_url=called).json["meta"]
    assert meta["url"] == f"{named}/v2/Flows?PageSize=50&Page=0"
