"""A source that was found, and how it compares with others. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from monitor.discover.leads import SECTION, Lead, is_of_comments
from monitor.models import Link, Moment

_FROZEN = dt.timedelta(days=60)  # nothing new for so long


class Rank(IntEnum):
    """How good a source is, the best first."""

    FEED = 0  # with times
    NEWS_SITEMAP = 1
    DATA = 2  # with times
    PLAIN_FEED = 3
    PAGE = 4
    SITEMAP = 5
    POOR = 6  # comments, or left by its owner
    EMPTY = 7


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that one could add, and what it would give now."""

    kind: str
    url: str
    title: str | None
    source: dict[str, Any]  # its keys in sources.yaml
    links: list[Link]
    note: str  # how it was found, what its dates are like, what speaks against it
    rank: Rank

    @property
    def count(self) -> int:
        return len(self.links)

    @property
    def newest(self) -> Moment | None:
        """The latest day or time that one of its links bears."""
        dates = (when for link in self.links if (when := link.published or link.updated))
        return max(dates, key=_comparable, default=None)


def judged(
    lead: Lead, url: str, title: str | None, source: dict[str, Any], links: list[Link]
) -> Offer:
    """What ``lead`` came to, with its rank and what is said of it."""
    rank, note = _rank(lead.kind, links), f"{lead.origin}; {_dates(links)}"
    if is_of_comments(lead):
        rank, note = Rank.POOR, f"{note}; comments, not stories"
    if not links:
        rank, note = Rank.EMPTY, f"{lead.origin}; nothing in it"
    return Offer(lead.kind, url, title, source, links, note, rank)


def _rank(kind: str, links: Sequence[Link]) -> Rank:
    full = _dates(links) == _FULL
    if kind == "feed":
        return Rank.FEED if full else Rank.PLAIN_FEED
    if kind == "sitemap":
        return Rank.NEWS_SITEMAP if full and links[0].title else Rank.SITEMAP
    return Rank.DATA if full and kind == "json" else Rank.PAGE


_FULL, _DAYS, _FEW = "full dates", "days only", "few dates"


def _dates(links: Sequence[Link]) -> str:
    """What most of ``links`` bear."""
    dates = [link.published or link.updated for link in links]
    times = sum(isinstance(date, dt.datetime) for date in dates)
    if times * 2 > len(dates):
        return _FULL
    return _DAYS if sum(date is not None for date in dates) * 2 > len(dates) else _FEW


def ranked(offers: Sequence[Offer], now: dt.datetime | None) -> list[Offer]:
    """The best first; what has stood still for long comes late.

    Without ``now``, the newest story of all tells what time it is.
    """
    newest = (_comparable(when) for offer in offers if (when := offer.newest))
    now = now or max(newest, default=None)
    marked = (_marked(offer, now - _FROZEN) if now else offer for offer in offers)
    return sorted(marked, key=lambda offer: offer.rank)


def _marked(offer: Offer, floor: dt.datetime) -> Offer:
    """``offer``, marked down where nothing in it is as new as ``floor``."""
    newest = offer.newest
    if newest is None or _comparable(newest) >= floor:
        return offer
    note = f"{offer.note}; frozen: its newest is of {newest:%Y-%m-%d}"
    return replace(offer, note=note, rank=max(offer.rank, Rank.POOR))


def _comparable(when: Moment) -> dt.datetime:
    if isinstance(when, dt.datetime):
        return when
    return dt.datetime(when.year, when.month, when.day, tzinfo=dt.UTC)


def keys_of(chosen: Offer, found: Sequence[Offer]) -> dict[str, Any]:
    """The keys of ``chosen`` in sources.yaml: of a feed or a page with an ``archive``, the best
    sitemap with dates that was ``found`` beside it.

    Not so of a section, for the site's archive is not its own.
    """
    dated = (o for o in found if o.kind == "sitemap" and o.rank < Rank.POOR)
    archive = next((offer for offer in dated if _dates(offer.links) != _FEW), None)
    whole = chosen.kind in ("feed", "page") and chosen.rank < Rank.POOR
    whole = whole and not chosen.note.startswith(SECTION)
    return chosen.source | ({"archive": archive.url} if archive and whole else {})
