"""Fifty clients at once, over a real port: nothing is lost and nothing doubled."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from mockstudio.clock import ScaledClock
from mockstudio.config import Settings
from mockstudio.sandbox import Sandbox
from mockstudio.server import serve_in_background

CLIENTS = 50
EACH = 4
"""How many of everything a client creates."""
SETTINGS = Settings()


def connect(url: str) -> Client:
    """Return a client with connections of its own."""
    web = TwilioHttpClient(pool_connections=True, timeout=30)
    web.session.trust_env = False
    client = Client(SETTINGS.account_sid, SETTINGS.auth_token, http_client=web)
    client.api.base_url = client.studio.base_url = url
    return client


@pytest.fixture
def world():
    """A sandbox on a port, and its address."""
    with Sandbox(clock=ScaledClock(10)) as sandbox, serve_in_background(sandbox) as server:
        yield sandbox, server.url


def test_fifty_clients_at_once(world, state):
    sandbox, url = world
    trigger = state("Trigger", "trigger", {"incomingRequest": "say"})
    say = state("say", "send-message", {"sent": None, "failed": None}, body="hello",
                **{"from": SETTINGS.number, "to": "{{contact.channel.address}}"})  # fmt: skip
    definition = {"initial_state": "Trigger", "states": [trigger, say]}
    client = connect(url)
    flow = client.studio.v2.flows.create("say", "published", definition).sid
    together = threading.Barrier(CLIENTS)

    def live(number: int) -> list[tuple[str, str]]:
        mine = connect(url)
        executions = mine.studio.v2.flows(flow).executions
        together.wait()
        made = []
        for n in range(EACH):
            name, person = f"{number}-{n}", f"+1202{number:03}{n:04}"
            key = mine.new_keys.create(friendly_name=name)
            message = mine.messages.create(to=person, from_=SETTINGS.number, body=name)
            execution = executions.create(person, SETTINGS.number)
            made += [(key.sid, name), (message.sid, name), (execution.sid, person)]
        mine.http_client.session.close()
        return made

    with ThreadPoolExecutor(CLIENTS) as pool:
        made = dict(pair for pairs in pool.map(live, range(CLIENTS)) for pair in pairs)
    assert len(made) == 3 * CLIENTS * EACH, "a SID was given twice"
    until_all_ended(sandbox)

    keys = client.keys.list(page_size=33)
    messages = client.messages.list(page_size=33)
    executions = client.studio.v2.flows(flow).executions.list(page_size=33)
    direct = [m for m in messages if m.body != "hello"]
    assert {key.sid: key.friendly_name for key in keys} == named(made, "SK")
    assert {m.sid: m.body for m in direct} == named(made, "SM")
    assert {e.sid: e.contact_channel_address for e in executions} == named(made, "FN")
    assert [len(keys), len(direct), len(executions)] == [CLIENTS * EACH] * 3
    by_flows = Counter(m.to for m in messages if m.body == "hello")
    assert by_flows == Counter(named(made, "FN").values())
    client.http_client.session.close()


def until_all_ended(sandbox):
    """Wait until every execution has run."""
    for _ in range(600):
        if not any(execution.is_active for execution in sandbox.executions.all()):
            return
        threading.Event().wait(0.05)
    pytest.fail("executions do not end")


def named(made, prefix):
    return {sid: name for sid, name in made.items() if sid.startswith(prefix)}
