"""An outgoing call rings, and somebody answers or not (rest-api.md 3.5)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Final

from mockstudio.twiml.phone import Answer, Phone
from mockstudio.twiml.voice.base import Heard, Listen, Stop

SECONDS_TO_BE_BUSY: Final = 2.0
SECONDS_TO_FAIL: Final = 1.0


def ring(phone: Phone, timeout: float) -> Generator[Listen, Heard | None, Stop | None]:
    """Ring at somebody's; return how it ended when nobody answers, else None.

    Args:
        phone: how it behaves when it is called.
        timeout: seconds after which it is given up.
    """
    if phone.answer is Answer.FAILED:
        yield Listen(SECONDS_TO_FAIL)
        return Stop("failed", "the number cannot be reached")
    if phone.answer is Answer.BUSY:
        yield Listen(SECONDS_TO_BE_BUSY)
        return Stop("busy", "the person is busy")
    if phone.answer is Answer.NO_ANSWER or phone.rings >= timeout:
        yield Listen(timeout)
        return Stop("no-answer", "nobody answered")
    yield Listen(phone.rings)
    return None
