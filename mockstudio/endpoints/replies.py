"""Which of an endpoint's replies has its turn."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence

from mockstudio.endpoints.model import AtEnd, OutcomeReply, Reply


class ReplySequence:
    """An endpoint's replies by the number of the call; nothing in it changes.

    Args:
        replies: in the order of play, each with its `times`; the outcome `ok` when there are none.
        at_end: what follows when all have been played.
    """

    def __init__(
        self, replies: Sequence[Reply | OutcomeReply], at_end: AtEnd = AtEnd.STICK
    ) -> None:
        self._replies = tuple(replies) or (OutcomeReply("ok"),)
        self._at_end = at_end
        self._ends = list(itertools.accumulate(reply.times for reply in self._replies))

    def at(self, n: int) -> Reply | OutcomeReply | None:
        """Return the reply to the n-th call, counted from 0, in the logarithm of their number.

        Returns:
            None when all have been played and `at_end` is 404.
        """
        total = self._ends[-1]
        if n >= total:
            if self._at_end is AtEnd.NOT_FOUND:
                return None
            if self._at_end is AtEnd.STICK:
                return self._replies[-1]
            n %= total
        return self._replies[bisect_right(self._ends, n)]


def reply_at(
    replies: Sequence[Reply | OutcomeReply], at_end: AtEnd, n: int
) -> Reply | OutcomeReply | None:
    """Return the reply to the n-th call, counted from 0; see `ReplySequence.at`.

    For one call, or few replies: whoever asks often keeps a ReplySequence.
    """
    return ReplySequence(replies, at_end).at(n)
