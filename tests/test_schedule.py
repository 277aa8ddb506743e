"""When next: tables of examples, and what holds for all times, waits and dice."""

from __future__ import annotations

import dataclasses
import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import schedule
from monitor.discover.feed import FeedSource
from monitor.rhythm import UNKNOWN, Rhythm, learn
from monitor.schedule import (
    DAY,
    DELIVERY_DELAYS,
    HOUR,
    JITTER,
    LONGEST_BACKOFF,
    LONGEST_WAIT,
    MINUTE,
    PAGE_DELAYS,
    Bounds,
    Plan,
    bounds_of,
    next_poll,
)
from monitor.settings import FetchSettings
from tests.builders import NOW
from tests.rhythm.strategies import rhythms

ADAPTIVE = Bounds(15 * MINUTE, HOUR, 6 * HOUR)

times = st.timedeltas(timedelta(0), 36_500 * DAY).map(lambda passed: NOW + passed)
intervals = st.timedeltas(timedelta(minutes=1), timedelta(days=36_500))
dice = st.integers().map(random.Random)
seconds = st.floats(0, 1e18)


class NoDice(random.Random):
    """Always 0: no jitter."""

    def random(self) -> float:
        return 0.0


def usual(wait: timedelta = HOUR) -> Bounds:
    return Bounds(wait, wait, wait)


def plan(bounds: Bounds = ADAPTIVE, **why: Any) -> tuple[timedelta, str]:
    planned = next_poll(NOW, bounds, NoDice(), **why)
    return planned.at - NOW, planned.why


# --- bounds --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keys:
    """What a source, or ``fetch:``, says."""

    interval: timedelta | None = None
    min_interval: timedelta | None = None
    max_interval: timedelta | None = None


FETCH = FetchSettings()


def minutes(bounds: Bounds) -> tuple[float, ...]:
    return tuple(wait / MINUTE for wait in (bounds.shortest, bounds.usual, bounds.longest))


@pytest.mark.parametrize(
    ("keys", "validators", "expected"),
    [
        (Keys(), True, (15, 60, 360)),
        (Keys(), False, (30, 60, 360)),
        (Keys(2 * HOUR), True, (120, 120, 120)),
        (Keys(10 * MINUTE), False, (10, 10, 10)),
        (Keys(MINUTE), True, (5, 5, 5)),
        (Keys(2 * DAY), True, (2880, 2880, 2880)),
        (Keys(HOUR, 10 * MINUTE), False, (10, 60, 60)),
        (Keys(HOUR, None, DAY), True, (60, 60, 1440)),
        (Keys(HOUR, 20 * MINUTE, 2 * HOUR), True, (20, 60, 120)),
        (Keys(None, 2 * HOUR), True, (120, 120, 360)),
        (Keys(None, MINUTE), True, (5, 60, 360)),
        (Keys(None, None, 20 * MINUTE), True, (15, 20, 20)),
        (Keys(None, None, 20 * MINUTE), False, (20, 20, 20)),
        (Keys(HOUR, 3 * HOUR, 2 * HOUR), True, (120, 120, 120)),
    ],
)
def test_what_a_source_asks_for_is_what_it_gets(
    keys: Keys, validators: bool, expected: tuple[float, ...]
) -> None:
    assert minutes(bounds_of(keys, FETCH, validators=validators)) == expected


@pytest.mark.parametrize(
    ("fetch", "validators", "expected"),
    [
        (FetchSettings(interval="10m"), True, (10, 10, 360)),
        (FetchSettings(interval="10m"), False, (30, 30, 360)),
        (FetchSettings(interval="12h"), True, (15, 720, 720)),
        (FetchSettings(min_interval="1h"), True, (60, 60, 360)),
        (FetchSettings(min_interval="1d"), True, (1440, 1440, 1440)),
        (FetchSettings(max_interval="2h"), True, (15, 60, 120)),
    ],
)
def test_the_rest_is_for_monitor_yaml_to_say(
    fetch: FetchSettings, validators: bool, expected: tuple[float, ...]
) -> None:
    assert minutes(bounds_of(Keys(), fetch, validators=validators)) == expected


def test_a_source_and_the_settings_are_asked_as_they_are() -> None:
    source = FeedSource(kind="feed", url="https://x.example/feed", interval="2h")
    assert bounds_of(source, FetchSettings(), validators=True) == usual(2 * HOUR)


keys = st.builds(Keys, *[st.none() | intervals] * 3)


@given(keys, st.tuples(intervals, intervals, intervals), st.booleans())
def test_bounds_are_in_order_and_never_below_the_least(
    source: Keys, fetch: tuple[timedelta, timedelta, timedelta], validators: bool
) -> None:
    interval, least, most = fetch
    house = FetchSettings(interval=interval, min_interval=least, max_interval=most)
    bounds = bounds_of(source, house, validators=validators)
    assert least <= bounds.shortest <= bounds.usual <= bounds.longest
    if not any(dataclasses.astuple(source)):
        assert bounds.shortest >= min(interval, 15 * MINUTE)
        assert validators or bounds.shortest >= min(30 * MINUTE, max(interval, most))


# --- the rhythm ----------------------------------------------------------------------------------


def steady(each: timedelta) -> Rhythm:
    """A source that for six weeks brought a story every so often."""
    start = NOW - 42 * DAY
    rhythm = learn(UNKNOWN, (), start)
    times = [start + each * number for number in range(1, 42 * DAY // each + 1)]
    for day in range(42):
        now = start + (day + 1) * DAY
        rhythm = learn(rhythm, [at for at in times if now - DAY < at <= now], now)
    return rhythm


@pytest.mark.parametrize(
    ("each", "wait", "why"),
    [
        (3 * MINUTE, 15 * MINUTE, "busy hours: about 20 stories an hour"),
        (10 * MINUTE, 15 * MINUTE, "busy hours: about 6 stories an hour"),
        (20 * MINUTE, 20 * MINUTE, "a story expected in 20m"),
        (HOUR, HOUR, "a story expected in 1h"),
        (DAY, 6 * HOUR, "quiet hours"),
    ],
)
def test_a_look_is_due_when_a_story_is(each: timedelta, wait: timedelta, why: str) -> None:
    planned, said = plan(rhythm=steady(each))
    assert planned / MINUTE == pytest.approx(wait / MINUTE, rel=0.2)
    assert re.sub(r"\d+", "…", said) == re.sub(r"\d+", "…", why), "within a fifth"


def test_in_busy_hours_of_a_slow_source_a_story_may_not_come_every_hour() -> None:
    bounds = Bounds(3 * HOUR, 4 * HOUR, DAY)
    assert plan(bounds, rhythm=steady(2 * HOUR)) == (3 * HOUR, "busy hours: a story expected")


def test_until_its_hours_are_known_a_source_is_looked_at_as_usual() -> None:
    young = learn(UNKNOWN, [], NOW - 2 * DAY + MINUTE)
    for rhythm in (UNKNOWN, young):
        assert plan(rhythm=rhythm) == (HOUR, "every 1h until its hours are known")
    assert plan(rhythm=learn(UNKNOWN, [], NOW - 2 * DAY)) == (6 * HOUR, "quiet hours")


def test_a_fixed_interval_is_kept_whatever_the_rhythm() -> None:
    assert plan(usual(90 * MINUTE), rhythm=steady(3 * MINUTE)) == (90 * MINUTE, "every 90m")


def test_a_source_that_falls_silent_is_looked_at_less_and_less() -> None:
    rhythm = steady(30 * MINUTE)
    waits = [
        next_poll(NOW + days * DAY, ADAPTIVE, NoDice(), rhythm=rhythm).at - NOW - days * DAY
        for days in range(0, 140, 7)
    ]
    assert waits == sorted(waits)
    assert (waits[0] < HOUR, waits[-1]) == (True, 6 * HOUR)


# --- what servers say ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "expected", "why"),
    [
        (1, HOUR, "failed once: tried again after 1h"),
        (2, 2 * HOUR, "failed 2 times: tried again after 2h"),
        (3, 4 * HOUR, "failed 3 times: tried again after 4h"),
        (5, 16 * HOUR, "failed 5 times: tried again after 16h"),
        (6, LONGEST_BACKOFF, "failed 6 times: tried daily"),
        (60, LONGEST_BACKOFF, "failed 60 times: tried daily"),
    ],
)
def test_failures_double_the_wait_up_to_a_day(failures: int, expected: timedelta, why: str) -> None:
    assert plan(failures=failures, rhythm=steady(3 * MINUTE)) == (expected, why)


def test_a_source_looked_at_weekly_is_not_hurried_by_failures() -> None:
    assert plan(usual(7 * DAY), failures=5) == (7 * DAY, "failed 5 times: tried again after 1w")


@pytest.mark.parametrize(
    ("asked", "expected", "why"),
    [
        (60, HOUR, "failed once: tried again after 1h"),
        (7_200, 2 * HOUR, "Retry-After 2h"),
        (1e9, LONGEST_WAIT, "Retry-After 1w"),
    ],
)
def test_the_server_s_wish_is_obeyed_up_to_a_week(
    asked: float, expected: timedelta, why: str
) -> None:
    assert plan(retry_after=asked, failures=1) == (expected, why)


@pytest.mark.parametrize(
    ("asked", "expected", "why"),
    [
        (60, HOUR, "every 1h"),
        (7_200, 2 * HOUR, "fresh for 2h, says the server"),
        (259_200, 3 * DAY, "fresh for 3d, says the server"),
        (1e9, LONGEST_WAIT, "fresh for 1w, says the server"),
    ],
)
def test_what_a_server_calls_fresh_is_so_up_to_a_week(
    asked: float, expected: timedelta, why: str
) -> None:
    assert plan(usual(), fresh_for=asked) == (expected, why)


def test_what_is_fresh_is_not_asked_for_even_in_busy_hours() -> None:
    wait, _ = plan(rhythm=steady(3 * MINUTE), fresh_for=7_200)
    assert wait == 2 * HOUR


def test_the_longest_of_three_waits_counts() -> None:
    assert plan(fresh_for=7_200, retry_after=10_800, failures=2)[0] == 3 * HOUR


def test_what_is_gone_is_looked_at_no_more() -> None:
    gone = next_poll(NOW, ADAPTIVE, NoDice(), gone=True, failures=1, retry_after=60)
    assert gone == Plan(schedule.NEVER, "410 Gone: looked at no more")


@st.composite
def some_bounds(draw: st.DrawFn) -> Bounds:
    return Bounds(*sorted(draw(st.tuples(intervals, intervals, intervals))))


@given(times, some_bounds(), dice, rhythms(), seconds, st.integers(0, 10_000), st.none() | seconds)
def test_a_look_is_never_early_and_never_much_later_than_it_must(
    now: datetime,
    bounds: Bounds,
    rng: random.Random,
    rhythm: Rhythm,
    fresh_for: float,
    failures: int,
    retry_after: float | None,
) -> None:
    planned = next_poll(
        now,
        bounds,
        rng,
        rhythm=rhythm,
        fresh_for=fresh_for,
        failures=failures,
        retry_after=retry_after,
    )
    waits = planned.at - now
    fresh = min(timedelta(seconds=min(fresh_for, 1e7)), LONGEST_WAIT)
    asked = min(timedelta(seconds=min(retry_after or 0, 1e7)), LONGEST_WAIT)
    assert waits >= max(bounds.usual if failures else bounds.shortest, fresh, asked)
    longest = max(bounds.usual, LONGEST_BACKOFF) if failures else bounds.longest
    assert waits <= max(longest, fresh, asked) * (1 + JITTER) + timedelta(microseconds=1)
    if not failures and bounds.shortest < bounds.longest:
        longest = max(longest, max(fresh, asked) * (1 + JITTER))
        assert waits <= longest + timedelta(microseconds=1), "jitter keeps within bounds"
    if bounds.usual < LONGEST_BACKOFF and failures and asked <= LONGEST_BACKOFF >= fresh:
        assert waits <= DAY + timedelta(microseconds=1), "tried at least daily"
    assert 0 < len(planned.why) < 80
    assert "\n" not in planned.why


@given(times, some_bounds(), dice, rhythms(), st.integers(2, 50))
def test_one_look_follows_the_other_without_a_storm(
    now: datetime, bounds: Bounds, rng: random.Random, rhythm: Rhythm, looks: int
) -> None:
    """However long the machine slept: the next look is planned from now on, not from then."""
    at = now
    for _ in range(looks):
        planned = next_poll(at, bounds, rng, rhythm=rhythm)
        assert planned.at - at >= bounds.shortest
        at = planned.at


def test_sources_with_one_interval_drift_apart() -> None:
    rng = random.Random(7)
    assert len({next_poll(NOW, usual(), rng).at for _ in range(100)}) > 90


def test_so_do_those_in_quiet_hours_and_none_waits_longer_than_it_may() -> None:
    quiet = learn(UNKNOWN, [], NOW - 2 * DAY)
    rng = random.Random(7)
    waits = {next_poll(NOW, ADAPTIVE, rng, rhythm=quiet).at - NOW for _ in range(100)}
    assert len(waits) > 90
    assert max(waits) <= ADAPTIVE.longest


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (45, "45s"),
        (60, "1m"),
        (90, "90s"),
        (1_000, "17m"),
        (5_400, "90m"),
        (7_300, "2h"),
        (86_400, "1d"),
        (200_000, "2d"),
        (7 * 86_400, "1w"),
    ],
)
def test_lengths_of_time_are_said_in_round_figures(length: float, said: str) -> None:
    assert plan(usual(timedelta(seconds=length)))[1] == f"every {said}"


# --- pages and deliveries ------------------------------------------------------------------------


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
