"""When a condition would have raised alerts, had it been in force."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from monitor.models import Volume
from monitor.volume.form import told
from monitor.volume.judge import CALM, Episode, course, judge, window
from monitor.volume.usual import DAY, Calendar, Counts, usual

_STEP = timedelta(hours=1)  # between two judgements where no story comes; the service's is shorter


@dataclass(frozen=True, slots=True)
class History:
    """When the stories came that a rule counts, in order; all since a time."""

    times: tuple[datetime, ...]
    known_since: datetime

    @classmethod
    def of(cls, times: Iterable[datetime], known_since: datetime) -> History:
        return cls(tuple(sorted(at for at in times if at >= known_since)), known_since)

    def days(self) -> Counter[date]:
        """By day of UTC."""
        return Counter(at.astimezone(UTC).date() for at in self.times)

    def counts(self, now: datetime, length: timedelta, days: Counter[date]) -> Counts:
        """What was counted up to a time."""
        seen = bisect_right(self.times, now)
        inside = seen - bisect_right(self.times, now - length)
        return Counts(self.known_since, days, inside, self.times[seen - 1] if seen else None)


def past_alerts(
    volume: Volume, history: History, until: datetime, is_off: Calendar
) -> Iterator[tuple[datetime, str]]:
    """When a condition would have raised alerts, and what these had said."""
    days, episode = history.days(), Episode()
    calm = min(CALM, window(volume))
    for now in _moments(history, until):
        verdict = judge(volume, history.counts(now, window(volume), days), now, is_off)
        if verdict.waits is None:
            episode, begins = course(episode, verdict.holds, now, calm)
            if begins:
                yield now, told(volume, verdict, now)


def _moments(history: History, until: datetime) -> list[datetime]:
    """Whenever a story comes, and on a schedule."""
    hours = range(1, (until - history.known_since) // _STEP + 1)
    every = {history.known_since + number * _STEP for number in hours}
    return sorted(every.union(at for at in history.times if at <= until))


@dataclass(frozen=True, slots=True)
class PastDay:
    """A day, and what the days before it let expect of it."""

    day: date
    off: bool
    stories: int
    expected: float | None  # None where too little was known


def past_days(
    history: History, back: timedelta, number: int, now: datetime, is_off: Calendar
) -> Iterator[PastDay]:
    """The last days, today included, as far as they are known."""
    days, today = history.days(), now.astimezone(UTC).date()
    counts = Counts(history.known_since, days, 0, None)
    for day in (today - back_by * DAY for back_by in reversed(range(number))):
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if begin + DAY <= history.known_since:
            continue
        before = usual(counts, begin - back, begin, is_off)
        yield PastDay(day, is_off(day), days[day], before.of(day) if before.known else None)
