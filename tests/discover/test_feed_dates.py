"""Times of feeds: as printed, whatever calendar and culture they were printed in."""

from __future__ import annotations

import calendar
import datetime as dt
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from feedparser.datetimes import _parse_date
from hypothesis import given
from hypothesis import strategies as st

from monitor.discover.feeddates import known_moment, moment
from monitor.models import Moment

VIENTIANE, SHANGHAI = ZoneInfo("Asia/Vientiane"), ZoneInfo("Asia/Shanghai")
MORNING = dt.datetime(2026, 11, 3, 9, 30, tzinfo=VIENTIANE)


@pytest.mark.parametrize(
    "printed",
    [
        *("2026-11-03", "03 Nov 2026", "Tue, 3 Nov 2026", "Tuesday, 03 November 2026"),
        *("3/11/2026", "03-11-2026", "03.11.2026", "2026/11/3", "2026.11.03", "2026年11月3日"),
        *("2026 年 11 月 3 日", "Nov 3, 2026", "November 3 2026", " 2026-11-03\n"),
        *("3/11/2569", "2569-11-03", "Tue, 03 Nov 2569"),
    ],
)
def test_a_day_stays_a_day(printed: str) -> None:
    day = known_moment(printed, VIENTIANE)
    assert (day, type(day)) == (dt.date(2026, 11, 3), dt.date)


@pytest.mark.parametrize(
    "printed",
    [
        # Without an offset the source's zone holds.
        *("Tue, 03 Nov 2026 09:30:00", "3 Nov 2026 09:30", "2026-11-03 09:30", "3/11/2026 9:30"),
        *("2026-11-3 9:30:00", "2026/11/03 09:30:00", "2026年11月3日 09:30", "03-11-2026, 09:30"),
        *("11/3/2026 9:30:00 AM", "Nov 3, 2026 9:30 am", "Tue Nov  3 09:30:00 2026"),
        *("Tue, 03 Nov 2569 09:30:00", "3/11/2569 09:30", "2569-11-03T09:30:00"),
        # With one, it holds.
        *("Tue, 03 Nov 2026 09:30:00 +0700", "Tue, 03 Nov 2026 02:30:00 GMT"),
        *("2026-11-03T09:30:00+07:00", "2026-11-03T09:30:00+0700", "2026-11-03T02:30:00Z"),
        *("2026-11-03 09:30 +0700", "3/11/2026 02:30 UTC", "Tue Nov 03 02:30:00 UTC 2026"),
        *("Tue, 03 Nov 2569 09:30:00 +0700", "2026/11/03 10:30:00 +08:00", "3 Nov 2026 02:30 Z"),
    ],
)
def test_a_time_holds_where_it_was_printed(printed: str) -> None:
    assert known_moment(printed, VIENTIANE) == MORNING


@pytest.mark.parametrize(
    "printed",
    [
        *(
            "2026年11月3日 上午9:30",
            "2026年11月3日9时30分",
            "2026年11月3日 09:30:00",
            "2026-11-3 上午9:30",
        ),
        *(
            "2026年11月3日 星期二 9点30分00秒",
            "2026年11月3日（星期二）09：30",
            "2026年11月3日 周二  早上9時30分",
        ),
        "2026年11月3日 10:30:00 CST",
        *("Tue, 03 Nov 2026 10:30:00 GMT+0800", "Tue, 03 Nov 2026 10:30:00 GMT+8"),
        *("Tue Nov 03 2026 10:30:00 GMT+0800 (China Standard Time)", "2026-11-03T10:30:00+8:00"),
        *(
            "2026-11-03 09:30:00 +07",
            "2026-11-03 09:30:00 ICT",
            "Tue, 03 Nov 2026 10:30:00 UTC+08:00",
        ),
        *("2026-11-03 10:30:00 HKT", "2026-11-03 10:30:00 SGT", "2026-11-03 11:30:00 JST"),
        *("Tue, 03 Nov 2026 02:30:00 +0000 (UTC)", "Tue Nov 03 09:30:00 ICT 2026"),
    ],
)
def test_the_clocks_and_zones_of_the_east_are_known(printed: str) -> None:
    assert moment(printed, _parse_date(printed), VIENTIANE) == MORNING


@pytest.mark.parametrize(
    ("printed", "clock"),
    [
        *(("2026年11月3日 下午3:05", (15, 5)), ("2026年11月3日 中午12:30", (12, 30))),
        *(("2026年11月3日 晚上8点", (20, 0)), ("2026年11月3日 凌晨12:10", (0, 10))),
        *(("2026年11月3日 下午15:30", (15, 30)), ("2026年11月3日 15时", (15, 0))),
    ],
)
def test_halves_of_the_day_are_known(printed: str, clock: tuple[int, int]) -> None:
    known = known_moment(printed, VIENTIANE)
    assert known == dt.datetime(2026, 11, 3, *clock, tzinfo=VIENTIANE)


@pytest.mark.parametrize(
    "printed", ["2026年11月3日 早些时候", "2026年11月3日 10:30 XYZ", "2026-11-03 10:30:00 EST"]
)
def test_where_the_clock_is_lost_the_day_is_kept(printed: str) -> None:
    day = moment(printed, _parse_date(printed), VIENTIANE)
    assert (day, type(day)) == (dt.date(2026, 11, 3), dt.date)


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        ("29 Feb 2567 10:00:00 GMT", dt.datetime(2024, 2, 29, 10, tzinfo=dt.UTC)),  # no leap year
        ("11/23/2026 12:05 AM", dt.datetime(2026, 11, 23, 0, 5, tzinfo=dt.UTC)),
        ("23/11/2026 12:05 PM", dt.datetime(2026, 11, 23, 12, 5, tzinfo=dt.UTC)),
        ("2026-11-03T09:30:00.1234567Z", dt.datetime(2026, 11, 3, 9, 30, 0, 123456, dt.UTC)),
        ("Tue, 25 Nov 2026 25:30:00", None),
        ("31 Feb 2026", None),
        ("2026-02-31", None),
        ("3 Xyz 2026", None),
        ("2026-11-03T24:00:00Z", None),
        ("2026-11-03 09:30 +99:00", None),
        ("2026-11-03 09:30" + " " * 99 + "x", None),
        ("Tue, 03 Nov 2026 09:30:00 EST", None),  # feedparser knows
        ("yesterday", None),
        ("", None),
    ],
)
def test_other_forms(printed: str, known: Moment | None) -> None:
    assert known_moment(printed, None) == known


def test_the_zone_of_a_source_knows_its_own_name() -> None:
    printed = "Tue, 03 Nov 2026 09:30:00 CST"
    assert moment(printed, None, SHANGHAI) == dt.datetime(2026, 11, 3, 9, 30, tzinfo=SHANGHAI)
    central = dt.timezone(dt.timedelta(hours=-6))
    assert moment(printed, None, VIENTIANE) == dt.datetime(2026, 11, 3, 9, 30, tzinfo=central)


def test_the_buddhist_era_is_known_in_other_forms_too() -> None:
    printed = "Tue, 03 Nov 2569 09:30:00 ICT"  # a zone that nobody knows
    assert moment(printed, _parse_date(printed), VIENTIANE) == MORNING


def test_a_time_to_come_is_kept() -> None:
    assert known_moment("2099-12-31", None) == dt.date(2099, 12, 31)


offsets = st.integers(-14 * 60, 14 * 60).map(lambda n: dt.timezone(dt.timedelta(minutes=n)))
times = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2099, 12, 31), timezones=offsets)  # noqa: DTZ001


@given(times.map(lambda time: time.replace(microsecond=0)), st.booleans())
def test_usual_times_are_read_as_feedparser_reads_them(time: dt.datetime, iso: bool) -> None:
    printed = time.isoformat() if iso else format_datetime(time)
    known = known_moment(printed, VIENTIANE)
    assert isinstance(known, dt.datetime)
    assert (known, known.utcoffset()) == (time, time.utcoffset())
    assert calendar.timegm(_parse_date(printed)) == time.timestamp()


@given(st.text("0123456789-/: TZ+,.年月日AMPNovCS", max_size=30))
def test_whatever_is_printed_is_a_time_or_none(printed: str) -> None:
    for zone in (None, VIENTIANE, SHANGHAI):
        read = moment(printed, _parse_date(printed) if printed else None, zone)
        assert read is None or isinstance(read, dt.date)
        assert not isinstance(read, dt.datetime) or read.tzinfo
