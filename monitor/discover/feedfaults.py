"""Faults that feedparser takes out of texts and addresses, taken out in the same way."""

from __future__ import annotations

import re
from urllib.parse import urljoin

_HIGH = re.compile(r"[\x80-\xff]")
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or code for code in range(0x80, 0xA0)}
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+,\-.]*://)/+")
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")


def mended(text: str) -> str:
    """Without UTF-8 that was read as Latin 1, and without what only Windows knows of Latin 1."""
    if not _HIGH.search(text):
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text.translate(_WINDOWS)


def mended_address(value: str) -> str:
    """With two slashes after the scheme: http:////example.org."""
    return _SLASHES.sub(r"\1", value)


def mended_link(text: str) -> str:
    """An address that stands as text: markup within markup spoils its ampersands."""
    return _REFERENCE.sub(r"&\1", text.replace("&amp;", "&"))


def joined(base: str, value: str) -> str:
    """``value`` where an xml:base leads it, if that can be."""
    try:
        return urljoin(base, value)
    except ValueError:  # such as an unclosed IPv6 bracket
        return value
