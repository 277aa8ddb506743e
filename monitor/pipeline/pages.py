"""The pages of a source that wait: fetch, parse, decide, and file each story at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar

from monitor import alert, dedupe, schedule
from monitor.discover import Source
from monitor.errors import FetchError, MonitorError, ParseError, contained
from monitor.health import Extraction
from monitor.match import RuleSet
from monitor.models import (
    Article,
    Change,
    ChangeKind,
    Fetched,
    Link,
    Match,
    PendingLink,
    SourceState,
)
from monitor.parse import Profile, profile_of
from monitor.pipeline import spread, volumes
from monitor.pipeline.dispatch import dispatched
from monitor.pipeline.further import read_whole
from monitor.pipeline.kit import LEASE, Kit, Parse, Report
from monitor.pipeline.look import get_page, tell
from monitor.pipeline.patience import Patience
from monitor.pipeline.verdict import examined
from monitor.rhythm import Rhythm
from monitor.store import Transaction, links, sources, stories
from monitor.urls import leads_home

log = logging.getLogger(__name__)


async def read_waiting(
    source: Source, state: SourceState, kit: Kit, report: Report, jar: CookieJar | None
) -> SourceState:
    """Read the pages that wait, and put the source back; its state after that.

    A site that is down, or asks to be left alone, is not asked for every one of them. Raises
    StoreError.
    """
    extraction, patience = Extraction.from_json(state.extraction), Patience()
    for pending in await kit.read(lambda tx: _waiting(tx, source, kit)):
        if patience.spares(pending):
            continue
        try:
            article = await _read(pending, source, kit, report, jar)
        except (FetchError, ParseError) as error:
            report.errors.append(f"{pending.link.url}: {error}")
            await _put_off(pending, error, kit)
            patience.tried(pending, error, kit.clock())
            extraction = _after_trouble(extraction, error)
        else:
            length = sum(map(len, article.body))
            patience.troubles, extraction = 0, extraction.read(length, article.quality)
        if patience.exhausted:
            break
    state = replace(state, extraction=extraction.to_json())
    state, told = await kit.write(lambda tx: _finish(tx, source, state, patience, kit))
    if told:
        kit.filed()
    return state


def _after_trouble(extraction: Extraction, error: FetchError | ParseError) -> Extraction:
    """A page that could not be fetched says nothing of the layout; one that asks for a human does
    of the site."""
    if error.challenge:
        return extraction.challenged(error.challenge)
    unread = isinstance(error, ParseError) and not error.retryable
    return extraction.read(0) if unread else extraction


def _waiting(tx: Transaction, source: Source, kit: Kit) -> list[PendingLink]:
    return list(links.waiting(tx, source.id, kit.clock(), kit.settings.fetch.per_run))


def _finish(
    tx: Transaction, source: Source, state: SourceState, patience: Patience, kit: Kit
) -> tuple[SourceState, bool]:
    """Put the source back with what its pages showed of its health; whether somebody is told."""
    now, due = kit.clock(), None
    patience.postpone(tx, source.id, now)
    if not state.failures:  # after a look that failed, its pages say nothing of the source
        state, due = examined(state, source, Rhythm.from_json(state.rhythm), now, kit.settings)
    if due is not None:
        tell(tx, source, due, now, kit)
    state = replace(state, pages_at=links.next_waiting(tx, source.id))
    sources.record(tx, [state], keep_until={})
    return state, due is not None


async def _read(
    pending: PendingLink, source: Source, kit: Kit, report: Report, jar: CookieJar | None
) -> Article:
    """Fetch and parse one page, and file its story.

    Raises FetchError, ParseError and StoreError.
    """
    page = await get_page(pending.link.url, kit.fetcher, jar=jar)
    if leads_home(pending.link.url, page.url):
        raise FetchError(f"{page.url}: leads to the home page", retryable=False)

    async def article(answer: Fetched) -> Article:
        return await article_of(answer, pending.link, source, kit.profiles, kit.parse)

    async def get(url: str) -> Fetched:
        await kit.write(lambda tx: sources.renew(tx, source.id, kit.clock(), LEASE))
        return await get_page(url, kit.fetcher, jar=jar)

    with contained(ParseError, page.url):
        whole = await read_whole(page, article, get, kit.profiles)
        later = whole.missing is not None and whole.missing.retryable
        filed = await asyncio.to_thread(
            file_story, whole.article, pending, source, kit, done=not later
        )
    if whole.missing is not None:
        await _rest_missing(pending, whole.missing, kit, report)
    report.stories[filed.change.kind] += 1
    report.alerts += filed.alerts
    if filed.alerts:
        kit.filed()
    return whole.article


async def article_of(
    page: Fetched, link: Link, source: Source, profiles: Mapping[str, Profile], parse: Parse
) -> Article:
    """The page's Article; what the page does not say is taken from the link that led to it."""
    article = await parse(
        page.body,
        page.url,
        charset=page.charset,
        timezone=source.timezone,
        profile=profile_of(profiles, page.url),
    )
    said: dict[str, object] = {}
    if article.published is None and article.updated is None:
        said = {"published": link.published, "updated": link.updated}
    ways = {name: "link" for name, value in said.items() if value}
    if article.language == "und" and (language := link.language or source.language):
        said["language"] = language
        ways["language"] = "link" if link.language else "source"
    if not said:
        return article
    return article.model_copy(update=said | {"extracted_by": {**article.extracted_by, **ways}})


async def _rest_missing(
    pending: PendingLink, error: FetchError | ParseError, kit: Kit, report: Report
) -> None:
    """A further page of a story could not be read: what was read is filed, and nobody waits for it.

    Where a retry may help, the story is read again later, and its rest comes as a revision.
    """
    report.errors.append(f"{pending.link.url}: a further page is missing: {error}")
    if error.retryable:
        await _put_off(pending, error, kit)
    else:
        log.warning("%s: %s: without a further page: %s", pending.source, pending.link.url, error)


async def _put_off(pending: PendingLink, error: MonitorError, kit: Kit) -> None:
    now = kit.clock()
    again = None
    if error.retryable:
        wait = getattr(error, "retry_after", None)
        again = schedule.retry_page(now, pending.attempts + 1, wait)
    log.warning("%s: %s: %s", pending.source, pending.link.url, error)

    def work(tx: Transaction) -> None:
        links.failed(tx, pending.id, again, str(error))
        sources.renew(tx, pending.source, now, LEASE)

    await kit.write(work)


@dataclass(frozen=True, slots=True)
class Filed:
    change: Change
    alerts: int


def _met(rules: RuleSet, article: Article, carried: int = 1) -> list[Match]:
    """The rules that an article meets, with their places: not to be looked for while others wait
    for the database."""
    return [Match(match.rule, match.spans) for match in rules.match(article, carried=carried)]


def _known(
    tx: Transaction, article: Article, pending: PendingLink
) -> tuple[str, dedupe.Known | None]:
    """The key of a story, and what is known under it."""
    key = dedupe.story_key(article.url)
    known = stories.known(tx, key)
    if known is None and pending.key != dedupe.story_key(pending.link.url):
        known = stories.known(tx, pending.key)  # its address has changed, its guid has not
        key = key if known is None else pending.key
    return key, known


def file_story(
    article: Article, pending: PendingLink, source: Source, kit: Kit, *, done: bool = True
) -> Filed:
    """Decide what ``article`` is, whom it concerns, and write it all down in one transaction.

    The link is ``done`` with, unless its page is to be read again.
    """
    now = kit.clock()
    content, sketch = dedupe.content_key(article), dedupe.sketch(article)
    held = kit.held
    matches = _met(held.rules, article)
    on_topic = bool(held.topic.match(article)) if held.topic else None
    alerts: list[alert.Alert] = []
    told: set[str] = set()  # rules that hold now of what was read before
    judged = 0  # alerts on how many stories came
    with kit.store.write(exclusive=True) as tx:
        key, known = _known(tx, article, pending)
        alike = stories.alike(tx, sketch, now) if known is None else []
        change = dedupe.decide(article, known=known, alike=alike, own_sketch=sketch)
        if change.kind is not ChangeKind.SAME:
            matched, alerted = stories.rules_of(tx, change.story) if change.story else ((), ())
            if held.counting and not pending.baseline:
                if (carried := spread.carried(tx, change, article)) > 1:
                    matches = _met(held.rules, article, carried)
                told = spread.tell(tx, change, article, held.counting, matched, kit)
            raised = alert.route(
                change,
                matches,
                [held.rules[match.rule] for match in matches],
                baseline=pending.baseline,
                matched_before={*matched, *told},
                alerted_before=alerted,
                kind=article.kind,
            )
            alerts = [dispatched(tx, each, article, kit) for each in raised]
            story, _ = stories.write(
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
            if not pending.baseline:
                judged = volumes.counted(tx, story, article, matches, matched, kit)
        if done:
            links.done(tx, pending.id)
        sources.renew(tx, pending.source, now, LEASE)
    return Filed(change, sum(each.withheld is None for each in alerts) + len(told) + judged)
