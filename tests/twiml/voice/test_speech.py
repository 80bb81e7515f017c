"""What a Say speaks."""

from __future__ import annotations

import pytest

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.speech import Speech


def said(markup: str, *children: Element) -> Speech:
    return Speech.of(Element("Say", children=children, markup=markup))


def test_words_without_markup_are_read_as_they_are():
    assert Speech.of(Element("Say", text="  a < b\n & c ")).words == "a < b & c"


def test_comments_are_not_spoken():
    speech = said("one <!-- two --><w>three</w>", Element("w", text="three"))
    assert speech.words == "one three"


@pytest.mark.parametrize(
    ("time", "seconds"), [("2s", 2.5), ("250ms", 0.75), ("soon", 0.5), ("-1s", 0.5), ("", 0.5)]
)
def test_a_break_takes_its_time(time: str, seconds: float):
    speech = said(f'a<break time="{time}"/>b', Element("break", {"time": time}))
    assert (speech.words, speech.seconds) == ("a b", seconds)


def test_breaks_inside_other_elements_count():
    inner = Element("break", {"time": "1s"})
    assert said('<p>a<break time="1s"/></p>', Element("p", children=(inner,))).breaks == 1.0


def test_markup_that_cannot_be_read_is_spoken_as_far_as_it_goes():
    assert said("one <w>two", Element("w", text="two")).words == "one two"
