"""What is known of the values that templates read, by their paths (reference 4)."""

from __future__ import annotations

from mockstudio.contracts.lint.templates import Segments

ROOTS = ("flow", "trigger", "widgets", "contact")
"""What a template can read from."""

_TRIGGERS_OF_TEXT = ("message", "call", "conversation")
_NO_TEXT = ("AddOns", "ChannelAttributes", "Attributes")
"""Parameters of a webhook that Studio parses (reference 4)."""
_SPOKEN_OR_TYPED = (
    "Body",
    "SpeechResult",
    "TranscriptionText",
    "ProfileName",
    "StableSpeechResult",
)
_ADDRESSES = ("from", "to", "caller", "called", "author", "forwardedfrom", "address")


def widget_read(path: Segments) -> str | None:
    """Return the name of the widget whose output a path reads, or None."""
    name = path[1] if len(path) > 1 and path[0] == "widgets" else None
    return name if isinstance(name, str) else None


def variable_read(path: Segments) -> str | None:
    """Return the key of the variable that a path reads, or None."""
    key = path[2] if len(path) > 2 and path[:2] == ("flow", "variables") else None
    return key if isinstance(key, str) else None


def is_text(path: Segments) -> bool:
    """Tell whether a value is always text: what a webhook brought, as Twilio sends it."""
    if path[-1:] and path[-1] in _NO_TEXT:
        return False
    if len(path) == 3 and path[0] == "trigger":
        return path[1] in _TRIGGERS_OF_TEXT
    if len(path) == 4 and path[0] == "widgets":
        return path[2] == "inbound"
    return len(path) == 3 and path[0] == "widgets" and path[2] in ("Digits", "SpeechResult")


def is_free_text(path: Segments) -> bool:
    """Tell whether a value is what a person said or wrote, with any characters in it."""
    return is_text(path) and path[-1] in _SPOKEN_OR_TYPED


def is_address(path: Segments) -> bool:
    """Tell whether a value is a phone number, with the `+` of E.164 in front."""
    last = str(path[-1]).lower() if path else ""
    if path[1:] == ("channel", "address"):
        return True
    if path[:2] == ("trigger", "request"):
        return len(path) == 3 and last in _ADDRESSES
    return is_text(path) and last in _ADDRESSES
