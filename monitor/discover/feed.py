"""RSS, RDF, Atom, CDF and JSON Feed: ordinary ones by ourselves, odd ones through feedparser."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from monitor.discover.base import FIRST_LOOK, Get, Past, Source
from monitor.discover.feedbytes import settled
from monitor.discover.feeddoubts import Doubt, UnsureError
from monitor.discover.feeditem import Feed, link_of
from monitor.discover.feedplain import read_plain
from monitor.discover.jsonfeed import read_json_feed
from monitor.discover.sniff import advertised_feed, refuse_entities, root_element
from monitor.errors import DiscoverError
from monitor.models import Fetched, Link

_ROOTS = {"rss", "rdf", "feed", "channel"}
_OF_BYTES = {Doubt.ENCODING, Doubt.XML}
_LARGEST = 2**21  # bytes of a feed whose encoding is sought
_AT_ONCE = 2**17  # bytes of a feed that is read within a millisecond or two


class FeedSource(Source):
    """A feed: RSS 0.9 to 2.0, RDF, Atom, JSON Feed."""

    robots_hold: ClassVar[bool] = False  # whoever offers a feed wants it read

    kind: Literal["feed"] = "feed"

    async def links(self, page: Fetched, get: Get, past: Past = FIRST_LOOK) -> list[Link]:
        zone = ZoneInfo(self.timezone) if self.timezone else None
        feed: Feed | Doubt = Doubt.SIZE
        if len(page.body) <= _AT_ONCE:  # a thread would cost as much as the reading
            feed = _read(page.body, page.charset, zone)
        if isinstance(feed, Doubt):
            feed = await asyncio.to_thread(read_any, page.body, page.url, page.charset, zone)
        # Many a template claims en-us for whatever it carries; the source's owner knows better.
        return _links(feed, page.url, self.language)


def parse_feed(
    body: bytes, url: str, *, charset: str | None = None, zone: ZoneInfo | None = None
) -> list[Link]:
    """The items of a feed, in its order, each address once; [] for a feed without items.

    ``url`` is where the feed was read: relative links start there. ``charset`` is what HTTP said.
    Times without an offset hold in ``zone``, else in UTC. A guid is kept only where no other item
    bears it. Items without an address are left out. Raises DiscoverError for anything but a feed.
    """
    return _links(read_any(body, url, charset, zone), url, None)


def read_any(body: bytes, url: str, charset: str | None, zone: ZoneInfo | None) -> Feed:
    feed = _read(body, charset, zone)
    if not isinstance(feed, Doubt):
        return feed
    if len(body) <= _LARGEST:
        body, charset = settled(body, charset), "utf-8"
        if feed in _OF_BYTES and not isinstance(again := _read(body, charset, zone), Doubt):
            return again
    return _read_with_care(body, url, charset, zone, feed)


def _read(body: bytes, charset: str | None, zone: ZoneInfo | None) -> Feed | Doubt:
    """What can be read fast; else why not."""
    if not body.strip():
        raise DiscoverError("the answer is empty, not a feed")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return read_json_feed(body, zone)
    try:
        return read_plain(body, charset, zone)
    except UnsureError as unsure:
        return unsure.doubt  # and no more: its frames hold all that was read


def _read_with_care(
    body: bytes, url: str, charset: str | None, zone: ZoneInfo | None, doubt: Doubt
) -> Feed:
    from monitor.discover.feedodd import excess, no_feed, read_odd  # feedparser is slow to load

    refuse_entities(body)
    root = root_element(body)
    if root == "html":
        raise _html_instead(body, url)
    too_much = excess(body)
    if too_much is None:
        return read_odd(body, charset, zone)
    if root not in _ROOTS:
        raise no_feed(root)
    try:
        return read_plain(body, charset, zone, mend=True)
    except UnsureError as error:
        raise DiscoverError(
            f"the feed cannot be read: {doubt}, and it is too large for more care ({too_much})"
        ) from error


def _html_instead(body: bytes, url: str) -> DiscoverError:
    message = "the answer is an HTML page, not a feed: set kind: page or give the feed's address"
    feed = advertised_feed(body, url)
    return DiscoverError(f"{message}, {feed}" if feed else message)


def _links(feed: Feed, url: str, language: str | None) -> list[Link]:
    """Each address once, the first item wins; in ``language``, whatever the feed says."""
    links = [
        link
        for item in feed.items
        if (link := link_of(item, url, language or item.language or feed.language))
    ]
    bearers = Counter(guid for guid, _ in {(link.guid, link.url) for link in links})
    first: dict[str, Link] = {}
    for link in links:
        # A guid that several items bear identifies none of them.
        own = link if bearers[link.guid] == 1 else replace(link, guid=None)
        first.setdefault(link.url, own)
    return list(first.values())
