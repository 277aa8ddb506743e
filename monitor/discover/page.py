"""A listing page: its links, found by a CSS selector or by what links to stories look like."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import soupsieve
from bs4 import BeautifulSoup, Tag
from pydantic import AfterValidator, Field

from monitor.discover.base import FIRST_LOOK, Get, Past, Source
from monitor.discover.listing import Crowded, link_of, story_links
from monitor.discover.sniff import html_soup, root_element
from monitor.discover.text import http_url
from monitor.errors import DiscoverError
from monitor.models import Fetched, Link


def _compiles(selector: str) -> str:
    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        reason = str(error).partition("\n")[0].rstrip(":. ")
        raise ValueError(f"not a CSS selector: {reason}") from error
    return selector


class PageSource(Source):
    """A page that lists stories."""

    kind: Literal["page"] = "page"
    selector: Annotated[str, AfterValidator(_compiles)] | None = Field(
        default=None,
        description="CSS selector of the <a> elements, or of the items that hold one;"
        " without it, links that look like stories",
    )

    async def links(self, page: Fetched, get: Get, past: Past = FIRST_LOOK) -> list[Link]:
        return await asyncio.to_thread(self._read, page)  # a large page takes seconds

    def _read(self, page: Fetched) -> list[Link]:
        soup = _soup(page)
        base = _base(soup, page.url)
        if self.selector is None:
            found = story_links(soup, base)
        else:
            crowded: Crowded = {}
            found = [link_of(item, base, crowded) for item in soup.select(self.selector)]
        links = _merged(found, self.language)
        if not links:
            raise DiscoverError(self._nothing(len(found), len(soup.select("a[href]"))))
        return links

    def _nothing(self, matched: int, anchors: int) -> str:
        if self.selector is None:
            return f"none of the page's {anchors} links looks like a story: give a selector"
        if matched:
            return (
                f"the selector {self.selector!r} matched {matched} elements, but none holds the"
                f" link and title of a story; the page has {anchors} links"
            )
        return f"the selector {self.selector!r} matched nothing; the page has {anchors} links"


def _soup(page: Fetched) -> BeautifulSoup:
    root = root_element(page.body)
    if root in ("rss", "feed", "rdf"):
        raise DiscoverError("the answer is a feed, not a page: set kind: feed")
    if not root:
        raise DiscoverError("the answer holds no HTML")
    return html_soup(page.body, page.charset)


def _base(soup: BeautifulSoup, url: str) -> str:
    declared = soup.find("base", href=True)
    return (http_url(url, str(declared["href"])) if isinstance(declared, Tag) else None) or url


def _merged(links: list[Link | None], language: str | None) -> list[Link]:
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
