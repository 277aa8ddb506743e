"""A page's text as an lxml tree."""

from __future__ import annotations

import re

from lxml import etree

# libxml2 takes time by the square of a tag's attributes; such tags hold data, not names.
_LONG_TAG = re.compile(r"<([A-Za-z][\w:-]{0,40})[^<>]{16000,}>")


def read_tree(text: str) -> etree._Element | None:
    """None where the page is nothing but white space or comments."""
    text = _LONG_TAG.sub(r"<\1>", text)
    # Not lxml.html: its elements cost a Python call each.
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    root: etree._Element | None = etree.HTML(text.encode("utf-8", "replace"), parser)
    return root
