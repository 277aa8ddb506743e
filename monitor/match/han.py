"""Simplified and traditional Chinese, brought to one form: the simplified.

Character by character, so that places stay where they are and a term is the same inside any
longer word; OpenCC's own conversion of phrases is not (乾隆, 乾燥).
"""

from __future__ import annotations

import re
from functools import cache

import opencc

_HAN = range(0x3400, 0xA000)  # the two blocks in which all but rare names lie


@cache
def _traditional() -> tuple[re.Pattern[str], dict[str, str]]:
    """The characters that have a simplified form, by OpenCC's table."""
    characters = [chr(point) for point in _HAN]
    simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {a: b for a, b in zip(characters, simplified, strict=True) if a != b and len(b) == 1}
    return re.compile(f"[{''.join(table)}]"), table


def simplify(text: str) -> str:
    """``text`` in simplified characters; its length stays."""
    pattern, table = _traditional()
    return pattern.sub(lambda found: table[found[0]], text)
