from __future__ import annotations

import pytest

from mockstudio.twiml.check import check, examine
from mockstudio.twiml.document import parse_document
from mockstudio.twiml.model import Element, Remark


def parse(inside, kind="voice"):
    return parse_document(f"<Response>{inside}</Response>".encode(), kind=kind)


def names(elements):
    return [each.name for each in elements]


def test_verbs_made_by_hand_are_checked_too():
    verbs = [
        Element("Gather", {"timeout": "-1"}, children=(Element("Hangup", line=4),), line=3),
        Element("Pause", text="a while", line=5),
    ]
    assert check(verbs, "voice") == (
        Remark(13313, '<Gather> timeout="-1" is not a whole number, 0 or more: Twilio takes 5', 3),
        Remark(
            13320, "<Hangup> cannot stand in <Gather> and is left out; it belongs in <Response>", 4
        ),
        Remark(12200, "text 'a while' stands directly in <Pause> and is left out", 5),
    )


def test_valid_verbs_leave_no_remark():
    verbs = (Element("Say", text="Hello"), Element("Redirect", text="/again"))
    root, remarks = examine(Element("Response", children=verbs), "voice")
    assert (root.children, remarks) == (verbs, ())


def test_what_runs_leaves_no_further_remark():
    runs = parse(f"<Say>{'x' * 3_000} <s>{'y' * 1_000}</s></Say><Dial>1<Sim>2</Sim></Dial><Foo/>")
    again, remarks = examine(Element("Response", children=runs.verbs), "voice")
    assert len(runs.remarks) == 1
    assert (again.children, remarks) == (runs.verbs, ())


def test_the_valid_parts_run():
    document = parse(
        "<say>a</say><Say>b</Say>oops<Gather x='1' input='speech' timeout='x'>"
        "<Hangup/><Play>c</Play></Gather><Message>d</Message>"
    )
    assert names(document.verbs) == ["Say", "Gather"]
    gather = document.verbs[1]
    assert gather.attributes == {"input": "speech"}
    assert names(gather.children) == ["Play"]
    assert gather.text == ""


def test_what_is_inside_an_unknown_element_is_neither_played_nor_remarked_on():
    document = parse("<Foo bar='1'><Baz/>text</Foo>")
    assert document.verbs == ()
    assert len(document.remarks) == 1


def test_only_the_verbs_of_a_chat_run_in_a_chat():
    document = parse("<Say>a</Say><Message>b</Message><Hangup/>", "messaging")
    assert names(document.verbs) == ["Message"]
    assert [remark.code for remark in document.remarks] == [14110, 14110]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("Hello", "Hello"),
        ("<Body>a</Body> and <Media>http://x/y.png</Media>", " and "),
        ("<Body>a</Body>", ""),
    ],
)
def test_text_directly_inside_a_message_is_its_own(inside, text):
    document = parse(f"<Message>{inside}</Message>", "messaging")
    assert document.remarks == ()
    assert document.verbs[0].text == text


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("one two", "one two"),
        ("one <emphasis>two <w>three</w></emphasis> four", "one two three four"),
        ("<p><s>One.</s><s>Two.</s></p><p>Three.</p>", "One. Two. Three."),
        ("one<break/>two", "one two"),
        ("one <b>two</b> three", "one two three"),
        ("un<!-- -->broken &amp; <![CDATA[<safe>]]>", "unbroken & <safe>"),
        ("<break/>", ""),
    ],
)
def test_the_text_of_a_say_holds_all_its_words(inside, words):
    say = parse(f"<Say>{inside}</Say>").verbs[0]
    assert " ".join(say.text.split()) == words


def test_a_dial_keeps_its_number_beside_its_nouns():
    dial = parse("<Dial> 1 <Number>2</Number> 3 </Dial>").verbs[0]
    assert dial.text.split() == ["1", "3"]
    assert [number.text for number in dial.inside("Number")] == ["2"]


@pytest.mark.parametrize(
    ("voice", "longest"),
    [("alice", 4096), ("Polly.Joanna", 3000), ("Google.en-US-Neural2-A", 4096)],
)
def test_a_say_can_be_too_long(voice, longest):
    def remarks(length):
        return parse(f"<Say voice='{voice}'>{'x' * length}</Say>").remarks

    assert remarks(longest) == ()
    assert [remark.code for remark in remarks(longest + 1)] == [13521]
    assert f"has {longest + 1:,} characters; Twilio takes at most {longest:,}" in str(
        remarks(longest + 1)
    )


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ("<Gather method='get'/>", "method", "GET"),
        ("<Gather actionOnEmptyResult='True'/>", "actionOnEmptyResult", "true"),
        ("<Gather input='speech, dtmf'/>", "input", "speech dtmf"),
        ("<Gather timeout=' 05 '/>", "timeout", "5"),
        ("<Gather finishOnKey=''/>", "finishOnKey", ""),
        ("<Gather action=''/>", "action", ""),
        ("<Record finishOnKey='*#'/>", "finishOnKey", "*#"),
    ],
)
def test_values_reach_the_verbs_in_one_form(written, name, value):
    document = parse(written)
    assert document.remarks == ()
    assert document.verbs[0].attributes == {name: value}


def test_several_bad_values_of_one_verb_are_all_told():
    remarks = parse("<Gather timeout='a' numDigits='b' finishOnKey='c'/>").remarks
    assert [remark.code for remark in remarks] == [13313, 13314, 13310]


def test_a_target_that_is_none_is_tried_nevertheless():
    gather, dial = parse("<Gather action='a b'/><Dial callerId='x'><Number>y</Number></Dial>").verbs
    assert gather.attributes == {"action": "a b"}
    assert (dial.attributes, dial.children[0].text) == ({"callerId": "x"}, "y")
