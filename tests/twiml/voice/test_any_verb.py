"""What holds for every verb, whatever is written and whatever the person does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockstudio.store.results import KNOWN
from mockstudio.twiml.voice.registry import standard_verbs

ATTRIBUTES = (
    "action", "actionOnEmptyResult", "attempt", "bargeIn", "digits", "errorType", "finishOnKey",
    "for", "hangupOnStar", "input", "length", "loop", "maxAttempts", "maxLength", "method",
    "numDigits", "playBeep", "postalCode", "reason", "record", "recordingStatusCallback",
    "sequential", "statusCallback", "timeLimit", "timeout", "transcribe", "trim", "url", "waitUrl",
)  # fmt: skip
VALUES = ("", " ", "0", "1", "5", "-1", "1.5", "²", "true", "TRUE", "false", "/wait", "#", "speech")
NAMES = ("Number", "Client", "Sip", "Conference", "Queue", "Stream", "Room", "Prompt", "Task")
attributes = st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES), max_size=6)
texts = st.sampled_from(["", " ", "hello", "+15550009", "/next"])
acts = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"at": st.floats(0, 60), "press": st.text("0123456789*#", max_size=3)}
        ),
        st.fixed_dictionaries({"at": st.floats(0, 60), "say": texts}),
        st.fixed_dictionaries({"at": st.floats(0, 60), "hang up": st.just(True)}),
    ),
    max_size=4,
).map(lambda made: sorted(made, key=lambda act: act["at"]))
results = st.fixed_dictionaries(
    {},
    optional={what: st.lists(st.sampled_from(names), max_size=2) for what, names in KNOWN.items()},
)


def written(name: str, attributes: dict[str, str], inside: str) -> str:
    pairs = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{name}{pairs}>{inside}</{name}>"


def elements(names: tuple[str, ...], inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(written, st.sampled_from(names), attributes, inside)


PROMPTS = ("Say", "Play", "Pause")
nouns = st.one_of(texts, elements(PROMPTS, texts), elements(NAMES, texts))
insides = st.lists(nouns, max_size=3).map("".join)
verbs = elements(tuple(sorted(standard_verbs())), insides)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(verb=verbs, acts=acts, results=results)
def test_odd_values_never_break_a_verb(
    perform: Callable[..., Any], verb: str, acts: list[Any], results: dict[str, Any]
):
    performance = perform(verb, acts, results, {"/wait": "<Say>Please hold on.</Say>"})
    assert performance.outcome
    assert performance.call.now() < 100_000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.text("0123456789*#", max_size=6),
    finish=st.sampled_from(["#", "*", "7", ""]),
    most=st.integers(0, 4),
)
def test_a_gather_takes_the_keys_up_to_its_end(
    perform: Callable[..., Any], keys: str, finish: str, most: int
):
    gather = f'<Gather action="/menu" finishOnKey="{finish}" numDigits="{most}"/>'
    outcome = perform(gather, [{"at": 1, "press": keys}]).outcome
    counted = keys.lstrip(finish) if finish else keys
    ended = counted.split(finish)[0] if finish else counted
    digits = ended[: most or None]
    wanted = {"POST": "/menu", "parameters": {"Digits": digits}} if digits else "document ended"
    assert outcome == wanted
