"""Ordinary feeds, straight off lxml's tree: many times as fast as feedparser, or not at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from monitor.discover.feeddoubts import Doubt, UnsureError
from monitor.discover.feedentry import Entry, Handler, Ways, handler_of, is_harmless
from monitor.discover.feedfaults import mended
from monitor.discover.feeditem import MOST_ITEMS, TOO_MANY, Feed, Item
from monitor.discover.feednames import NONE, attributes_of, language_in, name_of
from monitor.errors import DiscoverError

_CHUNK = 2**16
_WHOLE = 2**20  # bytes of a feed whose tree may stand in memory …
_SURELY_WHOLE = 2**18  # … whatever it is made of
_LARGEST_ITEM, _MOST_MARKS = 2**22, 100_000  # bytes; see _marks
_ITEM_TAGS = ("{*}item", "{*}entry", "{*}Item", "{*}ITEM")
_ITEMS = {"item", "entry"}
_LANGUAGE = {"language", "dc_language"}
_NAMES_LANGUAGE = {"channel", "feed"}
_OPTIONS: dict[str, Any] = {
    "encoding": "utf-8",
    "no_network": True,
    "remove_blank_text": True,
    "remove_comments": True,
    "remove_pis": True,
    "resolve_entities": False,
}
_ROOTS = {"rss", "rdf_rdf", "feed", "channel"}
_DECLARATION = re.compile(rb"""<\?xml[^>\n]*?encoding=["']([^"'\n]*)["']""")
_CODECS = {"utf-8", "ascii", "gb18030", "gbk", "big5", "iso8859-1", "cp1252", "cp874"}
_BASE = re.compile(rb"[\s:]base\s*=", re.IGNORECASE)
_BASES = etree.XPath("//@base | //@xml:base | //@BASE | //@xml:BASE")
_LATIN = (b"\xc2", b"\xc3", b"#")  # how characters up to U+00FF may begin
_BARE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!#?\w+;)", re.DOTALL)
_DECLARES = re.compile(rb"<!(?:ENTITY|ATTLIST)|&(?!(?:amp|lt|gt|quot|apos);|#)")


def read_plain(
    body: bytes, charset: str | None, zone: ZoneInfo | None, *, mend: bool = False
) -> Feed:
    """The items of a feed and its language, both as feedparser has them.

    ``mend`` reads on where the XML is broken, as libxml2 can, and where dates are odd. Raises
    UnsureError for what is no ordinary feed, DiscoverError for more items than any feed has.
    """
    codec, text = _codec_of(body, charset)
    is_small = len(text) <= (_LARGEST_ITEM if mend else _WHOLE) and _has_room(text)
    if mend and not is_small:  # of a broken feed, libxml2 keeps the tree to the end
        raise UnsureError(Doubt.SIZE)
    reader = _Reader(Ways(zone, mend, based=not is_small and _BASE.search(text) is not None))
    try:
        if is_small:
            root = reader.take_whole(_mended(text, codec) if mend else _in_utf8(text, codec))
        else:
            root = reader.take_pieces(_pieces(text, codec))
    except (etree.XMLSyntaxError, UnicodeError) as error:
        raise UnsureError(Doubt.XML) from error
    if root.getroottree().docinfo.internalDTD is not None and not mend and _DECLARES.search(body):
        raise UnsureError(Doubt.DOCTYPE)
    return Feed(reader.items, reader.finish(root))


def _has_room(body: bytes) -> bool:
    return len(body) <= _SURELY_WHOLE or _marks(body) <= _MOST_MARKS


def _marks(body: bytes) -> int:
    """What takes room in a tree: elements and, twice as much, attributes; all entities may."""
    return body.count(b"<") + 2 * body.count(b"=") + body.count(b"&")


def _codec_of(body: bytes, charset: str | None) -> tuple[str, bytes]:
    """How the body is written, and the body without its mark.

    As in feedparser, HTTP's word counts before the feed's own.
    """
    text = body.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARATION.match(text)
    label = charset or (declared[1].decode("latin-1") if declared else "utf-8")
    try:
        codec = codecs.lookup(label).name
    except (LookupError, ValueError):
        codec = ""
    codec = "gb18030" if codec == "gb2312" else codec  # as browsers take it
    if codec not in _CODECS or (text is not body and codec != "utf-8"):
        raise UnsureError(Doubt.ENCODING)
    return codec, text


def _in_utf8(text: bytes, codec: str) -> bytes:
    return text if codec == "utf-8" else text.decode(codec).encode()  # libxml2 checks UTF-8


def _pieces(text: bytes, codec: str) -> Iterator[bytes]:
    chunks = (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))
    if codec == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(codec)()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def _mended(body: bytes, codec: str) -> bytes:
    """UTF-8 with whole characters and no bare ampersand, for which libxml2 drops what follows."""
    text = body.decode(codec, "replace")
    return _BARE.sub(lambda bare: "&amp;" if bare[0] == "&" else bare[0], text).encode()


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
        spoilt = any(mark in text for mark in _LATIN)
        self.ways = self.ways._replace(spoilt=spoilt, based=bool(_BASES(root)))
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
            self._enter(parent)
        entry = Entry(self.ways, self.language)
        if element.keys():
            entry.take_attributes(attributes_of(element))
        handlers = self.handlers
        for child in element.iterchildren():
            try:
                handler = handlers[child.tag]
            except KeyError:
                handler = handlers[child.tag] = handler_of(child)
            if handler:
                handler(entry, child, attributes_of(child) if child.keys() else NONE)
            elif len(child):
                entry.look_inside(child)
        return entry.item()

    def _enter(self, parent: etree._Element | None) -> None:
        """Items stand in a feed or channel, which may stand in other channels."""
        self.parent, self.language = parent, None
        around = [] if parent is None else [*reversed(list(parent.iterancestors())), parent]
        for element in around:
            if name_of(element) not in _ROOTS:
                raise UnsureError(Doubt.PLACE)
            self.language = language_in(attributes_of(element), self.language)

    def finish(self, root: etree._Element) -> str | None:
        """The feed's language; sees that nothing else concerns items, and that none is missing."""
        kind = name_of(root)
        if kind not in _ROOTS:
            raise UnsureError(Doubt.ROOT)
        if not self.items:
            raise UnsureError(Doubt.EMPTY)
        items, language = _look_around(root)
        if items != len(self.items):  # <iTem>
            raise UnsureError(Doubt.PLACE)
        if language is None and kind in ("rss", "feed"):
            language = language_in(attributes_of(root), None)
        return language or None


def _look_around(root: etree._Element) -> tuple[int, str | None]:
    """How many items stand where they belong, and the language that a channel names last."""
    items, language = 0, None
    holders = [root]
    for holder in holders:  # which grows
        kind = name_of(holder)
        for child in holder.iterchildren():
            name = name_of(child)
            if name in _ITEMS:
                items += 1
            elif name == "channel" and kind not in _NAMES_LANGUAGE:
                holders.append(child)
            elif name in _LANGUAGE and kind in _NAMES_LANGUAGE and not len(child):
                language = mended((child.text or "").strip())
            elif not is_harmless(child):
                raise UnsureError(Doubt.PLACE)
    return items, language


def _ended(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    """The items that have ended, each freed once it has been read."""
    events: Iterator[tuple[str, Any]] = parser.read_events()
    for _, element in events:
        yield element
        element.clear(keep_tail=True)
