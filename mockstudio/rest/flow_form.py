"""What a request says of a flow that is to be saved, and its mistakes (rest-api.md 4.1, 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from mockstudio.errors import Problem
from mockstudio.flows.definition import LoadedFlow, check_definition
from mockstudio.flows.deployed import DRAFT, PUBLISHED, Revision
from mockstudio.rest.errors import RestError, invalid, missing
from mockstudio.rest.parameters import Parameters
from mockstudio.sids import is_sid, new_sid

INVALID_DEFINITION: Final = 81022

_SOURCE = "REST API"


def first_revision(form: Parameters, now: datetime) -> Revision:
    """Return the first revision of a new flow, which gets a SID.

    Raises:
        RestError: something is missing or malformed (20001), or Studio would refuse the definition
            (81022).
    """
    name = form.required("FriendlyName")
    saved_status(form)
    loaded = sent_definition(form, new_sid("FW"))
    if loaded is None:
        raise missing("Definition")
    return revision_of(form, loaded, name, now)


def revision_of(form: Parameters, loaded: LoadedFlow, name: str, now: datetime) -> Revision:
    """Return the revision that a form makes of a flow.

    Args:
        form: says all but the definition.
        loaded: the flow.
        name: the flow's, unless the form has another.
        now: when it is saved.

    Raises:
        RestError: something is missing or malformed (20001).
    """
    return Revision(
        flow=replace(loaded.flow, name=form.text("FriendlyName", name)),
        status=saved_status(form),
        created=now,
        warnings=loaded.warnings,
        commit_message=form.text("CommitMessage"),
        author_sid=_author_sid(form),
    )


def saved_status(form: Parameters) -> str:
    """Return as what a form saves a flow: `draft` or `published`; raises RestError (20001)."""
    form.required("Status")
    return form.one_of("Status", (DRAFT, PUBLISHED))


def sent_definition(form: Parameters, sid: str) -> LoadedFlow | None:
    """Return the flow that a form's definition makes, or None without one.

    Raises:
        RestError: it is no JSON object (20001), or Studio would refuse it (81022).
    """
    definition = form.json_object("Definition")
    if definition is None:
        return None
    checked = check_definition(definition, sid, _SOURCE)
    if checked.flow is None:
        details = {"errors": represent(checked.errors), "warnings": represent(checked.warnings)}
        message = "Flow definition validation failed"
        raise RestError(HTTPStatus.BAD_REQUEST, INVALID_DEFINITION, message, details)
    return LoadedFlow(checked.flow, checked.warnings)


def represent(problems: Iterable[Problem]) -> list[Mapping[str, Any]]:
    """Return mistakes as Studio tells them, with paths from the definition's root."""
    return [{"message": each.message, "property_path": each.path} for each in problems]


def _author_sid(form: Parameters) -> str:
    found = form.text("AuthorSid")
    if found and not is_sid(found, "US"):
        raise invalid(f"AuthorSid: expected US and 32 hex digits, found '{found}'")
    return found
