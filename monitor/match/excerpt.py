"""Where a printed text may be cut: between words, else between written syllables."""

from __future__ import annotations

from monitor.match.canonical import splits_cluster

_LONGEST_WORD = 16  # characters that are kept whole; in some scripts there is no space to cut at


def cut_before(text: str, place: int) -> int:
    """Where a word begins, from ``place`` on, so that none is read in part; else a written
    syllable, at ``place`` or before it."""
    if place <= 0:
        return 0
    space = text.find(" ", place - 1, place + _LONGEST_WORD)
    return space + 1 if space >= 0 else _whole(text, place)


def cut_behind(text: str, place: int) -> int:
    """Where a word ends, at ``place`` or before it; else a written syllable."""
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, place - _LONGEST_WORD), place + 1)
    return space if space >= 0 else _whole(text, place)


def _whole(text: str, place: int) -> int:
    """``place``, or before the syllable that it is in the midst of."""
    while 0 < place < len(text) and splits_cluster(text, place):
        place -= 1
    return place
