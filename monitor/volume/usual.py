"""What usually comes: of a working day what working days brought, of a day off what such days did.

Days are those of UTC, as in ``rhythm``: one working day of China and Laos lies within one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

DAY = timedelta(days=1)
LEAST_DAYS = 7  # whole days that must be known before anything is usual
LEAST_ALIKE = 3  # working days, or days off, that speak for themselves

Calendar = Callable[[date], bool]  # whether a day of UTC is a weekend or a holiday


@dataclass(frozen=True, slots=True)
class Counts:
    """How many stories a rule found."""

    known_since: datetime  # of the time before nothing is known
    days: Mapping[date, int]  # by day of UTC; those without a story may be left out
    window: int  # in the time that is judged, up to now
    last: datetime | None  # when the last one came


@dataclass(frozen=True, slots=True)
class Usual:
    """What whole days brought."""

    days: Sequence[tuple[bool, int]]  # whether each is a day off, and how many stories came
    is_off: Calendar

    @property
    def known(self) -> bool:
        return len(self.days) >= LEAST_DAYS

    @property
    def waits(self) -> str | None:
        return None if self.known else too_few(len(self.days))

    @property
    def none_off(self) -> bool:
        """Whether most days off bring none; so too where too few are known."""
        counts = [number for off, number in self.days if off]
        return 2 * sum(map(bool, counts)) < max(len(counts), 1)

    def of(self, day: date) -> float:
        """How many stories a day like this one brings.

        Where too few such days are known, it is drawn towards what any day brings.
        """
        off = self.is_off(day)
        alike = [number for is_off, number in self.days if is_off == off]
        if len(alike) >= LEAST_ALIKE:
            return sum(alike) / len(alike)
        any_day = sum(number for _, number in self.days) / max(len(self.days), 1)
        return (sum(alike) + any_day) / (len(alike) + 1)

    def between(self, start: datetime, end: datetime) -> float:
        """How many stories so long a time brings."""
        return math.fsum(self.of(day) * (length / DAY) for day, length in parts(start, end))


def usual(counts: Counts, start: datetime, end: datetime, is_off: Calendar) -> Usual:
    """Of the whole days between two times, as far as they are known."""
    start = max(start, counts.known_since).astimezone(UTC)
    days = [day for day, length in parts(start, end) if length == DAY]
    return Usual([(is_off(day), counts.days.get(day, 0)) for day in days], is_off)


def parts(start: datetime, end: datetime) -> Iterator[tuple[date, timedelta]]:
    """The days between two times of UTC, each with how much of it lies between them."""
    while start < end:
        next_day = datetime.combine(start.date() + DAY, time(), UTC)
        yield start.date(), min(next_day, end) - start
        start = next_day


def too_few(days: int) -> str:
    return f"{days} of {LEAST_DAYS} days are known"
