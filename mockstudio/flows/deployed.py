"""A flow as Studio keeps it: its revisions, and who tests its drafts (rest-api.md 4.1, 4.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mockstudio.errors import Problem
from mockstudio.flows.model import Flow

DRAFT: Final = "draft"
PUBLISHED: Final = "published"


@dataclass(frozen=True)
class Revision:
    """A flow as it was saved once.

    Attributes:
        flow: what runs.
        status: `draft` or `published`.
        created: when it was saved.
        warnings: what is odd about the definition.
        commit_message: what was said of the change, empty for nothing.
        author_sid: `US…` of who saved it, or empty.
    """

    flow: Flow
    status: str
    created: datetime
    warnings: tuple[Problem, ...] = ()
    commit_message: str = ""
    author_sid: str = ""

    @property
    def sid(self) -> str:
        """The flow's SID."""
        return self.flow.sid

    @property
    def number(self) -> int:
        """Counted from 1."""
        return self.flow.revision


@dataclass(frozen=True)
class DeployedFlow:
    """A flow with all its revisions.

    Attributes:
        revisions: by their numbers, one at least.
        test_users: the contacts for whom the latest revision runs, published or not.
    """

    revisions: tuple[Revision, ...]
    test_users: tuple[str, ...] = ()

    @property
    def sid(self) -> str:
        """`FW…`."""
        return self.latest.sid

    @property
    def created(self) -> datetime:
        """When the first revision was saved."""
        return self.revisions[0].created

    @property
    def updated(self) -> datetime | None:
        """When a further revision was saved, or None while there is one only."""
        return self.latest.created if len(self.revisions) > 1 else None

    @property
    def latest(self) -> Revision:
        """The last revision of all."""
        return self.revisions[-1]

    @property
    def published(self) -> Revision | None:
        """The last revision that was published: live traffic runs it."""
        found = (each for each in reversed(self.revisions) if each.status == PUBLISHED)
        return next(found, None)

    @property
    def current(self) -> Flow:
        """What live traffic runs, or the latest revision while none is published."""
        return (self.published or self.latest).flow

    def numbered(self, number: str) -> Revision | None:
        """Return the revision whose number is written so, or None."""
        return next((each for each in self.revisions if str(each.number) == number), None)

    def revision_for(self, contact: str) -> Revision | None:
        """Return the revision that runs for a contact, or None when none was published."""
        return self.latest if contact in self.test_users else self.published

    def with_revision(self, revision: Revision) -> DeployedFlow:
        """Return the flow with a revision that has its number already."""
        others = [each for each in self.revisions if each.number != revision.number]
        by_number = sorted([*others, revision], key=lambda each: each.number)
        return replace(self, revisions=tuple(by_number))

    def followed_by(self, revision: Revision) -> DeployedFlow:
        """Return the flow with one more revision, which gets the next number."""
        flow = replace(revision.flow, sid=self.sid, revision=self.latest.number + 1)
        return replace(self, revisions=(*self.revisions, replace(revision, flow=flow)))
