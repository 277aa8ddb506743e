"""Where a printed text may be cut: between words, else between written syllables."""

from __future__ import annotations

from monitor.match.canonical import splits_cluster

_LONGEST_WORD = 16  # characters that are kept whole; in some scripts there is no space to cut at


def cut_before(text: str, place: int) -> int:
    """The place to begin at so that what stands at ``place`` is read; none behind it."""
    if place <= 0:
        return 0
    space = text.find(" ", place - 1, place + _LONGEST_WORD)
    return space + 1 if space >= 0 else _whole(text, place)


def cut_behind(text: str, place: int) -> int:
    """The place to end at, so that what stands before ``place`` is read, or most of it."""
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - _LONGEST_WORD, place + 1)
    return space if space >= 0 else _whole(text, place)


def _whole(text: str, place: int) -> int:
    """``place``, or before the syllable that it is in the midst of."""
    while 0 < place < len(text) and splits_cluster(text, place):
        place -= 1
    return place
