"""From places in canonical text back to places in the printed text.

Only stories that match pay for the way back.
"""

from __future__ import annotations

import operator
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from monitor.match.canonical import (
    fold,
    fold_plain,
    one_to_one,
    parted,
    typewritten,
    without_ignored,
)
from monitor.match.characters import JOINING, PLAIN, PLAIN_MARKS
from monitor.match.han import simplify

_SEGMENT = re.compile(
    f"(?P<run>(?:[{PLAIN}]{PLAIN_MARKS}?+(?![{JOINING}]))++)|[^{JOINING}]?[{JOINING}]*", re.DOTALL
)
_SHORT = 2_000  # characters
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
        if is_run:
            folded = fold_plain(text)
        else:
            folded = fold(text) if len(text) > _LONG else _fold_cluster(text)
        if folded:
            yield Segment(found.start(), found.end(), folded, is_run)


@lru_cache(maxsize=4096)
def _fold_cluster(text: str) -> str:
    return fold(text)


class Offsets:
    """The map of one printed paragraph (or title), whose canonical text is ``words``; places count
    from its start.

    The words stand in ``folded`` with signs between them, or with blanks alone (``is_parted``);
    ``segments`` map that to print, where the two are not one to one.
    """

    def __init__(
        self, words: str, folded: str, segments: Segments | None = None, *, is_parted: bool = False
    ) -> None:
        self._words, self._text, self._segments = words, folded, segments
        self._is_counted = is_parted and len(words) <= _SHORT
        # From where on canonical places shift, and by how much, to the folded text: they do where
        # the signs between two words are not one. Arrays, since a text may have megabytes.
        self._at, self._shifts = array("I"), array("i")
        self._mapped, self._behind = 1, 0  # so far, in either text

    @classmethod
    def of(cls, printed: str, words: str) -> Offsets:
        plain = typewritten(printed)
        if plain.isascii():
            return cls(words, parted(plain), is_parted=True)
        if (folded := one_to_one(plain)) is not None:
            return cls(words, simplify(folded))
        segments = Segments(printed)
        return cls(words, simplify(segments.folded), segments)

    def printed(self, start: int, end: int) -> tuple[int, int]:
        """Where canonical ``start:end`` stands in print; neither end may lie on a space."""
        if self._is_counted:
            first = self._counted(start)
            is_one_word = self._words.find(" ", start, end) < 0
            return first, first + end - start if is_one_word else self._counted(end - 1) + 1
        self._map_until(end - 1)
        first = start + self._shifts[bisect_right(self._at, start) - 1]
        last = end + self._shifts[bisect_right(self._at, end - 1) - 1]
        return self._segments.printed(first, last) if self._segments else (first, last)

    def _counted(self, place: int) -> int:
        """Of a few places in a short text: quicker than to look for all words."""
        words = self._words
        number = words.count(" ", 0, place) - 1
        behind = len(self._text.split(None, number)[number])
        return len(self._text) - behind + place - 1 - words.rfind(" ", 0, place)

    def _map_until(self, place: int) -> None:
        """Look for the words up to a canonical place: each is the first of its letters behind the
        one before, since all letters are in words."""
        words, at, behind = self._words, self._mapped, self._behind
        shift = self._shifts[-1] if self._shifts else None
        while at <= place and (end := words.find(" ", at)) > at:
            begin = self._text.find(words[at:end], behind)
            if begin - at != shift:
                shift = begin - at
                self._at.append(at)
                self._shifts.append(shift)
            behind = begin + end - at
            at = end + 1
        self._mapped, self._behind = at, behind

    def canonical(self, start: int, end: int) -> tuple[int, int]:
        """Where the words of printed ``start:end`` stand in the canonical text.

        A place that begins or ends inside what folds as one takes in all of it. One that has no
        word is empty, and stands behind the word before it.
        """
        self._map_until(len(self._words))
        if not self._at:
            return 0, 0
        if self._segments is not None:
            start, end = self._segments.folded_places(start, end)
        begin, behind = self._word_from(start), self._word_until(end)
        if start < end and begin < behind:
            return begin, behind
        before = max(1, self._words.rfind(" ", 0, begin))
        return before, before

    @cached_property
    def _folded_at(self) -> array[int]:
        """Where in the folded text each stretch of one shift begins, once all are known."""
        return array("I", map(operator.add, self._at, self._shifts))

    def _word_from(self, folded: int) -> int:
        """The first canonical place in a word that is not before one in the folded text."""
        stretch = bisect_right(self._folded_at, folded) - 1
        if stretch < 0:
            return 1
        place, end = folded - self._shifts[stretch], self._end_of(stretch)
        if place >= end:
            return end + 1
        return place + (self._words[place] == " ")

    def _word_until(self, folded: int) -> int:
        """The last canonical place behind a word that is not behind one in the folded text."""
        stretch = bisect_right(self._folded_at, folded - 1) - 1
        if stretch < 0:
            return 0
        place = min(folded - self._shifts[stretch], self._end_of(stretch))
        return place - (self._words[place - 1] == " ")

    def _end_of(self, stretch: int) -> int:
        following = stretch + 1
        return (self._at[following] if following < len(self._at) else len(self._words)) - 1


class Segments:
    """What a printed text folds to, and where it has its characters from."""

    def __init__(self, printed: str) -> None:
        self._printed = printed
        self._start, self._end, self._one_to_one = array("I"), array("I"), bytearray()
        self._folded_at = array("I")  # where each segment begins in the folded text
        parts, length = [], 0
        for start, end, folded, is_run in segments(printed):
            self._start.append(start)
            self._end.append(end)
            self._one_to_one.append(is_run)
            self._folded_at.append(length)
            parts.append(folded)
            length += len(folded)
        self.folded = "".join(parts)

    def printed(self, start: int, end: int) -> tuple[int, int]:
        first, last = self._locate(start)[0], self._locate(end - 1)[1]
        if not self._printed[last - 1].isascii():
            while not without_ignored(self._printed[last - 1]):
                last -= 1
        return first, last

    def _locate(self, folded: int) -> tuple[int, int]:
        """Printed start and end of a character of the folded text."""
        segment = bisect_right(self._folded_at, folded) - 1
        start, end = self._start[segment], self._end[segment]
        if not self._one_to_one[segment]:
            return start, end
        start += folded - self._folded_at[segment]
        return start, start + 1

    def folded_places(self, start: int, end: int) -> tuple[int, int]:
        """What printed ``start:end`` folds to."""
        return self._folded(start), self._folded(end - 1, behind=True)

    def _folded(self, place: int, *, behind: bool = False) -> int:
        """Where a printed character stands in the folded text; or the end of what it folds to."""
        segment = bisect_right(self._start, place) - 1
        if segment < 0:
            return 0
        at = self._folded_at[segment]
        following = segment + 1
        end = self._folded_at[following] if following < len(self._folded_at) else len(self.folded)
        if not self._one_to_one[segment]:
            return end if behind or place >= self._end[segment] else at
        return min(at + place - self._start[segment] + behind, end)
