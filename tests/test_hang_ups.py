"""The caller hangs up, in each kind of widget: what the flow takes, and where it ends.

Whatever a widget takes, the next one that needs the call is not entered (reference 6).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from mockstudio.flows.catalogue import standard_catalogue
from mockstudio.flows.engine import FLOW_END
from mockstudio.flows.events import EventReceived, StepEntered
from mockstudio.flows.execution import HANGUP
from mockstudio.twiml.events import DocumentRequested
from mockstudio.twiml.phone import HangUp, Moment, Phone, Speak
