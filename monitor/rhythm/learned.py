"""What a source's new stories tell of its hours of publication."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from annotated_types import Ge, Len
from pydantic import AllowInfNan, AwareDatetime, TypeAdapter, ValidationError

from monitor.models import Link
from monitor.rhythm.daysoff import working_days

# After so long, what was seen counts for half: long enough to know the weekdays apart, short
# enough to follow a source that changes its ways. Its pauses are rarer, and kept for longer.
HALF_LIFE, PAUSE_HALF_LIFE = timedelta(days=21), timedelta(days=90)

_Count = Annotated[float, Ge(0), AllowInfNan(False)]
Hours = Annotated[tuple[_Count, ...], Len(24, 24)]
Week = Annotated[tuple[_Count, ...], Len(7, 7)]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a source's hours of publication: counts that halve every ``HALF_LIFE``."""

    since: AwareDatetime | None = None  # the first look; None: nothing is known
    at: AwareDatetime | None = None  # the counts hold for this time
    last: AwareDatetime | None = None  # the latest story that was learned after the first look
    hours: Hours = (0.0,) * 24  # stories by hour, those of the first look too
    weekdays: Week = (0.0,) * 7  # stories by weekday, Monday first
    worked: Week = (0.0,) * 7  # whole days that were no days off, by weekday
    days: Week = (0.0,) * 7  # those of them on which there was a story
    pause: _Count = 0.0  # the longest row of those on which there was none

    @property
    def watched(self) -> timedelta:
        """How long the counts have been kept."""
        return self.at - self.since if self.at and self.since else timedelta()

    def to_json(self) -> dict[str, Any]:
        """Plain values, for a column of the database."""
        kept: dict[str, Any] = _adapter.dump_python(self, mode="json")
        for name in ("hours", "weekdays", "worked", "days"):
            kept[name] = [round(count, 4) for count in kept[name]]
        return kept

    @staticmethod
    def from_json(kept: object) -> Rhythm:
        """What ``to_json`` gave; nothing known where that is missing or damaged."""
        try:
            return _adapter.validate_python(kept)
        except ValidationError:
            return UNKNOWN


_adapter = TypeAdapter(Rhythm)
UNKNOWN = Rhythm()


# --- learning ----------------------------------------------------------------------------------


def times_of(links: Iterable[Link], since: datetime | None, now: datetime) -> list[datetime]:
    """When the stories of one look came out, as far as their own times can be believed.

    A link's own time counts where it lies between the last look that worked (``since``) and
    ``now``, else it came ``now``. At the first look (None) only links with a past time count.
    """
    times = []
    for link in links:
        time = link.published
        own = time if isinstance(time, datetime) and time.tzinfo else None
        if own is not None and own <= now and (since is None or since <= own):
            times.append(own)
        elif since is not None:
            times.append(now)
    return times


def learn(rhythm: Rhythm, times: Iterable[datetime], now: datetime) -> Rhythm:
    """``rhythm`` after new stories of these times, as of ``now``.

    A first look shows what had gathered there, for however long: it tells hours, but no rate.
    """
    if rhythm.since is None or rhythm.at is None:
        return replace(rhythm, since=now, at=now, hours=_hours(rhythm.hours, times, now))
    now, since = max(now, rhythm.at), rhythm.since
    aged = _age(rhythm, now)
    came = sorted(min(max(time, since), now).astimezone(UTC) for time in times)
    if not came:
        return aged
    weekdays = list(aged.weekdays)
    for time in came:
        weekdays[time.weekday()] += weight(now - time)
    counted = _count_days(aged, since, came, now)
    last = max(rhythm.last or since, came[-1])
    hours = _hours(aged.hours, came, now)
    return replace(counted, last=last, hours=hours, weekdays=tuple(weekdays))


def _count_days(rhythm: Rhythm, since: datetime, came: list[datetime], now: datetime) -> Rhythm:
    """Count the days after the last story up to the latest that ``came``, those on which one did.

    The day of the first look was not seen as a whole.
    """
    passed = working_days(rhythm.last or since, came[-1] + timedelta(days=1))
    with_story = {time.date() for time in came}
    worked, days = list(rhythm.worked), list(rhythm.days)
    for day in passed:
        left = weight(now.astimezone(UTC).date() - day)
        worked[day.weekday()] += left
        days[day.weekday()] += left * (day in with_story)
    pause = max(rhythm.pause, sum(day < came[0].date() for day in passed))
    return replace(rhythm, worked=tuple(worked), days=tuple(days), pause=pause)


def _age(rhythm: Rhythm, now: datetime) -> Rhythm:
    left = weight(now - rhythm.at) if rhythm.at else 1.0
    return replace(
        rhythm,
        at=now,
        hours=tuple([count * left for count in rhythm.hours]),
        weekdays=tuple([count * left for count in rhythm.weekdays]),
        worked=tuple([count * left for count in rhythm.worked]),
        days=tuple([count * left for count in rhythm.days]),
        pause=rhythm.pause * left ** (HALF_LIFE / PAUSE_HALF_LIFE),
    )


def _hours(before: tuple[float, ...], times: Iterable[datetime], now: datetime) -> Hours:
    hours = list(before)
    for time in times:
        hours[time.astimezone(UTC).hour] += weight(now - time)
    return tuple(hours)


def weight(age: timedelta) -> float:
    """What a story of that age still counts."""
    return float(0.5 ** (max(age, timedelta()) / HALF_LIFE))


def days_kept(watched: timedelta) -> float:
    """How many days of watching are kept in the counts: at most as many as fade away each day."""
    return (1 - weight(watched)) * (HALF_LIFE / timedelta(days=1)) / math.log(2)
