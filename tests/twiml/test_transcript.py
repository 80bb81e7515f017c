from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import VIRTUAL_START
from mockstudio.twiml.events import TranscriptLine
from mockstudio.twiml.transcript import Transcript


def line(seconds=0.0, **members):
    at = VIRTUAL_START + timedelta(seconds=seconds)
    return TranscriptLine(exchange="CA1", at=at, **{"who": "person", "what": "press", **members})


def transcript_of(*lines, began=VIRTUAL_START):
    transcript = Transcript(began)
    for one in lines:
        transcript.add(one)
    return transcript


def test_lines_stand_below_each_other():
    transcript = transcript_of(
        line(0.0, who="Twilio", what="Say", text="Press 1", document="https://a.example/m", line=3),
        line(5.0, text="1"),
        line(65.25, who="agent", what="hang up"),
    )
    assert str(transcript).splitlines() == [
        "  0:00.0  Twilio  Say      Press 1  (https://a.example/m:3)",
        "  0:05.0  person  press    1",
        "  1:05.2  agent   hang up",
    ]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.04, "0:00.0"),
        (0.06, "0:00.1"),
        (59.94, "0:59.9"),
        (59.96, "1:00.0"),
        (3599.96, "1:00:00.0"),
        (3661.5, "1:01:01.5"),
        (36_000, "10:00:00.0"),
        (-1.0, "0:00.0"),
    ],
)
def test_times_are_minutes_and_seconds_since_the_beginning(seconds, shown):
    assert str(transcript_of(line(seconds))).split()[0] == shown


def test_times_count_from_the_first_line_when_no_beginning_is_given():
    assert str(transcript_of(line(7.0), line(9.0), began=None)).split()[3] == "0:02.0"


def test_further_lines_of_a_text_stand_below_its_first():
    first, second = str(transcript_of(line(text="one\ntwo"))).splitlines()
    assert first.index("one") == second.index("two")


def test_a_document_whose_line_is_unknown_is_named_alone():
    assert str(transcript_of(line(document="https://a.example"))).endswith("  (https://a.example)")


def test_an_empty_transcript_is_an_empty_text():
    assert (str(Transcript()), len(Transcript())) == ("", 0)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=8))
def test_all_lines_are_kept_in_order(texts):
    transcript = transcript_of(*[line(text=text) for text in texts])
    assert [one.text for one in transcript] == texts
    assert len(transcript) == len(texts)


def test_lines_from_many_threads_are_all_kept():
    transcript = Transcript()
    threads = [
        threading.Thread(target=lambda: [transcript.add(line()) for _ in range(100)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(transcript.lines) == 800


def say(seconds, text="Hi", **members):
    return line(seconds, who="Twilio", what="Say", text=text, **members)


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ([say(n) for n in range(3)], 3),
        ([say(n) for n in range(4)], 2),
        ([say(n, line=n) for n in range(9)], 9),
        ([say(n) for n in range(5)] + [say(6, "Bye")] + [say(n) for n in range(7, 12)], 5),
        ([line(n, text="1") for n in range(9)], 9),
        ([line(n, who="Twilio", what="Message", text="Hi") for n in range(9)], 9),
    ],
)
def test_a_prompt_that_loops_is_printed_once_and_counted(lines, shown):
    transcript = transcript_of(*lines)
    assert len(str(transcript).splitlines()) == shown
    assert transcript.lines == tuple(lines)


def test_of_a_prompt_that_loops_the_last_time_is_told():
    assert str(transcript_of(*[say(n) for n in range(1_200)])).splitlines() == [
        "  0:00.0  Twilio  Say      Hi",
        "                           ... 1,199 times more, last at 19:59.0",
    ]
