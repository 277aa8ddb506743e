"""Does a source work? One polite look at it and at one of its stories; nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http.cookiejar import CookieJar

from monitor.discover import Source
from monitor.errors import DiscoverError, FetchError, ParseError, contained
from monitor.fetch import Fetcher
from monitor.gaps import newest
from monitor.models import Article, Link, Moment
from monitor.parse import NO_PROFILES, Profile
from monitor.pipeline.kit import IN_A_THREAD, Parse
from monitor.pipeline.look import get_page, getter
from monitor.pipeline.pages import article_of
from monitor.pipeline.verdict import as_time
from monitor.settings import MonitorFile

TRIED = 3  # stories, until one can be read
SHORT = 200  # characters of a body, below which it is hardly a story


@dataclass(frozen=True, slots=True)
class Finding:
    """What a source showed. It works where there are no ``problems``."""

    source: str
    url: str
    robots: str = "not asked"  # robots.txt: allows, forbids, cannot be read
    links: int = 0
    dated: int = 0  # links that bear a date
    newest: Moment | None = None
    story: Article | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what to look into, although it works

    @property
    def works(self) -> bool:
        return not self.problems


async def verify_all(
    sources: Iterable[Source],
    fetcher: Fetcher,
    settings: MonitorFile,
    now: datetime,
    done: Callable[[Finding], None] = lambda _: None,
    *,
    profiles: Mapping[str, Profile] = NO_PROFILES,
    parse: Parse = IN_A_THREAD,
) -> Sequence[Finding]:
    """Verify ``sources`` side by side, in their order; ``done`` hears of each at once.

    The fetcher asks each host one thing at a time, whichever sources it has.
    """
    places = asyncio.Semaphore(settings.fetch.concurrency)

    async def one(source: Source) -> Finding:
        async with places:
            found = await verify(source, fetcher, settings, now, profiles=profiles, parse=parse)
        done(found)
        return found

    return await asyncio.gather(*map(one, sources))


async def verify(
    source: Source,
    fetcher: Fetcher,
    settings: MonitorFile,
    now: datetime,
    *,
    profiles: Mapping[str, Profile] = NO_PROFILES,
    parse: Parse = IN_A_THREAD,
) -> Finding:
    """What ``source`` shows ``now``. Raises nothing: what goes wrong is a problem of it."""
    found, jar = Finding(source.id, source.url), CookieJar() if source.cookies else None
    try:
        answer = await get_page(source.url, fetcher, robots=source.obeys_robots, jar=jar)
        with contained(DiscoverError, source.url):
            read = await source.links(answer, getter(fetcher, jar))
    except (FetchError, DiscoverError) as error:
        return _failed(found, error)
    links = [link for link in read if source.admits(link)]
    found = replace(
        found,
        robots="allows" if source.obeys_robots else found.robots,
        links=len(links),
        dated=sum(bool(link.published or link.updated) for link in links),
        newest=newest(links, now),
        notes=_moved(source, answer.moved_to),
    )

    async def read_story(link: Link) -> Article:
        page = await get_page(link.url, fetcher, jar=jar)
        with contained(ParseError, link.url):
            return await article_of(page, link, source, profiles, parse)

    found = await _with_story(found, source, links, read_story)
    problems = _of_links(source, len(read), links) + _of_age(source, found.newest, settings, now)
    return replace(found, problems=problems + found.problems)


def _failed(found: Finding, error: Exception, what: str = "") -> Finding:
    """``found`` with a problem; of robots.txt, fetch/robots.py tells in these words."""
    said = str(error)
    if said.startswith("robots.txt "):
        verdict = "forbids" if " forbids " in said else "cannot be read"
        found = replace(found, robots=verdict)
    return replace(found, problems=(*found.problems, what + said))


def _moved(source: Source, to: str | None) -> tuple[str, ...]:
    return (f"has moved for good: set url: {to}",) if to and to != source.url else ()


def _of_links(source: Source, read: int, links: Sequence[Link]) -> tuple[str, ...]:
    if links:
        return ()
    if read:
        return (f"include and exclude let none of its {read} links through",)
    return (f"the {source.kind} holds no links",)


def _of_age(
    source: Source, newest: Moment | None, settings: MonitorFile, now: datetime
) -> tuple[str, ...]:
    max_age = source.max_age or settings.health.max_age
    if newest is None or now - as_time(newest) <= max_age:
        return ()
    return (f"frozen: its newest item is of {as_time(newest).date()}",)


async def _with_story(
    found: Finding,
    source: Source,
    links: Sequence[Link],
    read_story: Callable[[Link], Awaitable[Article]],
) -> Finding:
    """With the first story that can be read, or the reason why none could."""
    failed = found
    for link in links[:TRIED]:
        try:
            article = await read_story(link)
        except (FetchError, ParseError) as error:
            failed = _failed(found, error, "its stories cannot be read: ")
        else:
            notes = found.notes + _of_story(article, source)
            return replace(found, robots="allows", story=article, notes=notes)
    return failed


def _of_story(story: Article, source: Source) -> tuple[str, ...]:
    notes = []
    length = sum(map(len, story.body))
    if length < SHORT:
        notes.append(f"its first story has {length} characters only")
    if story.published is None and story.updated is None:
        notes.append("its first story has no date")
    if source.language and _primary(story.language) not in ("und", _primary(source.language)):
        notes.append(f"its first story is in {story.language}, not in {source.language}")
    return tuple(notes)


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()
