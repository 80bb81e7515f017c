"""Golden cases of every verb: a document and a person, the transcript and the events.

The given stands in `cases.yaml`, what comes of it in `expected/`; `--update-golden` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockstudio.clock import VIRTUAL_START
from mockstudio.store.results import Result
from mockstudio.twiml.events import CarrierEvent, DocumentRequested, TranscriptLine
from mockstudio.twiml.numbers import PhoneNumber
from mockstudio.twiml.parameters import call_parameters
from mockstudio.twiml.phone import HangUp, Moment, Phone, Press, Silence, Speak
from mockstudio.twiml.transcript import elapsed, format_line
from mockstudio.twiml.voice.registry import standard_verbs

FOLDER = Path(__file__).parent
EXPECTED = FOLDER / "expected"
CASES = yaml.safe_load((FOLDER / "cases.yaml").read_text("utf-8"))
HOST = "https://ivr.example.com"
PERSON, NUMBER = "+12025550123", "+15005550006"
NOUNS = (
    "Number", "Client", "Sip", "Conference", "Queue",
    "Stream", "Siprec", "ConversationRelay", "VirtualAgent",
    "Message", "Body", "Media",
)  # fmt: skip
USUAL = {*call_parameters("", "", "", "", ""), *(f"{whose}Country" for whose in ("From", "To"))}
UNSHOWN = USUAL - {"CallStatus"} | {"MessageSid", "SmsSid", "SmsMessageSid", "NumSegments"}


def act(written: Mapping[str, Any]) -> Any:
    """Return what `{press: "1", after: 2, since: prompt}` means, `speak` and `silence` too."""
    when = {"after": written.get("after", 1.0), "since": Moment(written.get("since", "asked"))}
    if "press" in written:
        return Press(written["press"], **when)
    if "speak" in written:
        return Speak(written["speak"], **when)
    return HangUp(**when) if "hang up" in written else Silence()


def play(stage: Any, case: Mapping[str, Any]) -> list[CarrierEvent]:
    """Play a case to its end, and return what happened."""
    for path, document in case["documents"].items():
        verbs = {"twiml": f"<Response>\n{document}\n</Response>"}
        reply = document if isinstance(document, dict) else verbs
        stage.endpoint(path, HOST + path, kind="twiml", reply=reply)
    for what, results in case.get("results", {}).items():
        made = [Result(**r) if isinstance(r, dict) else r for r in results]
        stage.sandbox.results.script(what, *made)
    acts = tuple(map(act, case.get("acts", [])))
    carrier = stage.sandbox.carrier
    carrier.give_phone(PERSON, Phone(acts=acts, hangs_up_after=case.get("hangs_up_after")))
    fallback = HOST + case["fallback"] if "fallback" in case else ""
    number = PhoneNumber(
        NUMBER, voice_url=f"{HOST}/voice", voice_fallback_url=fallback, sms_url=f"{HOST}/sms"
    )
    if "says" in case:
        for message in case["says"]:
            carrier.chat(number, PERSON).send(**message)
    else:
        assert carrier.call_number(number, PERSON).wait()
    return stage.of(CarrierEvent)


def told(events: list[CarrierEvent]) -> str:
    """Return what happened as the golden files have it."""
    lines = [e for e in events if isinstance(e, TranscriptLine)]
    others = [e for e in events if not isinstance(e, TranscriptLine)]
    transcript = "\n".join(format_line(line, VIRTUAL_START) for line in lines)
    text = "\n".join(["transcript", transcript, "", "events", *map(event_line, others), ""])
    return re.sub(r"\b([A-Z]{2})[0-9a-f]{32}\b", r"\1…", text)


def event_line(event: CarrierEvent) -> str:
    """Return an event in one line; of a request's parameters those that not all requests have."""
    members = {k: v for k, v in event.to_dict().items() if k not in ("event", "at", "exchange")}
    if isinstance(event, DocumentRequested):
        members |= {k: v for k, v in members.pop("parameters").items() if k not in UNSHOWN}
    moment = elapsed((event.at - VIRTUAL_START).total_seconds())
    pairs = [f"{name}={in_words(member)}" for name, member in members.items()]
    return "  ".join([f"{moment:>8}", type(event).__name__, *pairs])


def in_words(member: object) -> str:
    if isinstance(member, float):
        return f"{member:.3g}"
    return ", ".join(member) if isinstance(member, tuple) else str(member)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_golden_case_goes_as_it_always_did(stage, request, case):
    found, golden = told(play(stage, case)), EXPECTED / f"{case['name']}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


def test_there_is_no_expectation_without_its_case():
    assert {path.stem for path in EXPECTED.iterdir()} == {case["name"] for case in CASES}


@pytest.mark.parametrize("name", sorted({*standard_verbs(), *NOUNS}))
def test_every_verb_and_noun_has_a_golden_case(name):
    documents = [text for case in CASES for text in case["documents"].values()]
    assert any(re.search(f"<{name}[ >/]", str(document)) for document in documents)
