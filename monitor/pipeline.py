"""One source's way through the house: look, read, decide, file.

``check_source`` is the story on one screen; ``docs/architecture.md`` walks it line by line.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor import alert, dedupe, schedule
from monitor.discover import Source
from monitor.errors import DiscoverError, FetchError, MonitorError, ParseError, contained
from monitor.fetch import Fetcher
from monitor.match import RuleSet
from monitor.models import (
    Article,
    Change,
    ChangeKind,
    Fetched,
    Link,
    NotModified,
    PendingLink,
    SourceState,
)
from monitor.parse import parse_article
from monitor.settings import FetchSettings
from monitor.store import Store, sources, stories

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # renewed at every page
MOST_TROUBLES = 3  # pages of a source that may fail in a row before it is left alone
LONGEST_KEY = 600  # characters, of up to 4 bytes: PostgreSQL indexes no more than 2,704 bytes


@dataclass(frozen=True, slots=True)
class Kit:
    """What a look at a source needs; ``app.py`` puts it together."""

    store: Store
    fetcher: Fetcher
    rules: RuleSet
    topic: RuleSet | None
    settings: FetchSettings
    clock: Callable[[], datetime]
    rng: random.Random
    filed: Callable[[], None] = lambda: None  # called when an alert waits to be sent


@dataclass(slots=True)
class Report:
    """What one look at a source came to."""

    source: str
    outcome: str = "busy"  # then: looked, not modified, failed, not due
    first: bool = False  # a baseline: nobody is alerted
    recovered: bool = False  # it had failed before
    announced: int = 0  # links that wait now because of this look
    stories: Counter[ChangeKind] = field(default_factory=Counter)
    alerts: int = 0
    errors: list[str] = field(default_factory=list)


async def check_source(source: Source, kit: Kit, *, early: bool = False) -> Report:
    """Look at ``source`` if it is due (or ``early``), then read the links of it that wait.

    Raises StoreError alone; whatever goes wrong outside is recorded and reported. A source that
    another task or process has in hand is left to it.
    """
    report = Report(source.id)
    state = await asyncio.to_thread(_claim, source, kit)
    if state is None:
        return report
    try:
        if early or state.next_at is None or state.next_at <= kit.clock():
            await _look(source, state, kit, report)
        else:
            report.outcome = "not due"
        await _read_waiting(source, kit, report)
    finally:
        await asyncio.to_thread(_release, source, kit)
    return report


def _claim(source: Source, kit: Kit) -> SourceState | None:
    with kit.store.write() as tx:
        sources.register(tx, source.id, source.url)
        return sources.claim(tx, source.id, kit.clock(), LEASE)


def _release(source: Source, kit: Kit) -> None:
    with kit.store.write() as tx:
        sources.release(tx, source.id)


# --- the source --------------------------------------------------------------------------------


async def _look(source: Source, state: SourceState, kit: Kit, report: Report) -> None:
    """Fetch the source; write its links, as pending, together with its validators."""
    try:
        answer = await kit.fetcher.get(
            source.url, validators=state.validators, robots=source.obeys_robots
        )
        if isinstance(answer, NotModified):
            report.outcome, report.recovered = "not modified", state.failures > 0
            await asyncio.to_thread(_unchanged, source, answer, kit)
            return
        with contained(DiscoverError, source.url):
            links = await source.links(answer, lambda url: get_page(url, kit.fetcher))
    except (FetchError, DiscoverError) as error:
        report.outcome = "failed"
        report.errors.append(str(error))
        await asyncio.to_thread(_failed, source, state, error, kit)
        return
    report.outcome, report.first = "looked", state.baseline_at is None
    report.recovered = state.failures > 0
    report.announced = await asyncio.to_thread(_looked, source, state, answer, links, kit)


def _looked(
    source: Source, state: SourceState, answer: Fetched, links: list[Link], kit: Kit
) -> int:
    found: dict[str, Link] = {}
    for link in links:  # the first announcement of an address counts
        found.setdefault(story_key(link.url), link)
    now, again = _times(source, kit, fresh_for=answer.fresh_for)
    first = state.baseline_at is None
    with kit.store.write() as tx:
        waiting = sources.add_links(tx, source.id, found, now, baseline=first)
        sources.succeeded(tx, source.id, now, again, answer.validators, len(found))
    return waiting


async def get_page(url: str, fetcher: Fetcher, *, robots: bool = True) -> Fetched:
    """One page, where robots.txt allows it. Raises FetchError."""
    answer = await fetcher.get(url, robots=robots)
    if isinstance(answer, NotModified):  # to a request that named no validators
        raise FetchError(f"{url}: HTTP 304 to an unconditional request", status=304)
    return answer


def _unchanged(source: Source, answer: NotModified, kit: Kit) -> None:
    now, again = _times(source, kit, fresh_for=answer.fresh_for)
    with kit.store.write() as tx:
        sources.succeeded(tx, source.id, now, again, answer.validators, None)


def _failed(source: Source, state: SourceState, error: MonitorError, kit: Kit) -> None:
    wait = getattr(error, "retry_after", None)
    now, again = _times(source, kit, failures=state.failures + 1, retry_after=wait)
    log.warning("%s: %s", source.id, error)
    with kit.store.write() as tx:
        sources.failed(tx, source.id, now, again, str(error))


def _times(
    source: Source,
    kit: Kit,
    *,
    fresh_for: float = 0.0,
    failures: int = 0,
    retry_after: float | None = None,
) -> tuple[datetime, datetime]:
    """Now, and when to look at the source again."""
    now, interval = kit.clock(), source.interval or kit.settings.interval
    again = schedule.next_poll(
        now, interval, kit.rng, fresh_for=fresh_for, failures=failures, retry_after=retry_after
    )
    return now, again


# --- its pages ---------------------------------------------------------------------------------


async def _read_waiting(source: Source, kit: Kit, report: Report) -> None:
    """Read the pages that wait; a site that is down is not asked for every one of them."""
    troubles = 0
    for pending in await asyncio.to_thread(_waiting, source, kit):
        answered = await _read(pending, source, kit, report)
        troubles = 0 if answered else troubles + 1
        if troubles == MOST_TROUBLES:
            break


def _waiting(source: Source, kit: Kit) -> list[PendingLink]:
    with kit.store.read() as tx:
        return list(sources.waiting(tx, source.id, kit.clock(), kit.settings.per_run))


async def _read(pending: PendingLink, source: Source, kit: Kit, report: Report) -> bool:
    """Fetch and parse one page, and file its story; False where its site is in trouble."""
    try:
        page = await get_page(pending.link.url, kit.fetcher)
        with contained(ParseError, page.url):
            article = await asyncio.to_thread(article_of, page, pending.link, source)
            filed = await asyncio.to_thread(file_story, article, pending, source, kit)
    except (FetchError, ParseError) as error:
        report.errors.append(f"{pending.link.url}: {error}")
        await asyncio.to_thread(_not_read, pending, error, kit)
        return not error.retryable
    report.stories[filed.change.kind] += 1
    report.alerts += filed.alerts
    if filed.alerts:
        kit.filed()
    return True


def article_of(page: Fetched, link: Link, source: Source) -> Article:
    """The page's Article; what the page does not say is taken from the link that led to it."""
    article = parse_article(page.body, page.url, charset=page.charset, timezone=source.timezone)
    said: dict[str, object] = {}
    if article.published is None and article.updated is None:
        said = {"published": link.published, "updated": link.updated}
    if article.language == "und":
        said["language"] = link.language or source.language or "und"
    return article.model_copy(update=said) if said else article


def _not_read(pending: PendingLink, error: MonitorError, kit: Kit) -> None:
    now = kit.clock()
    again = None
    if error.retryable:
        wait = getattr(error, "retry_after", None)
        again = schedule.retry_page(now, pending.attempts + 1, wait)
    log.warning("%s: %s: %s", pending.source, pending.link.url, error)
    with kit.store.write() as tx:
        sources.link_failed(tx, pending.id, again, str(error))
        sources.renew(tx, pending.source, now, LEASE)


def story_key(url: str) -> str:
    """The canonical URL; the end of a very long one is replaced by a hash of the whole."""
    key = dedupe.canonical_url(url)
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"{key[:LONGEST_KEY]}#{digest}"


@dataclass(frozen=True, slots=True)
class Filed:
    change: Change
    alerts: int


def file_story(article: Article, pending: PendingLink, source: Source, kit: Kit) -> Filed:
    """Decide what ``article`` is, whom it concerns, and write it all down in one transaction."""
    now, key = kit.clock(), story_key(article.url)
    content, sketch = dedupe.content_key(article), dedupe.sketch(article)
    matches = kit.rules.match(article)
    on_topic = bool(kit.topic.match(article)) if kit.topic else None
    alerts: list[alert.Alert] = []
    with kit.store.write(exclusive=True) as tx:
        known = stories.known(tx, key)
        alike = stories.alike(tx, sketch, now) if known is None else []
        change = dedupe.decide(article, known=known, alike=alike, own_sketch=sketch)
        if change.kind is not ChangeKind.SAME:
            matched, alerted = stories.rules_of(tx, change.story) if change.story else ((), ())
            alerts = alert.route(
                change,
                matches,
                kit.rules,
                baseline=pending.baseline,
                matched_before=matched,
                alerted_before=alerted,
            )
            stories.write(
                tx,
                stories.Batch(
                    key=key,
                    source=source.id,
                    source_name=source.name or source.id,
                    article=article,
                    change=change,
                    content_key=content,
                    sketch=sketch,
                    on_topic=on_topic,
                    matches=matches,
                    alerts=alerts,
                    now=now,
                ),
            )
        sources.link_done(tx, pending.id)
        sources.renew(tx, pending.source, now, LEASE)
    return Filed(change, len(alerts))
