"""Whether the condition of a volume rule holds, and when somebody is told.

A spike must be more than chance would bring: the numbers of rare events vary as Poisson's
distribution has it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.models import Volume, VolumeKind
from monitor.volume.usual import DAY, LEAST_DAYS, Calendar, Counts, parts, too_few, usual

USUAL = 28 * DAY  # what is usual is learned from so long: four of each weekday
LEAST_STORIES = 5  # of a spike: three instead of one are none
BY_CHANCE = 0.001  # a spike is less likely than that where all goes on as it did
CALM = timedelta(
    hours=6
)  # or its window: how long a condition must not hold before it may begin anew


def window(volume: Volume) -> timedelta:
    """In which stories are counted, up to now; of a silence, in which none may be."""
    return DAY if volume.kind is VolumeKind.SPIKE else volume.window


def reach(volume: Volume) -> timedelta:
    """How far back stories must be known."""
    return volume.window if volume.kind is VolumeKind.SPIKE else volume.window + USUAL


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds, and the figures."""

    holds: bool
    number: int
    expected: float | None  # None where too little is known
    since: datetime  # when what was counted begins; of a silence, when the last story came
    waits: str | None = None  # why nothing can be said yet


def judge(volume: Volume, counts: Counts, now: datetime, is_off: Calendar) -> Verdict:
    """Hold what was counted up to ``now`` against a condition."""
    now = now.astimezone(UTC)
    if volume.kind is VolumeKind.SILENCE:
        return _silence(volume, counts, now, is_off)
    begin = now - window(volume)
    normal = usual(counts, now - reach(volume), begin, is_off)
    expected = normal.between(begin, now) if normal.known else None
    if volume.kind is VolumeKind.COUNT:
        return Verdict(counts.window >= volume.least, counts.window, expected, begin)
    if expected is None:
        return Verdict(False, counts.window, None, begin, normal.waits)
    least = max(LEAST_STORIES, volume.factor * expected)
    # As if one more had come: of days without any it is not known that none can come.
    rare = expected + 1 / len(normal.days)
    holds = counts.window >= least and chance(counts.window, rare) < BY_CHANCE
    return Verdict(holds, counts.window, expected, begin)


def _silence(volume: Volume, counts: Counts, now: datetime, is_off: Calendar) -> Verdict:
    """Weekends and holidays on which none usually comes do not count; they do not end it either."""
    known = (now - counts.known_since) // DAY
    if counts.last is None or known < LEAST_DAYS:
        why = "no story was found yet" if counts.last is None else too_few(known)
        return Verdict(False, counts.window, None, counts.last or counts.known_since, why)
    last = min(counts.last.astimezone(UTC), now)
    normal = usual(counts, last - USUAL, last, is_off)
    silent = sum(
        (length for day, length in parts(last, now) if not (is_off(day) and normal.none_off)),
        start=timedelta(),
    )
    expected = normal.between(last, now) if normal.known else None
    return Verdict(silent >= volume.window, counts.window, expected, last)


def chance(number: int, expected: float) -> float:
    """How likely ``number`` or more come where so many are expected (Poisson's distribution)."""
    if expected <= 0:
        return float(number <= 0)
    rate = math.log(expected)
    fewer = math.fsum(math.exp(k * rate - expected - math.lgamma(k + 1)) for k in range(number))
    return max(0.0, 1.0 - fewer)


# --- once an episode -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Episode:
    """Since when a condition holds, and since when it does not hold any more."""

    since: datetime | None = None  # None: it does not hold
    ceased: datetime | None = None


def course(
    before: Episode, holds: bool, now: datetime, calm: timedelta = CALM
) -> tuple[Episode, bool]:
    """The episode as it is now, and whether it begins: then somebody is to be told.

    A condition that ceases for less than ``calm``, as numbers go up and down, is the same episode.
    """
    over = before.ceased is not None and now - before.ceased >= calm
    if holds and (before.since is None or over):
        return Episode(now), True
    if holds:
        return Episode(before.since), False
    if before.since is None or over:
        return Episode(), False
    return Episode(before.since, before.ceased or now), False
