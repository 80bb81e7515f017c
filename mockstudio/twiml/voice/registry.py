"""The verbs that can be played, by element name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mockstudio.twiml.voice.base import Verb
from mockstudio.twiml.voice.connect import Connect
from mockstudio.twiml.voice.dial import Dial
from mockstudio.twiml.voice.echo import Echo
from mockstudio.twiml.voice.enqueue import Enqueue, Leave
from mockstudio.twiml.voice.gather import Gather
from mockstudio.twiml.voice.hangup import Hangup, Reject
from mockstudio.twiml.voice.pay import Pay
from mockstudio.twiml.voice.prompts import PROMPTS
from mockstudio.twiml.voice.record import Record
from mockstudio.twiml.voice.redirect import Redirect
from mockstudio.twiml.voice.refer import Refer
from mockstudio.twiml.voice.sms import Sms
from mockstudio.twiml.voice.start_stop import StartMedia, StopMedia


def standard_verbs() -> Mapping[str, Verb]:
    """Return every verb this version can play, by element name."""
    verbs: list[Verb] = [
        *PROMPTS.values(),
        Connect(),
        Dial(),
        Echo(),
        Enqueue(),
        Gather(),
        Hangup(),
        Leave(),
        Pay(),
        Record(),
        Redirect(),
        Refer(),
        Reject(),
        Sms(),
        StartMedia(),
        StopMedia(),
    ]
    return MappingProxyType({verb.name: verb for verb in verbs})
