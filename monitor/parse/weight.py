"""How much text says, in any script."""

from __future__ import annotations

import re

_HAN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


def weigh(text: str) -> int:
    """Length in characters, a Han, Kana or Hangul character counting three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_HAN.findall(text))
