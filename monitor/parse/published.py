"""When a story was published and when updated, by what its page states and prints.

Each place where a date stands has a weight; the date with the most of it wins. A machine's time in
UTC is told as the page prints it to readers, where that can be seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from monitor.models import Moment
from monitor.parse.credits import Part
from monitor.parse.dated import LONGEST, URL, Evidence, find_evidence, find_updates
from monitor.parse.dates import Stamp, as_date, find_moment, fixed, from_url
from monitor.parse.lastresort import find_fallback, find_last_change
from monitor.parse.page import Page

_HALF_HOUR = dt.timedelta(minutes=30)
_FARTHEST = dt.timedelta(hours=14)
_SAME = dt.timedelta(minutes=1)
_RIVAL = 0.6  # of the weight of the chosen day, from which another one is a doubt


class Dates(NamedTuple):
    """When a story was published and updated; the ways that say so, the decisive one first."""

    published: Moment | None
    updated: Moment | None
    published_by: str
    updated_by: str
    disagree: str  # another day that nearly as much speaks for, and what does; "" for none


def find_dates(
    page: Page,
    story: dict[str, Any],
    parts: Sequence[Part],
    headline: int,
    body: Sequence[int],
    url: str,
    zone: str | None,
) -> Dates:
    """When the story was published, and when updated.

    ``headline`` is the index of the headline's block, ``body`` those of the paragraphs.
    """
    order = page.picked.dates
    updated, updated_by = _first(find_updates(page, story, parts), zone, order)
    found = list(find_evidence(page, story, parts, headline, body, order))
    if not found and updated is None:
        found = find_fallback(page, story, headline, body, order)
        if not found:
            updated, updated_by = _first(find_last_change(page), zone, order)
    if day := from_url(url):
        found += [Evidence("url", URL, Stamp(day), "url")] if found or updated is None else []
    _settle_order(found, updated)
    selected = (("profile", text) for text in page.picked["published"])
    picked, _ = _first(selected, zone, order)
    published, way, disagree = _chosen(found, picked, zone)
    return Dates(published, _beside(published, updated), way, updated_by, disagree)


def _beside(published: Moment | None, updated: Moment | None) -> Moment | None:
    """The last change, one in UTC with the offset with which the publication is told."""
    if not isinstance(updated, dt.datetime) or updated.utcoffset():
        return updated
    offset = published.utcoffset() if isinstance(published, dt.datetime) else None
    return updated.astimezone(dt.timezone(offset)) if offset else updated


def _first(
    texts: Iterable[tuple[str, str]], zone: str | None, order: str
) -> tuple[Moment | None, str]:
    """The first date and its way; a later place that has a time for the same day adds it."""
    found: Moment | None = None
    first = ""
    for way, text in texts:
        moment = find_moment(text[:LONGEST], zone, order)
        if moment is None:
            continue
        if isinstance(moment, dt.datetime) and (found is None or as_date(moment) == found):
            return moment, way if found is None or way == first else f"{first}, {way}"
        found, first = (moment, way) if found is None else (found, first)
    return found, first


# --- what is made of it ------------------------------------------------------------------------


def _settle_order(found: Sequence[Evidence], updated: Moment | None) -> None:
    """Read 3/11 as March where that is what the other places say."""
    unsure = [evidence for evidence in found if evidence.stamp.unsure]
    sure = {evidence.stamp.day for evidence in found if not evidence.stamp.unsure}
    sure |= {as_date(updated)} if updated and not sure else set()
    if not unsure or any(_near(evidence.stamp.day, sure) for evidence in unsure):
        return
    if any(_near(evidence.stamp.swapped().day, sure) for evidence in unsure):
        for evidence in unsure:
            evidence.stamp = evidence.stamp.swapped()


def _near(day: dt.date, days: Iterable[dt.date]) -> bool:
    return any(abs(day - other).days <= 1 for other in days)


def _chosen(
    found: list[Evidence], picked: Moment | None, zone: str | None
) -> tuple[Moment | None, str, str]:
    """The moment; the ways that say so; the other day that nearly as much speaks for."""
    if isinstance(picked, dt.datetime):
        return picked, "profile", ""
    moments = [(evidence, _local(evidence.stamp, found, zone)) for evidence in found]
    votes: dict[dt.date, dict[str, float]] = {}
    for evidence, moment in moments:
        families = votes.setdefault(as_date(moment), {})
        families[evidence.family] = max(evidence.weight, families.get(evidence.family, 0))
    sums = {day: sum(families.values()) for day, families in votes.items()}
    day = max(sums, key=lambda day: sums[day], default=None) if picked is None else picked
    if day is None:
        return None, "", ""
    same = [(evidence.way, moment) for evidence, moment in moments if as_date(moment) == day]
    way, moment = next((said for said in same if isinstance(said[1], dt.datetime)), ("", day))
    ways = [*(["profile"] if picked else []), *([way] if way else []), *(way for way, _ in same)]
    rivals = [other for other in sums if abs(other - day).days > 1 and _rival(sums, day, other)]
    against = (evidence.way for evidence, moment in moments if as_date(moment) in rivals[:1])
    disagree = f"{rivals[0]} ({_listed(against)})" if rivals and not picked else ""
    return moment, _listed(ways), disagree


def _rival(sums: dict[dt.date, float], day: dt.date, other: dt.date) -> bool:
    return sums[other] >= _RIVAL * sums.get(day, 0)


def _listed(ways: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(ways))


def _local(stamp: Stamp, found: Sequence[Evidence], zone: str | None) -> Moment:
    """The moment of ``stamp``; one in UTC with the offset with which others tell it."""
    moment = stamp.moment(zone)
    if not isinstance(moment, dt.datetime) or moment.utcoffset():
        return moment
    for evidence in found:
        if offset := _offset(moment, evidence.stamp, zone):
            return moment.astimezone(dt.timezone(offset))
    return moment


def _offset(moment: dt.datetime, other: Stamp, zone: str | None) -> dt.timedelta | None:
    """The offset at which ``other`` tells ``moment``; None where it tells another time."""
    local = other.moment(zone)
    if isinstance(local, dt.datetime):
        return local.utcoffset() if abs(local - moment) < _SAME else None
    if other.clock is None and zone and (place := fixed(zone)):
        there = moment.astimezone(place)
        return there.utcoffset() if there.date() == other.day != moment.date() else None
    if other.clock is None and other.day == moment.date():
        return None
    naive = dt.datetime.combine(other.day, other.clock or dt.time())
    shift = naive - moment.replace(tzinfo=None, second=naive.second, microsecond=0)
    whole = shift % _HALF_HOUR == dt.timedelta() and abs(shift) <= _FARTHEST
    return shift if whole else None
