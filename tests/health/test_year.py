"""A year of newsrooms, looked at every few hours: no false alarm, and no death unnoticed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.health import Condition, Limits, Signs, judge
from monitor.models import Health
from monitor.rhythm import UNKNOWN, learn, working_days

DAY, EVERY = timedelta(days=1), timedelta(hours=4)
LIMITS = Limits(failures=4, max_age=90 * DAY)
BEGIN = datetime(2025, 8, 4, tzinfo=UTC)  # a Monday
YEAR = BEGIN + 365 * DAY

Newsroom = Callable[[random.Random, date], int]  # how many stories it has on a day


def works(day: date) -> bool:
    """Monday to Friday, but not on feasts."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    return day.weekday() < 5 and bool(working_days(start, start + 2 * DAY))


def agency(rng: random.Random, day: date) -> int:
    return rng.randint(5, 30)


def daily(rng: random.Random, day: date) -> int:
    return rng.randint(1, 6) if works(day) else 0


def ministry(rng: random.Random, day: date) -> int:
    return int(works(day) and rng.random() < 0.5)


def weekly(rng: random.Random, day: date) -> int:
    return 8 if day.weekday() == 2 and works(day) else 0


@dataclass(frozen=True)
class Heard:
    at: datetime
    health: Health
    recovered: bool


def heard(newsroom: Newsroom, seed: int, *, dies: datetime = YEAR) -> list[Heard]:
    """What the owners of a newsroom's source hear within the year."""
    rng = random.Random(seed)
    rhythm, condition, last_new = learn(UNKNOWN, (), BEGIN), Condition(), None
    coming: list[datetime] = []
    told, now = [], BEGIN
    while now < YEAR:
        if now.hour == 0 and now < dies:
            stories = newsroom(rng, now.date())
            coming += [now + rng.uniform(0, 14) * timedelta(hours=1) for _ in range(stories)]
        now += EVERY
        if new := [at for at in coming if at <= now]:
            rhythm, last_new = learn(rhythm, new, now), now
            coming = [at for at in coming if at > now]
        signs = Signs("s", now, newest=last_new, last_new=last_new, rhythm=rhythm)
        condition, due = judge(condition, signs, LIMITS)
        if due is not None:
            told.append(Heard(now, due.health, due.recovered))
    return told


@pytest.mark.parametrize("newsroom", [agency, daily, ministry, weekly])
def test_nobody_is_told_of_spring_festival_golden_week_or_pi_mai(newsroom: Newsroom) -> None:
    assert [heard(newsroom, seed) for seed in range(5)] == [[]] * 5


@pytest.mark.parametrize(
    ("newsroom", "within"),
    [(agency, 5 * DAY), (daily, 7 * DAY), (ministry, 25 * DAY), (weekly, 42 * DAY)],
)
def test_a_death_is_told_within_days_that_depend_on_the_rhythm(
    newsroom: Newsroom, within: timedelta
) -> None:
    dies = datetime(2026, 5, 18, tzinfo=UTC)
    for seed in range(5):
        (told,) = heard(newsroom, seed, dies=dies)
        assert (told.health, told.recovered) == (Health.QUIET, False)
        assert dies < told.at <= dies + within


def test_a_death_in_the_middle_of_a_feast_is_told_after_it() -> None:
    (told,) = heard(agency, 1, dies=datetime(2026, 2, 17, tzinfo=UTC))
    assert date(2026, 2, 25) <= told.at.date() <= date(2026, 3, 2)


def test_a_break_is_told_and_so_is_its_end() -> None:
    begin, end = date(2026, 6, 1), date(2026, 6, 21)

    def breaks(rng: random.Random, day: date) -> int:
        return 0 if begin <= day < end else agency(rng, day)

    ill, well = heard(breaks, 1)
    assert (ill.health, ill.recovered) == (Health.QUIET, False)
    assert well == Heard(well.at, Health.QUIET, recovered=True)
    assert well.at.date() == end
