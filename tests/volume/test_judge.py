"""When conditions hold: against working days, days off, chance and few data."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.models import VolumeKind
from monitor.rhythm import is_day_off
from monitor.volume import (
    Calendar,
    Counts,
    Episode,
    Verdict,
    chance,
    course,
    judge,
    parse_volume,
    usual,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)  # five weeks without a holiday lie before it
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPIKE = parse_volume(VolumeKind.SPIKE, "3x over 28d")
SILENCE = parse_volume(VolumeKind.SILENCE, "none for 5d")
COUNT = parse_volume(VolumeKind.COUNT, ">= 10 in 24h")


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def steady(working: int, off: int, calendar: Calendar = weekend) -> Mapping[date, int]:
    """So many stories each day of a year."""
    first = date(2026, 1, 1)
    days = (first + timedelta(number) for number in range(365))
    return {day: off if calendar(day) else working for day in days}


def spike(
    number: int,
    days: Mapping[date, int],
    now: datetime = FRIDAY,
    known: timedelta = 60 * DAY,
    calendar: Calendar = weekend,
) -> Verdict:
    since = now.astimezone(UTC) - known  # on a wall's clock, a month may have an hour more
    return judge(SPIKE, Counts(since, days, number, now), now, calendar)


# --- a spike -------------------------------------------------------------------------------------


def test_three_times_what_a_working_day_brings() -> None:
    days = steady(5, 0)
    expected = spike(0, days).expected
    assert expected == pytest.approx(5)
    assert not spike(math.ceil(3 * (expected or 0)) - 1, days).holds
    assert spike(math.ceil(3 * (expected or 0)), days).holds


def test_of_a_weekend_as_much_is_expected_as_weekends_brought() -> None:
    days = steady(20, 1)
    assert spike(0, days, SUNDAY).expected == pytest.approx(1)
    assert spike(12, days, SUNDAY).holds
    assert not spike(12, days, FRIDAY).holds


def test_hours_of_friday_and_of_saturday_count_as_what_they_are() -> None:
    days = steady(24, 0)
    saturday = datetime(2026, 11, 21, 6, tzinfo=UTC)
    whole, part = spike(0, days, FRIDAY).expected, spike(0, days, saturday).expected
    assert part == pytest.approx(0.75 * (whole or 0))


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 10, 2, 23, 59, tzinfo=UTC),  # National Day, a Friday
        datetime(2026, 4, 15, 23, 59, tzinfo=UTC),  # Pi Mai, a Wednesday
    ],
)
def test_holidays_of_either_country_are_days_off(now: datetime) -> None:
    days = steady(20, 1, is_day_off)
    holiday = spike(12, days, now, calendar=is_day_off)
    assert holiday.holds
    assert holiday.expected == pytest.approx(1)
    assert not spike(12, days, now).holds  # with weekends alone


def test_what_holidays_lacked_does_not_make_the_days_after_them_a_spike() -> None:
    """Half of the four weeks before were Spring Festival."""
    now = datetime(2026, 2, 27, 12, tzinfo=UTC)
    days = steady(6, 0, is_day_off)
    assert spike(6, days, now, calendar=is_day_off).expected == pytest.approx(6)
    assert not spike(12, days, now, calendar=is_day_off).holds


def test_a_few_stories_are_no_spike() -> None:
    nothing = Counter[date]()
    assert spike(0, nothing).expected == 0
    assert not spike(4, nothing).holds
    assert spike(5, nothing).holds


def test_what_chance_may_bring_is_no_spike() -> None:
    """Five where one and a half are usual come by chance once in fifty days."""
    days = {day: number % 2 + 1 for number, day in enumerate(steady(1, 1))}
    assert (spike(0, days).expected or 0) * 3 < 5
    assert not spike(5, days).holds
    assert spike(9, days).holds


@pytest.mark.parametrize("known", range(9))
def test_a_week_of_whole_days_must_be_known(known: int) -> None:
    found = spike(100, {}, known=known * DAY + DAY + 12 * HOUR)
    assert found.waits == (None if known >= 7 else f"{known} of 7 days are known")
    assert found.holds == (known >= 7)
    assert (found.expected is None) == (known < 7)


def test_the_last_24_hours_are_not_held_against_themselves() -> None:
    days = dict(steady(2, 2)) | {FRIDAY.date(): 50, FRIDAY.date() - DAY: 50}
    assert spike(50, days).expected == pytest.approx(2)


DAYS = st.dictionaries(
    st.integers(0, 40).map(lambda back: FRIDAY.date() - timedelta(back)), st.integers(0, 60)
)
MOMENTS = st.integers(-100, 100).map(lambda hours: FRIDAY + hours * HOUR)
KNOWN = st.integers(0, 60 * 24).map(lambda hours: hours * HOUR)


@given(DAYS, MOMENTS, KNOWN, st.integers(0, 400), st.integers(0, 400))
def test_more_stories_never_end_a_spike(
    days: dict[date, int], now: datetime, known: timedelta, fewer: int, more: int
) -> None:
    fewer, more = sorted((fewer, more))
    assert spike(fewer, days, now, known).holds <= spike(more, days, now, known).holds


@given(DAYS, MOMENTS, KNOWN, st.integers(0, 400))
def test_a_spike_is_what_it_says(
    days: dict[date, int], now: datetime, known: timedelta, number: int
) -> None:
    found = spike(number, days, now, known)
    if found.holds:
        assert found.expected is not None
        assert number >= max(5, 3 * found.expected)
    assert found.waits is None or not found.holds
    assert found.since == now - DAY


@given(DAYS, MOMENTS, KNOWN, st.integers(0, 400))
@example({date(2026, 11, 18): 1}, FRIDAY - 12 * HOUR, 671 * HOUR, 0)  # over the end of summer time
def test_the_zone_of_the_clock_is_of_no_matter(
    days: dict[date, int], now: datetime, known: timedelta, number: int
) -> None:
    for zone in ("Asia/Vientiane", "America/New_York"):
        assert spike(number, days, now.astimezone(ZoneInfo(zone)), known) == spike(
            number, days, now, known
        )


@given(st.integers(0, 60), st.floats(0.01, 60))
def test_chance_is_that_of_poisson(number: int, expected: float) -> None:
    terms = [math.exp(-expected)]
    for k in range(1, 400):
        terms.append(terms[-1] * expected / k)
    assert chance(number, expected) == pytest.approx(math.fsum(terms[number:]), abs=1e-9)


def test_chance_of_very_many_is_still_a_number() -> None:
    assert chance(10_000, 9_000) < 1e-9
    assert chance(9_000, 10_000) == pytest.approx(1)
    assert (chance(0, 0), chance(1, 0)) == (1, 0)


# --- a silence -----------------------------------------------------------------------------------


def silence(
    last: datetime | None,
    days: Mapping[date, int],
    now: datetime = FRIDAY,
    known: timedelta = 60 * DAY,
    calendar: Calendar = weekend,
) -> Verdict:
    return judge(SILENCE, Counts(now - known, days, 0, last), now, calendar)


def until(last: datetime, per_day: Mapping[date, int]) -> Mapping[date, int]:
    return {day: number for day, number in per_day.items() if day <= last.date()}


def first_held(last: datetime, days: Mapping[date, int], calendar: Calendar = weekend) -> timedelta:
    """How long after the last story a silence of five days is one."""
    every = (last + hours * HOUR for hours in range(24 * 40))
    silent = (
        now for now in every if silence(last, until(last, days), now, calendar=calendar).holds
    )
    return next(silent) - last


def test_weekends_count_where_they_usually_bring_stories() -> None:
    monday = datetime(2026, 11, 9, 6, tzinfo=UTC)
    assert first_held(monday, steady(3, 2)) == 5 * DAY
    assert first_held(monday + 3 * DAY, steady(3, 2)) == 5 * DAY


def test_weekends_do_not_count_where_they_usually_bring_none() -> None:
    monday = datetime(2026, 11, 9, 6, tzinfo=UTC)
    assert first_held(monday, steady(3, 0)) == 7 * DAY
    assert first_held(monday - DAY, steady(3, 0)) == 5 * DAY + 18 * HOUR  # from its midnight on


def test_a_single_story_on_a_weekend_does_not_make_them_usual() -> None:
    monday = datetime(2026, 11, 9, 6, tzinfo=UTC)
    once = dict(steady(3, 0)) | {date(2026, 11, 1): 1}
    assert first_held(monday, once) == 7 * DAY


def test_spring_festival_is_no_silence() -> None:
    eve = datetime(2026, 2, 12, 6, tzinfo=UTC)
    assert first_held(eve, steady(3, 0, is_day_off), is_day_off) > 12 * DAY
    assert first_held(eve, steady(3, 0)) == 7 * DAY  # with weekends alone


def test_what_was_expected_in_a_silence_is_what_was_usual_before_it() -> None:
    last = datetime(2026, 11, 9, 0, tzinfo=UTC)
    found = silence(last, until(last, steady(4, 4)), last + 6 * DAY)
    assert found.expected == pytest.approx(24)
    assert found.since == last


def test_where_nothing_was_ever_found_nothing_falls_silent() -> None:
    assert silence(None, {}).waits == "no story was found yet"
    assert silence(FRIDAY - 5 * DAY, {}, known=5 * DAY).waits == "5 of 7 days are known"
    assert silence(FRIDAY - 7 * DAY, {}, known=7 * DAY).waits is None


@given(DAYS, MOMENTS, st.integers(0, 900), st.integers(0, 900))
def test_the_longer_the_more_silent(
    days: dict[date, int], last: datetime, less: int, more: int
) -> None:
    less, more = sorted((less, more))
    known = last - 60 * DAY
    held = [
        judge(SILENCE, Counts(known, days, 0, last), last + hours * HOUR, is_day_off).holds
        for hours in (less, more)
    ]
    assert held[0] <= held[1]
    assert not held[1] or more >= 5 * 24


def test_a_last_story_of_the_future_is_one_of_now() -> None:
    assert not silence(FRIDAY + DAY, {}).holds


def test_a_single_day_off_that_is_known_is_drawn_towards_the_others() -> None:
    days = steady(10, 0)
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    counts = Counts(monday - 8 * DAY, days, 0, None)  # one Sunday, a week, one more
    normal = usual(counts, monday - 28 * DAY, monday, weekend)
    assert normal.of(SUNDAY.date()) == 0
    normal = usual(counts, monday - 28 * DAY, monday - 2 * DAY, weekend)
    assert normal.of(SUNDAY.date()) == pytest.approx(50 / 6 / 2)


# --- a count -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "holds"), [(9, False), (10, True), (11, True)])
def test_a_count_needs_no_history(number: int, holds: bool) -> None:
    found = judge(COUNT, Counts(FRIDAY, {}, number, FRIDAY), FRIDAY, weekend)
    assert (found.holds, found.expected, found.waits) == (holds, None, None)


def test_a_count_says_what_was_expected_once_that_is_known() -> None:
    found = judge(COUNT, Counts(FRIDAY - 60 * DAY, steady(7, 7), 10, FRIDAY), FRIDAY, weekend)
    assert found.expected == pytest.approx(7)


# --- what is usual -------------------------------------------------------------------------------


@given(DAYS, MOMENTS)
def test_so_long_a_time_brings_what_its_parts_bring(days: dict[date, int], now: datetime) -> None:
    normal = usual(Counts(now - 40 * DAY, days, 0, None), now - 28 * DAY, now, weekend)
    whole, middle = normal.between(now - 3 * DAY, now), now - 31 * HOUR
    assert whole == pytest.approx(
        normal.between(now - 3 * DAY, middle) + normal.between(middle, now)
    )
    assert whole >= 0


def test_whole_days_alone_are_learned_from() -> None:
    counts = Counts(datetime(2026, 11, 10, 1, tzinfo=UTC), {}, 0, None)
    assert len(usual(counts, FRIDAY - 28 * DAY, FRIDAY, weekend).days) == 9
    midnight = datetime.combine(date(2026, 11, 10), time(), UTC)
    counts = Counts(midnight, {}, 0, None)
    assert len(usual(counts, FRIDAY - 28 * DAY, FRIDAY, weekend).days) == 10


# --- episodes ------------------------------------------------------------------------------------


def test_an_episode_is_told_once_and_ends_after_a_calm() -> None:
    episode, told = Episode(), list[int]()
    held = [0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1]  # hour by hour
    for hour, holds in enumerate(held):
        episode, begins = course(episode, bool(holds), FRIDAY + hour * HOUR)
        if begins:
            told.append(hour)
    assert told == [1, 12]


def test_what_ceased_long_ago_begins_anew_though_nobody_judged_meanwhile() -> None:
    episode, _ = course(Episode(FRIDAY), False, FRIDAY + HOUR)
    later = FRIDAY + 9 * DAY
    assert course(episode, True, later) == (Episode(later), True)
    assert course(episode, True, FRIDAY + 6 * HOUR) == (Episode(FRIDAY), False)


Steps = st.lists(st.tuples(st.booleans(), st.integers(0, 30 * 60)), max_size=60)


@given(Steps, st.sampled_from([timedelta(), HOUR, 6 * HOUR]))
def test_nobody_is_told_twice_without_a_calm_between(
    steps: list[tuple[bool, int]], calm: timedelta
) -> None:
    episode, now, told = Episode(), FRIDAY, 0
    ceased: datetime | None = None
    for holds, minutes in steps:
        now += minutes * timedelta(minutes=1)
        episode, begins = course(episode, holds, now, calm)
        if begins:
            told += 1
            assert holds
            assert told == 1 or (ceased is not None and now - ceased >= calm)
        ceased = None if holds else ceased or now
        assert (episode.since is not None) >= holds
    assert (told > 0) == any(holds for holds, _ in steps)
