"""A page's text as an lxml tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from monitor.errors import ParseError

_MOST_TAGS = 45_000  # the fullest of 1,465 pages of news sites and blogs has 20,000

# libxml2 takes time by the square of a tag's attributes; such tags hold data, not names.
_LONG = 16_000  # characters
_LONG_TAG = re.compile(rf"<([A-Za-z][\w:-]{{0,40}}+)[^<>]{{{_LONG},}}+>")


def read_tree(text: str) -> etree._Element | None:
    """None where the page is nothing but white space or comments.

    Raises ParseError where it has more tags than any page of a story.
    """
    data = text.encode("utf-8", "replace")
    if (tags := data.count(b"<")) > _MOST_TAGS:
        raise ParseError(f"the page has {tags:,} tags; at most {_MOST_TAGS:,} are read")
    if any(text.find(">", start, start + _LONG) < 0 for start in _long_pieces(text)):
        data = _LONG_TAG.sub(r"<\1>", text).encode("utf-8", "replace")
    # Not lxml.html: its elements cost a Python call each. Nobody asks for an element by its id.
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        collect_ids=False,
    )
    root: etree._Element | None = etree.HTML(data, parser)
    return root


def _long_pieces(text: str) -> Iterator[int]:
    """Where each "<" stands that is followed by no other for long: all that is long holds a whole
    window."""
    window, at = _LONG // 2, 0
    while at < len(text):
        if text.find("<", at, at + window) >= 0:
            at += window
            continue
        start, end = text.rfind("<", 0, at), text.find("<", at)
        at = end if end >= 0 else len(text)
        if start >= 0 and at - start > _LONG:
            yield start
