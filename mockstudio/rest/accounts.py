"""`/2010-04-01/Accounts/{AC}` (rest-api.md 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockstudio.config import API_VERSION
from mockstudio.rest.representation import rfc_2822
from mockstudio.rest.request import Answer, ApiRequest, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World

_SUBRESOURCES = ("calls", "incoming_phone_numbers", "keys", "messages")


class AccountResource:
    """The account that the settings name, and nothing else.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._auth_token = world.settings.auth_token
        self._since = world.clock.now()

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.get(f"/{API_VERSION}/Accounts/<account_sid>.json", self.fetch)

    def fetch(self, request: ApiRequest, account_sid: str) -> Answer:
        """Answer with the account."""
        return fetched(_represent(account_sid, self._auth_token, self._since))


def _represent(sid: str, auth_token: str, since: datetime) -> Mapping[str, Any]:
    uri = f"/{API_VERSION}/Accounts/{sid}"
    return {
        "auth_token": auth_token,
        "date_created": rfc_2822(since),
        "date_updated": rfc_2822(since),
        "friendly_name": "mockstudio",
        "owner_account_sid": sid,
        "sid": sid,
        "status": "active",
        "subresource_uris": {
            name: f"{uri}/{name.title().replace('_', '')}.json" for name in _SUBRESOURCES
        },
        "type": "Full",
        "uri": f"{uri}.json",
    }
