"""When a channel may send: its quiet hours and working days, in its own time zone.

Local times are read as the tz database has them; one that a change of clocks leaves out counts as
the moment of the change (PEP 495).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, WithJsonSchema

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))

_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_CLOCK = re.compile(_TIME)
_QUIET = re.compile(rf"(?P<begin>{_TIME})\s*-\s*(?P<end>{_TIME})")
_DAY = "|".join(DAYS)
_DAYS = rf"({_DAY})(-({_DAY}))?(\s*,\s*({_DAY})(-({_DAY}))?)*"


def parse_zone(name: Any) -> ZoneInfo:
    """``Asia/Vientiane`` as a time zone. Raises ValueError."""
    if isinstance(name, ZoneInfo):
        return name
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ValueError(
            "not a time zone, allowed: a name of the tz database such as Asia/Vientiane"
        ) from error


def parse_clock(text: Any) -> time:
    """``07:30`` as a time of day. Raises ValueError."""
    if isinstance(text, time):
        return text
    if not isinstance(text, str) or not _CLOCK.fullmatch(text):
        raise ValueError("not a time of day, allowed: 00:00 to 23:59")
    return time.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of every day in which nothing goes out; over midnight where they end before they
    begin."""

    begin: time
    end: time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def __contains__(self, at: time) -> bool:
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


def parse_quiet(text: Any) -> Quiet:
    """``22:00-06:30``. Raises ValueError."""
    if isinstance(text, Quiet):
        return text
    found = _QUIET.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or found["begin"] == found["end"]:
        raise ValueError("not quiet hours, allowed: HH:MM-HH:MM such as 22:00-06:30")
    return Quiet(time.fromisoformat(found["begin"]), time.fromisoformat(found["end"]))


def parse_days(text: Any) -> frozenset[int]:
    """``mon-fri, sun`` as numbers of days, Monday being 0. Raises ValueError."""
    if isinstance(text, frozenset):
        return text
    if not isinstance(text, str) or not re.fullmatch(_DAYS, text.strip().lower()):
        raise ValueError("not days, allowed: mon-fri, or mon,wed,fri, or sun-thu")
    days = set[int]()
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        begin = DAYS.index(first)
        length = (DAYS.index(last or first) - begin) % 7
        days |= {(begin + number) % 7 for number in range(length + 1)}
    return frozenset(days)


def _text(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


Zone = Annotated[
    ZoneInfo,
    BeforeValidator(parse_zone),
    WithJsonSchema({"type": "string", "examples": ["Asia/Vientiane", "Asia/Shanghai"]}),
]
Clock = Annotated[time, BeforeValidator(parse_clock), _text(f"^{_TIME}$", "07:00")]
QuietHours = Annotated[
    Quiet, BeforeValidator(parse_quiet), _text(rf"^{_TIME}\s*-\s*{_TIME}$", "22:00-06:30")
]
WorkingDays = Annotated[frozenset[int], BeforeValidator(parse_days), _text(f"^{_DAYS}$", "mon-fri")]


@dataclass(frozen=True, slots=True)
class Hours:
    """When something may go out."""

    zone: ZoneInfo
    quiet: Quiet | None = None
    days: frozenset[int] = EVERY_DAY

    def opens(self, now: datetime) -> datetime:
        """``now`` if something may go out, else the next moment at which it may; UTC."""
        at = now.astimezone(self.zone)
        while (later := self._later(at)) is not None:
            at = later
        return max(at.astimezone(UTC), now.astimezone(UTC))

    def _later(self, at: datetime) -> datetime | None:
        """A later moment to try, where nothing goes out ``at`` a local time."""
        if at.weekday() not in self.days:
            return self._local(at + timedelta(days=1), time())
        if self.quiet is None or at.time() not in self.quiet:
            return None
        over_midnight = self.quiet.end <= at.time()
        return self._local(at + timedelta(days=over_midnight), self.quiet.end)

    def _local(self, day: datetime, clock: time) -> datetime:
        return datetime.combine(day.date(), clock, self.zone)


def next_time(now: datetime, clock: time, days: frozenset[int], zone: ZoneInfo) -> datetime:
    """When the clock next shows a time on one of the days, strictly after ``now``; UTC."""
    today = now.astimezone(zone).date()
    moments = (
        datetime.combine(today + timedelta(days=number), clock, zone).astimezone(UTC)
        for number in range(9)
        if (today + timedelta(days=number)).weekday() in days
    )
    return next(moment for moment in moments if moment > now)
