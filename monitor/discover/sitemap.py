"""A sitemap: what a site says of all its pages, of which only the new ones matter here."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from monitor.discover.base import FIRST_LOOK, Get, Past, Source
from monitor.discover.sitemapfile import Entry, Sitemap, link_to, parse_sitemap
from monitor.errors import DiscoverError, FetchError
from monitor.models import Fetched, Link, Moment
from monitor.text import one_line

log = logging.getLogger(__name__)

_SHOWN = 300  # characters of a log line
_MOST_AT_FIRST = 1_000  # links; a sitemap may go back to a site's beginnings
_MOST_FILES = 10  # of an index, at one look
_DEEPEST = 2  # an index in an index, and no further
# A file may be made once a day and lie in a cache for another: what is new in it may be that old.
_MARGIN = dt.timedelta(days=2)

Read = Callable[[str], Awaitable[Sitemap]]


class SitemapSource(Source):
    """A sitemap, an index of sitemaps, or a news sitemap."""

    shows_all: ClassVar[bool] = False  # the newer ones alone

    kind: Literal["sitemap"] = "sitemap"

    async def links(self, page: Fetched, get: Get, past: Past = FIRST_LOOK) -> list[Link]:
        """The newest pages at the first look, later what is newer than the last; newest first."""

        async def read(url: str) -> Sitemap:
            return await self._parsed(await get(url))

        floor = past.since - _MARGIN if past.since else None
        sitemap = await self._parsed(page)
        files = await _pages(sitemap, read, floor)
        if self.include or self.exclude:  # before they are counted
            files = [[e for e in file if self.admits(Link(e.url, e.title))] for file in files]
        entries = list(chain.from_iterable(files))
        if floor is None:
            chosen = _newest(entries)
        else:
            chosen = _since(entries, floor) + await _unknown(entries, past)
            if len(entries) <= _MOST_AT_FIRST:
                for file in files:
                    chosen += await _late(file, floor, past, part=sitemap.is_index)
        links = (link_to(entry, self.language) for entry in chosen if not _lists(entry))
        return list({link.url: link for link in links}.values())

    async def _parsed(self, page: Fetched) -> Sitemap:
        return await asyncio.to_thread(parse_sitemap, page.body, page.url, self.zone)


async def _pages(sitemap: Sitemap, read: Read, floor: dt.datetime | None) -> list[list[Entry]]:
    """The pages that a sitemap names; of an index, those of each file that may hold new ones.

    A file that cannot be read costs nothing but its pages. Raises what the first met with where
    none can be read.
    """
    if not sitemap.is_index:
        return [sitemap.entries]
    waiting = [(url, 1) for url in likely_files(sitemap, floor)]
    pages: list[list[Entry]] = []
    asked: dict[str, FetchError | DiscoverError | None] = {}  # and what came between
    while waiting and len(asked) < _MOST_FILES:
        if floor is None and sum(map(len, pages)) >= _MOST_AT_FIRST:
            break
        url, depth = waiting.pop(0)
        if url in asked:
            continue
        asked[url] = None
        try:
            below = await read(url)
        except (FetchError, DiscoverError) as error:
            log.warning("%s", one_line(f"{url}: {error}", _SHOWN))
            asked[url] = error
            continue
        if not below.is_index:
            pages.append(below.entries)
        elif depth < _DEEPEST:
            waiting[:0] = [(url, depth + 1) for url in likely_files(below, floor)]
    troubles = [trouble for trouble in asked.values() if trouble]
    if troubles and len(troubles) == len(asked):
        raise troubles[0]
    return pages


_LISTING = re.compile(r"/(?:author|categor(?:y|ie)|search|tag|topic)s?(?:/|$)|^/*$", re.IGNORECASE)


def _lists(entry: Entry) -> bool:
    """Whether it is the home page, or a page of a section: those change with every story."""
    return entry.title is None and _LISTING.search(urlsplit(entry.url).path) is not None


def likely_files(index: Sitemap, floor: dt.datetime | None) -> list[str]:
    """The files of an index that are newer than ``floor`` or undated, the likeliest first."""
    dated = [(_latest(when), entry) for entry in index.entries if (when := _dated_file(entry))]
    dated = [(when, entry) for when, entry in dated if floor is None or when >= floor]
    undated = [entry for entry in index.entries if _dated_file(entry) is None]
    newest = sorted(dated, key=lambda pair: pair[0], reverse=True)
    likely = [entry for _, entry in newest] + _from_both_ends(undated)
    likely.sort(key=lambda entry: "news" not in urlsplit(entry.url).path)
    return [entry.url for entry in likely if not _OF_OTHERS.search(urlsplit(entry.url).path)]


_OF_OTHERS = re.compile(  # as WordPress and its plugins name them
    r"(?<![a-z])(?:authors?|categor(?:y|ies)|images?|tags?|taxonomies|users|videos?)(?![a-z])[^/]*$",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(?<!\d)(20\d\d)(?:[-_/]?(0[1-9]|1[0-2]))?(?!\d)")


def _dated_file(entry: Entry) -> Moment | None:
    """When a file of an index last changed, or the last day of the month or year in its name."""
    if entry.dated or not (named := _MONTH.search(entry.url)):
        return entry.dated
    year, month = int(named[1]), int(named[2] or 12)
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _latest(when: Moment) -> dt.datetime:
    """A moment as a time that others can be compared with: a day lasts until its end."""
    if isinstance(when, dt.datetime):
        return when
    return dt.datetime(when.year, when.month, when.day, 23, 59, tzinfo=dt.UTC)


def _since(entries: Sequence[Entry], floor: dt.datetime) -> list[Entry]:
    dated = [(_latest(when), entry) for entry in entries if (when := entry.dated)]
    new = sorted((p for p in dated if p[0] >= floor), key=lambda pair: pair[0], reverse=True)
    return [entry for _, entry in new]


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """So many of the newest; the undated ones come after them, from both ends of the file."""
    dated = _since(entries, dt.datetime.min.replace(tzinfo=dt.UTC))[:_MOST_AT_FIRST]
    undated = _from_both_ends([entry for entry in entries if entry.dated is None])
    return dated + undated[: _MOST_AT_FIRST - len(dated)]


def _from_both_ends(entries: Sequence[Entry]) -> list[Entry]:
    """The first, the last, the second, the last but one …: lists grow at either end."""
    half = (len(entries) + 1) // 2
    pairs = zip(entries[:half], [*reversed(entries[half:]), None], strict=False)
    return [entry for pair in pairs for entry in pair if entry]


async def _unknown(entries: Sequence[Entry], past: Past) -> list[Entry]:
    """The undated entries that no look has seen.

    Of a list so long that the first look left some out, those count that stand before or after
    all that are known: the others are old.
    """
    undated = [entry for entry in entries if entry.dated is None]
    known = await past.known([entry.url for entry in undated])
    if len(undated) <= _MOST_AT_FIRST:
        return [entry for entry in undated if entry.url not in known]
    places = [place for place, entry in enumerate(undated) if entry.url in known]
    if not places:
        return _from_both_ends(undated)[:_MOST_AT_FIRST]
    return undated[: places[0]] + undated[places[-1] + 1 :]


async def _late(
    file: Sequence[Entry], floor: dt.datetime, past: Past, *, part: bool
) -> list[Entry]:
    """What a file that was read before names for the first time, whatever day it gives: a draft
    keeps the day of its last change.

    The first look may have left out the oldest of a file that is ``part`` of many.
    """
    old = [(_latest(when), entry) for entry in file if (when := entry.dated)]
    old = [(when, entry) for when, entry in old if when < floor]
    known = await past.known([entry.url for _, entry in old])
    if not known:
        return []
    oldest = min(when for when, entry in old if entry.url in known or not part)
    return [entry for when, entry in old if when >= oldest and entry.url not in known]
