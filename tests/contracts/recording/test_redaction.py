"""Secrets never reach the file."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockstudio.contracts.recording.covers import COVERS, cover
from mockstudio.contracts.recording.known_secrets import KnownSecrets
from mockstudio.contracts.recording.masks import Mask
from mockstudio.contracts.recording.redaction import Redactor
from mockstudio.contracts.recording.secret_names import SecretNames
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.request import Request

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)
SECRET = "hunter2-hunter2"
TOKEN = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def call(target="/lookup", method="GET", headers=(), body=b""):
    return Request(method, target, headers, body)


def reply(body=b"", status=200, headers=()):
    return Answer(status, headers, (Piece(0.0, body),))


@pytest.fixture
def careful(studio):
    """Start a new recording without secrets."""

    def begin(*names):
        studio.begin(studio.recorder.output, Redactor(TOKEN, SecretNames(names)))
        return studio

    return begin


@pytest.mark.parametrize(
    "name",
    ["password", "Passwd", "token", "accessToken", "AUTH_TOKEN", "client_secret", "api_key",
     "apiKey", "X-Api-Key", "auth", "OAuth", "Authorization", "Cookie", "Set-Cookie",
     "X-Twilio-Signature", "pwd", "sessionId"],
)  # fmt: skip
def test_names_of_secrets(name):
    assert name in SecretNames()


@pytest.mark.parametrize(
    "name", ["AccountSid", "author", "authored_by", "From", "order", "keyboard", "Body", "a", ""]
)
def test_names_of_what_is_no_secret(name):
    assert name not in SecretNames()


def test_further_names_may_be_given():
    assert "CALLSID" in SecretNames(["CallSid"])


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ('{"token": "abc", "a": "b"}', '{"token": "redacted", "a": "b"}'),
        ('{"a":[{"apiKey":{"x":"abc","n":-12.5e3}}],"b":1}',
         '{"a":[{"apiKey":{"x":"redacted","n":73322833}}],"b":1}'),
        (r'{"\u0074oken": "a\"b", "token":null}', r'{"\u0074oken": "redacted", "token":null}'),
        (r'{"a": "\"token\": \"abc\"", "b": 1}', r'{"a": "\"token\": \"abc\"", "b": 1}'),
        ('<a href="/x?order=1&token=abc#f">', '<a href="/x?order=1&token=redacted#f">'),
        ('<Sip username="u" password="p w">', '<Sip username="u" password="redacted">'),
        ("<Password>abc</Password><Author>me</Author>",
         "<Password>redacted</Password><Author>me</Author>"),
        ('<Sip password="abc">x</Sip>', '<Sip password="redacted">x</Sip>'),
        ("token=a&token=b, c=1", "token=redacted&token=redacted, c=1"),
        ("see https://bob:pw@x.io/ or http://x:80/", "see https://redacted@x.io/ or http://x:80/"),
        ("token=hunter2-hunter2", "token=redacted......."),
        (f"Bearer {TOKEN}!", f"Bearer {cover(TOKEN)}!"),
        ("token of the day", "token of the day"),
    ],
)  # fmt: skip
def test_secrets_in_texts_are_covered(text, covered):
    told: list[str] = []
    assert Mask(SecretNames(), KnownSecrets({TOKEN: "it"}), told.append).applied_to(text) == covered
    assert bool(told) is (text != covered)


@given(st.dictionaries(st.sampled_from(["a", "token", "b"]), st.text() | st.integers()))
def test_covered_json_is_json_with_everything_else_as_it_was(value):
    others = [str(other) for name, other in value.items() if name != "token"]
    assume(not any(str(value.get("token")) in other for other in others))
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        covered = Mask(SecretNames(), KnownSecrets(), lambda name: None).applied_to(text)
        same = json.loads(covered)
        assert {**same, "token": 0} == {**value, "token": 0}


@given(st.text())
def test_a_cover_is_known_for_one_and_stays_as_it_is_when_covered_again(secret):
    size = len(secret.encode("utf-8", "surrogateescape"))
    covered = cover(secret)
    assert len(covered) == (max(size, len("redacted")) if secret else 0)
    assert bool(COVERS.fullmatch(covered)) is bool(secret)
    assert cover(covered) == covered


def test_a_request_may_be_nested_as_deep_as_json_goes(careful):
    studio = careful()
    deep = call("/lookup", "POST", JSON, b"[" * 900 + b"]" * 900)
    studio.record(deep, reply(b"a"))
    assert studio.played_back(deep)[0].body == b"a"


@pytest.mark.parametrize(
    "asked",
    [
        call(f"/lookup?password={SECRET}"),
        call("/lookup", "POST", FORM, f"order=1&api_key={SECRET}".encode()),
        call("/lookup", "POST", JSON, f'{{"a": 1, "in": [{{"secret": "{SECRET}"}}]}}'.encode()),
        call("/lookup", "POST", JSON, f'["x", "password={SECRET}"]'.encode()),
        call("/lookup", "POST", (), f"<x><Password>{SECRET}</Password></x>".encode()),
        call(f"/lookup?next=https://bob:{SECRET}@example.com/"),
        call("/lookup", headers=(("Authorization", f"Bearer {SECRET}"),)),
        call("/lookup", headers=(("Cookie", f"session={SECRET}; a=b"),)),
    ],
)
def test_a_secret_of_a_request_is_in_no_condition_and_no_answer(careful, asked):
    studio = careful()
    echo = asked.headers and asked.headers[0][0] in ("Authorization", "Cookie")
    told = f"you said {SECRET}" if echo else "fine"
    assert studio.record(asked, reply(told.encode())).body.decode() == told
    assert SECRET not in studio.text
    assert sum(studio.recorder.redactor.found.values()) == 1
    (played,) = studio.played_back(asked)
    assert (played.status, len(played.body)) == (200, len(told))


@pytest.mark.parametrize(
    "asked",
    [
        call(f"/{TOKEN}/lookup"),
        call(f"/lookup?x={TOKEN}"),
        call(f"/lookup?{TOKEN}=1"),
        call("/lookup", "POST", JSON, json.dumps({"a": {TOKEN: 1}, "b": [TOKEN]}).encode()),
        call("/lookup", "POST", (), TOKEN.encode()),
    ],
)
def test_the_auth_token_is_covered_wherever_it_occurs(careful, asked):
    studio = careful()
    body = b"\xff" + TOKEN.encode()
    studio.record(asked, reply(body, headers=(("X-Echo", TOKEN),)))
    written = [path.read_bytes() for path in studio.recorder.output.parent.rglob("*.*")
               if path.is_file()]  # fmt: skip
    assert len(written) == 2
    assert not any(TOKEN.encode() in content for content in written)
    (played,) = studio.played_back(asked)
    assert len(played.body) == len(body)


def test_secrets_in_compressed_answers_are_covered_in_clear(careful):
    studio = careful()
    body = f'{{"token": "{SECRET}"}}'
    headers = (*JSON, ("Content-Encoding", "gzip"))
    studio.record(call(), reply(gzip.compress(body.encode()), headers=headers))
    (played,) = studio.played_back(call())
    assert played.body == body.replace(SECRET, cover(SECRET)).encode()
    assert "Content-Encoding" not in dict(played.headers)


def test_compressed_answers_without_secrets_stay_as_they_are(careful):
    studio = careful()
    body = gzip.compress(b"{}")
    studio.record(call(), reply(body, headers=(("Content-Encoding", "gzip"),)))
    assert studio.played_back(call())[0].body == body


def test_what_cannot_be_looked_into_is_counted(careful):
    studio = careful()
    for encoding in ("br", "gzip"):
        studio.record(call(), reply(b"\x01\x02", headers=(("Content-Encoding", encoding),)))
    assert studio.recorder.redactor.unread == {"br": 1, "gzip": 1}


def test_what_head_keeps_back_need_not_be_looked_into(careful):
    studio = careful()
    headers = (("Content-Encoding", "gzip"), ("X-Token", SECRET))
    studio.record(call(method="HEAD"), reply(b"\x01\x02", headers=headers))
    assert studio.recorder.redactor.unread == {}
    (played,) = studio.played_back(call(method="HEAD"))
    assert ("X-Token", cover(SECRET)) in played.headers
    assert ("Content-Encoding", "gzip") in played.headers


def test_a_cookie_is_set_to_a_placeholder(careful):
    studio = careful()
    cookie = ("Set-Cookie", f"session={SECRET}; Path=/; HttpOnly")
    assert cookie in studio.record(call(), reply(headers=(cookie,))).headers
    (played,) = studio.played_back(call())
    assert ("Set-Cookie", f"session={cover(SECRET)}; Path=/; HttpOnly") in played.headers


def test_a_redacted_param_need_only_be_there(careful):
    studio = careful("CallSid")
    studio.record(call("/lookup?order=1&CallSid=CA1"), reply(b"a"))
    other, without = studio.played_back(
        call("/lookup?order=1&CallSid=CA2"), call("/lookup?order=1")
    )
    assert (other.body, without.status) == (b"a", 404)


def test_basic_credentials_are_a_secret_as_sent(careful):
    studio = careful()
    sent = base64.b64encode(f"bob:{SECRET}".encode()).decode()
    studio.record(call(headers=(("Authorization", f"Basic {sent}"),)), reply(sent.encode()))
    assert sent not in studio.text


@pytest.mark.parametrize("piece", ["x", "<a ", "://a", "a=", '"', "token=a ", "<!--", " "])
def test_a_long_answer_is_looked_through_at_once(careful, piece):
    studio = careful()
    body = (piece * 400_000)[:400_000].encode()
    given = reply(body, headers=(("Content-Type", "text/xml"),))
    assert studio.record(call(), given).body == body
    assert len(studio.played_back(call())[0].body) >= len(body)


def test_names_and_schemes_in_headers_are_no_secrets(careful):
    studio = careful()
    headers = (("Authorization", "Negotiate abc=="), ("Cookie", "preferences=x; sessionid=y"))
    body = b"Negotiate preferences sessionid"
    studio.record(call(headers=headers), reply(body))
    assert studio.played_back(call())[0].body == body


LOGIN = (call("/login"), reply(json.dumps({"access_token": SECRET}).encode(), headers=JSON))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (call("/me"), reply(f'{{"note": "your token is {SECRET}"}}'.encode(), headers=JSON)),
        (call("/me"), reply(headers=(("Location", f"/sessions/{SECRET}/x"),))),
        (call(f"/sessions/{SECRET}"), reply()),
        (call(f"/me?note={SECRET}"), reply()),
        (call(f"/me?{SECRET}=1"), reply()),
        (call("/me", "POST", FORM, f"note=it+is+{SECRET}".encode()), reply()),
        (call("/me", "POST", JSON, json.dumps({"a": [{"b": SECRET}]}).encode()), reply()),
        (call("/me", "POST", (), f"it is {SECRET}".encode()), reply()),
    ],
)
def test_a_secret_is_covered_wherever_it_occurs_later(careful, asked, answer):
    studio = careful()
    studio.record(*LOGIN)
    studio.record(asked, answer)
    assert SECRET not in studio.text
    assert not any(SECRET in line for line in studio.told)
    assert studio.played_back(asked)[0].status == 200


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (call("/login", headers=(("Authorization", f"Bearer {SECRET}"),)), reply()),
        (call(f"/login?token={SECRET}"), reply()),
        (call("/login", "POST", JSON, json.dumps({"token": [SECRET]}).encode()), reply()),
        (call("/login", "POST", (), f"<Token>{SECRET}</Token>".encode()), reply()),
        (call(), reply(headers=(("Set-Cookie", f"session={SECRET}; Path=/"),))),
        (call(), reply(headers=(("X-Auth", f"Bearer {SECRET}"),))),
        (call(), reply(f"<a href='https://bob:{SECRET}@example.com'>".encode())),
    ],
)
def test_secrets_are_remembered_wherever_they_were_met(careful, asked, answer):
    studio = careful()
    studio.record(asked, answer)
    studio.record(call("/me"), reply(f"it is {SECRET}".encode()))
    assert studio.played_back(call("/me"))[0].body == f"it is {cover(SECRET)}".encode()


@pytest.mark.parametrize(
    ("secret", "later"),
    [
        ("abc/def+ghi==", b'{"a": "abc\\/def+ghi=="}'),
        ("abc/def+ghi==", b"see /?x=abc%2Fdef%2Bghi%3D%3D"),
        ('abc"def\\ghi', rb'{"a": "abc\"def\\ghi"}'),
        ("abc<def>ghi", b"<a>abc&lt;def&gt;ghi</a>"),
    ],
)
def test_a_secret_is_known_in_other_spellings(careful, secret, later):
    studio = careful()
    studio.record(call("/login"), reply(json.dumps({"token": secret}).encode(), headers=JSON))
    studio.record(call("/me"), reply(later))
    assert b"def" not in studio.played_back(call("/me"))[0].body


def test_a_secret_number_that_is_met_again_leaves_json_as_json(careful):
    studio = careful()
    studio.record(call("/login"), reply(b'{"token": 12345678}', headers=JSON))
    body = b'{"a": 12345678, "b": [-12345678.5, 1234567], "c": "no 12345678"}'
    studio.record(call("/me"), reply(body, headers=JSON))
    (played,) = studio.played_back(call("/me"))
    assert json.loads(played.body) == {
        "a": 73322833, "b": [73322833, 1234567], "c": "no redacted",
    }  # fmt: skip


def test_an_answer_gives_away_what_stood_in_its_own_request_and_headers(careful):
    studio = careful()
    headers = (*JSON, ("Location", f"/sessions/{SECRET}"))
    body = json.dumps({"note": f"it is {SECRET}", "token": SECRET}).encode()
    studio.record(call(f"/sessions/{SECRET}?note={SECRET}"), reply(body, headers=headers))
    assert SECRET not in studio.text
    assert not any(SECRET in line for line in studio.told)


def test_a_short_secret_may_be_a_word_and_is_not_looked_for(careful):
    studio = careful()
    studio.record(call("/login"), reply(b'{"token": "welcome"}', headers=JSON))
    studio.record(call("/me"), reply(b"welcome"))
    assert studio.played_back(call("/me"))[0].body == b"welcome"


def test_a_failure_is_told_without_known_secrets(careful):
    studio = careful()
    studio.record(*LOGIN)
    studio.recorder.tell_of_failure(f"GET http://x/{SECRET}: nothing came; not recorded")
    assert studio.told[-1] == f"GET http://x/{cover(SECRET)}: nothing came; not recorded"
