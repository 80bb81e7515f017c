"""The flows of a sandbox, by SID and name, with their templates compiled."""

from __future__ import annotations

from mockstudio.errors import UnknownNameError, UsageError
from mockstudio.flows.liquid import StudioLiquid
from mockstudio.flows.model import Flow
from mockstudio.flows.program import Program


class FlowLibrary:
    """Every flow a sandbox knows.

    Args:
        liquid: compiles their templates.
    """

    def __init__(self, liquid: StudioLiquid) -> None:
        self._liquid = liquid
        self._programs: dict[tuple[str, int], Program] = {}
        self._latest: dict[str, Flow] = {}

    def add(self, flow: Flow) -> Flow:
        """Add a flow, or a further revision of one."""
        self._programs[flow.sid, flow.revision] = Program(flow, self._liquid)
        latest = self._latest.get(flow.sid)
        if latest is None or latest.revision <= flow.revision:
            self._latest[flow.sid] = flow
        return flow

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The latest revision of each flow, in the order they were added."""
        return tuple(self._latest.values())

    def find(self, name_or_sid: str) -> Flow:
        """Return a flow by its SID or its name; raises UnknownNameError."""
        for flow in self.flows:
            if name_or_sid in (flow.sid, flow.name):
                return flow
        raise UnknownNameError("flow", name_or_sid, [flow.name for flow in self.flows])

    def only(self) -> Flow:
        """Return the flow that is meant when none is named.

        Raises:
            UsageError: there are none, or several.
        """
        if len(self.flows) == 1:
            return self.flows[0]
        names = ", ".join(flow.name for flow in self.flows) or "none"
        raise UsageError(f"name the flow that is meant (loaded: {names})")

    def program(self, sid: str, revision: int) -> Program:
        """Return a flow ready to run; raises UnknownNameError."""
        found = self._programs.get((sid, revision))
        if found is None:
            known = [f"{sid} revision {revision}" for sid, revision in self._programs]
            raise UnknownNameError("flow", f"{sid} revision {revision}", known)
        return found

    def subflow(self, sid: str, revision: str) -> Flow | None:
        """Return the flow that a run-subflow widget names, or None (reference 2.7).

        Args:
            sid: `FW…`.
            revision: `LatestPublished`, `LatestDraft` or a number as text.
        """
        if not revision.isdecimal():
            return self._latest.get(sid)
        program = self._programs.get((sid, int(revision)))
        return program.flow if program else None
