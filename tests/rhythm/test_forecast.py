"""What can be expected: laws that hold for every rhythm, and newsrooms as one knows them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rhythm import UNKNOWN, Rhythm, expected, learn, likely, next_expected
from monitor.rhythm.forecast import MOST_LIKELY
from tests.builders import NOW
from tests.rhythm.strategies import DAY, rhythms, times

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
MONDAY = NOW.replace(hour=0) + 3 * DAY
lengths = st.timedeltas(timedelta(0), 1_000 * DAY)


def close(value: float, rhythm: Rhythm) -> object:
    """Equal but for rounding, which grows with what is added up."""
    return pytest.approx(value, rel=1e-6, abs=1e-6 * (1 + sum(rhythm.weekdays)))


# --- laws ----------------------------------------------------------------------------------------


@given(rhythms(), times, lengths, lengths)
def test_what_is_expected_adds_up(
    rhythm: Rhythm, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    parts = expected(rhythm, start, middle) + expected(rhythm, middle, end)
    assert parts == close(expected(rhythm, start, end), rhythm)


@given(rhythms(), times, lengths, lengths)
def test_more_time_never_brings_less(
    rhythm: Rhythm, start: datetime, length: timedelta, more: timedelta
) -> None:
    some = expected(rhythm, start, start + length)
    assert 0 <= some <= expected(rhythm, start, start + length + more) + 1e-3


@given(rhythms(), times, lengths)
def test_nothing_is_expected_of_the_past(rhythm: Rhythm, at: datetime, length: timedelta) -> None:
    assert expected(rhythm, at, at - length) == 0


@given(rhythms(), times)
def test_every_week_is_like_the_next(rhythm: Rhythm, start: datetime) -> None:
    week = expected(rhythm, start, start + WEEK)
    assert expected(rhythm, start + 9 * WEEK, start + 10 * WEEK) == close(week, rhythm)


@given(rhythms(), times, st.floats(0.01, 1_000))
def test_next_expected_is_expected_turned_round(
    rhythm: Rhythm, start: datetime, number: float
) -> None:
    at = next_expected(rhythm, start, number)
    if at is None:
        assert expected(rhythm, start, start + 4_000 * WEEK) < number
        return
    assert at >= start
    assert expected(rhythm, start, at) == close(number, rhythm)


@given(rhythms(), times, st.lists(st.floats(0.01, 100), min_size=2, max_size=5))
def test_more_stories_take_longer(rhythm: Rhythm, start: datetime, numbers: list[float]) -> None:
    when = [next_expected(rhythm, start, number) for number in sorted(numbers)]
    known = [at for at in when if at is not None]
    assert when[: len(known)] == known, "what is not expected is not expected later either"
    assert all(before <= after for before, after in pairwise(known))


@given(rhythms())
def test_a_likelihood_is_one(rhythm: Rhythm) -> None:
    assert len(likely(rhythm)) == 7
    assert all(0 <= chance <= MOST_LIKELY < 1 for chance in likely(rhythm))


@given(times, lengths)
def test_of_an_unknown_source_nothing_is_expected(start: datetime, length: timedelta) -> None:
    assert expected(UNKNOWN, start, start + length) == 0
    assert next_expected(UNKNOWN, start) is None
    assert likely(UNKNOWN) == [0.0] * 7


# --- newsrooms -----------------------------------------------------------------------------------


def newsroom(weeks: int, hours: tuple[int, ...] = (1, 2, 3, 9), days: int = 5) -> Rhythm:
    """A source that brought a story at these hours of its ``days`` a week, up to MONDAY."""
    rhythm = learn(UNKNOWN, (), MONDAY - weeks * WEEK)
    for day in (MONDAY - weeks * WEEK + DAY * number for number in range(7 * weeks)):
        for hour in hours if day.weekday() < days else ():
            rhythm = learn(rhythm, [day + hour * HOUR], day + hour * HOUR)
    return rhythm


def test_its_hours_and_its_weekend_are_learned() -> None:
    rhythm = newsroom(8)
    day = expected(rhythm, MONDAY, MONDAY + DAY)
    assert day == pytest.approx(4, rel=0.2)
    assert expected(rhythm, MONDAY + HOUR, MONDAY + 4 * HOUR) > 0.65 * day
    assert expected(rhythm, MONDAY + 12 * HOUR, MONDAY + 23 * HOUR) < 0.1 * day
    assert expected(rhythm, MONDAY + 5 * DAY, MONDAY + 7 * DAY) < 0.1 * day


def test_a_story_is_expected_when_the_newsroom_works_again() -> None:
    rhythm = newsroom(8)
    friday_noon = MONDAY - 3 * DAY + 12 * HOUR
    next_story = next_expected(rhythm, friday_noon)
    assert next_story is not None
    assert MONDAY < next_story < MONDAY + 4 * HOUR


def test_before_two_weeks_all_weekdays_count_alike() -> None:
    rhythm = learn(newsroom(1), (), MONDAY)
    days = [expected(rhythm, MONDAY + n * DAY, MONDAY + (n + 1) * DAY) for n in range(7)]
    assert days == pytest.approx([days[0]] * 7)
    assert days[0] == pytest.approx(20 / 7, rel=0.1)


def test_one_story_in_the_first_minutes_is_not_a_story_every_few_minutes() -> None:
    begun = learn(learn(UNKNOWN, (), NOW), [NOW + HOUR / 12], NOW + HOUR / 6)
    assert expected(begun, NOW, NOW + DAY) <= 1


def test_a_silent_source_is_expected_to_bring_less() -> None:
    rhythm = newsroom(8)
    later = learn(rhythm, (), MONDAY + 6 * WEEK)
    assert expected(later, MONDAY, MONDAY + WEEK) < 0.25 * expected(rhythm, MONDAY, MONDAY + WEEK)


@pytest.mark.parametrize(("weeks", "least"), [(3, 0.8), (8, 0.9), (30, 0.93)])
def test_a_weekday_on_which_there_always_was_a_story(weeks: int, least: float) -> None:
    chances = likely(newsroom(weeks))
    assert min(chances[:5]) >= least
    assert max(chances[5:]) <= 0.35


def test_a_burst_is_one_sign_of_life() -> None:
    one, many = (newsroom(8, hours, 1) for hours in ((3,), tuple(range(24))))
    assert likely(one)[0] == pytest.approx(likely(many)[0], abs=0.05)
