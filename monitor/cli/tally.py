"""What a query found in many stories, counted; a few of them are kept to be looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b
from heapq import heappush, heapreplace
from typing import Any

from monitor.models import Match
from monitor.store.stories import Story


@dataclass(frozen=True, slots=True)
class Found:
    """A story that met a query."""

    story: Story
    match: Match


class Sample:
    """So many stories out of any number, by chance as it were, but always the same ones."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: list[tuple[int, int, Found]] = []

    def offer(self, found: Found) -> None:
        digest = blake2b(found.story.key.encode("utf-8", "replace"), digest_size=8).digest()
        entry = (-int.from_bytes(digest, "big"), found.story.id, found)
        if len(self._kept) < self._size:
            heappush(self._kept, entry)
        elif self._kept and entry[:2] > self._kept[0][:2]:
            heapreplace(self._kept, entry)

    def newest_first(self) -> list[Found]:
        kept = [found for _, _, found in self._kept]
        return sorted(kept, key=lambda found: (found.story.first_seen_at, found.story.id))[::-1]


@dataclass(slots=True)
class Tally:
    """Of one query."""

    sample: Sample
    hits: int = 0
    days: Counter[date] = field(default_factory=Counter)  # when first seen, in the reader's zone
    sources: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)

    def add(self, found: Found) -> None:
        self.hits += 1
        self.days[found.story.first_seen_at.astimezone().date()] += 1
        self.sources[found.story.source] += 1
        self.languages[found.story.article.language] += 1
        self.sample.offer(found)

    def record(self) -> dict[str, Any]:
        """All but the sample, for JSON."""
        return {
            "hits": self.hits,
            "per_day": {str(day): self.days[day] for day in sorted(self.days)},
            "by_source": dict(self.sources.most_common()),
            "by_language": dict(self.languages.most_common()),
        }


MOST_BARS = 62  # more days than that are shown by week, more weeks by month


@dataclass(frozen=True, slots=True)
class Bars:
    """Hits over time, the empty spans among them too."""

    unit: str  # day; week, from Monday; month
    counts: list[tuple[str, int]]


def over_time(days: Counter[date]) -> Bars:
    length = (max(days) - min(days)).days if days else 0
    if length < MOST_BARS:
        return Bars("day", _by_step(days, 1))
    if length < 7 * MOST_BARS:
        return Bars("week", _by_step(days, 7))
    return Bars("month", _by_month(days))


def _by_step(days: Counter[date], step: int) -> list[tuple[str, int]]:
    counts = Counter[date]()
    for day, number in days.items():
        counts[day - timedelta(day.weekday() % step)] += number
    if not counts:
        return []
    first = min(counts)
    starts = range(0, (max(counts) - first).days + 1, step)
    return [(str(day), counts[day]) for day in (first + timedelta(n) for n in starts)]


def _by_month(days: Counter[date]) -> list[tuple[str, int]]:
    counts = Counter[int]()
    for day, number in days.items():
        counts[12 * day.year + day.month - 1] += number
    months = range(min(counts), max(counts) + 1)
    return [(f"{month // 12:04}-{month % 12 + 1:02}", counts[month]) for month in months]
