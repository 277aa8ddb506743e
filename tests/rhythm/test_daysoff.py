"""When newsrooms stand empty, by the calendars of both countries."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from monitor.rhythm import working_days

DAY = timedelta(days=1)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def works(first: date, last: date) -> list[date]:
    """The working days of those from ``first`` to ``last``."""
    return working_days(at(first - DAY), at(last + DAY))


@pytest.mark.parametrize(
    ("feast", "first", "last"),
    [
        # China's as the State Council decreed them, https://english.www.gov.cn
        ("Spring Festival", date(2024, 2, 10), date(2024, 2, 17)),
        ("Spring Festival", date(2025, 1, 28), date(2025, 2, 4)),
        ("Spring Festival", date(2026, 2, 15), date(2026, 2, 23)),
        ("Golden Week", date(2024, 10, 1), date(2024, 10, 7)),
        ("Golden Week", date(2025, 10, 1), date(2025, 10, 8)),
        ("Golden Week", date(2026, 10, 1), date(2026, 10, 7)),
        # not decreed yet: reckoned by the moon
        ("Spring Festival", date(2029, 2, 13), date(2029, 2, 19)),
        ("Golden Week", date(2029, 10, 1), date(2029, 10, 7)),
        ("Pi Mai", date(2025, 4, 14), date(2025, 4, 16)),
        ("Pi Mai", date(2026, 4, 13), date(2026, 4, 17)),
        ("Pi Mai", date(2030, 4, 14), date(2030, 4, 17)),
        # the full moon of the twelfth month and the days before it
        ("That Luang", date(2024, 11, 13), date(2024, 11, 15)),
        ("That Luang", date(2025, 11, 3), date(2025, 11, 5)),
        ("That Luang", date(2026, 11, 22), date(2026, 11, 24)),
        ("Lao National Day", date(2026, 12, 2), date(2026, 12, 2)),
        ("end of Buddhist lent", date(2026, 10, 26), date(2026, 10, 27)),
    ],
)
def test_nobody_is_missed_on(feast: str, first: date, last: date) -> None:
    assert works(first, last) == [], feast


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 5), date(2026, 1, 31)),
        (date(2026, 3, 10), date(2026, 4, 3)),
        (date(2026, 8, 1), date(2026, 8, 31)),
        (date(2026, 12, 3), date(2026, 12, 31)),
    ],
)
def test_news_is_missed_in_ordinary_weeks(first: date, last: date) -> None:
    assert len(works(first, last)) == (last - first).days + 1, "weekends too"


@pytest.mark.parametrize("year", range(2024, 2040))
def test_most_of_every_year_is_work(year: int) -> None:
    days = works(date(year, 1, 1), date(year, 12, 31))
    assert 300 <= len(days) <= 340


def test_a_day_counts_only_as_a_whole() -> None:
    monday = date(2026, 8, 3)
    assert working_days(at(monday), at(monday, 23)) == []
    assert working_days(at(monday), at(monday + DAY, 23)) == []
    assert working_days(at(monday, 0), at(monday + 2 * DAY, 0)) == [monday + DAY]
    assert working_days(at(monday), at(monday - 5 * DAY)) == []


def test_where_the_calendars_end_every_day_is_a_working_day() -> None:
    """The library reckons up to the year 2100."""
    assert len(works(date(2201, 1, 1), date(2201, 12, 31))) == 365
