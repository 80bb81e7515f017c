from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.effects import delayed, spread
from mockstudio.endpoints.model import Dribble, Fault


def test_a_body_without_dribble_goes_out_at_once() -> None:
    assert spread(b"hello", None) == (Piece(0.0, b"hello"),)


@pytest.mark.parametrize("dribble", [None, Dribble(3, 1.0)])
def test_an_empty_body_has_no_pieces(dribble: Dribble | None) -> None:
    assert spread(b"", dribble) == ()


@pytest.mark.parametrize(
    ("body", "dribble", "expected"),
    [
        (b"abcdef", Dribble(3, 12.0), [(0.0, b"ab"), (6.0, b"cd"), (12.0, b"ef")]),
        (b"abc", Dribble(6, 12.0), [(0.0, b"a"), (6.0, b"b"), (12.0, b"c")]),
        (b"abc", Dribble(1, 12.0), [(12.0, b"abc")]),
        (b"a", Dribble(6, 12.0), [(12.0, b"a")]),
    ],
)
def test_a_dribbled_body_ends_when_it_says(
    body: bytes, dribble: Dribble, expected: list[tuple[float, bytes]]
) -> None:
    assert [(piece.at, piece.data) for piece in spread(body, dribble)] == expected


@given(st.binary(min_size=1, max_size=200), st.integers(1, 50), st.floats(0.1, 1e4))
def test_a_dribble_is_the_whole_body_in_equal_pieces(body: bytes, chunks: int, over: float) -> None:
    pieces = spread(body, Dribble(chunks, over))
    lengths = [len(piece.data) for piece in pieces]
    moments = [piece.at for piece in pieces]
    assert b"".join(piece.data for piece in pieces) == body
    assert len(pieces) == min(chunks, len(body))
    assert max(lengths) - min(lengths) <= 1
    assert moments == sorted(moments)
    assert moments[-1] == over
    assert len(pieces) == 1 or moments[0] == 0.0


def test_a_delay_puts_off_head_and_pieces_alike() -> None:
    answer = Answer(201, (("A", "b"),), spread(b"abcd", Dribble(2, 3.0)), fault=Fault.TRUNCATE)
    later = delayed(answer, 1.5)
    assert later == Answer(
        201, (("A", "b"),), (Piece(1.5, b"ab"), Piece(4.5, b"cd")), 1.5, Fault.TRUNCATE
    )


def test_no_delay_leaves_the_very_answer() -> None:
    answer = Answer()
    assert delayed(answer, 0.0) is answer
