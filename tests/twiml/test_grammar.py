from __future__ import annotations

import pytest

from mockstudio.twiml.grammar import load_grammar
from mockstudio.twiml.voice.base import Verb
from mockstudio.twiml.voice.prompts import PROMPTS

KINDS = ("voice", "messaging")
IN_WORDS = {"the timeout", "any number of digits", "the callee's own tone"}


def definitions(kind):
    return load_grammar(kind).definitions.values()


def attributes():
    return [
        pytest.param(attribute, id=f"{definition.name}-{attribute.name}")
        for kind in KINDS
        for definition in definitions(kind)
        for attribute in definition.attributes.values()
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_element_can_be_reached_from_the_root(kind):
    grammar = load_grammar(kind)
    reached, waiting = set(), ["Response"]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting.extend(grammar.definitions[key].children.values())
    assert reached == set(grammar.definitions)


def test_a_default_is_a_value_of_its_kind():
    defaults = [each.values[0] for each in attributes() if each.values[0].default]
    unread = {each.default for each in defaults if each.kind.read(each.default) is None}
    assert unread == IN_WORDS


@pytest.mark.parametrize("attribute", attributes())
def test_a_code_of_its_own_is_one_of_twilios_for_twiml(attribute):
    assert attribute.code == 12200 or 13_200 <= attribute.code < 14_300


def test_a_name_can_mean_two_things():
    grammar = load_grammar("voice")
    dial, refer = grammar.definitions["Dial"], grammar.definitions["Refer"]
    assert "username" in grammar.inside(dial, "Sip").attributes
    assert grammar.inside(refer, "Sip").attributes == {}
    assert grammar.inside(refer, "Number") is None


def test_a_say_inside_a_gather_has_codes_of_its_own():
    grammar = load_grammar("voice")
    own, nested = grammar.definitions["Say"], grammar.definitions["GatherSay"]
    assert nested.name == "Say"
    assert nested.children == own.children
    assert (own.attributes["loop"].code, nested.attributes["loop"].code) == (13510, 13322)
    assert nested.attributes["language"] == own.attributes["language"]


def test_the_places_of_an_element_are_named():
    voice = load_grammar("voice")
    assert [place.name for place in voice.places("Number")] == ["Dial"]
    assert [place.name for place in voice.around(voice.definitions["ReferSip"])] == ["Refer"]
    assert voice.places("Message") == ()
    assert [place.name for place in load_grammar("messaging").places("Body")] == ["Message"]


def test_what_prompts_is_allowed_where_prompts_are():
    assert set(PROMPTS) == set(load_grammar("voice").definitions["Gather"].children)
    assert all(isinstance(verb, Verb) for verb in PROMPTS.values())


def test_a_grammar_is_read_once():
    assert load_grammar("voice") is load_grammar("voice")
