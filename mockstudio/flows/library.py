"""The flows of a sandbox, by SID and name, with their templates compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from mockstudio.errors import Problem, UnknownNameError, UsageError
from mockstudio.flows.deployed import PUBLISHED, DeployedFlow, Revision
from mockstudio.flows.liquid import StudioLiquid
from mockstudio.flows.model import Flow
from mockstudio.flows.program import Program
from mockstudio.store.ledger import Ledger

LATEST_DRAFT: Final = "LatestDraft"


class FlowLibrary:
    """Every flow a sandbox knows.

    Args:
        liquid: compiles their templates.
        now: returns the time.
        loaded: told the SID of each flow that is loaded.

    Attributes:
        deployed: the flows with all their revisions.
    """

    def __init__(
        self,
        liquid: StudioLiquid,
        now: Callable[[], datetime],
        loaded: Callable[[str], None] = lambda sid: None,
    ) -> None:
        self._liquid = liquid
        self._now = now
        self._tell_loaded = loaded
        self._loaded: list[Revision] = []
        # Compiled when first needed. Of a deleted flow they stay: it may be running as a subflow.
        self._programs: dict[tuple[str, int], Program] = {}
        self.deployed: Ledger[DeployedFlow] = Ledger()

    def add(self, flow: Flow, warnings: Iterable[Problem] = ()) -> Flow:
        """Add a flow that was loaded, or a further revision of one: it is published."""
        revision = Revision(flow, PUBLISHED, self._now(), tuple(warnings))
        self._loaded.append(revision)
        self._put(revision)
        self._tell_loaded(flow.sid)
        return flow

    def reset(self) -> None:
        """Forget what was deployed, changed and deleted since the flows were loaded."""
        self.deployed.clear()
        self._programs.clear()
        for revision in self._loaded:
            self._put(revision)

    def _put(self, revision: Revision) -> None:
        self._programs.pop((revision.sid, revision.number), None)
        known = self.deployed.change(revision.sid, lambda flow: flow.with_revision(revision))
        if known is None:
            self.deployed.add(DeployedFlow((revision,)))

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The current revision of each flow, in the order they were added."""
        return tuple(flow.current for flow in self.deployed.all())

    def find(self, name_or_sid: str) -> Flow:
        """Return the current revision of a flow by its SID or its name.

        Raises:
            UnknownNameError: there is none.
            UsageError: several have the name.
        """
        by_sid = self.deployed.get(name_or_sid)
        if by_sid is not None:
            return by_sid.current
        found = [flow for flow in self.flows if flow.name == name_or_sid]
        if len(found) > 1:
            sids = ", ".join(flow.sid for flow in found)
            raise UsageError(f"{len(found)} flows are called '{name_or_sid}': say which by {sids}")
        if not found:
            raise UnknownNameError("flow", name_or_sid, [flow.name for flow in self.flows])
        return found[0]

    def only(self) -> Flow:
        """Return the flow that is meant when none is named.

        Raises:
            UsageError: there are none, or several.
        """
        flows = self.flows
        if len(flows) == 1:
            return flows[0]
        names = ", ".join(flow.name for flow in flows) or "none"
        raise UsageError(f"name the flow that is meant (loaded: {names})")

    def flow_for(self, sid: str, contact: str) -> Flow | None:
        """Return what runs when a contact starts a flow (rest-api.md 4.2).

        Args:
            sid: `FW…`.
            contact: the person's address.

        Returns:
            For test users the latest revision of all, for others the latest that is published;
            None when there is none.
        """
        deployed = self.deployed.get(sid)
        revision = deployed.revision_for(contact) if deployed else None
        return revision.flow if revision else None

    def program(self, sid: str, revision: int) -> Program:
        """Return a flow ready to run; raises UnknownNameError."""
        program = self._programs.get((sid, revision))
        return program or self._programs.setdefault((sid, revision), self._compile(sid, revision))

    def _compile(self, sid: str, revision: int) -> Program:
        deployed = self.deployed.get(sid)
        found = deployed.numbered(str(revision)) if deployed else None
        if found is None:
            flows = self.deployed.all()
            known = [f"{each.sid} revision {each.number}" for f in flows for each in f.revisions]
            raise UnknownNameError("flow", f"{sid} revision {revision}", known)
        return Program(found.flow, self._liquid)

    def subflow(self, sid: str, revision: str) -> Flow | None:
        """Return the flow that a run-subflow widget names, or None (reference 2.7).

        Args:
            sid: `FW…`.
            revision: `LatestPublished`, `LatestDraft` or a number as text.
        """
        deployed = self.deployed.get(sid)
        if deployed is None:
            return None
        if revision == LATEST_DRAFT:
            return deployed.latest.flow
        found = deployed.numbered(revision) if revision.isdecimal() else deployed.published
        return found.flow if found else None
