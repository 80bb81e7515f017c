from __future__ import annotations

import time
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.errors import TwimlError
from mockstudio.twiml.document import MOST_BYTES, parse_document
from mockstudio.twiml.model import Document
from mockstudio.twiml.xml_text import DEEPEST, LONGEST_VALUE

CASES = yaml.safe_load(Path(__file__).with_name("document_cases.yaml").read_text("utf-8"))
REFUSED = [case for case in CASES if "error" in case]
REMARKED = [case for case in CASES if "remarks" in case]

VALID = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- the menu -->
<Response>
  <Gather input="dtmf speech"
          timeout="3"
          action="/menu?a=1&amp;b=2">
    <Say voice="Polly.Joanna">Press <say-as interpret-as="digits">1</say-as> &lt;now&gt;</Say>
  </Gather>
  <?php echo ?>
  <Redirect><![CDATA[/again?a=1&b=2]]></Redirect>
</Response>
"""


def parse(text, kind="voice"):
    return parse_document(text.encode(), kind=kind)


def outcome(body, kind="voice", limit=MOST_BYTES):
    """Return what parsing leads to; anything but a document or a TwimlError fails the test."""
    try:
        return parse_document(body, "https://example.com/a", limit, kind)
    except TwimlError as error:
        return error


def is_expected(found):
    return isinstance(found, Document) or found.code in (11750, 12100, 12101, 12102)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_a_broken_document_is_refused_with_code_line_and_advice(case):
    code, line, phrase = case["error"]
    with pytest.raises(TwimlError) as caught:
        parse(case["document"], case.get("kind", "voice"))
    assert (caught.value.code, caught.value.line) == (code, line)
    assert phrase in str(caught.value)
    assert str(caught.value).startswith(f"line {line}")


@pytest.mark.parametrize("case", REMARKED, ids=lambda case: case["name"])
def test_each_mistake_leaves_its_remark(case):
    remarks = parse(case["document"], case.get("kind", "voice")).remarks
    expected = case["remarks"]
    found = [[remark.code, remark.line] for remark in remarks]
    assert found == [[code, line] for code, line, _ in expected]
    for remark, (_, _, phrase) in zip(remarks, expected, strict=True):
        assert phrase in remark.text


def test_a_syntax_error_names_its_column():
    with pytest.raises(TwimlError, match="line 2, column 5: not well-formed XML") as caught:
        parse("<Response>\n<a><1/></a></Response>")
    assert (caught.value.line, caught.value.column) == (2, 5)


def test_a_valid_document_is_read_as_written():
    document = parse_document(VALID, "https://example.com/menu")
    gather, redirect = document.verbs
    say = gather.children[0]
    assert document.url == "https://example.com/menu"
    assert document.remarks == ()
    assert gather.attributes == {
        "input": "dtmf speech",
        "timeout": "3",
        "action": "/menu?a=1&b=2",
    }
    assert (gather.line, say.line, say.children[0].line, redirect.line) == (4, 7, 7, 10)
    assert say.text == "Press 1 <now>"
    assert redirect.text == "/again?a=1&b=2"


def test_an_empty_response_is_valid():
    assert parse("<Response/>") == Document()
    assert parse("\n <!-- nothing --> <Response>\n</Response>\n") == Document()


def test_a_namespace_changes_no_name():
    document = parse(
        '<Response xmlns="urn:a" xmlns:b="urn:b"><Say>x</Say><b:Say>y</b:Say></Response>'
    )
    assert [verb.name for verb in document.verbs] == ["Say"]
    assert "<b:Say> is unknown" in document.remarks[0].text


def test_the_language_of_words_keeps_its_prefix():
    say = parse('<Response><Say><lang xml:lang="fr-FR">oui</lang></Say></Response>').verbs[0]
    assert say.children[0].attributes == {"xml:lang": "fr-FR"}


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "UTF-16"),
        ("utf-16", ""),
        ("iso-8859-1", "ISO-8859-1"),
        ("windows-1252", "Windows-1252"),
    ],
)
def test_documents_in_usual_encodings_are_read(encoding, declared):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    text = f"{declaration}<Response><Say>Grüße</Say></Response>"
    assert parse_document(text.encode(encoding)).verbs[0].text == "Grüße"


@pytest.mark.parametrize(
    ("body", "phrase"),
    [
        ("<Response>\n<Say>Grüße</Say></Response>".encode("latin-1"), "line 2, column 8: .* utf-8"),
        (
            "<?xml version='1.0' encoding='us-ascii'?><Response>ü</Response>".encode(),
            "not in ascii",
        ),
        ("<Response/>".encode("utf-16-le"), "not well-formed"),
        ("<Response/>".encode("utf-32"), "not well-formed"),
        (b"\xff\xfe<", "not in utf-16"),
        (b"<Response>\x00</Response>", "not well-formed"),
        (b"<?xml version='1.0' encoding='unicode_escape'?><Response>\\q</Response>", "UTF-8"),
        (b"<?xml version='1.0' encoding='rot13'?><Response/>", "cannot be read as rot13"),
    ],
)
def test_documents_in_other_encodings_are_refused(body, phrase):
    with pytest.raises(TwimlError, match=phrase) as caught:
        parse_document(body)
    assert caught.value.code == 12100


def test_one_byte_too_many_is_refused():
    body = b"<Response><Say>" + b"x" * 100 + b"</Say></Response>"
    assert parse_document(body, limit=len(body)).verbs
    with pytest.raises(TwimlError, match=f"has {len(body)} bytes; Twilio takes at most") as caught:
        parse_document(body, limit=len(body) - 1)
    assert (caught.value.code, caught.value.line) == (11750, None)


def test_the_limit_is_64_kilobytes():
    start, end = b"<Response><Play>", b"</Play></Response>"
    filling = b"x" * (65_536 - len(start + end))
    assert parse_document(start + filling + end).verbs
    with pytest.raises(TwimlError, match="65,537 bytes"):
        parse_document(start + filling + b"x" + end)


@pytest.mark.parametrize("levels", [DEEPEST + 1, 255, 5_000])
def test_deep_nesting_is_refused(levels):
    inside = levels - 2
    body = f"<Response><Say>{'<s>' * inside}x{'</s>' * inside}</Say></Response>"
    with pytest.raises(TwimlError, match=f"{DEEPEST} deep") as caught:
        parse(body)
    assert caught.value.code == 12100


def test_nesting_up_to_the_bound_is_read():
    inside = DEEPEST - 2
    tags = "<emphasis>" * inside, "</emphasis>" * inside
    document = parse(f"<Response><Say>{tags[0]}x{tags[1]}</Say></Response>")
    assert document.remarks == ()
    assert document.verbs[0].text == "x"


def test_a_huge_value_is_refused():
    def body(length):
        return f'<Response><Gather hints="{"x" * length}"/></Response>'

    assert len(parse(body(LONGEST_VALUE)).verbs[0].get("hints")) == LONGEST_VALUE
    with pytest.raises(TwimlError, match="hints has 32,769 characters"):
        parse(body(LONGEST_VALUE + 1))


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE r [" + "<!ENTITY a0 'ha'>" + "<!ENTITY a1 '&a0;&a0;'>" * 1_000 + "]><r>&a1;</r>",
        "<!DOCTYPE r SYSTEM 'file:///etc/passwd'><Response/>",
        "<!--" * 16_000,
        "<?" * 30_000,
        '<"' * 30_000,
        "<a '" * 15_000,
        "<Response>" + "<Say>x</Say>" * 5_000 + "</Response>",
        "<Response><Say " + " ".join(f'a{i}="1"' for i in range(6_000)) + "/></Response>",
        f"<Response><Say voice='{'a' * 30_000}' loop='{'9' * 30_000}'>x</Say></Response>",
        f"<Response><Say><break time='{'1' * 30_000}'/></Say></Response>",
        f"<Response><Gather timeout='{'0' * 30_000}'/></Response>",
    ],
    ids=lambda body: body[:20],
)
def test_hostile_documents_take_no_time(body):
    before = time.perf_counter()
    assert is_expected(outcome(body.encode()))
    assert time.perf_counter() - before < 2


@given(st.binary(max_size=200), st.sampled_from(["voice", "messaging"]))
def test_no_bytes_whatsoever_surprise(body, kind):
    assert is_expected(outcome(body, kind))


@given(st.text(max_size=100), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-7", "utf-32"]))
def test_no_text_in_any_encoding_surprises(text, encoding):
    assert is_expected(outcome(text.encode(encoding, "replace")))
    assert is_expected(
        outcome(f"<Response><Say>{text}</Say></Response>".encode(encoding, "replace"))
    )


@given(st.data())
def test_no_damage_to_a_valid_document_surprises(data):
    body = bytearray(VALID)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 20)))
        body[start:end] = data.draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [b"<", b">", b"&", b"<!--", b"<![CDATA[", b"<?", b"<!DOCTYPE ", b"\x00"]
                ),
            )
        )
    assert is_expected(outcome(bytes(body), limit=data.draw(st.sampled_from([MOST_BYTES, 300]))))


@given(
    st.sampled_from(["utf-8", "UTF-16", "ebcdic-cp-us", "utf-7", "x", "idna", "punycode", "cp037"])
)
def test_no_declared_encoding_surprises(encoding):
    assert is_expected(
        outcome(
            b'<?xml version="1.0" encoding="%s"?><Response>\xc3\xa9</Response>' % encoding.encode()
        )
    )


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)


@given(st.lists(words, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n", "\n\n", " "]))
def test_whatever_is_written_as_xml_is_read_back_on_its_line(texts, newline):
    says = [f"<Say>{escape(text)}</Say><!-- {i} <Say> -->" for i, text in enumerate(texts)]
    document = parse(f"<Response>{newline}{newline.join(says)}</Response>")
    assert [verb.text for verb in document.verbs] == texts
    step = newline.count("\n")
    assert [verb.line for verb in document.verbs] == [1 + step * (i + 1) for i in range(len(texts))]
