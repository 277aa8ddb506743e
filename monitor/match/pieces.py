"""Where a story has the letters of a term in another writing, and which part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

from monitor.match.canonical import needle, splits_cluster, tears
from monitor.match.nodes import Term
from monitor.match.story import MOST_PLACES, Place, Story

MOST_READ = 50_000_000  # characters, for all terms of a query: a second or two
_MOST_TORN = 1_000  # pieces of written characters that are passed over for a whole one


class Pieces:
    """Of one story. Once too much was read, nothing is there."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._left = MOST_READ
        self._run_together: dict[str | None, str] = {}  # by field, its texts without blanks

    def of_same_letters(self, term: Term) -> list[Place]:
        """Where it is written as U.S. for US, as e-visa for evisa."""
        wanted = term.needle
        if not wanted or term.form not in ("word", "exact") or not self._may_read(term.field):
            return []
        letters = wanted.replace(" ", "")
        if letters not in self._without_blanks(term.field):
            return []
        left, right = " " * (wanted[0] == " "), " " * (wanted[-1] == " ")
        pattern = re.compile(f"{left}({' ?'.join(map(re.escape, letters))})(?={right})")
        found = (
            each.span(1)
            for start, end in self.story.areas(term.field)
            for each in pattern.finditer(self.story.text, start, end)
        )
        return [place for place in islice(found, MOST_PLACES) if not tears(self.story.text, *place)]

    def _without_blanks(self, field: str | None) -> str:
        """Most names are not even there: to look is a hundredth of the way to a pattern."""
        if field not in self._run_together:
            areas = self.story.areas(field)
            texts = (self.story.text[start:end].replace(" ", "") for start, end in areas)
            self._run_together[field] = " ".join(texts)
        return self._run_together[field]

    def longest(self, pieces: Sequence[str], joint: str, field: str | None) -> str:
        """The longest part that is there, if it is worth a word."""
        start, end = longest_part(pieces, lambda part: self._has(joint.join(part), field))
        least = 2 if joint else max(2, len(pieces) // 3)
        length = sum(piece != " " for piece in pieces[start:end])
        return joint.join(pieces[start:end]) if length >= least else ""

    def _has(self, part: str, field: str | None) -> bool:
        wanted = needle(part)
        if not wanted or not self._may_read(field):
            return False
        return any(self._stands(wanted, *area) for area in self.story.areas(field))

    def _stands(self, wanted: str, start: int, end: int) -> bool:
        """Whether a stretch of text holds it, and not as a piece of a written character."""
        left, right = wanted[0] == " ", len(wanted) - (wanted[-1] == " ")
        place = start - 1
        for _ in range(_MOST_TORN):
            place = self.story.text.find(wanted, place + 1, end)
            if place < 0 or not tears(self.story.text, place + left, place + right):
                break
        return place >= 0

    def _may_read(self, field: str | None) -> bool:
        self._left -= sum(end - start for start, end in self.story.areas(field))
        return self._left >= 0


def clusters(words: str) -> list[str]:
    """The written characters of a needle."""
    ends = [place for place in range(1, len(words)) if not splits_cluster(words, place)]
    return [words[a:b] for a, b in zip([0, *ends], [*ends, len(words)], strict=True)]


def longest_part(pieces: Sequence[str], there: Callable[[Sequence[str]], bool]) -> tuple[int, int]:
    """From where to where the longest run of ``pieces`` reaches that is there.

    What is there is so in all its parts, so that two ends that only move on will do.
    """
    best, start = (0, 0), 0
    for end in range(1, len(pieces) + 1):
        while start < end and not there(pieces[start:end]):
            start += 1
        if end - start > best[1] - best[0]:
            best = start, end
    return best
