"""What is done to an answer in time: spread over it, or put off."""

from __future__ import annotations

from dataclasses import replace

from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.model import Dribble


def spread(body: bytes, dribble: Dribble | None) -> tuple[Piece, ...]:
    """Return a body as pieces: equal ones, the first at once, the last after `dribble.over`.

    A body of fewer bytes than chunks goes out byte by byte; a single piece is the last one.

    Args:
        body: all of it; an empty body has no pieces.
        dribble: how it is spread, or None for all at once.
    """
    if not body:
        return ()
    if dribble is None:
        return (Piece(0.0, body),)
    count = max(1, min(dribble.chunks, len(body)))
    cuts = [len(body) * number // count for number in range(count + 1)]
    moments = [dribble.over * (number / (count - 1)) for number in range(count - 1)]
    return tuple(
        Piece(at, body[start:end])
        for at, start, end in zip([*moments, dribble.over], cuts, cuts[1:], strict=False)
    )


def delayed(answer: Answer, seconds: float) -> Answer:
    """Return an answer that is played so many seconds later; the same one for no seconds."""
    if not seconds:
        return answer
    pieces = tuple(Piece(piece.at + seconds, piece.data) for piece in answer.pieces)
    return replace(answer, at=answer.at + seconds, pieces=pieces)
