"""From places in canonical text back to places in the printed text.

Only stories that match pay for the way back.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from monitor.match.canonical import TOKEN, fold, one_to_one, typewritten, without_ignored
from monitor.match.characters import JOINING

# ASCII, Han, and the letters of Lao and Thai but AM: each folds to one character.
_ONE_TO_ONE = (
    r"\x00-\x7f\u4e00-\u9fff\u0e01-\u0e30\u0e32\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0ebd\u0ec0-\u0ec6"
)
_SEGMENT = re.compile(
    f"(?P<run>[{_ONE_TO_ONE}]+)(?![{JOINING}])|[^{JOINING}]?[{JOINING}]*", re.DOTALL
)
_LONG = 8  # characters; longer clusters are noise, not worth a place in the cache


class Segment(NamedTuple):
    """Printed ``start:end``, which folds by itself to ``folded``."""

    start: int
    end: int
    folded: str
    one_to_one: bool  # each printed character gives the folded one at its place


def segments(printed: str) -> Iterator[Segment]:
    """Cut a text so that the folded segments, joined, are the folded text.

    A segment is a run of plain characters, or one with the marks that NFKC may melt into it.
    """
    for found in _SEGMENT.finditer(printed):
        text, is_run = found.group(), found["run"] is not None
        folded = fold(text) if is_run or len(text) > _LONG else _fold_cluster(text)
        if folded:
            yield Segment(found.start(), found.end(), folded, is_run)


@lru_cache(maxsize=4096)
def _fold_cluster(text: str) -> str:
    return fold(text)


class Offsets:
    """The map of one printed paragraph (or title); places count from its canonical text's start.

    Arrays, since a paragraph of some megabytes can have a segment a character.
    """

    def __init__(self, printed: str) -> None:
        self._printed = printed
        self._start, self._end, self._one_to_one = array("I"), array("I"), bytearray()
        self._folded_at = array("I")  # where each segment begins in the folded text
        folded = self._fold()
        tokens = [token.span() for token in TOKEN.finditer(folded)]
        self._length = len(folded)
        # Where each token begins in the folded text, and in the canonical text.
        self._token_folded_at = array("I", [start for start, _ in tokens])
        behind = accumulate([end - start + 1 for start, end in tokens], initial=1)
        self._token_at = array("I", behind)  # and one behind the last

    def _fold(self) -> str:
        if (folded := one_to_one(typewritten(self._printed))) is not None:
            self._add(0, len(folded), one_to_one=True, folded_at=0)
            return folded
        parts, length = [], 0
        for start, end, folded, is_run in segments(self._printed):
            self._add(start, end, is_run, length)
            parts.append(folded)
            length += len(folded)
        return "".join(parts)

    def _add(self, start: int, end: int, one_to_one: bool, folded_at: int) -> None:
        self._start.append(start)
        self._end.append(end)
        self._one_to_one.append(one_to_one)
        self._folded_at.append(folded_at)

    def printed(self, start: int, end: int) -> tuple[int, int]:
        """Where canonical ``start:end`` stands in print; neither end may lie on a space."""
        first = self._locate(start)[0]
        last = self._locate(end - 1)[1]
        if not self._printed[last - 1].isascii():
            while not without_ignored(self._printed[last - 1]):
                last -= 1
        return first, last

    def canonical(self, start: int, end: int) -> tuple[int, int]:
        """Where the words of printed ``start:end`` stand in the canonical text.

        A place that begins or ends inside what folds as one takes in all of it. One that has no
        word is empty, and stands behind the word before it.
        """
        first, last = self._folded(start), self._folded(end - 1, behind=True)
        token = bisect_right(self._token_folded_at, first) - 1
        if token < 0 or first >= self._token_folded_end(token):
            token += 1
            if token == len(self._token_folded_at):
                return self._behind(token - 1)
            first = self._token_folded_at[token]
        end_token = bisect_right(self._token_folded_at, last - 1) - 1
        if end_token < token or last <= first:
            return self._behind(token - 1)
        last = min(last, self._token_folded_end(end_token))
        begin = self._token_at[token] + first - self._token_folded_at[token]
        return begin, self._token_at[end_token] + last - self._token_folded_at[end_token]

    def _behind(self, token: int) -> tuple[int, int]:
        place = self._token_at[token + 1] - 1 if token >= 0 else int(bool(self._token_folded_at))
        return place, place

    def _folded(self, place: int, *, behind: bool = False) -> int:
        """Where a printed character stands in the folded text; or the end of what it folds to."""
        segment = bisect_right(self._start, place) - 1
        if segment < 0:
            return 0
        at = self._folded_at[segment]
        following = segment + 1
        end = self._folded_at[following] if following < len(self._folded_at) else self._length
        if not self._one_to_one[segment]:
            return end if behind or place >= self._end[segment] else at
        return min(at + place - self._start[segment] + behind, end)

    def _token_folded_end(self, token: int) -> int:
        length = self._token_at[token + 1] - self._token_at[token] - 1
        return self._token_folded_at[token] + length

    def _locate(self, place: int) -> tuple[int, int]:
        """Printed start and end of the character at a place in the canonical text."""
        token = bisect_right(self._token_at, place) - 1
        folded = self._token_folded_at[token] + place - self._token_at[token]
        segment = bisect_right(self._folded_at, folded) - 1
        start, end = self._start[segment], self._end[segment]
        if not self._one_to_one[segment]:
            return start, end
        start += folded - self._folded_at[segment]
        return start, start + 1
