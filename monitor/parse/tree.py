"""A page's markup as an lxml tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

# libxml2 takes time by the square of a tag's attributes; such tags hold data, not names.
_LONG = 16_000  # characters
_LONG_TAG = re.compile(rf"<([A-Za-z][\w:-]{{0,40}}+)[^<>]{{{_LONG},}}+>")


def read_tree(html: bytes) -> etree._Element | None:
    """None where the page is nothing but white space or comments."""
    if any(html.find(b">", start, start + _LONG) < 0 for start in _long_pieces(html)):
        html = _LONG_TAG.sub(r"<\1>", html.decode()).encode()
    # Not lxml.html: its elements cost a Python call each. Nobody asks for an element by its id.
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        collect_ids=False,
    )
    root: etree._Element | None = etree.HTML(html, parser)
    return root


def _long_pieces(html: bytes) -> Iterator[int]:
    """Where each "<" stands that is followed by no other for long: all that is long holds a whole
    window."""
    window, at = _LONG // 2, 0
    while at < len(html):
        if html.find(b"<", at, at + window) >= 0:
            at += window
            continue
        start, end = html.rfind(b"<", 0, at), html.find(b"<", at)
        at = end if end >= 0 else len(html)
        if start >= 0 and at - start > _LONG:
            yield start
