"""Kinds of characters, as insides of a regular expression's ``[...]``.

Those that Unicode counts by the hundred are drawn from its own categories when the module is
loaded: they follow the Python in use instead of a table that ages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Scripts that put no space between words: Thai and Lao, Burmese, Khmer, Han with its marks, kana
# and bopomofo. Their punctuation lies in the same blocks.
_UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3021, 0x312F),
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
_WITHOUT_PUNCTUATION = 0x3130  # from here on, blocks hold letters only
_LAST_MARK = 0x1FFFF  # behind it there are none, but for variation selectors


def _as_ranges(points: Iterable[int]) -> str:
    runs: list[list[int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in runs)


def _of_kind(kinds: str, first: int, last: int) -> str:
    points = range(first, last + 1)
    return _as_ranges(p for p in points if unicodedata.category(chr(p))[0] in kinds)


# Letters and digits of unspaced scripts: a term in them is searched as a plain substring.
UNSPACED = "".join(
    _of_kind("LN", a, b) if a < _WITHOUT_PUNCTUATION else f"{chr(a)}-{chr(b)}"
    for a, b in _UNSPACED_BLOCKS
)
# Whatever else ``\w`` knows is of a spaced script. The class is written as a negation, which the
# `re` module answers six times faster than a list of all letters.
SPACED = rf"^\W_{''.join(f'{chr(a)}-{chr(b)}' for a, b in _UNSPACED_BLOCKS)}"

# Marks that sit on a letter. Those beyond the first plane are of historic scripts and of music;
# leaving them out of tokens spares every other character the look at them.
MARKS = _of_kind("M", 0, 0xFFFF)
_HALFWIDTH_SOUND_MARKS = "\uff9e\uff9f"
NONSTARTERS = MARKS + _of_kind("M", 0x10000, _LAST_MARK) + _HALFWIDTH_SOUND_MARKS

# Characters that print nothing: soft hyphen, zero-width spaces and joiners, direction marks,
# word joiner, byte order mark, variation selectors.
IGNORED = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)

# Characters that NFKC may melt into the one before: marks, Hangul vowels and finals.
JOINING = NONSTARTERS + IGNORED + "\u1160-\u11ff\u3131-\u318e\ud7b0-\ud7ff\uffa0-\uffdc"

# What folds to itself or one other character, and what NFKC leaves as it is: ASCII, Han and the
# signs of Chinese, the letters of Lao and Thai but AM, and on these a vowel or two and a tone in
# the order of NFKC. Niggahita, which would melt into AM, is not among them.
PLAIN = (
    r"\x00-\x7f\u3001-\u3003\u3008-\u3011\u4e00-\u9fff"
    r"\u0e01-\u0e30\u0e32\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0ebd\u0ec0-\u0ec6"
)
PLAIN_MARKS = (
    r"(?:[\u0e31\u0e34-\u0e39\u0e47]{1,2}+[\u0e48-\u0e4b]?+"
    r"|[\u0eb1\u0eb4-\u0eb9\u0ebb\u0ebc]{1,2}+[\u0ec8-\u0ecb]?+"
    r"|[\u0e48-\u0e4b\u0ec8-\u0ecb])"
)
