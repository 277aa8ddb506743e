"""Days on which newsrooms of China or Laos stand empty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

# Laos keeps That Luang and the other feasts of the moon by custom, not by decree: the library has
# them as days on which schools and most businesses are closed.
_CALENDARS = {"CN": ("public",), "LA": ("public", "school")}

# The great feasts empty offices for longer than the days by name: so many days before the first
# and after the last of them. China's holidays of a year are decreed in the autumn before it and
# then last 8 or 9 days (State Council, 2024 to 2026); until then the library knows the feast alone.
# Pi Mai fills a week, That Luang has its processions on the days before the full moon.
_AROUND = (
    ("CN", "Chinese New Year", 2, 5),
    ("CN", "National Day", 0, 5),
    ("LA", "Lao New Year", 1, 2),
    ("LA", "That Luang", 2, 1),
)

_SATURDAY = 5


def working_days(start: datetime, end: datetime) -> list[date]:
    """The whole days of UTC between the two that are no days off in either country.

    Weekends count: whether they are days of rest is for each source's rhythm to say. Of a day off
    in one country nothing is expected in the other: Chinese agencies write from Vientiane.
    """
    first, last = start.astimezone(UTC).date(), end.astimezone(UTC).date()
    days = (first + timedelta(days=number) for number in range(1, (last - first).days))
    return [day for day in days if day not in _days_off(day.year)]


def is_day_off(day: date) -> bool:
    """Whether a day of UTC is a weekend, or a day off in either country.

    China's working weekends, by which it makes up for its holidays, count as weekends: they are
    decreed a year at a time.
    """
    return day.weekday() >= _SATURDAY or day in _days_off(day.year)


@lru_cache(maxsize=4)
def _days_off(year: int) -> frozenset[date]:
    import holidays  # slow to load, and asked of sources alone that are known for days

    calendars = {
        country: holidays.country_holidays(
            country, years=year, language="en_US", categories=categories
        )
        for country, categories in _CALENDARS.items()
    }
    days = {day for calendar in calendars.values() for day in calendar}
    for country, feast, before, after in _AROUND:
        named = sorted(calendars[country].get_named(feast))
        if named:
            length = (named[-1] - named[0]).days + before + after + 1
            first = named[0] - timedelta(days=before)
            days |= {first + timedelta(days=number) for number in range(length)}
    return frozenset(days)
