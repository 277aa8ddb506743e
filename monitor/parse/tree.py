"""A page's markup to an lxml tree, or to a target that is told of it as it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Protocol, cast

from lxml import etree

from monitor.parse.boxes import PICKED, Attributes
from monitor.parse.hints import INLINE

# libxml2 takes time by the square of a tag's attributes; such tags hold data, not names.
_LONG = 8_000  # characters
_LONG_TAG = re.compile(rf"<([A-Za-z][\w:-]{{0,40}}+)[^<>]{{{_LONG},}}+>")
# What a target raises stops libxml2 only between two portions; for each end tag it looks through
# all that is open.
_PORTION = 32_768  # bytes


class Target(Protocol):
    """What lxml tells of a page, or ``replay`` of a tree."""

    data: Callable[[str], None]

    def start(self, tag: str, says: Attributes) -> None: ...
    def end(self, tag: str) -> None: ...
    def close(self) -> None: ...


def read_tree(html: bytes) -> etree._Element | None:
    """None where the page is nothing but white space or comments."""
    root: etree._Element | None = etree.HTML(_readable(html), _parser(collect_ids=False))
    return root


def read_into(target: Target, html: bytes) -> None:
    """Tell ``target`` of a page. Raises what it raises."""
    parser, html = _parser(target=target), _readable(html)
    for at in range(0, len(html) or 1, _PORTION):  # lxml wants to be fed, be it nothing
        parser.feed(html[at : at + _PORTION])
    parser.close()


def replay(root: etree._Element, target: Target, story: Collection[etree._Element]) -> None:
    """Tell ``target`` of a tree, and which elements are the ``story``."""
    for event, element in cast("Iterable[tuple[str, Any]]", etree.iterwalk(root, ("start", "end"))):
        picked = element in story
        tag = PICKED + element.tag if picked and element.tag in INLINE else element.tag
        if event == "start":
            target.start(tag, dict(element.items()) | ({PICKED: ""} if picked else {}))
            text = element.text
        else:
            target.end(tag)
            text = element.tail
        if text:
            target.data(text)


def _parser(**options: Any) -> etree.HTMLParser:
    # Not lxml.html: its elements cost a Python call each. Nobody asks for an element by its id.
    return etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, **options
    )


def _readable(html: bytes) -> bytes:
    """``html`` as libxml2 reads it quickly."""
    if b"\r" in html:  # of which libxml2 leaves none, and it parts texts there
        html = html.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if any(html.find(b">", start, start + _LONG) < 0 for start in _long_pieces(html)):
        return _LONG_TAG.sub(r"<\1>", html.decode()).encode()
    return html


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
