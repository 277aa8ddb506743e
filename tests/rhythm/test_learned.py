"""What stories tell of their source's hours, and what they do not."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import Moment
from monitor.rhythm import UNKNOWN, Rhythm, learn, times_of
from monitor.rhythm.learned import HALF_LIFE, PAUSE_HALF_LIFE, days_kept
from tests.builders import NOW, link
from tests.rhythm.strategies import DAY, rhythms, times

HOUR = timedelta(hours=1)
FRIDAY = 4  # NOW is a Friday, at 8

moments = st.lists(st.timedeltas(-30 * DAY, timedelta(0)), max_size=20)


def watched_for(length: timedelta) -> Rhythm:
    return learn(UNKNOWN, (), NOW - length)


# --- the first look ------------------------------------------------------------------------------


def test_a_first_look_tells_hours_but_no_rate() -> None:
    rhythm = learn(UNKNOWN, [NOW, NOW - HALF_LIFE, NOW - 3 * HOUR], NOW)
    assert rhythm.hours[8] == pytest.approx(1.5), "an old story counts for less"
    assert rhythm.hours[5] == pytest.approx(1.0, abs=0.01)
    assert sum(rhythm.weekdays) == sum(rhythm.days) == 0
    assert (rhythm.since, rhythm.at, rhythm.last, rhythm.watched) == (NOW, NOW, None, timedelta())


def test_nothing_is_known_before() -> None:
    assert UNKNOWN.watched == timedelta()
    assert UNKNOWN.since is None


# --- later ---------------------------------------------------------------------------------------


def test_a_new_story_counts_by_hour_and_by_weekday() -> None:
    rhythm = learn(watched_for(DAY), [NOW - HOUR, NOW - HOUR, NOW], NOW)
    assert rhythm.hours[7] == pytest.approx(2, abs=0.01)
    assert rhythm.hours[8] == 1
    assert rhythm.weekdays[FRIDAY] == pytest.approx(3, abs=0.01)
    assert rhythm.days[FRIDAY] == pytest.approx(1, abs=0.01), "one day, however many stories"
    assert rhythm.last == NOW


def test_a_day_counts_once_however_many_looks_bring_its_stories() -> None:
    rhythm = watched_for(DAY)
    for hours in range(8):
        rhythm = learn(rhythm, [NOW + hours * HOUR], NOW + hours * HOUR)
    assert sum(rhythm.days) == pytest.approx(1, abs=0.02)
    assert sum(rhythm.weekdays) == pytest.approx(8, abs=0.1)


def test_stories_of_many_days_at_once_count_each_day() -> None:
    rhythm = learn(watched_for(5 * DAY), [NOW - days * DAY for days in (0, 0, 1, 3)], NOW)
    assert [day > 0 for day in rhythm.days] == [False, True, False, True, True, False, False]


def test_what_was_seen_counts_for_half_after_three_weeks() -> None:
    rhythm = learn(watched_for(DAY), [NOW] * 4, NOW)
    later = learn(rhythm, (), NOW + HALF_LIFE)
    assert later.weekdays[FRIDAY] == pytest.approx(2)
    assert later.days[FRIDAY] == pytest.approx(0.5)
    assert later.hours[8] == pytest.approx(2)
    assert later.watched == DAY + HALF_LIFE
    assert later.last == NOW


def test_a_story_from_before_the_first_look_counts_as_of_then() -> None:
    rhythm = learn(watched_for(DAY), [NOW - 900 * DAY], NOW)
    assert sum(rhythm.weekdays) == pytest.approx(1, abs=0.04)
    assert rhythm.last == NOW - DAY


def test_a_clock_that_was_set_back_makes_nothing_younger() -> None:
    rhythm = learn(watched_for(DAY), [NOW], NOW)
    back = learn(rhythm, [NOW - 5 * HOUR], NOW - HOUR)
    assert back.at == NOW
    assert sum(back.weekdays) == pytest.approx(2, abs=0.02)


@pytest.mark.parametrize(("silent", "pause"), [(0, 0), (1, 0), (2, 1), (4, 3)])
def test_the_longest_pause_is_kept_in_whole_days(silent: int, pause: int) -> None:
    august = NOW - 95 * DAY
    rhythm = learn(learn(UNKNOWN, (), august - DAY), [august], august)
    august += silent * DAY
    rhythm = learn(rhythm, [august], august)
    assert rhythm.pause == pause


def test_working_days_are_counted_up_to_the_latest_story() -> None:
    monday = datetime(2026, 8, 3, 9, tzinfo=UTC)
    rhythm = learn(UNKNOWN, (), monday)
    rhythm = learn(rhythm, [monday + 3 * DAY], monday + 4 * DAY)
    assert [day > 0 for day in rhythm.worked] == [False, True, True, True, False, False, False]
    assert [day > 0 for day in rhythm.days] == [False, False, False, True, False, False, False]
    assert rhythm.worked[3] == rhythm.days[3] == pytest.approx(0.97, abs=0.01)
    again = learn(rhythm, [monday + 3 * DAY], monday + 4 * DAY)
    assert (again.worked, again.days) == (rhythm.worked, rhythm.days), "each day once"


def test_days_off_are_no_pause() -> None:
    before = datetime(2026, 2, 13, 9, tzinfo=UTC)  # the Spring Festival is on 17 February
    rhythm = learn(learn(UNKNOWN, (), before), [before], before)
    after = datetime(2026, 2, 25, 9, tzinfo=UTC)
    assert learn(rhythm, [after], after).pause == 0


def test_a_pause_is_forgotten_in_time() -> None:
    rhythm = Rhythm(since=NOW, at=NOW, last=NOW, pause=10)
    assert learn(rhythm, (), NOW + PAUSE_HALF_LIFE).pause == pytest.approx(5)


@given(rhythms(), moments, st.timedeltas(timedelta(0), 100 * DAY), st.randoms())
def test_every_story_counts_once_in_whatever_order(
    rhythm: Rhythm, ages: list[timedelta], passed: timedelta, rng: random.Random
) -> None:
    assert rhythm.at is not None
    now = rhythm.at + passed
    came = [now + age for age in ages]
    learned = learn(rhythm, came, now)
    rng.shuffle(came)
    assert learn(rhythm, came, now).hours == pytest.approx(learned.hours)
    aged = learn(rhythm, (), now)
    for name in ("hours", "weekdays"):
        grown = sum(getattr(learned, name)) - sum(getattr(aged, name))
        assert -1e-6 <= grown <= len(came) + 1e-6
    assert all(new >= old for new, old in zip(learned.days, aged.days, strict=True))
    assert learned.watched == rhythm.watched + passed


@given(rhythms(), st.lists(st.timedeltas(timedelta(0), 90 * DAY), min_size=1, max_size=5))
def test_to_grow_old_in_steps_is_to_grow_old(rhythm: Rhythm, steps: list[timedelta]) -> None:
    assert rhythm.at is not None
    at, stepwise = rhythm.at, rhythm
    for step in steps:
        at += step
        stepwise = learn(stepwise, (), at)
    whole = learn(rhythm, (), at)
    assert stepwise.hours == pytest.approx(whole.hours)
    assert stepwise.pause == pytest.approx(whole.pause)
    assert (stepwise.at, stepwise.since, stepwise.last) == (whole.at, whole.since, whole.last)


@given(st.timedeltas(timedelta(0), 400 * DAY))
def test_what_is_kept_of_days_is_the_sum_of_what_is_left_of_each(watched: timedelta) -> None:
    left = sum(0.5 ** (days * DAY / HALF_LIFE) for days in range(watched // DAY))
    assert days_kept(watched) == pytest.approx(left, abs=1)


# --- the times of links --------------------------------------------------------------------------

SINCE = NOW - 2 * HOUR


@pytest.mark.parametrize(
    ("published", "time"),
    [
        (NOW - HOUR, NOW - HOUR),
        (NOW, NOW),
        (SINCE, SINCE),
        (SINCE - timedelta(seconds=1), NOW),
        (NOW + timedelta(seconds=1), NOW),
        (NOW.date(), NOW),
        (NOW.replace(tzinfo=None), NOW),
        (None, NOW),
        (
            (NOW - HOUR).astimezone(timezone(timedelta(hours=7))),
            NOW - HOUR,
        ),
    ],
)
def test_a_link_s_own_time_counts_between_two_looks(published: Moment | None, time: Any) -> None:
    assert times_of([link(published=published)], SINCE, NOW) == [time]


def test_at_a_first_look_only_times_of_the_past_count() -> None:
    dates = [NOW - 300 * DAY, NOW - HOUR, NOW + HOUR, date(2026, 11, 19), None]
    links = [link(f"https://x.example/{n}", published=at) for n, at in enumerate(dates)]
    assert times_of(links, None, NOW) == [NOW - 300 * DAY, NOW - HOUR]


# --- in the database -----------------------------------------------------------------------------


@given(rhythms())
def test_what_is_kept_comes_back(rhythm: Rhythm) -> None:
    kept = json.loads(json.dumps(rhythm.to_json()))
    back = Rhythm.from_json(kept)
    assert (back.since, back.at, back.last) == (rhythm.since, rhythm.at, rhythm.last)
    assert back.hours == pytest.approx(rhythm.hours, abs=1e-4)
    assert back.days == pytest.approx(rhythm.days, abs=1e-4)
    assert Rhythm.from_json(back.to_json()) == back
    assert len(json.dumps(kept)) < 800


DAMAGED: list[object] = [
    *(None, "", "x", 7, [], [1, 2]),
    {"hours": [1.0]},
    {"hours": [-1.0] * 24},
    {"days": ["x"] * 7},
    {"weekdays": [float("nan")] * 7},
    {"since": "yesterday"},
    {"since": "2026-11-20T08:00:00"},
]


@pytest.mark.parametrize("kept", DAMAGED)
def test_damage_is_as_good_as_nothing(kept: object) -> None:
    assert Rhythm.from_json(kept) == UNKNOWN


@given(st.lists(times, min_size=2, max_size=30))
def test_whatever_the_times_counts_stay_sound(looks: list[datetime]) -> None:
    rhythm = UNKNOWN
    for before, now in pairwise(looks):  # a clock that jumps to and fro
        rhythm = learn(rhythm, [before, now], now)
        assert Rhythm.from_json(rhythm.to_json()) != UNKNOWN
        assert rhythm.watched >= timedelta()
