"""What a Say speaks."""

from __future__ import annotations

import pytest

from mockstudio.twiml.document import parse_document
from mockstudio.twiml.voice.speech import Speech


def said(inside: str) -> Speech:
    return Speech.of(parse_document(f"<Response><Say>{inside}</Say></Response>".encode()).verbs[0])


def test_words_are_spoken_with_single_blanks():
    assert said("  a &lt; b\n &amp; c ").words == "a < b & c"


def test_comments_are_not_spoken():
    assert said("one <!-- two --><w>three</w>").words == "one three"


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("2s", 2.5),
        ("250ms", 0.75),
        ("+.5s", 1.0),
        ("soon", 0.5),
        ("", 0.5),
        ("11s", 10.5),
        ("9" * 400 + "ms", 10.5),
    ],
)
def test_a_break_takes_its_time(time: str, seconds: float):
    speech = said(f'a<break time="{time}"/>b')
    assert (speech.words, speech.seconds) == ("a b", seconds)


def test_breaks_inside_other_elements_count():
    assert said('<p>a<break time="1s"/></p><break time="2s"/>').breaks == 3.0
