"""`/v2/Flows/{FW}/Revisions` (rest-api.md 4.1, 4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from mockstudio.flows.deployed import DeployedFlow, Revision
from mockstudio.rest.errors import refused
from mockstudio.rest.flow_form import represent
from mockstudio.rest.representation import iso_8601
from mockstudio.rest.request import Answer, ApiRequest, Listing, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World
from mockstudio.store.ledger import Entry

BAD_REVISION: Final = 81021
LATEST_PUBLISHED: Final = "LatestPublished"
LATEST_REVISION: Final = "LatestRevision"
IN_A_LIST: Final[Mapping[str, Any]] = {"definition": None, "valid": None, "errors": None}
"""What only a resource that stands alone tells."""

_REVISIONS = "/v2/Flows/<flow_sid>/Revisions"
_NUMBER = re.compile(r"[-+]?\d+", re.ASCII)


class RevisionResource:
    """The revisions of a flow.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._flows = world.library.deployed

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.get(_REVISIONS, self.list)
        routes.get(f"{_REVISIONS}/<name>", self.fetch)

    def list(self, request: ApiRequest, flow_sid: str) -> Listing[Revision]:
        """Answer with all revisions."""
        flow = request.found(self._flows.get(flow_sid))
        return Listing(
            "revisions",
            [Entry(revision.number, revision) for revision in flow.revisions],
            lambda revision: {**_represent(request, revision), **IN_A_LIST},
        )

    def fetch(self, request: ApiRequest, flow_sid: str, name: str) -> Answer:
        """Answer with a revision."""
        flow = request.found(self._flows.get(flow_sid))
        return fetched(_represent(request, request.found(_named(flow, name))))


def _named(flow: DeployedFlow, name: str) -> Revision | None:
    """Return the revision that a path names; raises RestError for what names none."""
    if name == LATEST_PUBLISHED:
        return flow.published
    if name == LATEST_REVISION:
        return flow.latest
    if not _NUMBER.fullmatch(name):
        expected = f"an integer, {LATEST_PUBLISHED} or {LATEST_REVISION}"
        raise refused(BAD_REVISION, f"Revision: expected {expected}, found '{name}'")
    return flow.numbered(name)


def members(account_sid: str, revision: Revision) -> Mapping[str, Any]:
    """Return what a flow and its revisions tell alike."""
    return {
        "sid": revision.sid,
        "account_sid": account_sid,
        "author_sid": revision.author_sid or None,
        "friendly_name": revision.flow.name,
        "definition": revision.flow.definition,
        "status": revision.status,
        "revision": revision.number,
        "commit_message": revision.commit_message or None,
        "valid": True,
        "errors": represent(()),
    }


def _represent(request: ApiRequest, revision: Revision) -> Mapping[str, Any]:
    url = f"{request.base_url}/v2/Flows/{revision.sid}/Revisions/{revision.number}"
    return {
        **members(request.account_sid, revision),
        "date_created": iso_8601(revision.created),
        "date_updated": None,
        "url": url,
    }
