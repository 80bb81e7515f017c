"""A call from one number of the account to another: two calls, one for each side."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mockstudio.events import Event
from mockstudio.twiml.call import Call
from mockstudio.twiml.call_setup import CallSetup, CarrierServices
from mockstudio.twiml.events import CallEnded, CallStarted
from mockstudio.twiml.phone import Phone


def joined(out: CallSetup, back: CallSetup, phone: Phone, services: CarrierServices) -> list[Call]:
    """Return two calls of which each ends with the other; the second rings once the first does.

    The sides do not hear each other: each plays its own documents.

    Args:
        out: how the call goes out.
        back: how it comes in at the number that is called.
        phone: how that number answers.
        services: what plays calls.
    """
    calls: list[Call] = []

    def tell(event: Event) -> None:
        services.tell(event)
        if isinstance(event, CallStarted) and event.exchange == calls[0].sid:
            services.clock.call_later(0, partial(_ring, calls[1], calls[0]))
        if isinstance(event, CallEnded):
            for call in calls:
                _end_with(call, event)

    listening = replace(services, tell=tell)
    # What the number is set to answers, and that takes no ringing.
    calls += [Call(out, replace(phone, rings=0.0), listening), Call(back, Phone(), listening)]
    return calls


def _ring(call: Call, caller: Call) -> None:
    if not caller.state.is_over:
        call.start()


def _end_with(call: Call, other: CallEnded) -> None:
    if call.sid == other.exchange or call.is_over:
        return
    if call.state.started is None:
        call.drop()
    else:
        call.hang_up("the other side hung up")
