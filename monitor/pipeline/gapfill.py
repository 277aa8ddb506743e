"""Fill a coverage gap from a source's archive: a sitemap, or a listing that goes further back."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http.cookiejar import CookieJar

from monitor.dedupe import fingerprint
from monitor.discover import Source, archive_of
from monitor.errors import DiscoverError, FetchError, contained
from monitor.models import Announced, Link, SourceState
from monitor.pipeline.kit import Kit
from monitor.pipeline.look import by_story, get_page, getter, past
from monitor.pipeline.verdict import as_time
from monitor.store import Transaction, history, links, sources
from monitor.store.history import Gap

log = logging.getLogger(__name__)

MARGIN = timedelta(days=1)  # archives often print the day alone, in a zone of their own


async def fill(source: Source, state: SourceState, kit: Kit, jar: CookieJar | None) -> SourceState:
    """Announce what a source's archive holds of its latest gap that is open. Raises StoreError.

    Where the archive cannot be read, the gap stays open, and shown.
    """
    gap = await kit.read(lambda tx: history.latest_open(tx, source.id))
    if gap is None:
        return state
    try:
        found = await _archived(gap, source, state, kit, jar)
    except (FetchError, DiscoverError) as error:
        log.warning("%s: the gap stays open: %s", source.id, error)
        return state
    number = await kit.write(lambda tx: _write(tx, gap, found, source, kit))
    log.info("%s: the gap is filled with %d links", source.id, number)
    return replace(state, pages_at=kit.clock()) if number else state


async def _archived(
    gap: Gap, source: Source, state: SourceState, kit: Kit, jar: CookieJar | None
) -> Mapping[str, Link]:
    answer = await get_page(source.archive or source.url, kit.fetcher, jar=jar)
    with contained(DiscoverError, answer.url):
        archive = archive_of(source, answer)
        earlier = replace(past(source, state, kit), since=gap.since)
        announced = await archive.links(answer, getter(kit.fetcher, jar), earlier)
    return by_story(link for link in _within(gap, announced) if source.admits(link))


def _within(gap: Gap, announced: Iterable[Link]) -> Iterator[Link]:
    """What bears a time within the gap, a day that touches it, or no date at all."""
    for link in announced:
        moment = link.published or link.updated
        margin = timedelta() if isinstance(moment, datetime) else MARGIN
        if moment is None or gap.since - margin <= as_time(moment) <= gap.until + margin:
            yield link


def _write(tx: Transaction, gap: Gap, found: Mapping[str, Link], source: Source, kit: Kit) -> int:
    """Write what is new of ``found``; how many links that is."""
    now, known = kit.clock(), links.known(tx, source.id, list(found))
    new = [
        Announced(source.id, key, link, fingerprint(link))
        for key, link in found.items()
        if key not in known
    ]
    if links.add(tx, new, now):
        sources.read_at(tx, source.id, now)
    history.fill_gap(tx, source.id, gap.since, now, len(new))
    return len(new)
