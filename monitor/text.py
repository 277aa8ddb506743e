"""Text that came from a stranger, made fit to print, to store, or to put in a header."""

from __future__ import annotations

import re
import unicodedata

# Control and format characters that move a cursor, break a line or turn the reading direction.
# Zero-width joiners stay: Lao, Khmer and emoji need them.
_BREAKING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def one_line(text: str, limit: int | None = None) -> str:
    """``text`` on one line, without control characters, at most ``limit`` characters long."""
    line = " ".join(_BREAKING.sub(" ", text).split())
    if limit is not None and len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return line


def flat(text: str) -> str:
    """``text`` with a blank in place of each control character: offsets into it still hold."""
    return _BREAKING.sub(" ", text)


def escaped(text: str) -> str:
    """``text`` with control characters as ``\\uXXXX``, which JSON reads as the same."""
    return _BREAKING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def storable(text: str) -> str:
    """``text`` as UTF-8 and every database can hold it; offsets into it still hold.

    PostgreSQL has no NUL, and UTF-8 no lone surrogates: U+FFFD stands for each.
    """
    return _UNSTORABLE.sub("\ufffd", text)


def header(text: str, limit: int = 200) -> str:
    """``text`` as a mail header's value that no parser takes for anything but text.

    Python's email package decodes RFC 2047 encoded words in what it is given, so that
    ``=?utf-8?q?x=0ABcc:…?=`` in a headline would become a header of its own; the opening
    ``=?`` is therefore taken apart.
    """
    return one_line(unicodedata.normalize("NFC", text), limit).replace("=?", "= ?")
