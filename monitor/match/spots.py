"""Where many needles begin in a long text, all found by one scan."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection

import ahocorasick_rs

_CHUNK = 128 * 1024  # characters; the matches of millions at once would take hundreds of MB


class Spots:
    """A text in which these ``needles``, none of them empty, are asked for again and again."""

    def __init__(self, text: str, needles: Collection[str]) -> None:
        known = list(needles)
        self._text = text
        self._starts = {needle: array("I") for needle in known}
        automaton = ahocorasick_rs.AhoCorasick(known)
        overlap = max(map(len, known)) - 1
        for base in range(0, len(text), _CHUNK):
            chunk = text[base : base + _CHUNK + overlap]
            for number, start, _ in automaton.find_matches_as_indexes(chunk, overlapping=True):
                if start < _CHUNK:  # what begins behind is of the next
                    self._starts[known[number]].append(base + start)

    def find(self, needle: str, start: int, end: int) -> int:
        """As ``str.find``."""
        if (starts := self._starts.get(needle)) is None:
            return self._text.find(needle, start, end)
        at = bisect_left(starts, start)
        return starts[at] if at < len(starts) and starts[at] + len(needle) <= end else -1
