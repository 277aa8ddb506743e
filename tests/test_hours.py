"""Quiet hours, working days and the times of digests, in the time zone of a channel."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.hours import (
    EVERY_DAY,
    Hours,
    Quiet,
    next_time,
    parse_clock,
    parse_days,
    parse_quiet,
    parse_zone,
)

VIENTIANE = ZoneInfo("Asia/Vientiane")  # UTC+7, no summer time
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = parse_quiet("22:00-06:30")
WEEK = parse_days("mon-fri")


def local(text: str, zone: ZoneInfo = VIENTIANE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-20 21:59", "2026-11-20 21:59"),
        ("2026-11-20 22:00", "2026-11-21 06:30"),
        ("2026-11-21 00:00", "2026-11-21 06:30"),
        ("2026-11-21 06:29", "2026-11-21 06:30"),
        ("2026-11-21 06:30", "2026-11-21 06:30"),
    ],
)
def test_quiet_hours_over_midnight(now: str, opens: str) -> None:
    assert Hours(VIENTIANE, NIGHT).opens(local(now)) == local(opens)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-20 12:30", "2026-11-20 14:00"),
        ("2026-11-20 14:00", "2026-11-20 14:00"),
        ("2026-11-20 11:59", "2026-11-20 11:59"),
    ],
)
def test_quiet_hours_within_a_day(now: str, opens: str) -> None:
    assert Hours(VIENTIANE, parse_quiet("12:00-14:00")).opens(local(now)) == local(opens)


def test_what_comes_on_friday_night_goes_out_on_monday_morning() -> None:
    hours = Hours(VIENTIANE, NIGHT, WEEK)
    assert hours.opens(local("2026-11-20 23:00")) == local("2026-11-23 06:30")
    assert hours.opens(local("2026-11-22 12:00")) == local("2026-11-23 06:30")
    assert hours.opens(local("2026-11-20 12:00")) == local("2026-11-20 12:00")


def test_the_same_moment_is_night_in_one_place_and_day_in_another() -> None:
    now = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # 23:00 in Vientiane, 17:00 in Berlin
    assert Hours(VIENTIANE, NIGHT).opens(now) > now
    assert Hours(BERLIN, NIGHT).opens(now) == now


def test_an_hour_that_summer_time_leaves_out_ends_quiet_hours_at_the_change() -> None:
    hours = Hours(BERLIN, parse_quiet("01:00-02:30"))  # 02:00 is 03:00 on this day
    opens = hours.opens(local("2026-03-29 01:30", BERLIN))
    assert opens == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(
    now=st.integers(1_577_836_800, 2_051_222_400).map(lambda at: datetime.fromtimestamp(at, UTC)),
    begin=st.times(),
    end=st.times(),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    zone=st.sampled_from(["Asia/Vientiane", "Europe/Berlin", "America/St_Johns", "UTC"]),
)
def test_what_is_held_goes_out_when_something_may(
    now: datetime, begin: time, end: time, days: frozenset[int], zone: str
) -> None:
    quiet = Quiet(begin, end) if begin != end else None
    hours = Hours(ZoneInfo(zone), quiet, days)
    opens = hours.opens(now)
    assert now <= opens <= now + timedelta(days=9)
    assert hours.opens(opens) == opens, "open when it opens"


def test_the_next_edition_is_never_now() -> None:
    now = local("2026-11-20 07:00")
    assert next_time(now, time(7), EVERY_DAY, VIENTIANE) == local("2026-11-21 07:00")
    assert next_time(now - timedelta(seconds=1), time(7), EVERY_DAY, VIENTIANE) == now
    assert next_time(now, time(7), parse_days("mon"), VIENTIANE) == local("2026-11-23 07:00")
    friday = parse_days("fri")
    assert next_time(now, time(7), friday, VIENTIANE) == local("2026-11-27 07:00")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sun-thu", {6, 0, 1, 2, 3}),
        ("Mon, wed,fri", {0, 2, 4}),
        ("sat", {5}),
        ("fri-mon", {4, 5, 6, 0}),
    ],
)
def test_days(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "monday", "mon-", "mon fri", "1-5", None, 5])
def test_what_are_no_days(text: object) -> None:
    with pytest.raises(ValueError, match="allowed: mon-fri"):
        parse_days(text)


@pytest.mark.parametrize("text", ["22-6", "22:00-22:00", "25:00-06:00", "22:00", "", None, 7])
def test_what_are_no_quiet_hours(text: object) -> None:
    with pytest.raises(ValueError, match="allowed: HH:MM-HH:MM"):
        parse_quiet(text)


@pytest.mark.parametrize("text", ["7:00", "24:00", "", None, 7])
def test_what_is_no_time_of_day(text: object) -> None:
    with pytest.raises(ValueError, match="allowed: 00:00 to 23:59"):
        parse_clock(text)


@pytest.mark.parametrize("name", ["Vientiane", "", "../passwd", "/etc/passwd", "UTC+7", None, 7])
def test_what_is_no_time_zone(name: object) -> None:
    with pytest.raises(ValueError, match="such as Asia/Vientiane"):
        parse_zone(name)
