"""A listing page: its links, found by a CSS selector or by what links to stories look like."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from monitor.discover.base import FIRST_LOOK, Get, Past, Source
from monitor.discover.text import http_url
from monitor.errors import DiscoverError, FetchError
from monitor.models import Fetched, Link
from monitor.text import one_line

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

log = logging.getLogger(__name__)

_SHOWN = 300  # characters of a log line
_PINNED = 5  # one of so many links may be known though the page is new: stories are pinned
_PAGE_NUMBER = re.compile(r"\{page(?:-(\d))?\}")
_MARKED_NEXT = "a[rel~=next][href], link[rel~=next][href]"


def _compiles(selector: str) -> str:
    import soupsieve  # as slow to load as all that reads pages, and feeds need none of it

    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        reason = str(error).partition("\n")[0].rstrip(":. ")
        raise ValueError(f"not a CSS selector: {reason}") from error
    return selector


def _way_on(next_: str) -> str:
    if _PAGE_NUMBER.search(next_) is None:
        return _compiles(next_)
    if http_url("https://site.example/", _PAGE_NUMBER.sub("2", next_)) is None:
        raise ValueError(
            "not a web address, allowed: https://…{page}… or its end, such as ?p={page}"
        )
    return next_


Selector = Annotated[str, Field(max_length=500), AfterValidator(_compiles)]


@dataclass(frozen=True, slots=True)
class _Listing:
    links: list[Link]
    next: str | None  # where the page itself leads on


class PageSource(Source):
    """A page that lists stories."""

    kind: Literal["page"] = "page"
    selector: Selector | None = Field(
        default=None,
        description="CSS selector of the <a> elements, or of the items that hold one;"
        " without it, links that look like stories",
    )
    pages: int = Field(
        default=1,
        ge=1,
        le=20,
        description="so many pages of the list are read at the first look, and where all on a page"
        " is new: this fills gaps",
    )
    next: Annotated[str, Field(max_length=500), AfterValidator(_way_on)] | None = Field(
        default=None,
        description="CSS selector of the link to the next page, or its address with {page}, or"
        " {page-1} where the second page bears a 1; without it, the link marked rel=next",
    )

    @field_validator("next")
    @classmethod
    def _is_used(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("pages") == 1:
            raise ValueError("only the first page is read, allowed: together with pages: 2 to 20")
        return value

    async def links(self, page: Fetched, get: Get, past: Past = FIRST_LOOK) -> list[Link]:
        listing = await asyncio.to_thread(self._read, page)  # a large page takes its time
        found = {link.url: link for link in listing.links}
        for number in range(2, self.pages + 1):
            url = self._address(listing, page.url, number)
            if url is None or not await self._leaves_a_gap(listing, past):
                break
            further = await self._further(url, get)
            if further is None or found.keys() >= {link.url for link in further.links}:
                break
            listing = further
            found |= {link.url: link for link in further.links if link.url not in found}
        return list(found.values())

    async def _leaves_a_gap(self, listing: _Listing, past: Past) -> bool:
        """Whether stories on the next page may be new: at the first look, or after a new page."""
        if past.since is None:
            return True
        asked = [link.url for link in listing.links if self.admits(link)]
        return len(await past.known(asked)) * _PINNED <= len(asked) > 0

    def _address(self, listing: _Listing, first: str, number: int) -> str | None:
        """Where page ``number`` of the list stands."""
        if self.next is None or _PAGE_NUMBER.search(self.next) is None:
            return listing.next
        named = _PAGE_NUMBER.sub(lambda found: str(number - int(found[1] or 0)), self.next)
        return http_url(first, named)

    async def _further(self, url: str, get: Get) -> _Listing | None:
        """A further page; None where the list ends, or where that page is in trouble."""
        try:
            page = await get(url)
            return await asyncio.to_thread(self._read, page)
        except (FetchError, DiscoverError) as error:
            log.info("%s", one_line(f"{url}: {error}", _SHOWN))
            return None

    def _read(self, page: Fetched) -> _Listing:
        from monitor.discover.listing import links_of
        from monitor.discover.markup import read_page
        from monitor.discover.stories import MOST_STORIES, story_links

        soup, base = read_page(page)
        if self.selector is None:
            found: Sequence[Link | None] = story_links(soup, base, self.zone)
        else:
            items = soup.select(self.selector, limit=MOST_STORIES)
            found = links_of(items, base, self.zone)
        links = _merged(found, self.language)
        if not links:
            raise DiscoverError(self._nothing(len(found), len(soup.find_all("a", href=True))))
        return _Listing(links, self._next(soup, base))

    def _next(self, soup: BeautifulSoup, base: str) -> str | None:
        if self.pages == 1 or (self.next and _PAGE_NUMBER.search(self.next)):
            return None
        return marked_next(soup, base, self.next or _MARKED_NEXT)

    def _nothing(self, matched: int, anchors: int) -> str:
        if self.selector is None:
            return f"none of the page's {anchors} links looks like a story: give a selector"
        if matched:
            return (
                f"the selector {self.selector!r} matched {matched} elements, but none holds the"
                f" link and title of a story; the page has {anchors} links"
            )
        return f"the selector {self.selector!r} matched nothing; the page has {anchors} links"


def marked_next(soup: BeautifulSoup, base: str, selector: str = _MARKED_NEXT) -> str | None:
    """The next page of a list, where the page marks the link to it."""
    marked = soup.select_one(selector)
    return (marked and http_url(base, str(marked.get("href") or ""))) or None


def _merged(links: Sequence[Link | None], language: str | None) -> list[Link]:
    """Each address once, in the page's order, with the first title and date found for it."""
    merged: dict[str, Link] = {}
    for link in links:
        if link is None:
            continue
        known = merged.get(link.url, link)
        merged[link.url] = Link(
            url=link.url,
            title=known.title or link.title,
            published=known.published or link.published,
            language=language,
        )
    return [link for link in merged.values() if link.title]
