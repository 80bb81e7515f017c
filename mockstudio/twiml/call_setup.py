"""How a call is set up, and what plays it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockstudio.clock import Clock
from mockstudio.events import Listener
from mockstudio.store.results import ScriptedResults
from mockstudio.twiml.retrieval import Retriever
from mockstudio.twiml.voice.base import Verb

INBOUND = "inbound"
OUTBOUND = "outbound-api"


@dataclass(frozen=True)
class CallSetup:
    """Who calls whom, and which URLs say what happens (rest-api.md 3.5, 3.7).

    Attributes:
        from_: who calls.
        to: who is called.
        url: the first document's.
        method: GET or POST.
        fallback_url: asked when `url` fails; empty for none.
        fallback_method: GET or POST.
        status_callback: told how the call goes; empty for nobody.
        status_callback_method: GET or POST.
        status_callback_events: of initiated, ringing, answered and completed.
        direction: `inbound` or `outbound-api`.
        timeout: seconds an outgoing call rings.
        detects_machines: whether an outgoing call tells people from machines.
        send_digits: keys that an outgoing call presses once it is answered.
        twiml: a document given inline instead of `url`.
    """

    from_: str
    to: str
    url: str = ""
    method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)
    direction: str = INBOUND
    timeout: float = 60.0
    detects_machines: bool = False
    send_digits: str = ""
    twiml: str = ""


@dataclass(frozen=True)
class CarrierServices:
    """What plays calls.

    Attributes:
        account_sid: whose calls they are.
        clock: their time.
        retriever: requests documents.
        verbs: by name.
        results: what the world outside decides.
        tell: told of everything that happens.
    """

    account_sid: str
    clock: Clock
    retriever: Retriever
    verbs: Mapping[str, Verb]
    results: ScriptedResults
    tell: Listener
