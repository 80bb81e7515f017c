from __future__ import annotations

import pytest

from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.model import Fault


def test_the_message_is_the_whole_answer_as_it_goes_out() -> None:
    answer = Answer(201, (("A", "b"), ("A", "☕")), (Piece(0.0, b"c"), Piece(0.0, b"d")))
    head = b"HTTP/1.1 201 Created\r\nA: b\r\nA: ?\r\nContent-Length: 2\r\n"
    assert (answer.head, answer.message) == (head, head + b"\r\ncd")


@pytest.mark.parametrize("status", [100, 204, 304])
def test_some_statuses_have_no_body(status: int) -> None:
    answer = Answer(status, pieces=(Piece(0.0, b"c"),))
    assert not answer.has_body
    assert answer.message.endswith(b"\r\n\r\n")
    assert b"Content-Length" not in answer.head


@pytest.mark.parametrize(("status", "reason"), [(200, "OK"), (299, "Scripted"), (599, "Scripted")])
def test_every_status_has_a_reason(status: int, reason: str) -> None:
    assert Answer(status).reason == reason


@pytest.mark.parametrize(
    ("answer", "is_immediate"),
    [
        (Answer(pieces=(Piece(0.0, b"a"),)), True),
        (Answer(at=1.0), False),
        (Answer(fault=Fault.RESET), False),
        (Answer(pieces=(Piece(0.0, b"a"), Piece(1.0, b"b"))), False),
    ],
)
def test_only_what_goes_out_at_once_is_immediate(answer: Answer, is_immediate: bool) -> None:
    assert answer.is_immediate is is_immediate
