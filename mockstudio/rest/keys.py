"""`/2010-04-01/Accounts/{AC}/Keys` (rest-api.md 1.1, 1.3, 3.6)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mockstudio.config import API_VERSION
from mockstudio.rest.errors import refused
from mockstudio.rest.parameters import Parameters
from mockstudio.rest.representation import rfc_2822
from mockstudio.rest.request import Answer, ApiRequest, Listing, created, deleted, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World
from mockstudio.sids import new_sid
from mockstudio.store.keys import ApiKey

LONGEST_NAME: Final = 64
BAD_FRIENDLY_NAME: Final = 20002

_KEYS = f"/{API_VERSION}/Accounts/<account_sid>/Keys"


class KeyResource:
    """API keys. A deleted one opens nothing from the next request on.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._keys = world.keys
        self._clock = world.clock

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.post(f"{_KEYS}.json", self.create)
        routes.get(f"{_KEYS}.json", self.list)
        routes.get(f"{_KEYS}/<sid>.json", self.fetch)
        routes.post(f"{_KEYS}/<sid>.json", self.update)
        routes.delete(f"{_KEYS}/<sid>.json", self.delete)

    def create(self, request: ApiRequest, account_sid: str) -> Answer:
        """Make a key; only this answer has its secret."""
        now = self._clock.now()
        name, secret = _friendly_name(request.form), secrets.token_urlsafe(24)
        key = self._keys.add(ApiKey(new_sid("SK"), secret, name, created=now, updated=now))
        return created({**_represent(key), "secret": key.secret})

    def list(self, request: ApiRequest, account_sid: str) -> Listing[ApiKey]:
        """Answer with all keys."""
        return Listing("keys", self._keys.entries(), _represent)

    def fetch(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Answer with a key."""
        return fetched(_represent(request.found(self._keys.get(sid))))

    def update(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Give a key another name."""
        name, now = _friendly_name(request.form), self._clock.now()
        changed = self._keys.change(
            sid, lambda key: replace(key, friendly_name=name or key.friendly_name, updated=now)
        )
        return fetched(_represent(request.found(changed)))

    def delete(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Revoke a key."""
        request.found(self._keys.remove(sid))
        return deleted()


def _friendly_name(form: Parameters) -> str:
    name = form.text("FriendlyName")
    if len(name) > LONGEST_NAME:
        message = f"FriendlyName: expected at most {LONGEST_NAME} characters, found {len(name)}"
        raise refused(BAD_FRIENDLY_NAME, message)
    return name


def _represent(key: ApiKey) -> Mapping[str, Any]:
    return {
        "sid": key.sid,
        "friendly_name": key.friendly_name,
        "date_created": rfc_2822(key.created),
        "date_updated": rfc_2822(key.updated),
    }
