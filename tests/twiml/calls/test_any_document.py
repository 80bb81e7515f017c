"""Whatever a document holds: it is read, checked and played, and what it answers ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from random import Random
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
from mockstudio.twiml.values import Anything, Kind, OneOf, Pattern, Url, WholeNumber, WordsOf

HOST = "https://ivr.example.com"
PERSON, NUMBER = "+12025550123", "+15005550006"
DEEPEST = 4
LAST = "<Response/>"
URLS = ("", "/voice", "/next", "/sms", "/gone", "?x=1", "http://[", "https://a:b@no.example/#rc=2")
WORDS = ("", " ", "Hello", "+15550009", "a & b", "\n", "📞", *URLS)
FITTING = ("auto", "en-US", "#", "1w2", "Polly.Joanna", "20.45", "0.5", "2s", "90%", "+5%", "loud")
"""Values that this or that pattern takes."""
ODD = ("", "²", "-1", "x", "true", "loop", "99999999999")


class Author:
    """Writes documents at random: mostly as the grammar has it, and sometimes not."""

    def __init__(self, random: Random, kind: DocumentKind) -> None:
        self._random = random
        self._grammar = load_grammar(kind)

    def document(self) -> str:
        return self._element(self._grammar.root, 1)

    def _element(self, definition: Definition, depth: int) -> str:
        names = [*definition.attributes, "timeOut"]
        chosen = self._random.sample(names, min(len(names), self._random.randint(0, 4)))
        pairs = "".join(f" {name}={quoteattr(self._value(definition, name))}" for name in chosen)
        inside = "".join(self._inside(definition, depth))
        return f"<{definition.name}{pairs}>{inside}</{definition.name}>"

    def _inside(self, definition: Definition, depth: int) -> Iterator[str]:
        if definition.text is not None:
            yield escape(self._random.choice(WORDS))
        if depth == DEEPEST:
            return
        for _ in range(self._random.randint(0, 6 if depth == 1 else 2)):
            is_odd = self._random.random() < 0.1 or not definition.children
            keys = self._grammar.definitions if is_odd else definition.children.values()
            yield self._element(self._grammar.definitions[self._random.choice([*keys])], depth + 1)

    def _value(self, definition: Definition, name: str) -> str:
        attribute = definition.attributes.get(name)
        is_odd = attribute is None or self._random.random() < 0.2
        return self._random.choice(ODD if is_odd else fitting(attribute.kind))


def fitting(kind: Kind) -> tuple[str, ...]:
    """Return values of a kind."""
    match kind:
        case OneOf():
            return kind.allowed
        case WordsOf():
            return (*kind.word.allowed, " ".join(kind.word.allowed))
        case WholeNumber():
            return tuple(map(str, range(kind.at_least, kind.at_least + 12)))
        case Pattern():
            return FITTING
        case Anything() | Url():
            return URLS
    raise AssertionError(kind)


def documents(kind: DocumentKind) -> st.SearchStrategy[str]:
    randoms = st.randoms(use_true_random=True)
    return randoms.map(lambda random: Author(random, kind).document())


after = st.floats(0, 20)
since = st.sampled_from(Moment)
acts = st.one_of(
    st.builds(Press, st.text("0123456789*#", min_size=1, max_size=3), after, since),
    st.builds(Speak, st.sampled_from(WORDS), after, since),
    st.just(Silence()),
    st.builds(HangUp, after, since),
)
phones = st.builds(
    Phone,
    acts=st.lists(acts, max_size=4).map(tuple),
    otherwise=st.none() | acts,
    hangs_up_after=st.none() | st.floats(0, 120),
)
results = st.fixed_dictionaries(
    {
        what: st.lists(
            st.builds(Result, st.sampled_from(names), st.none() | st.floats(0, 99)), max_size=2
        )
        for what, names in KNOWN.items()
    }
)


def sandbox_with(first: str, second: str) -> Sandbox:
    """Return a sandbox whose every path answers with two documents in turn, twice."""
    sandbox = Sandbox()
    for path in ("/voice", "/next", "/sms", "/*"):
        replies = [{"twiml": twiml} for twiml in (first, second, first, second, LAST)]
        endpoint = {"name": path, "url": HOST + path, "kind": "twiml", "replies": replies}
        sandbox.add_endpoints({"endpoints": [endpoint]})
    return sandbox


bounded = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)


@bounded
@given(documents("voice"), documents("voice"), phones, results)
def test_any_document_is_played_and_the_call_ends(first, second, phone, scripted):
    events: list[CarrierEvent] = []
    with sandbox_with(first, second) as sandbox:
        sandbox.listen(events.append)
        for what, made in scripted.items():
            sandbox.results.script(what, *made)
        sandbox.carrier.give_phone(PERSON, phone)
        call = sandbox.carrier.call_number(PhoneNumber(NUMBER, voice_url=f"{HOST}/voice"), PERSON)
        assert sandbox.clock.wait(call.over, 15_000)
    (ended,) = [event for event in events if isinstance(event, CallEnded)]
    assert ended.reason != "an internal error"
    assert "a:b@" not in str(call.transcript)


@bounded
@given(documents("messaging"), documents("messaging"), st.sampled_from(WORDS))
def test_any_document_answers_a_message(first, second, body):
    with sandbox_with(first, second) as sandbox:
        chat = sandbox.carrier.chat(PhoneNumber(NUMBER, sms_url=f"{HOST}/sms"), PERSON)
        with suppress(RouteError):
            chat.send(body)
    assert chat.transcript.lines[0].who == "person"
    assert "a:b@" not in str(chat.transcript)
