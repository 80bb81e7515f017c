from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mockstudio.flows.widgets.twiml import SSML, Tag, is_ssml, printed, redirect, say

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
PIECES = [
    "<break/>",
    "<s>",
    "</s>",
    "<p a='1'>",
    "</p>",
    "</Say>",
    "<Say>",
    "</Gather>",
    "<Hangup/>",
]
PIECES += ["&amp;", "&", "<!-- x -->", "<?x?>", "<![CDATA[", "]]>", "hello", " ", "\r", "\0", "<"]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def parsed(*verbs: Tag) -> etree._Element:
    return etree.fromstring(printed(*verbs).encode())


@pytest.mark.parametrize(
    ("tag", "xml"),
    [
        (Tag("Hangup"), "<Hangup/>"),
        (Tag("Pause", {"length": 2}), '<Pause length="2"/>'),
        (Tag("Gather", {"hints": None, "finishOnKey": ""}), '<Gather finishOnKey=""/>'),
        (Tag("Pay", {"securityCode": False}), '<Pay securityCode="false"/>'),
        (Tag("Stop", children=(Tag("Stream"),)), "<Stop><Stream/></Stop>"),
        (
            redirect("https://x/?a=1&b=2"),
            '<Redirect method="POST">https://x/?a=1&amp;b=2</Redirect>',
        ),
        (redirect("/x", "GET"), '<Redirect method="GET">/x</Redirect>'),
        (say("a < b", {}), "<Say>a &lt; b</Say>"),
        (say("a <break/> b", {"loop": 1}), '<Say loop="1">a <break/> b</Say>'),
    ],
)
def test_a_tag_as_xml(tag, xml):
    assert str(tag) == xml
    assert printed(tag) == f"<Response>{xml}</Response>"


@pytest.mark.parametrize("name", sorted(SSML))
def test_every_ssml_element_stays_markup(name):
    assert is_ssml(f"one <{name}>two</{name}>")


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "a < b & c",
        "&amp;",
        "<voice>x</voice>",
        "<Break/>",
        "<break>",
        "<break xmlns='urn:x'/>",
        "<break/><!-- x -->",
        "<break/><?x?>",
        "</Say><Say>",
        "</Say></Gather><Gather><Say><break/>",
        "</Say><Hangup/><Say><break/>",
        "<!DOCTYPE x><break/>",
        "<break/>&unknown;",
        "<s>" * 300 + "</s>" * 300,
    ],
)
def test_anything_else_is_read_out_as_it_stands(text):
    assert not is_ssml(text)
    (spoken,) = parsed(say(text, {}))
    assert spoken.text == text


@given(st.one_of(ANYTHING, MARKUP))
def test_whatever_is_said_the_document_parses_and_says_it(text):
    words = NOT_XML.sub("", text)
    response = parsed(Tag("Gather", children=(say(text, {}),)), redirect("/next"))
    assert [verb.tag for verb in response] == ["Gather", "Redirect"]
    ((spoken,), _) = response
    if is_ssml(text):
        assert {element.tag for element in spoken.iterdescendants()} <= SSML
        words = "".join(etree.fromstring(f"<Say>{words}</Say>").itertext())
    assert "".join(spoken.itertext()) == words


@given(ANYTHING)
def test_whatever_an_attribute_holds_it_comes_out_again(value):
    (tag,) = parsed(Tag("Gather", {"hints": value}))
    assert tag.get("hints") == NOT_XML.sub("", value)
