"""Fill a coverage gap from a source's archive: a sitemap, or a listing that goes further back."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.cookiejar import CookieJar

from monitor.dedupe import fingerprint
from monitor.discover import Source, archive_of
from monitor.errors import DiscoverError, FetchError, contained
from monitor.gaps import newest
from monitor.models import Announced, Link, SourceState
from monitor.pipeline.kit import Kit
from monitor.pipeline.look import by_story, get_page, getter, past
from monitor.pipeline.verdict import as_time, skipped
from monitor.store import Transaction, history, links, sources
from monitor.store.history import Gap

log = logging.getLogger(__name__)

MARGIN = timedelta(days=1)  # archives often print the day alone, in a zone of their own
PATIENCE = timedelta(days=1)  # with an archive that is down, or behind: many are made once a day
_PINNED = 5  # one of so many known links may stand before all others though the page is new


@dataclass(frozen=True, slots=True)
class _Found:
    """What an archive holds of a gap."""

    links: Mapping[str, Link]  # by the key of their story
    reaches: bool  # it shows what came after the gap too: nothing of it is still to come


async def fill(
    source: Source, state: SourceState, kit: Kit, jar: CookieJar | None, *, news: bool = True
) -> SourceState:
    """Announce what a source's archive holds of its latest gap that is open. Raises StoreError.

    Where the archive cannot be read, the gap stays open, and shown; where it does not reach as far
    as the gap yet, for a day. Without ``news`` at its source, later gaps alone are tried again.
    """
    gap = await kit.read(lambda tx: history.latest_open(tx, source.id))
    late = gap is not None and kit.clock() - gap.seen_at >= PATIENCE
    if gap is None or (late and not news):
        return state
    try:
        found = await _archived(gap, source, kit, jar)
    except (FetchError, DiscoverError) as error:
        log.warning("%s: the gap stays open: %s", source.id, error)
        return state
    closed = late or found.reaches
    number = await kit.write(lambda tx: _write(tx, gap, found.links, source, kit, closed=closed))
    done = "filled" if closed else "filled as far as its archive goes by now,"
    log.info("%s: the gap is %s with %d links", source.id, done, number)
    return replace(state, pages_at=kit.clock()) if number else state


async def _archived(gap: Gap, source: Source, kit: Kit, jar: CookieJar | None) -> _Found:
    answer = await get_page(source.archive or source.url, kit.fetcher, jar=jar)
    with contained(DiscoverError, answer.url):
        archive = archive_of(source, answer)
        # What was seen since the gap does not end it: the list goes on behind that.
        earlier = past(source, gap.since, kit, before=gap.seen_at)
        announced = await archive.links(answer, getter(kit.fetcher, jar), earlier)
    urls = [link.url for link in announced]
    old = await earlier.known(urls)
    listed = _after_the_gap_s_begin(announced, old) if archive.shows_all else announced
    return _Found(
        by_story(link for link in _within(gap, listed) if source.admits(link)),
        _reaches(gap, announced, kit) or bool(await past(source, gap.since, kit).known(urls) - old),
    )


def _after_the_gap_s_begin(announced: Sequence[Link], old: Collection[str]) -> Sequence[Link]:
    """A list whose newest come first, up to the last link known from before the gap: what follows
    is older. A few that stand first are pinned there, and tell nothing."""
    places = [place for place, link in enumerate(announced) if link.url in old]
    if places and places[-1] < len(places) <= len(announced) / _PINNED:
        return announced
    return announced[: places[-1]] if places else announced


def _reaches(gap: Gap, announced: Sequence[Link], kit: Kit) -> bool:
    """Whether one of the links bears a time after the gap."""
    latest = newest(announced, kit.clock())
    return latest is not None and as_time(latest) > gap.until


def _within(gap: Gap, announced: Sequence[Link]) -> Iterator[Link]:
    """What was published within the gap, or on a day that touches it; what was updated since it
    began, for that may have been later; and what bears no date at all."""
    for link in announced:
        moment = link.published or link.updated
        margin = timedelta() if isinstance(moment, datetime) else MARGIN
        if moment is not None and as_time(moment) < gap.since - margin:
            continue
        if link.published is None or as_time(link.published) <= gap.until + margin:
            yield link


def _write(
    tx: Transaction,
    gap: Gap,
    found: Mapping[str, Link],
    source: Source,
    kit: Kit,
    *,
    closed: bool,
) -> int:
    """Write what is new of ``found``; how many links that is."""
    now, known = kit.clock(), links.known(tx, source.id, list(found))
    new = [
        Announced(
            source.id, key, link, fingerprint(link), skipped=skipped(link, source, kit.held.topic)
        )
        for key, link in found.items()
        if key not in known
    ]
    if links.add(tx, new, now):
        sources.read_at(tx, source.id, now)
    history.fill_gap(tx, source.id, gap.since, now if closed else None, len(new))
    return len(new)
