"""How far apart two places stand, in words.

In scripts without spaces between words, a Chinese or Japanese word is taken as 2 characters, a
Lao, Thai, Khmer or Burmese one as 4.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable

from monitor.match.canonical import BREAK, is_unspaced

WORD = 4  # units of a word, so that a character has a whole number of them
_HAN, _OTHER = WORD // 2, WORD // 4
# The unspaced scripts from U+3005 on are those of China and Japan, but for letters that Burmese has
# got since.
_RUN = re.compile("(?P<han>[\u3005-\ua9df\uaa80-\U0010ffff]+)|[\0-\u3004\ua9e0-\uaa7f]+")


class Measure:
    """Counts units along a canonical text."""

    def __init__(self, text: str) -> None:
        self._token_at, self._before = array("I"), array("I")
        self._unit = bytearray()  # of a character of the token, or run in it; 0: it is one word
        place = units = 0
        for token in text.split(" "):
            for run, unit in _runs(token):
                self._token_at.append(place)
                self._before.append(units)
                self._unit.append(unit)
                place += len(run)
                if run not in ("", BREAK):
                    units += len(run) * unit or WORD
            place += 1
        self._all, self._length = units, len(text)

    def start(self, place: int) -> int:
        """Units before a place where something begins: not the word that it is inside of."""
        token = bisect_right(self._token_at, place) - 1
        if self._unit[token]:
            return self._inside(token, place)
        return self._before[token] if place < self._end_of(token) else self._behind(token)

    def end(self, place: int) -> int:
        """Units before a place where something ends: the word that it is inside of, too."""
        token = bisect_right(self._token_at, place) - 1
        if self._unit[token]:
            return self._inside(token, place)
        return self._before[token] if place == self._token_at[token] else self._behind(token)

    def _inside(self, token: int, place: int) -> int:
        return self._before[token] + (place - self._token_at[token]) * self._unit[token]

    def _behind(self, token: int) -> int:
        return self._before[token + 1] if token + 1 < len(self._before) else self._all

    def _end_of(self, token: int) -> int:
        following = token + 1
        return self._token_at[following] - 1 if following < len(self._token_at) else self._length

    def gap(self, places: Collection[tuple[int, int]]) -> int:
        """Units between some places: of the window around them less their own."""
        window = self.end(max(end for _, end in places)) - self.start(min(places)[0])
        return window - sum(self.end(end) - self.start(start) for start, end in places)

    def between(self, first: int, second: int) -> int:
        """Units from where one thing ends to where another begins."""
        return self.start(second) - self.end(first)

    def words(self, areas: Iterable[tuple[int, int]]) -> int:
        """The words of some stretches of text."""
        return sum(self.end(end - 1) - self.start(start) for start, end in areas) // WORD


def _runs(token: str) -> Iterable[tuple[str, int]]:
    """A word of a spaced script as it is; of unspaced ones, each with the units of a character."""
    if not is_unspaced(token):
        return ((token, 0),)
    return ((run[0], _HAN if run["han"] else _OTHER) for run in _RUN.finditer(token))
