"""From places in canonical text back to places in the printed text.

Printed text is cut into segments that fold each by itself: a character with the marks that NFKC
may melt into it, or a run of characters that fold one to one. Only stories that match pay for it.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from monitor.match.canonical import TOKEN, fold, without_ignored
from monitor.match.characters import JOINING

# ASCII, Han, and the letters of Lao and Thai but AM: each folds to one character.
_ONE_TO_ONE = "\\x00-\\x7f一-鿿ກ-ະາຽ-ໆກ-ະาเ-ๆ"
_SEGMENT = re.compile(
    f"(?P<run>[{_ONE_TO_ONE}]+)(?![{JOINING}])|[^{JOINING}]?[{JOINING}]*", re.DOTALL
)


class Offsets:
    """The map of one printed paragraph (or title); places count from its canonical text's start."""

    def __init__(self, printed: str) -> None:
        self._printed = printed
        self._segments: list[tuple[int, int, bool]] = []  # printed start and end; one to one?
        self._folded_at: list[int] = []  # where each segment begins in the folded text
        folded = self._fold_segments()
        self._token_at: list[int] = []  # where each token begins in the canonical text
        self._token_folded_at: list[int] = []  # and in the folded text
        place = 1
        for token in TOKEN.finditer(folded):
            self._token_at.append(place)
            self._token_folded_at.append(token.start())
            place += token.end() - token.start() + 1

    def _fold_segments(self) -> str:
        parts, length = [], 0
        for segment in _SEGMENT.finditer(self._printed):
            if part := fold(segment.group()):
                self._segments.append((*segment.span(), segment["run"] is not None))
                self._folded_at.append(length)
                parts.append(part)
                length += len(part)
        return "".join(parts)

    def printed(self, start: int, end: int) -> tuple[int, int]:
        """Where canonical ``start:end`` stands in print; both lie on a token, not on a space."""
        first = self._locate(start)[0]
        last = self._locate(end - 1)[1]
        while not without_ignored(self._printed[last - 1]):
            last -= 1
        return first, last

    def _locate(self, place: int) -> tuple[int, int]:
        """Printed start and end of the character at a place in the canonical text."""
        token = bisect_right(self._token_at, place) - 1
        folded = self._token_folded_at[token] + place - self._token_at[token]
        segment = bisect_right(self._folded_at, folded) - 1
        start, end, one_to_one = self._segments[segment]
        if not one_to_one:
            return start, end
        start += folded - self._folded_at[segment]
        return start, start + 1
