"""A story that is cut into pages is read as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from monitor.discover import Get
from monitor.errors import FetchError, ParseError
from monitor.models import Article, Fetched
from monitor.parse import Profile, profile_of
from monitor.urls import canonical_url


@dataclass(frozen=True, slots=True)
class Whole:
    """A story with all of its pages that could be read."""

    article: Article
    pages: tuple[Fetched, ...]
    missing: FetchError | ParseError | None = None  # why a page of it could not be read


async def read_whole(
    first: Fetched,
    read: Callable[[Fetched], Awaitable[Article]],
    get: Get,
    profiles: Mapping[str, Profile],
) -> Whole:
    """The story that begins on the page ``first``, each further page got by ``get``.

    Raises ParseError where the first page cannot be read. A further page that cannot costs itself
    and what follows it.
    """
    from monitor.parse.nextpage import MOST_PAGES, joined, same_site  # as in _next

    article, pages = await read(first), [first]
    seen = {canonical_url(first.url)}
    profile = profile_of(profiles, first.url)
    try:
        while len(pages) < MOST_PAGES:
            url = await _next(pages[-1], profile)
            if url is None or canonical_url(url) in seen:
                break
            page = await get(url)
            landed = canonical_url(page.url)
            if landed in seen or not same_site(first.url, page.url):
                break
            seen |= {canonical_url(url), landed}
            longer = joined(article, await read(page))
            if longer is None:
                break
            article = longer
            pages.append(page)
    except (FetchError, ParseError) as error:
        return Whole(article, tuple(pages), error)
    return Whole(article, tuple(pages))


async def _next(page: Fetched, profile: Profile | None) -> str | None:
    # Loaded here, as the parser is in monitor.parse: to look at sources does without both.
    from monitor.parse.nextpage import may_go_on, next_page

    if not may_go_on(page.body, profile):
        return None
    return await asyncio.to_thread(next_page, page.body, page.url, profile, charset=page.charset)
