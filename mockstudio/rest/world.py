"""What the REST API needs of the sandbox."""

from __future__ import annotations

from typing import Protocol

from mockstudio.clock import Clock
from mockstudio.config import Settings
from mockstudio.rest.failures import Failures
from mockstudio.store.keys import ApiKey
from mockstudio.store.ledger import Ledger
from mockstudio.store.numbers import NumberBook


class World(Protocol):
    """A sandbox, as far as the REST API is concerned."""

    settings: Settings
    clock: Clock
    failures: Failures
    keys: Ledger[ApiKey]
    numbers: NumberBook
