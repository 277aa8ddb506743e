"""When next: tables of examples, and what holds for all times, waits and dice."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import schedule
from monitor.schedule import DAY, DELIVERY_DELAYS, JITTER, LONGEST_WAIT, PAGE_DELAYS
from tests.builders import NOW

HOUR = timedelta(hours=1)

times = st.timedeltas(timedelta(0), 36_500 * DAY).map(lambda passed: NOW + passed)
intervals = st.timedeltas(timedelta(minutes=1), timedelta(days=36_500))
dice = st.integers().map(random.Random)
seconds = st.floats(0, 1e18)


class NoDice(random.Random):
    """Always 0: no jitter."""

    def random(self) -> float:
        return 0.0


def wait(interval: timedelta = HOUR, **why: float) -> timedelta:
    return schedule.next_poll(NOW, interval, NoDice(), **why) - NOW  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failures", "expected"),
    [(0, HOUR), (1, HOUR), (2, 2 * HOUR), (3, 4 * HOUR), (5, 16 * HOUR), (6, DAY), (60, DAY)],
)
def test_failures_double_the_wait_up_to_a_day(failures: int, expected: timedelta) -> None:
    assert wait(failures=failures) == expected


def test_a_source_looked_at_weekly_is_not_hurried_by_failures() -> None:
    assert wait(7 * DAY, failures=5) == 7 * DAY


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(0, HOUR), (60, HOUR), (7_200, 2 * HOUR), (1e9, LONGEST_WAIT)],
)
def test_the_server_s_wish_is_obeyed_up_to_a_week(asked: float, expected: timedelta) -> None:
    assert wait(retry_after=asked, failures=1) == expected


@pytest.mark.parametrize(("asked", "expected"), [(60, HOUR), (7_200, 2 * HOUR), (1e9, DAY)])
def test_news_is_not_taken_for_fresh_longer_than_a_day(asked: float, expected: timedelta) -> None:
    assert wait(fresh_for=asked) == expected


def test_the_longer_of_two_waits_counts() -> None:
    assert wait(fresh_for=7_200, retry_after=10_800, failures=2) == 3 * HOUR


@given(times, intervals, dice, seconds, st.integers(0, 10_000), st.none() | seconds)
def test_a_look_is_never_early_and_never_much_later_than_it_must(
    now: datetime,
    interval: timedelta,
    rng: random.Random,
    fresh_for: float,
    failures: int,
    retry_after: float | None,
) -> None:
    at = schedule.next_poll(
        now, interval, rng, fresh_for=fresh_for, failures=failures, retry_after=retry_after
    )
    waits = at - now
    assert waits >= interval
    assert waits >= min(timedelta(seconds=min(fresh_for, 1e7)), DAY)
    longest = max(interval, DAY, LONGEST_WAIT)
    assert waits <= longest * (1 + JITTER)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 5), (2, 30), (3, 120), (7, 1440)])
def test_a_page_is_tried_again_after(attempts: int, minutes: int) -> None:
    assert schedule.retry_page(NOW, attempts, None) == NOW + timedelta(minutes=minutes)


def test_a_page_is_given_up_after_its_last_wait() -> None:
    assert schedule.retry_page(NOW, len(PAGE_DELAYS), None) is not None
    assert schedule.retry_page(NOW, len(PAGE_DELAYS) + 1, 60) is None


def test_a_page_s_server_may_ask_for_more_time() -> None:
    assert schedule.retry_page(NOW, 1, 3_600) == NOW + HOUR
    assert schedule.retry_page(NOW, 1, 1) == NOW + timedelta(minutes=5)
    assert schedule.retry_page(NOW, 1, 1e12) == NOW + LONGEST_WAIT


def test_a_delivery_s_waits_are_those_of_standard_webhooks() -> None:
    """https://www.standardwebhooks.com: 0, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 h."""
    waits = [
        at - NOW
        for attempts in range(1, len(DELIVERY_DELAYS))
        if (at := schedule.retry_delivery(NOW, attempts, None, NoDice()))
    ]
    hours = [timedelta(hours=h) for h in (2, 5, 10, 14, 20, 24)]
    assert waits == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), *hours]
    assert schedule.retry_delivery(NOW, len(DELIVERY_DELAYS), None, NoDice()) is None
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=4)


@given(times, st.integers(1, 20), st.none() | seconds, dice)
def test_a_delivery_is_tried_again_no_earlier_than_asked(
    now: datetime, attempts: int, retry_after: float | None, rng: random.Random
) -> None:
    at = schedule.retry_delivery(now, attempts, retry_after, rng)
    if attempts >= len(DELIVERY_DELAYS):
        assert at is None
        return
    assert at is not None
    least = DELIVERY_DELAYS[attempts]
    assert at - now >= max(least, min(timedelta(seconds=min(retry_after or 0, 1e7)), LONGEST_WAIT))
    assert at - now <= max(least, LONGEST_WAIT) * (1 + JITTER)
