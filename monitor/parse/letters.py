"""What of a text counts: how much it says, and what stays of it in another printing."""

from __future__ import annotations

import re

from monitor.match import fold as canonical

_HAN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_NO_LETTER = re.compile(r"[\W_]+")


def weigh(text: str) -> int:
    """Length in characters, a Han, Kana or Hangul character counting three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_HAN.findall(text))


def fold(text: str) -> str:
    """The letters and digits of ``text``, without what differs between two printings of it."""
    return _NO_LETTER.sub("", canonical(text))
