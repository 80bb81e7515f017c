"""Say/Play: a text, a sound or keys for the caller (reference 2.10)."""

from __future__ import annotations

import re

from mockstudio.flows.widgets.base import Result, Visit
from mockstudio.flows.widgets.twiml import Tag, is_ssml, redirect, say
from mockstudio.flows.widgets.twiml_widget import TwimlWidget, attribute

AUDIO_COMPLETE = "audioComplete"
MODES = ("say", "play", "digits")
_LIKE_MARKUP = re.compile(r"</?[A-Za-z]")


class SayPlay(TwimlWidget):
    """Exactly one of `say`, `play` and `digits` decides what is heard."""

    type = "say-play"
    accepts = (AUDIO_COMPLETE,)

    def enter(self, visit: Visit) -> Result:
        """Print the TwiML and wait; voice and language are outputs too."""
        chosen = {name: visit.text(name) for name in ("voice", "language") if visit.text(name)}
        return self.parked(visit, *self.verbs(visit), outputs=chosen)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return what is heard, if anything, and the way back."""
        modes = [mode for mode in MODES if visit.text(mode)]
        if len(modes) != 1:
            found = " and ".join(modes) or "none of them"
            visit.warn(None, f"expected one of {', '.join(MODES)}, found {found}")
        heard = [_heard(visit, mode) for mode in modes[:1]]
        return [*heard, redirect(visit.action_url(AUDIO_COMPLETE))]


def _heard(visit: Visit, mode: str) -> Tag:
    if mode == "digits":
        return Tag("Play", {"digits": visit.text("digits")})
    if mode == "play":
        return play(visit)
    return spoken(visit)


def play(visit: Visit) -> Tag:
    """Return the verb for the properties `play` and `loop`."""
    return Tag("Play", {"loop": attribute(visit, "loop", 1)}, visit.text("play"))


def spoken(visit: Visit, voice: str | None = None, language: str | None = None) -> Tag:
    """Return the verb for the properties `say`, `voice`, `language` and `loop`.

    Args:
        visit: whose properties.
        voice: where the property is empty; None leaves the choice to Twilio.
        language: likewise.
    """
    text = visit.text("say")
    if _LIKE_MARKUP.search(text) and not is_ssml(text):
        visit.warn(
            None, "'say' has markup that is not well-formed SSML; it is read out as it stands"
        )
    return say(
        text,
        {
            "voice": attribute(visit, "voice", voice),
            "language": attribute(visit, "language", language),
            "loop": attribute(visit, "loop", 1),
        },
    )
