"""Twilio Studio's world on a laptop: scripted endpoints, real exported flows, virtual time.

The public names; each is imported when it is first used, so that `mockstudio --help` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mockstudio.version import VERSION

if TYPE_CHECKING:
    from mockstudio.clock import ScaledClock, SystemClock, VirtualClock
    from mockstudio.config import Settings, load_settings
    from mockstudio.endpoints.handle import EndpointHandle
    from mockstudio.endpoints.model import Reply
    from mockstudio.errors import ExpectationError, MockstudioError
    from mockstudio.flows.execution import Execution
    from mockstudio.sandbox import Sandbox
    from mockstudio.server import serve_in_background
    from mockstudio.twiml.call import Call
    from mockstudio.twiml.phone import Answer, HangUp, Moment, Phone, Press, Send, Silence, Speak

__version__ = VERSION

__all__ = [
    "Answer",
    "Call",
    "EndpointHandle",
    "Execution",
    "ExpectationError",
    "HangUp",
    "MockstudioError",
    "Moment",
    "Phone",
    "Press",
    "Reply",
    "Sandbox",
    "ScaledClock",
    "Send",
    "Settings",
    "Silence",
    "Speak",
    "SystemClock",
    "VirtualClock",
    "__version__",
    "load_settings",
    "serve_in_background",
]

_HOMES = {
    "Answer": "twiml.phone",
    "Call": "twiml.call",
    "EndpointHandle": "endpoints.handle",
    "Execution": "flows.execution",
    "ExpectationError": "errors",
    "HangUp": "twiml.phone",
    "MockstudioError": "errors",
    "Moment": "twiml.phone",
    "Phone": "twiml.phone",
    "Press": "twiml.phone",
    "Reply": "endpoints.model",
    "Sandbox": "sandbox",
    "ScaledClock": "clock",
    "Send": "twiml.phone",
    "Settings": "config",
    "Silence": "twiml.phone",
    "Speak": "twiml.phone",
    "SystemClock": "clock",
    "VirtualClock": "clock",
    "load_settings": "config",
    "serve_in_background": "server",
}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mockstudio' has no attribute '{name}'")
    return getattr(import_module(f"mockstudio.{_HOMES[name]}"), name)
