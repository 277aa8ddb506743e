"""RSS, RDF, Atom and CDF through feedparser, JSON Feed by ourselves."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import feedparser

from monitor.discover.base import FIRST_LOOK, Get, Past, Source
from monitor.discover.feeddates import moment
from monitor.discover.jsonfeed import parse_json_feed
from monitor.discover.sniff import advertised_feed, refuse_entities, root_element
from monitor.discover.text import collapse, http_url, plain_text
from monitor.errors import DiscoverError
from monitor.models import Fetched, Link


class FeedSource(Source):
    """A feed: RSS 0.9 to 2.0, RDF, Atom, JSON Feed."""

    obeys_robots: ClassVar[bool] = False  # whoever offers a feed wants it read

    kind: Literal["feed"] = "feed"

    async def links(self, page: Fetched, get: Get, past: Past = FIRST_LOOK) -> list[Link]:
        zone = ZoneInfo(self.timezone) if self.timezone else None
        found = await asyncio.to_thread(
            parse_feed, page.body, page.url, charset=page.charset, zone=zone
        )
        if self.language is None:
            return found
        # Many a template claims en-us for whatever it carries; the source's owner knows better.
        return [replace(link, language=self.language) for link in found]


def parse_feed(
    body: bytes, url: str, *, charset: str | None = None, zone: ZoneInfo | None = None
) -> list[Link]:
    """The items of a feed, in its order, each address once; [] for a feed without items.

    ``url`` is where the feed was read: relative links start there. ``charset`` is what HTTP said.
    Times without an offset hold in ``zone``, else in UTC. A guid is kept only where no other item
    bears it. Items without an address are left out. Raises DiscoverError for anything but a feed.
    """
    if not body.strip():
        raise DiscoverError("the answer is empty, not a feed")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        links = parse_json_feed(body, url, zone)
    else:
        links = _parse_xml(body, url, charset, zone)
    return _each_once(links)


def _parse_xml(body: bytes, url: str, charset: str | None, zone: ZoneInfo | None) -> list[Link]:
    refuse_entities(body)
    root = root_element(body)
    if root == "html":
        raise _html_instead(body, url)
    parsed = _run_feedparser(body, charset)
    if not parsed.version and not parsed.entries and root != "channel":  # CDF, RSS 1.1
        what = f"XML with the root <{root}>" if root else "neither XML nor JSON"
        raise DiscoverError(f"the answer is {what}, not a feed")
    language = dict.get(parsed.feed, "language")
    links = (_link(entry, url, language, zone) for entry in parsed.entries)
    return [link for link in links if link]


def _run_feedparser(body: bytes, charset: str | None) -> Any:
    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    try:
        # A stream: feedparser takes bytes for a file's name. No Content-Location: it would make
        # URLs of guids that are none. No sanitising: only text leaves this room.
        return feedparser.parse(
            BytesIO(body),
            response_headers={"content-type": kind},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # What feedparser and the parsers under it were seen to raise on broken markup.
        raise DiscoverError(f"the feed cannot be read: {collapse(str(error))[:200]}") from error
    except RecursionError as error:
        raise DiscoverError("the feed cannot be read: its elements are nested too deep") from error


def _html_instead(body: bytes, url: str) -> DiscoverError:
    message = "the answer is an HTML page, not a feed: set kind: page or give the feed's address"
    feed = advertised_feed(body, url)
    return DiscoverError(f"{message}, {feed}" if feed else message)


def _link(entry: Any, base: str, language: str | None, zone: ZoneInfo | None) -> Link | None:
    def field(name: str) -> Any:
        # Past feedparser's own lookup, which takes one date for another and warns of it.
        return dict.get(entry, name)

    guid, link = collapse(field("id") or ""), collapse(field("link") or "")
    # Where the guid stands in for the link, it must be an address by itself: not "abc123".
    stands_in = field("guidislink") and link == guid and not guid.startswith("/")
    address = http_url("" if stands_in else base, link)
    if address is None or not link:
        return None
    title = field("title_detail") or {}
    return Link(
        url=address,
        title=_text(title),
        guid=guid or None,
        published=moment(field("published"), field("published_parsed"), zone),
        updated=moment(field("updated"), field("updated_parsed"), zone),
        summary=_text(field("summary_detail") or {}),
        author=collapse(field("author") or "") or None,
        language=dict.get(title, "language") or language,
    )


_MARKUP = re.compile(r"<[a-zA-Z!/]|&#?\w+;")


def _text(detail: Any) -> str | None:
    """A text construct as plain text; what calls itself plain is left as it is, unless it lies."""
    value = dict.get(detail, "value") or ""
    is_html = dict.get(detail, "type") != "text/plain" or _MARKUP.search(value)
    return (plain_text(value) if is_html else collapse(value)) or None


def _each_once(links: Iterable[Link]) -> list[Link]:
    links = list(links)
    bearers = Counter(guid for guid, _ in {(link.guid, link.url) for link in links})
    first: dict[str, Link] = {}
    for link in links:
        # A guid that several items bear identifies none of them.
        own = link if bearers[link.guid] == 1 else replace(link, guid=None)
        first.setdefault(link.url, own)
    return list(first.values())
