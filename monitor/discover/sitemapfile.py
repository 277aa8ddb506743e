"""A sitemap's file: XML or text, packed or not (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from monitor.discover.datadates import data_moment
from monitor.discover.recognise import FEED_ROOTS, GZIP, SITEMAP_ROOTS
from monitor.discover.sniff import MONSTER, refuse_entities, root_element
from monitor.discover.text import collapse, http_url, url_date
from monitor.errors import DiscoverError
from monitor.models import Link, Moment

_MOST_BYTES = 20 * 2**20  # unpacked: more than the 50,000 addresses take that a file may have
_CDATA = b"<![CDATA["
_MOST_ENTRIES = 50_000  # that a file may have
_MOST_ELEMENTS = 1_500_000
_MOST_AMPERSANDS = 300_000  # some 80 bytes each, while they are mended
_LINE = re.compile(r"[^\r\n]+")
_BARE_AMPERSAND = re.compile(rb"&(?!\w{1,8};|#\w{1,8};)")
_FEWEST_ALIKE = 10  # pages
_PAGES, _DIRECTLY = ("url", "sitemap"), (["url"], ["sitemap"])
_LONGEST_TEXT = 10_000  # characters of one element
_SAYS_MORE = re.compile(rb"<\0?(?:[\w.-]+:)?l\0?o\0?c\0?>")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, or a further sitemap, that a sitemap names."""

    url: str
    changed: Moment | None = None  # lastmod
    published: Moment | None = None  # of a news sitemap
    title: str | None = None
    language: str | None = None

    @property
    def dated(self) -> Moment | None:
        return self.changed or self.published or url_date(self.url)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file says; an index names sitemaps, any other file pages."""

    entries: list[Entry]
    is_index: bool = False


def parse_sitemap(body: bytes, url: str, zone: ZoneInfo | None) -> Sitemap:
    """The entries of a sitemap, an index or a list of addresses, in its order; gzip is unpacked.

    Relative addresses, which are wrong but seen, start at ``url``; times without an offset hold in
    ``zone``, else in UTC. Raises DiscoverError for anything else.
    """
    body = unpacked(body).strip()
    root = root_element(body)
    if root in SITEMAP_ROOTS:
        refuse_entities(body)
        if MONSTER.search(body):
            raise DiscoverError("the sitemap has a tag without end: refused as an attack")
        entries = _entries(body, url, zone)
        if not entries and _SAYS_MORE.search(body):
            raise DiscoverError("the sitemap names pages, but none that can be read")
        return Sitemap(_believed(entries), root == "sitemapindex")
    if root:
        raise DiscoverError(_other(root))
    return Sitemap(_listed(body))


def unpacked(body: bytes) -> bytes:
    """``body`` without gzip, where a server sends the file as it lies. Raises DiscoverError."""
    if not body.startswith(GZIP):
        return body
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        whole = inflate.decompress(body, _MOST_BYTES)
    except zlib.error as error:
        raise DiscoverError("the sitemap's gzip file is broken") from error
    if len(whole) == _MOST_BYTES:
        raise DiscoverError(f"the sitemap unpacks to more than {_MOST_BYTES >> 20} MiB")
    if not inflate.eof:
        raise DiscoverError("the sitemap's gzip file ends too early")
    return whole


def _other(root: str) -> str:
    if root in FEED_ROOTS:
        return "the answer is a feed, not a sitemap: set kind: feed"
    if root == "html":
        return "the answer is an HTML page, not a sitemap: set kind: page or give another address"
    return f"the answer is XML with the root <{root}>, not a sitemap"


def _entries(body: bytes, base: str, zone: ZoneInfo | None) -> list[Entry]:
    if _CDATA not in body and body.count(b"&") <= _MOST_AMPERSANDS:
        body = _BARE_AMPERSAND.sub(b"&amp;", body)  # or the rest of the address is lost
    found: Any = _Target(base, zone)
    parser = etree.XMLParser(
        target=found, recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    with suppress(_EnoughError):
        etree.fromstring(body, parser)
    entries: list[Entry] = found.entries
    return entries


class _EnoughError(Exception):
    """What comes is left out."""


class _Target:
    """Takes what lxml reads piece by piece, without a tree, which would fill the memory."""

    def __init__(self, base: str, zone: ZoneInfo | None) -> None:
        self.entries: list[Entry] = []
        self._base, self._zone = base, zone
        self._open: list[str] = []  # the names of the elements around
        self._said: dict[str, str] = {}  # of the page at hand
        self._text = ""
        self._elements = 0

    def start(self, tag: str, _: object) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self.entries) == _MOST_ENTRIES:
            raise _EnoughError
        self._open.append(tag.rpartition("}")[2])
        self._text = ""

    def data(self, text: str) -> None:
        if len(self._text) < _LONGEST_TEXT:
            self._text += text

    def end(self, _: str) -> None:
        name = self._open.pop()
        if name in _PAGES:
            self._add()
        elif "news" in self._open or self._open[-1:] in _DIRECTLY:
            self._said[name] = self._text  # images and videos have titles of their own

    def close(self) -> None:
        pass

    def _add(self) -> None:
        said, self._said = self._said, {}
        url = http_url(self._base, said["loc"].strip()) if said.get("loc", "").strip() else None
        if url is None:
            return
        self.entries.append(
            Entry(
                url,
                changed=data_moment(said.get("lastmod"), self._zone),
                published=data_moment(said.get("publication_date"), self._zone),
                title=collapse(said.get("title", "")) or None,
                language=collapse(said.get("language", "")) or None,
            )
        )


def _believed(entries: list[Entry]) -> list[Entry]:
    """Without ``lastmod`` where all bear the same: it tells when the file was made, no more."""
    if len(entries) < _FEWEST_ALIKE or len({entry.changed for entry in entries}) > 1:
        return entries
    return [
        Entry(entry.url, None, entry.published, entry.title, entry.language) for entry in entries
    ]


def _listed(body: bytes) -> list[Entry]:
    lines = islice(_LINE.finditer(body.decode("utf-8-sig", "replace")), _MOST_ENTRIES)
    entries = [Entry(url) for line in lines if (url := http_url("", line[0]))]
    if not entries:
        raise DiscoverError("the answer is neither XML nor a list of addresses, not a sitemap")
    return entries


def link_to(entry: Entry, language: str | None) -> Link:
    """The page that ``entry`` names; its ``language`` where the source's owner knows it."""
    return Link(
        url=entry.url,
        title=entry.title,
        published=entry.published or url_date(entry.url),
        updated=entry.changed,
        language=language or entry.language,
    )
