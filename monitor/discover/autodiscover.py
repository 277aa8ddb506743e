"""What could be watched of a site: feeds, sitemaps, data files and pages that list stories.

for offer in await discover("https://site.example/", get):
    print(offer.kind, offer.url, offer.count, offer.newest, offer.note)
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from pydantic import ValidationError

from monitor.discover import SOURCE_KINDS, leads
from monitor.discover.base import Get
from monitor.discover.jsondata import parse_json
from monitor.discover.jsonguess import guessed_keys
from monitor.discover.leads import Lead
from monitor.discover.markup import read_page
from monitor.discover.offer import Offer, judged, ranked
from monitor.discover.page import marked_next
from monitor.discover.recognise import kind_of
from monitor.discover.sitemap import likely_files
from monitor.discover.sitemapfile import parse_sitemap
from monitor.errors import DiscoverError, FetchError, contained
from monitor.models import Fetched, Link
from monitor.text import one_line
from monitor.urls import canonical_url

log = logging.getLogger(__name__)

_SHOWN = 300  # characters of a log line
MOST_REQUESTS = 16  # of one search, the first included
_MOST_FEEDS, _MOST_SITEMAPS, _MOST_SECTIONS = 3, 2, 2
_MOST_TRIED = 5  # addresses, until so many sitemaps are found: most sites have none at most of them
_PAGES = 3  # of a list that is cut into pages
_DEEPEST = 2  # an index of sitemaps in an index


async def discover(url: str, get: Get, now: dt.datetime | None = None) -> list[Offer]:
    """The sources found at ``url`` and on its site, the best first; [] where nothing is listed.

    ``get`` is called at most MOST_REQUESTS times, one at a time. What is wrong with one address
    never hides another. ``now`` is held against the newest story of each. Raises FetchError where
    ``url`` cannot be read and no other is found.
    """
    search = _Search(get)
    try:
        answer = await search.get(url)
    except FetchError as error:
        if error.status is None:  # nobody there to be asked for more
            raise
        await _elsewhere(search, url)
        if not search.offers:
            raise
    else:
        kind = kind_of(answer.body)
        await search.consider(Lead(url, kind, "the address itself"), answer)
        if kind == "page":
            await _leads_of(search, answer)
    return ranked(search.offers, now)


async def _leads_of(search: _Search, answer: Fetched) -> None:
    """Consider what a page names, then what its site may have besides."""
    try:
        soup, base = await asyncio.to_thread(read_page, answer)
    except DiscoverError:
        return await _elsewhere(search, answer.url)
    search.site = leads.title_of(soup)
    for lead in leads.advertised(soup, base)[:_MOST_FEEDS] + leads.data_files(soup, base)[:1]:
        await search.consider(lead)
    await _sitemaps(search, answer.url)
    for lead in leads.sections(soup, base)[:_MOST_SECTIONS]:
        await search.consider(lead)
    return await _feeds(search, answer.url)


async def _elsewhere(search: _Search, url: str) -> None:
    await _sitemaps(search, url)
    await _feeds(search, url)


async def _sitemaps(search: _Search, url: str) -> None:
    try:
        robots = await search.get(urljoin(url, "/robots.txt"))
        named = leads.named_sitemaps(robots.body, robots.url)
    except FetchError:
        named = []
    for somewhere in (named, leads.usual_sitemaps(url)):
        for lead in somewhere[:_MOST_TRIED]:
            if search.found("sitemap") < _MOST_SITEMAPS:
                await search.consider(lead)
        if search.found("sitemap"):
            break


async def _feeds(search: _Search, url: str) -> None:
    for lead in leads.usual_feeds(url):
        if search.found("feed"):
            break
        await search.consider(lead)


@dataclass(slots=True)
class _Search:
    """What has been asked for and found so far."""

    ask: Get
    requests: int = 0
    asked: set[str] = field(default_factory=set)
    offers: list[Offer] = field(default_factory=list)
    site: str | None = None  # its title

    async def get(self, url: str) -> Fetched:
        if self.requests == MOST_REQUESTS:
            raise FetchError("enough was asked of this site", retryable=False)
        self.requests += 1
        self.asked.add(canonical_url(url))
        answer = await self.ask(url)
        self.asked.add(canonical_url(answer.url))
        return answer

    def found(self, kind: str) -> int:
        return sum(offer.kind == kind for offer in self.offers)

    async def consider(self, lead: Lead, answer: Fetched | None = None) -> None:
        """Keep what ``lead`` offers; what is wrong with it is logged."""
        if answer is None and canonical_url(lead.url) in self.asked:
            return
        try:
            answer = answer or await self.get(lead.url)
            with contained(DiscoverError, lead.url):
                self.offers.append(await self._offer(lead, answer))
        except (FetchError, DiscoverError) as error:
            log.info("%s", one_line(f"{lead.url}: {error}", _SHOWN))

    async def _offer(self, lead: Lead, answer: Fetched) -> Offer:
        if kind_of(answer.body) != lead.kind:
            raise DiscoverError(f"no {lead.kind}")
        keys, title = await asyncio.to_thread(_keys, lead, answer)
        try:
            source = SOURCE_KINDS[lead.kind].model_validate(
                {key: value for key, value in keys.items() if key != "pages"}  # the first tells
            )
        except ValidationError as error:  # such as an address with a user's name in it
            raise DiscoverError("not an address that a source may have") from error
        links = await source.links(await self._sample(lead.kind, answer), self.get)
        title = title or lead.title or self.site
        language = keys.pop("language", None) or _language(links)
        said = {"name": title, "language": language}
        keys |= {key: value for key, value in said.items() if value}
        return judged(lead, source.url, title, keys, links)

    async def _sample(self, kind: str, answer: Fetched) -> Fetched:
        """Of an index of sitemaps the likeliest file, which shows what is in the others."""
        for _ in range(_DEEPEST if kind == "sitemap" else 0):
            index = await asyncio.to_thread(parse_sitemap, answer.body, answer.url, None)
            if not index.is_index or not index.entries:
                break
            answer = await self.get(likely_files(index, None)[0])
        return answer


def _keys(lead: Lead, answer: Fetched) -> tuple[dict[str, Any], str | None]:
    """The keys of a source, and its own title. Raises DiscoverError."""
    keys: dict[str, Any] = {"kind": lead.kind, "url": answer.moved_to or lead.url}
    if lead.kind == "page":
        soup, base = read_page(answer)
        keys |= {"pages": _PAGES} if marked_next(soup, base) else {}
        return keys | {"language": leads.language_of(soup)}, leads.title_of(soup)
    if lead.kind == "json":
        guessed = guessed_keys(parse_json(answer.body, answer.charset), answer.url)
        if guessed is None:
            raise DiscoverError("no list in the JSON has links and titles")
        return keys | guessed, None
    return keys, leads.feed_title(answer) if lead.kind == "feed" else None


def _language(links: Sequence[Link]) -> str | None:
    """The tag that most of ``links`` bear."""
    tags = Counter(link.language for link in links).most_common(1)
    return next((leads.language_tag(tag) for tag, _ in tags), None)
