"""`mockstudio twiml`: documents in files and behind URLs, checked and played."""

from __future__ import annotations

import io
import json
import os
import re
import threading
from pathlib import Path

import pytest

from mockstudio.cli import run

PROMPT = "you> "
ASKING = '<Gather numDigits="1" action="{}"><Say>Press 1.</Say></Gather>'


@pytest.fixture
def write(bare):
    """Write a document into the current folder."""

    def written(name, verbs):
        path = bare / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"<Response>{verbs}</Response>")
        return name

    return written


def in_order(text, *parts):
    """Tell whether a text has these parts in this order."""
    return re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None


# --- files


def test_a_file_is_played_under_its_own_name(here, write):
    write("hello.xml", '<Say>Hi</Say>\n<Gather timeout="soon"/>')
    result = here("twiml", "hello.xml")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[1:-2] == [
        "  → 0:00.0 POST hello.xml",
        '  ⚠ 0:00.0 13313 line 2: <Gather> timeout="soon" is not a whole number, 0 or more: '
        "Twilio takes 5  (hello.xml)",
        "  ☎ 0:00.0 « Say: Hi  (hello.xml:1)",
        "  ☎ 0:05.5 » silence: no answer in 5 s  (hello.xml:2)",
    ]
    assert "\nplayed with 1 warning after 5.5 s of virtual time" in result.out


@pytest.mark.parametrize("name", ["a b.xml", "bad%name.xml", "ü.xml", "a?b.xml", "a#b.xml"])
def test_any_file_name_will_do(here, write, name):
    write(name, "<Say>Hi</Say>")
    assert here("twiml", name).code == 0
    assert "« Say: Hi" in here("twiml", name).out


@pytest.mark.parametrize("reference", ["verb.xml", "/verb.xml", "./verb.xml", "verb.xml?x=1"])
def test_what_a_file_leads_to_is_found_beside_it(here, write, reference):
    write("calls/hello.xml", ASKING.format(reference))
    write("calls/verb.xml", "<Redirect>last.xml</Redirect>")
    result = here("twiml", "calls/hello.xml", typed="1\n")
    assert in_order(result.out, "» press: 1", " POST verb.xml", " POST last.xml")
    assert f"there is no file '{Path('calls/last.xml')}'" in result.err


def test_documents_in_folders_below_are_found_too(here, write):
    write("hello.xml", "<Redirect>more/next.xml</Redirect>")
    write("more/next.xml", "<Redirect>last.xml</Redirect>")
    write("more/last.xml", "<Say>Bye</Say>")
    result = here("twiml", "hello.xml")
    assert result.code == 0
    assert "« Say: Bye  (more/last.xml:1)" in result.out


@pytest.mark.parametrize("typed", ["1\n", "1\n:wait 1h\n"])
def test_a_file_that_is_not_there_is_named(here, write, typed):
    write("hello.xml", ASKING.format("verb.xml"))
    result = here("twiml", "hello.xml", typed=typed)
    assert result.code == 1
    assert result.err == (
        "error: there is no file 'verb.xml': what a document leads to without http:// is a file "
        "beside it, or an endpoint with `url: /verb.xml`\n"
    )
    assert "documents.mockstudio" not in result.out
    assert "\nnot played to its end after" in result.out


def test_an_endpoint_stands_in_for_a_file(here, write, bare):
    write("hello.xml", ASKING.format("/verb"))
    endpoint = {
        "name": "verb",
        "url": "/verb",
        "reply": {"twiml": "<Response><Say>Bye</Say></Response>"},
    }
    (bare / "verbs.yaml").write_text(json.dumps({"endpoints": [endpoint]}))
    result = here("twiml", "hello.xml", "--endpoints", "verbs.yaml", typed="1\n")
    assert (result.code, result.err) == (0, "")
    assert "« Say: Bye  (verb:1)" in result.out


def test_programs_see_the_files_names_too(here, write):
    write("hello.xml", "<Say>Hi</Say>")
    document = here("twiml", "hello.xml", "--format", "json").json
    assert document["calls"][0]["transcript"] == ["  0:00.0  Twilio  Say      Hi  (hello.xml:1)"]
    assert {event["url"] for event in document["events"] if "url" in event} == {"hello.xml"}


# --- what is no file


def test_the_standard_input_may_be_the_document(monkeypatch, write, bare, capsys):
    monkeypatch.chdir(bare)
    write("verb.xml", "<Say>{{ Bye }}</Say>")
    document = b"<Response><Say>{{ Hi }}</Say><Redirect>verb.xml</Redirect></Response>"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(document)))
    assert run(["twiml", "-"]) == 0
    out = capsys.readouterr().out
    assert in_order(out, "« Say: {{ Hi }}  (standard input:1)", "« Say: {{ Bye }}  (verb.xml:1)")


def test_no_standard_input_is_an_empty_document(monkeypatch, bare, capsys):
    monkeypatch.chdir(bare)
    monkeypatch.setattr("sys.stdin", None)
    assert run(["twiml", "-"]) == 1
    assert "could not be played (12100)" in capsys.readouterr().out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once(here, bare):
    os.mkfifo(bare / "pipe")
    twiml = '<Response><Gather timeout="1" actionOnEmptyResult="true"/></Response>'
    writer = threading.Thread(target=lambda: (bare / "pipe").write_text(twiml))
    writer.start()
    result = here("twiml", "pipe", typed=":silence\n:hangup\n")
    writer.join()
    assert result.code == 0
    assert result.out.count("POST pipe") == 2


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("none.xml", "'none.xml': there is no such file; expected a TwiML file, or a URL"),
        ("none/x.xml", "'none/x.xml': there is no folder 'none'"),
        ("greeting.flow.json/x.xml", "'greeting.flow.json/x.xml' cannot be read: Not a directory"),
        ("loop.xml", "'loop.xml' cannot be read: Too many levels of symbolic links"),
        (".", "'.' is a folder; expected a TwiML file"),
        ("ftp://x.test/a", "'ftp://x.test/a': expected a URL with http:// or https:// and a host"),
    ],
)
def test_what_cannot_be_played_names_the_mistake(here, bare, target, said):
    (bare / "loop.xml").symlink_to("loop.xml")
    result = here("twiml", target)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {said}")


# --- documents that lead in a circle


@pytest.mark.parametrize(
    ("verbs", "lines", "hidden"),
    [
        ("<Redirect>hello.xml</Redirect>", 3, 997),
        ("<Redirect/>", 3, 997),
        ("<Say>Hi</Say><Redirect/>", 6, 1994),
        ("<Redirect>other.xml</Redirect>", 6, 994),
    ],
)
def test_documents_without_an_end_are_shown_in_a_few_lines_and_fail(
    here, write, verbs, lines, hidden
):
    write("hello.xml", verbs)
    write("other.xml", "<Redirect>hello.xml</Redirect>")
    result = here("twiml", "hello.xml")
    assert result.code == 1
    shown = result.out.splitlines()
    assert shown[1 + lines] == f"  … {hidden:,} more like these"
    assert "1,000 documents: do they lead in a circle?  (" in shown[2 + lines]
    assert shown[-2].endswith(", the call had fetched 1,000 documents")
    assert shown[-1].startswith("not played to its end after ")
    assert len(shown) == lines + 6


def test_an_answer_to_a_message_without_an_end_fails_too(here, write):
    write("hello.xml", "<Redirect/>")
    result = here("twiml", "hello.xml", "--message", "hi")
    assert result.code == 1
    assert in_order(result.out, "  … 47 more like these", "⚠ 14106", "not played to its end")


def test_a_document_is_remarked_on_once(here, write):
    write("hello.xml", f"{ASKING.format('')}<Foo/>")
    result = here("twiml", "hello.xml", typed="1\n1\n1\n")
    assert result.out.count("POST hello.xml") == 4
    assert result.out.count("<Foo> is unknown") == 1
    assert "\nplayed with 1 warning after" in result.out
    assert here("twiml", "hello.xml", "--strict").code == 1


# --- people


def test_what_is_left_after_the_call_nobody_hears(here, write):
    write("hello.xml", ASKING.format("bye.xml"))
    write("bye.xml", "<Say>Bye</Say>")
    result = here("twiml", "hello.xml", typed="1\n2\n:silence\n")
    assert (result.code, result.err) == (0, "the call was over, nobody heard '2', ':silence'\n")


def test_a_document_that_cannot_be_played_exits_1(here, bare):
    (bare / "hello.xml").write_text("<Respons/>")
    result = here("twiml", "hello.xml")
    assert result.code == 1
    assert in_order(result.out, "12102", "could not be played (12102)")


def test_at_a_terminal_keys_are_typed_and_the_call_ends_the_talk(terminal, write):
    write("hello.xml", ASKING.format("bye.xml"))
    write("bye.xml", "<Say>Bye</Say>")
    at = terminal("twiml", "hello.xml")
    at.expect(PROMPT)
    at.type("1\n")
    at.expect("« Say: Bye  (bye.xml:1)")
    assert at.end()[0] == 0
