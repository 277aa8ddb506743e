"""Ordinary feeds, straight off lxml's tree: many times as fast as feedparser, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from monitor.discover.feedbytes import codec_of, holds_latin, in_utf8, mended_body, pieces
from monitor.discover.feeddoubts import Doubt, UnsureError
from monitor.discover.feedentry import NESTED, Entry, Handler, Ways, handler_of
from monitor.discover.feedfaults import mended
from monitor.discover.feedframe import language_around, language_of
from monitor.discover.feeditem import MOST_ITEMS, TOO_MANY, Feed, Item
from monitor.discover.feednames import NONE, attributes_of
from monitor.errors import DiscoverError

_WHOLE = 2**20  # bytes of a feed whose tree may stand in memory …
_SURELY_WHOLE = 2**18  # … whatever it is made of
_CAREFUL = 2**21  # bytes of a feed whose odd HTML would take less than a second
_LARGEST_ITEM, _MOST_MARKS = 2**22, 100_000  # bytes; see _marks
_ITEM_TAGS = ("{*}item", "{*}entry", "{*}Item", "{*}ITEM")
_OPTIONS: dict[str, Any] = {
    "encoding": "utf-8",
    "no_network": True,
    "remove_blank_text": True,
    "remove_comments": True,
    "remove_pis": True,
    "resolve_entities": False,
}
_BASE = re.compile(rb":base\s*=")
_BASES = etree.XPath("//@xml:base")
_DECLARES = re.compile(rb"<!(?:ENTITY|ATTLIST)|&(?!(?:amp|lt|gt|quot|apos);|#)")


def read_plain(
    body: bytes, charset: str | None, zone: ZoneInfo | None, *, mend: bool = False
) -> Feed:
    """The items of a feed and its language, both as feedparser has them.

    ``mend`` reads on where the XML is broken, as libxml2 can, and where dates are odd. Raises
    UnsureError for what is no ordinary feed, DiscoverError for more items than any feed has.
    """
    codec, text = codec_of(body, charset)
    is_small = len(text) <= (_LARGEST_ITEM if mend else _WHOLE) and _has_room(text)
    if mend and not is_small:  # of a broken feed, libxml2 keeps the tree to the end
        raise UnsureError(Doubt.SIZE)
    based = not is_small and _BASE.search(text) is not None
    reader = _Reader(Ways(zone, mend, based, careful=len(text) <= _CAREFUL))
    try:
        if is_small:
            root = reader.take_whole(mended_body(text, codec) if mend else in_utf8(text, codec))
        else:
            root = reader.take_pieces(pieces(text, codec))
    except (etree.XMLSyntaxError, UnicodeError) as error:
        raise UnsureError(Doubt.XML) from error
    if root.getroottree().docinfo.internalDTD is not None and not mend and _DECLARES.search(body):
        raise UnsureError(Doubt.DOCTYPE)
    return Feed(reader.items, language_of(root, len(reader.items)))


def _has_room(body: bytes) -> bool:
    return len(body) <= _SURELY_WHOLE or _marks(body) <= _MOST_MARKS


def _marks(body: bytes) -> int:
    """What takes room in a tree: elements and, twice as much, attributes; all entities may."""
    return body.count(b"<") + 2 * body.count(b"=") + body.count(b"&")


class _Reader:
    """The items of one feed, as the parser comes upon them."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.items: list[Item] = []
        self.handlers: dict[object, Handler | None] = {}  # of the tags seen so far
        self.parent: etree._Element | None = None
        self.language: str | None = None  # within ``parent``

    def take_whole(self, text: bytes) -> etree._Element:
        root = etree.fromstring(text, etree.XMLParser(recover=self.ways.mend, **_OPTIONS))
        if root is None:  # nothing to mend
            raise UnsureError(Doubt.XML)
        self.ways = self.ways._replace(spoilt=holds_latin(text), based=bool(_BASES(root)))
        self._add(root.iter(*_ITEM_TAGS))
        return root

    def take_pieces(self, text: Iterable[bytes]) -> etree._Element:
        """Items are freed as they come: a feed may have 10 MB, and its tree five times as much."""
        parser = etree.XMLPullParser(("end",), tag=_ITEM_TAGS, **_OPTIONS)
        length = marks = 0  # since the last item
        for piece in text:
            parser.feed(piece)
            if self._add(_ended(parser)):
                length = marks = 0
            length += len(piece)
            marks += _marks(piece)
            if length > _LARGEST_ITEM or marks > _MOST_MARKS:
                raise UnsureError(Doubt.SIZE)
        root: etree._Element = parser.close()
        self._add(_ended(parser))
        return root

    def _add(self, elements: Iterable[etree._Element]) -> int:
        """Read items, and say how many there were."""
        before = len(self.items)
        self.items += map(self._read, islice(elements, MOST_ITEMS + 1 - before))
        if len(self.items) > MOST_ITEMS:
            raise DiscoverError(TOO_MANY)
        return len(self.items) - before

    def _read(self, element: etree._Element) -> Item:
        parent = element.getparent()
        if parent is not self.parent:
            self.parent, self.language = parent, language_around(parent)
        entry = Entry(self.ways, self.language)
        if element.keys():
            entry.take_attributes(element, attributes_of(element))
        handlers, spoilt = self.handlers, self.ways.spoilt
        for child in element.iterchildren():
            try:
                handler = handlers[child.tag]
            except KeyError:
                handler = handlers[child.tag] = handler_of(child)
            if handler:
                text = (child.text or "").strip()
                if len(child) and handler not in NESTED:
                    text = entry.inside(child)
                elif spoilt and not text.isascii():
                    text = mended(text)
                handler(entry, text, child, attributes_of(child) if child.keys() else NONE)
            elif len(child):
                entry.look_inside(child)
        return entry.item()


def _ended(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    """The items that have ended, each freed once it has been read."""
    events: Iterator[tuple[str, Any]] = parser.read_events()
    for _, element in events:
        yield element
        element.clear(keep_tail=True)
