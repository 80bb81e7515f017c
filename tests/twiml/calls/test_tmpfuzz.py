"""Whatever a document holds, it is read, checked and played, and the call or chat comes to its end."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockstudio.errors import RouteError
from mockstudio.sandbox import Sandbox
from mockstudio.store.results import KNOWN, Result
from mockstudio.twiml.events import CallEnded, CarrierEvent
from mockstudio.twiml.grammar import Definition, DocumentKind, load_grammar
from mockstudio.twiml.numbers import PhoneNumber
from mockstudio.twiml.phone import HangUp, Moment, Phone, Press, Silence, Speak
from mockstudio.twiml.values import Anything, Kind, OneOf, Pattern, WholeNumber, WordsOf

HOST = "https://ivr.example.com"
PERSON, NUMBER = "+12025550123", "+15005550006"
PATHS = ("/voice", "/next", "/sms")
DEEPEST = 4
URLS = ("", "/voice", "/next", "/sms", "/gone", "?x=1", "http://[", "https://a:b@nowhere.example/#rc=2")
WORDS = ("", " ", "Hello", "+15550009", "a & b", "\n", "📞", *URLS)
FITTING = ("auto", "en-US", "#", "1w2", "Polly.Joanna", "20.45", "0.5", "2s", "90%", "+5%", "loud")
"""Values that this or that pattern takes."""


def values(kind: Kind) -> st.SearchStrategy[str]:
    """Return values of a kind, and some that are none."""
    odd = st.sampled_from(("", "²", "-1", "x", "true", "999999999", *WORDS))
    match kind:
        case OneOf():
            return st.sampled_from(kind.allowed) | odd
        case WordsOf():
            words = st.sampled_from(kind.word.allowed)
            return st.lists(words, max_size=3).map(" ".join) | odd
        case WholeNumber():
            numbers = range(kind.at_least - 1, kind.at_least + 30)
            return st.sampled_from(list(map(str, numbers))) | odd
        case Pattern():
            return st.sampled_from(FITTING) | odd
    return st.sampled_from(URLS) | odd


def written(name: str, attributes: dict[str, str], inside: list[str]) -> str:
    pairs = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{name}{pairs}>{''.join(inside)}</{name}>"


@st.composite
def elements(draw: Any, kind: DocumentKind, definition: Definition, depth: int = 1) -> str:
    """Return an element with some of its attributes, and elements inside that may be wrong there."""
    names = st.sampled_from([*definition.attributes, "timeOut", "xml:lang"])
    attributes = {}
    for name in draw(st.lists(names, max_size=4, unique=True)):
        attribute = definition.attributes.get(name)
        attributes[name] = draw(values(attribute.kind if attribute else Anything()))
    inside = draw(st.lists(parts(kind, definition, depth), max_size=3 if depth > 1 else 6))
    return written(definition.name, attributes, inside)


@st.composite
def parts(draw: Any, kind: DocumentKind, definition: Definition, depth: int) -> str:
    """Return something inside an element: text, what belongs there, or anything else."""
    grammar = load_grammar(kind)
    choice = draw(st.integers(0, 9))
    if depth >= DEEPEST or choice < (1 if definition.text is None else 5):
        return escape(draw(st.sampled_from(WORDS)))
    fitting = choice < 9 and definition.children.values()
    key = draw(st.sampled_from([*(fitting or grammar.definitions)]))
    return draw(elements(kind, grammar.definitions[key], depth + 1))


def documents(kind: DocumentKind) -> st.SearchStrategy[str]:
    return elements(kind, load_grammar(kind).root)


after = st.floats(0, 20)
since = st.sampled_from(Moment)
acts = st.one_of(
    st.just(Silence()),
    st.builds(Press, st.text("0123456789*#", min_size=1, max_size=3), after, since),
    st.builds(Speak, st.sampled_from(WORDS), after, since),
    st.builds(HangUp, after, since),
)
phones = st.builds(
    Phone,
    acts=st.lists(acts, max_size=4).map(tuple),
    otherwise=st.none() | acts,
    hangs_up_after=st.none() | st.floats(0, 120),
)
results = st.fixed_dictionaries(
    {},
    optional={
        what: st.lists(
            st.builds(Result, st.sampled_from(names), st.none() | st.floats(0, 99)), max_size=2
        )
        for what, names in KNOWN.items()
    },
)


def sandbox_with(first: str, second: str) -> Sandbox:
    """Return a sandbox whose endpoints answer with two documents in turn; calls are bounded."""
    sandbox = Sandbox()
    for path in PATHS:
        replies = [{"twiml": first}, {"twiml": second}, {"twiml": "<Response><Hangup/></Response>"}]
        endpoint = {"name": path, "url": HOST + path, "kind": "twiml", "replies": replies}
        sandbox.add_endpoints({"endpoints": [endpoint]})
    return sandbox


bounded = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=1500)


@bounded
@given(documents("voice"), documents("voice"), phones, results)
def test_any_document_is_played_and_the_call_ends(first, second, phone, scripted):
    with sandbox_with(first, second) as sandbox:
        events: list[CarrierEvent] = []
        sandbox.listen(events.append)
        for what, made in scripted.items():
            sandbox.results.script(what, *made)
        sandbox.carrier.give_phone(PERSON, phone)
        call = sandbox.carrier.call_number(PhoneNumber(NUMBER, voice_url=f"{HOST}/voice"), PERSON)
        assert sandbox.clock.wait(call.over, 15_000)
    import collections
    C.update(type(e).__name__ for e in events); C.update(str(e.code)+e.text[:30] for e in events if type(e).__name__=='CarrierWarned' and e.code is None)
    C.update(e.what for e in events if type(e).__name__=='TranscriptLine'); V.update(v for e in events if type(e).__name__=='DocumentReceived' for v in e.verbs)
    M.append(len(events))
    ended = [event for event in events if isinstance(event, CallEnded)]
    assert [event.reason for event in ended] != ["an internal error"]
    assert len(ended) == 1
    assert "a:b@" not in str(call.transcript)


@bounded
@given(documents("messaging"), documents("messaging"), st.sampled_from(WORDS))
def test_any_document_answers_a_message(first, second, body):
    with sandbox_with(first, second) as sandbox:
        number = PhoneNumber(NUMBER, sms_url=f"{HOST}/sms")
        chat = sandbox.carrier.chat(number, PERSON)
        try:
            chat.send(body)
        except RouteError:
            assert "nowhere.example" in first + second or "/gone" in first + second
        assert chat.transcript.lines[0].who == "person"

import collections
C=collections.Counter(); V=collections.Counter(); M=[]
def test_zz():
    print(C); print(V); print(sorted(M)[-20:])
