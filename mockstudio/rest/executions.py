"""`/v2/Flows/{FW}/Executions` and its older forms (rest-api.md 4.1, 4.4, 4.7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from mockstudio.flows.execution import ACTIVE, ENDED, Execution
from mockstudio.flows.model import Flow
from mockstudio.flows.triggers import Trigger, request_trigger
from mockstudio.rest.errors import CONFLICT, RestError, invalid, refused
from mockstudio.rest.execution_forms import ENGAGEMENTS, FORMS, V2, ExecutionForm, find
from mockstudio.rest.parameters import Parameters
from mockstudio.rest.representation import iso_8601
from mockstudio.rest.request import Answer, ApiRequest, Listing, created, deleted, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World
from mockstudio.sids import derived_sid
from mockstudio.store.ledger import Entry

BAD_CONTACT: Final = 81023
LONGEST_CONTACT: Final = 300
"""Bytes that To and From may have together."""
STATUSES: Final = (ACTIVE, ENDED)


class ExecutionResource:
    """Executions, whoever started them.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        for form in FORMS:
            routes.post(form.route, partial(self.create, form))
            routes.get(form.route, partial(self.list, form))
            routes.get(f"{form.route}/<sid>", partial(self.fetch, form))
            routes.delete(f"{form.route}/<sid>", self.delete)
            if form is not ENGAGEMENTS:
                routes.post(f"{form.route}/<sid>", partial(self.update, form))

    def create(self, form: ExecutionForm, request: ApiRequest, flow_sid: str) -> Answer:
        """Start a flow for a contact; it runs once the answer is made.

        A contact has one active execution in a flow: version 1 answers with it, version 2 refuses.
        """
        request.found(self._world.library.deployed.get(flow_sid))
        trigger = _trigger(request.form)
        flow = self._flow(flow_sid, trigger.contact)
        execution, is_new = self._world.runner.admit(flow, trigger)
        body = _represent(form, request.base_url, execution)
        if is_new:
            self._world.runner.run_soon(execution, self._world.report)
            return created(body)
        if form is V2:
            raise _conflict(execution)
        return fetched(body)

    def list(self, form: ExecutionForm, request: ApiRequest, flow_sid: str) -> Listing[Execution]:
        """Answer with a flow's executions, as the filters want them."""
        request.found(self._world.library.deployed.get(flow_sid))
        entries = _filtered(self._world.executions.of_flow(flow_sid), request.query)
        return Listing(form.key, entries, partial(_represent, form, request.base_url))

    def fetch(self, form: ExecutionForm, request: ApiRequest, flow_sid: str, sid: str) -> Answer:
        """Answer with an execution."""
        execution = find(self._world, request, flow_sid, sid)
        return fetched(_represent(form, request.base_url, execution))

    def update(self, form: ExecutionForm, request: ApiRequest, flow_sid: str, sid: str) -> Answer:
        """End an execution; a call that it is about goes on with what it plays."""
        execution = find(self._world, request, flow_sid, sid)
        request.form.required("Status")
        if request.form.one_of("Status", STATUSES) == ENDED:
            self._world.runner.end(execution)
        elif not execution.is_active:
            raise invalid(f"Status: expected 'ended', as Execution {sid} has ended already")
        return fetched(_represent(form, request.base_url, execution))

    def delete(self, request: ApiRequest, flow_sid: str, sid: str) -> Answer:
        """Forget an execution and its steps; an active one ends."""
        execution = find(self._world, request, flow_sid, sid)
        if not self._world.runner.delete(execution):
            raise request.not_found()
        return deleted()

    def _flow(self, flow_sid: str, contact: str) -> Flow:
        flow = self._world.library.flow_for(flow_sid, contact)
        if flow is None:
            wanted = f"publish a revision, or make '{contact}' a test user"
            raise invalid(f"Flow {flow_sid} has no published revision: {wanted}")
        return flow


def _trigger(form: Parameters) -> Trigger:
    to, from_ = form.required("To"), form.required("From")
    size = len((to + from_).encode())
    if size > LONGEST_CONTACT:
        limit = f"expected at most {LONGEST_CONTACT} bytes together, found {size}"
        raise refused(BAD_CONTACT, f"To and From: {limit}")
    return request_trigger(from_, to, form.json_object("Parameters") or {})


def _conflict(execution: Execution) -> RestError:
    message = (
        f"Execution {execution.sid} is already active for this contact. "
        "End the active Execution before creating a new one"
    )
    details = {"conflicting_execution_sid": execution.sid}
    return RestError(HTTPStatus.CONFLICT, CONFLICT, message, details)


def _filtered(entries: list[Entry[Execution]], query: Parameters) -> list[Entry[Execution]]:
    """Return those of a status that began on or after one date and before another."""
    status = query.one_of("status", STATUSES)
    since, until = query.date("DateCreatedFrom"), query.date("DateCreatedTo")
    if status:
        entries = [entry for entry in entries if entry.record.status == status]
    if since is not None:
        entries = [entry for entry in entries if _created(entry.record) >= since]
    if until is not None:
        entries = [entry for entry in entries if _created(entry.record) < until]
    return entries


def _created(execution: Execution) -> datetime:
    return datetime.fromisoformat(execution.started)


def _represent(form: ExecutionForm, base_url: str, execution: Execution) -> Mapping[str, Any]:
    """Return an execution; its context is a resource of its own, and empty here."""
    url = form.url(base_url, execution)
    updated = execution.updated
    return {
        "sid": execution.sid,
        "account_sid": execution.account_sid,
        "flow_sid": execution.flow_sid,
        "contact_channel_address": execution.contact,
        "contact_sid": derived_sid("FC", execution.contact),
        **(_of_version_2(execution) if form is V2 else {}),
        "context": {},
        "status": execution.status,
        "date_created": iso_8601(_created(execution)),
        "date_updated": iso_8601(datetime.fromisoformat(updated)) if updated else None,
        "url": url,
        "links": {"steps": f"{url}/Steps", f"{form.name}_context": f"{url}/Context"},
    }


def _of_version_2(execution: Execution) -> Mapping[str, Any]:
    return {
        "flow_version": execution.frames[0].revision,
        "initiated_by": execution.initiated_by or None,
    }
