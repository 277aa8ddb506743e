"""One look at a source: ask, read, and write down what many looks found in one go."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http.cookiejar import CookieJar
from itertools import filterfalse

from monitor.dedupe import story_key
from monitor.discover import Get, Past, Source
from monitor.errors import DiscoverError, FetchError, contained
from monitor.fetch import Fetcher
from monitor.health import Due
from monitor.models import Fetched, Link, NotModified, SourceState, Validators
from monitor.pipeline.identity import readdressed, unique_guids
from monitor.pipeline.kit import LEASE, Kit
from monitor.pipeline.verdict import Look, Verdict, address, verdict
from monitor.store import Transaction, history, links, sources

log = logging.getLogger(__name__)

# The keys of a source that do not change what a look finds.
_NOT_DEFINING = {
    *("id", "url", "name", "enabled", "tags", "unverified", "interval", "min_interval"),
    *("max_interval", "alert_backlog", "max_age", "archive", "robots", "validators", "cookies"),
}


def watched(wanted: Iterable[Source]) -> dict[str, sources.Watched]:
    """What the store needs to know of sources that are to be looked at."""
    return {source.id: sources.Watched(source.url, _definition(source)) for source in wanted}


def _definition(source: Source) -> str:
    return _digest(source.model_dump_json(exclude=_NOT_DEFINING).encode())


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


# --- ask and read --------------------------------------------------------------------------------


async def look(source: Source, state: SourceState, kit: Kit, jar: CookieJar | None) -> Look:
    """Ask a source whether it has changed, and read what it says. Raises StoreError alone."""
    url = address(source, state)
    try:
        answer = await kit.fetcher.get(
            url,
            validators=_chosen(source, state.validators),
            robots=source.obeys_robots,
            cookies=jar,
        )
        if isinstance(answer, NotModified):
            return Look(source, state, url, answer, state.body_digest)
        digest = _digest(answer.body)
        seen = Look(source, state, url, answer, digest)
        if digest == state.body_digest:
            return seen
        with contained(DiscoverError, source.url):
            earlier = past(source, state.succeeded_at, kit)
            found = await source.links(answer, getter(kit.fetcher, jar), earlier)
        links = by_story(filter(source.admits, found))
        others = by_story(filterfalse(source.admits, found))
        kept_out = {key: link for key, link in others.items() if key not in links}
        return replace(seen, links=links, kept_out=kept_out)
    except (FetchError, DiscoverError) as error:
        return Look(source, state, url, error)


def by_story(found: Iterable[Link]) -> dict[str, Link]:
    """Links by the key of their story; the first announcement of an address counts."""
    links: dict[str, Link] = {}
    for link in found:
        links.setdefault(story_key(link.url), link)
    return links


def _chosen(source: Source, validators: Validators) -> Validators:
    sent = source.validators
    return Validators(
        validators.etag if sent in ("both", "etag") else None,
        validators.last_modified if sent in ("both", "last-modified") else None,
    )


def getter(fetcher: Fetcher, jar: CookieJar | None) -> Get:
    """How a kind of source reads further pages."""

    async def get(url: str) -> Fetched:
        return await get_page(url, fetcher, jar=jar)

    return get


async def get_page(
    url: str, fetcher: Fetcher, *, robots: bool = True, jar: CookieJar | None = None
) -> Fetched:
    """One page, where robots.txt allows it. Raises FetchError."""
    answer = await fetcher.get(url, robots=robots, cookies=jar)
    if isinstance(answer, NotModified):  # to a request that named no validators
        raise FetchError(f"{url}: HTTP 304 to an unconditional request", status=304)
    return answer


def past(
    source: Source, since: datetime | None, kit: Kit, *, before: datetime | None = None
) -> Past:
    """What looks at a source saw: all of them, or those ``before`` a time."""

    async def known(urls: Sequence[str]) -> set[str]:
        keys = {url: story_key(url) for url in urls}
        asked = list(keys.values())
        found = await kit.read(lambda tx: links.known(tx, source.id, asked, before=before))
        return {url for url, key in keys.items() if key in found}

    return Past(since, known)


# --- write down ----------------------------------------------------------------------------------


def record(looks: Sequence[Look], kit: Kit) -> list[Verdict]:
    """Judge ``looks`` and write all that they found in one transaction. Raises StoreError.

    A source whose pages wait stays claimed: whoever looked reads them, and puts it back.
    """
    now = kit.clock()
    # What a power cut undoes, validators included, the next look finds again.
    with kit.store.write(durable=False) as tx:
        verdicts = [_judged(look, tx, now, kit) for look in looks]
        changed = [each for verdict in verdicts for each in verdict.changed]
        waiting = links.add(tx, [each for v in verdicts for each in v.new], now)
        waiting += links.again(tx, changed, now)
        verdicts = [_with_pages(verdict, waiting, now) for verdict in verdicts]
        keep = {v.state.id: now + LEASE for v in verdicts if pages_wait(v.state, now)}
        before = [seen.before for seen in looks]
        sources.record(tx, [v.state for v in verdicts], keep_until=keep, before=before)
        for seen, found in zip(looks, verdicts, strict=True):
            _record_events(tx, seen.source, found, now, kit)
    return verdicts


def _judged(look: Look, tx: Transaction, now: datetime, kit: Kit) -> Verdict:
    try:
        with contained(DiscoverError, look.source.url):
            look, known = _known(tx, look)
            return verdict(look, known, now, kit.standards)
    except DiscoverError as error:
        return verdict(replace(look, answer=error), {}, now, kit.standards)


def _known(tx: Transaction, look: Look) -> tuple[Look, dict[str, str]]:
    """The look, its links under the keys of old, and the fingerprints of those that are known."""
    if look.links is None or look.before.succeeded_at is None:  # at a first look, none is known
        return look, {}
    known = links.known(tx, look.source.id, [*look.links, *look.kept_out])
    guids = unique_guids(look.links)
    if known.keys() >= set(guids.values()):
        return look, known
    named = links.named(tx, look.source.id, list(guids))
    old = {key: each for key, each in readdressed(look.links, named).items() if key not in known}
    if not old:
        return look, known
    found = {old[key].key if key in old else key: link for key, link in look.links.items()}
    known |= {each.key: each.fingerprint for each in old.values()}
    return replace(look, links=found), known


def _with_pages(verdict: Verdict, waiting: Mapping[str, int], now: datetime) -> Verdict:
    number = waiting.get(verdict.state.id, 0)
    if not number:
        return verdict
    return replace(verdict, state=replace(verdict.state, pages_at=now), waiting=number)


def pages_wait(state: SourceState, now: datetime) -> bool:
    """Whether a page of the source is to be read now."""
    return state.pages_at is not None and state.pages_at <= now


def _record_events(
    tx: Transaction, source: Source, found: Verdict, now: datetime, kit: Kit
) -> None:
    if isinstance(found.state.error, str) and found.state.failures:
        log.warning("%s: %s", source.id, found.state.error)
    if found.gap is not None:
        log.warning(
            "%s: what it announced from %s to %s may have been missed",
            *(
                source.id,
                f"{found.gap.since:%Y-%m-%d %H:%M}",
                f"{found.gap.until:%Y-%m-%d %H:%M} UTC",
            ),
        )
        history.open_gap(tx, source.id, found.gap.since, found.gap.until, now)
    if found.due is not None:
        tell(tx, source, found.due, now, kit)


def tell(tx: Transaction, source: Source, due: Due, now: datetime, kit: Kit) -> None:
    """Write down that a source fell ill or recovered, for ``health.channels`` to be told."""
    log.warning("%s: %s: %s", source.id, "recovered" if due.recovered else due.health, due.detail)
    event = history.Event(
        source=source.id,
        name=source.name or source.id,
        url=source.url,
        health=due.health,
        recovered=due.recovered,
        detail=due.detail,
        since=due.since,
        created_at=now,
    )
    history.tell(tx, event, kit.settings.doors(kit.settings.health.channels))
    if due.recovered and links.retry(tx, source.id, now):  # what could not be read meanwhile
        sources.read_at(tx, source.id, now)
