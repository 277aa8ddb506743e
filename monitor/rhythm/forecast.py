"""What can be expected of a source that goes on as it did."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from monitor.rhythm.learned import Rhythm, days_kept

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)

# Stories taken as seen in every hour, and on every weekday, so that an empty one is not thought
# impossible after a few days.
HOUR_PRIOR, WEEKDAY_PRIOR = 0.25, 0.5

WEEKDAYS_KNOWN = 2 * WEEK  # before that all weekdays count alike
MOST_LIKELY = 0.95  # a story on a given day, be it of a source that never missed one
_A_MONDAY = datetime(2001, 1, 1, tzinfo=UTC)
_LIFETIME = 5_000  # weeks; what is expected later is not expected


def likely(rhythm: Rhythm) -> list[float]:
    """How likely a story comes on a working day, by weekday, Monday first; never certain.

    Days with a story count, not stories: ten at once are one sign of life. Where few such weekdays
    were seen, it is drawn towards that of all days.
    """
    any_day = math.fsum(rhythm.days) / max(math.fsum(rhythm.worked), 1.0)
    counts = zip(rhythm.days, rhythm.worked, strict=True)
    return [min((days + any_day) / (worked + 1), MOST_LIKELY) for days, worked in counts]


def expected(rhythm: Rhythm, start: datetime, end: datetime) -> float:
    """How many new stories come between the two, if the source goes on as it did; 0 or more."""
    profile = _profile(rhythm)
    return max(profile.before(end) - profile.before(start), 0.0) if start < end else 0.0


def next_expected(rhythm: Rhythm, start: datetime, number: float = 1.0) -> datetime | None:
    """By when ``number`` new stories can be expected; None: not in a lifetime."""
    profile = _profile(rhythm)
    if number > profile.week * _LIFETIME:
        return None
    return max(profile.when(profile.before(start) + number), start)


@dataclass(frozen=True, slots=True)
class _Profile:
    """Stories expected up to each day of a week, and the share of a day's up to each hour."""

    days: tuple[float, ...]  # 8: before Monday, before Tuesday, …, in the whole week
    hours: tuple[float, ...]  # 25: before midnight, before one, …, 1.0

    @property
    def week(self) -> float:
        return self.days[-1]

    def before(self, time: datetime) -> float:
        """How many stories since a Monday long ago."""
        week, rest = divmod(time - _A_MONDAY, WEEK)
        day, rest = divmod(rest, DAY)
        hour, rest = divmod(rest, HOUR)
        share = self.hours[hour] + (self.hours[hour + 1] - self.hours[hour]) * (rest / HOUR)
        return week * self.week + self.days[day] + (self.days[day + 1] - self.days[day]) * share

    def when(self, number: float) -> datetime:
        """The time before which there were so many: ``before`` turned round."""
        weeks, rest = divmod(number, self.week)
        day, rest = _find(self.days, rest)
        hour, rest = _find(self.hours, rest)
        return _A_MONDAY + weeks * WEEK + day * DAY + (hour + rest) * HOUR


def _find(steps: tuple[float, ...], value: float) -> tuple[int, float]:
    """On which of the rising ``steps`` a value lies, and how far along it, from 0 to 1."""
    step = min(bisect_right(steps, value), len(steps) - 1) - 1
    return step, min((value - steps[step]) / (steps[step + 1] - steps[step]), 1.0)


def _profile(rhythm: Rhythm) -> _Profile:
    # A first day is not taken for less than a day: one story in ten minutes is no rate.
    watched = max(days_kept(rhythm.watched), 1.0)
    week = math.fsum(rhythm.weekdays) / watched * 7
    days = [1 / 7] * 7
    if rhythm.watched >= WEEKDAYS_KNOWN:
        days = _shares(rhythm.weekdays, WEEKDAY_PRIOR)
    return _Profile(
        days=tuple(accumulate((week * share for share in days), initial=0.0)),
        hours=tuple(accumulate(_shares(rhythm.hours, HOUR_PRIOR), initial=0.0)),
    )


def _shares(counts: Sequence[float], prior: float) -> list[float]:
    """Counts as parts of 1, each drawn towards the mean by ``prior``."""
    whole = math.fsum(counts) + prior * len(counts)
    return [(count + prior) / whole for count in counts]
