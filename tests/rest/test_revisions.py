"""The revisions of a flow, by way of the official library and of plain requests."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

MEMBERS = {
    *("sid", "account_sid", "author_sid", "friendly_name", "definition", "status", "revision"),
    *("commit_message", "valid", "errors", "date_created", "date_updated", "url"),
}


@pytest.fixture
def flow(client, sandbox, deploy, definition):
    """A flow with a published, another published and a draft revision, a minute apart."""
    made = client.studio.v2.flows(deploy("one", commit_message="first").sid)
    sandbox.clock.advance(60)
    made.update("published", "shop", definition("two"), "second")
    sandbox.clock.advance(60)
    made.update("draft", definition=definition("three"))
    return made.fetch()


def test_revisions_are_listed_newest_first(client, web, flow):
    listed = client.studio.v2.flows(flow.sid).revisions.list(page_size=1)
    assert [revision.revision for revision in listed] == [3, 2, 1]
    assert [revision.status for revision in listed] == ["draft", "published", "published"]
    assert [revision.friendly_name for revision in listed] == ["shop", "shop", "orders"]
    page = web("GET", f"/v2/Flows/{flow.sid}/Revisions").json
    assert page["meta"]["key"] == "revisions"
    for revision in page["revisions"]:
        assert set(revision) == MEMBERS
        assert (revision["definition"], revision["valid"], revision["errors"]) == (None,) * 3


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [
        ("1", 1, "one"),
        ("2", 2, "two"),
        ("3", 3, "three"),
        ("LatestPublished", 2, "two"),
        ("LatestRevision", 3, "three"),
    ],
)
def test_a_revision_is_fetched_by_its_number_or_as_the_latest(
    client, flow, definition, name, number, text
):
    revision = client.studio.v2.flows(flow.sid).revisions(name).fetch()
    assert (revision.sid, revision.revision) == (flow.sid, number)
    assert revision.definition == definition(text)
    assert revision.url.endswith(f"/v2/Flows/{flow.sid}/Revisions/{number}")


def test_a_revision_as_json(web, flow, definition):
    revision = web("GET", f"/v2/Flows/{flow.sid}/Revisions/2").json
    assert set(revision) == MEMBERS
    assert (revision["commit_message"], revision["author_sid"]) == ("second", None)
    assert (revision["valid"], revision["errors"]) == (True, [])
    created = web("GET", f"/v2/Flows/{flow.sid}").json["date_created"]
    assert revision["date_created"] > created
    assert revision["date_updated"] is None


@pytest.mark.parametrize("name", ["latest", "LatestDraft", "1.0", "latestpublished", "1a"])
def test_what_names_no_revision(client, flow, name):
    with pytest.raises(TwilioRestException, match="expected an integer, LatestPublished") as found:
        client.studio.v2.flows(flow.sid).revisions(name).fetch()
    assert (found.value.status, found.value.code) == (400, 81021)


@pytest.mark.parametrize("name", ["0", "4", "-1", "9" * 5000])
def test_a_revision_that_there_is_not(client, flow, name):
    with pytest.raises(TwilioRestException) as found:
        client.studio.v2.flows(flow.sid).revisions(name).fetch()
    assert (found.value.status, found.value.code) == (404, 20404)


def test_a_flow_that_was_never_published_has_no_latest_published(client, deploy):
    revisions = client.studio.v2.flows(deploy(status="draft").sid).revisions
    assert revisions("LatestRevision").fetch().revision == 1
    with pytest.raises(TwilioRestException) as found:
        revisions("LatestPublished").fetch()
    assert (found.value.status, found.value.code) == (404, 20404)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_revision_stays_as_it_is(web, flow, method):
    answer = web(method, f"/v2/Flows/{flow.sid}/Revisions/1")
    assert (answer.status_code, answer.json["code"]) == (405, 20004)
