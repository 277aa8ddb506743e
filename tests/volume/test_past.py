"""When a condition would have raised alerts: the same as if it had been judged all the time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.models import VolumeKind
from monitor.volume import Counts, History, judge, parse_volume, past_alerts, past_days, window

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SPIKE = parse_volume(VolumeKind.SPIKE, "3x over 28d")


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def daily(back: int, number: int = 2) -> list[datetime]:
    """So many stories on each of the days before NOW, working days and others."""
    days = (NOW - day * DAY for day in range(1, back + 1))
    return [day + hour * HOUR for day in days for hour in range(number)]


def test_a_burst_raises_one_alert_and_a_later_one_another() -> None:
    bursts = [NOW - back * DAY + number * MINUTE for back in (20, 3) for number in range(12)]
    history = History.of([*daily(60), *bursts], NOW - 60 * DAY)
    alerts = list(past_alerts(SPIKE, history, NOW, weekend))
    assert [at.date() for at, _ in alerts] == [date(2026, 10, 31), date(2026, 11, 17)]
    assert alerts[0][1].startswith("spike: ")
    assert alerts[0][0] in bursts


def test_a_silence_begins_between_two_stories() -> None:
    silence = parse_volume(VolumeKind.SILENCE, "none for 5d")
    history = History.of(daily(60)[14:], NOW - 60 * DAY)  # none of the last week
    ((at, reason),) = past_alerts(silence, history, NOW, weekend)
    last = max(history.times)
    assert timedelta(0) <= at - (last + 5 * DAY) < HOUR
    assert reason == "silence: no story in 5 days, 10 expected"


def test_what_is_not_known_raises_nothing() -> None:
    assert list(past_alerts(SPIKE, History.of([], NOW), NOW, weekend)) == []
    burst = [NOW - DAY + number * MINUTE for number in range(50)]
    assert list(past_alerts(SPIKE, History.of(burst, NOW - 7 * DAY), NOW, weekend)) == []
    assert len(list(past_alerts(SPIKE, History.of(burst, NOW - 9 * DAY), NOW, weekend))) == 1


TIMES = st.lists(st.integers(0, 20 * 24 * 60).map(lambda m: NOW - m * MINUTE), max_size=80)


@given(TIMES, st.integers(0, 20 * 24 * 60))
@settings(max_examples=50)
def test_counts_are_those_of_the_stories(times: list[datetime], back: int) -> None:
    known, now = NOW - 15 * DAY, NOW - back * MINUTE
    history = History.of(times, known)
    seen = [at for at in times if known <= at <= now]
    counts = history.counts(now, DAY, history.days())
    assert counts.window == sum(at > now - DAY for at in seen)
    assert counts.last == max(seen, default=None)
    assert sum(counts.days.values()) == sum(at >= known for at in times)


@given(TIMES)
@settings(max_examples=30)
def test_each_alert_holds_at_its_time(times: list[datetime]) -> None:
    count = parse_volume(VolumeKind.COUNT, ">= 3 in 1d")
    history = History.of(times, NOW - 15 * DAY)
    for at, _ in past_alerts(count, history, NOW, weekend):
        seen = sum(at - DAY < time <= at for time in history.times)
        assert judge(count, Counts(NOW, {}, seen, None), at, weekend).holds
        assert seen >= 3


def test_days_with_what_the_days_before_them_let_expect() -> None:
    history = History.of(daily(10), NOW - 10 * DAY)
    days = list(past_days(history, 28 * DAY, 28, NOW, weekend))
    assert [one.day for one in days] == [date(2026, 11, 10) + n * DAY for n in range(11)]
    assert [one.expected for one in days][:8] == [None] * 8  # seven whole days are known
    assert [one.expected for one in days][8:] == [pytest.approx(2)] * 3
    assert [one.off for one in days if one.day.weekday() >= 5] == [True] * 2
    assert [one.stories for one in days] == [2] * 10 + [0]
    assert window(SPIKE) == DAY
