"""The control API's journal: query and clear."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from mockstudio.control.payload import query_argument
from mockstudio.endpoints.journal import UNMATCHED, Journal


class JournalResources:
    """`/journal`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def register(self, blueprint: Blueprint) -> None:
        """Add the resources to the blueprint."""
        blueprint.get("/journal")(self.query)
        blueprint.delete("/journal")(self.clear)

    def query(self) -> Response:
        """Answer with the entries that fit, oldest first."""
        only_unmatched = request.args.get("unmatched", "").lower() in ("1", "true", "yes")
        entries = self._journal.query(
            UNMATCHED if only_unmatched else request.args.get("endpoint"),
            path=request.args.get("path"),
            method=request.args.get("method"),
            since=query_argument("since", _date),
            until=query_argument("until", _date),
        )
        limit = query_argument("limit", _count)
        newest = entries if limit is None else entries[max(0, len(entries) - limit) :]
        return jsonify(
            requests=[entry.to_dict() for entry in newest],
            total=len(entries),
            dropped=self._journal.dropped,
        )

    def clear(self) -> tuple[str, int]:
        """Forget all entries."""
        self._journal.clear()
        return "", 204


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"expected a whole number, found '{text}'")
    return int(text)


def _date(text: str) -> datetime:
    # A plus sign that was not percent-encoded has become a space.
    date = datetime.fromisoformat(text.replace(" ", "+"))
    return date if date.tzinfo else date.replace(tzinfo=UTC)
