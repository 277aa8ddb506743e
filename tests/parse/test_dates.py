"""Dates as printed, with no precision added."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import Moment
from monitor.parse.dates import find_moment, from_url, nearest

DAY = dt.date(2026, 11, 3)
SEVEN = dt.timezone(dt.timedelta(hours=7))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03",
        "2026/11/3",
        "2026.11.03",
        "2026年11月3日",
        "2026 年 11 月 03 日 星期二",
        "20261103",
        "3/11/2026",
        "03-11-2026",
        "11/23/2026 was not, 3/11/2026",
        "Nov. 3, 2026",
        "November 3rd, 2026",
        "Tuesday, 3 November 2026",
        "3rd of Nov 2026",
        "03-Nov-2026",
        "3 ພະຈິກ 2026",
        "ວັນທີ 3 ເດືອນ ພະຈິກ ປີ 2026",
        "໐໓/໑໑/໒໐໒໖",
        "໓ ພະຈິກ ໒໕໖໙",
        "3/11/2569",
        "from 1812-01-01 to 2026-11-03",
        "1970-01-01 2026-11-03",
        "2026-13-45 2026-11-03",
        "Dienstag, 3. November 2026",
        "mardi 3 novembre 2026",
        "3 de noviembre de 2026",
        "3 ноября 2026 г.",
        "3 listopada 2026",
        "2026. november 3.",
        "3 Kasım 2026",
        "3 نوفمبر 2026",
        "3 تشرين الثاني / نوفمبر 2026",
        "3 พฤศจิกายน 2569",
        "๓ พ.ย. ๒๕๖๙",
        "3 tháng 11, 2026",
        "2026년 11월 3일",
        "Room 12 of 30, 3 Nov 2026",
        "二〇二六年十一月三日",
        "中華民國115年11月3日",
        "民國一一五年 2026年11月3日",
    ],
)
def test_dates_stay_dates(text: str) -> None:
    expected = dt.date(2026, 11, 23) if text.startswith("11/23") else DAY
    found = find_moment(text, "Asia/Vientiane")
    assert found == expected
    assert not isinstance(found, dt.datetime)


def test_the_months_of_the_levant() -> None:
    assert find_moment("الجمعة 24 نيسان 2026") == dt.date(2026, 4, 24)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("2026-11-03 09:30", (9, 30, 0)),
        ("2026年11月3日 09:30:15", (9, 30, 15)),
        ("2026年11月3日09时30分", (9, 30, 0)),
        ("09:30 03/11/2026", (9, 30, 0)),
        ("Nov. 3, 2026, 9:30 p.m.", (21, 30, 0)),
        ("November 3, 2026 at 12:05 AM", (0, 5, 0)),
        ("3 ພະຈິກ 2026 ເວລາ 09:30", (9, 30, 0)),
        ("3 พฤศจิกายน 2569 เวลา 09:30 น.", (9, 30, 0)),
        ("3. November 2026 um 9:30 Uhr", (9, 30, 0)),
        ("3 novembre 2026 à 9h30", (9, 30, 0)),
        ("03.11.2026 / 09:30", (9, 30, 0)),
        ("2026年11月3日 下午9:30", (21, 30, 0)),
        ("2026年11月3日 凌晨12:05", (0, 5, 0)),
        ("2026年11月3日 中午12:05", (12, 5, 0)),
        ("2026年11月3日 早上7:05", (7, 5, 0)),
        ("2026年11月3日 星期二 07时05分", (7, 5, 0)),
        ("2026-11-03（周二） 07:05", (7, 5, 0)),
        ("7:05 am on Tuesday, 3 November 2026", (7, 5, 0)),
    ],
)
def test_a_time_without_offset_is_in_the_zone_given(text: str, clock: tuple[int, int, int]) -> None:
    expected = dt.datetime.combine(DAY, dt.time(*clock), SEVEN)
    found = find_moment(text, "Asia/Vientiane")
    assert found == expected
    assert isinstance(found, dt.datetime)
    assert found.utcoffset() == dt.timedelta(hours=7)
    assert find_moment(text) == DAY
    assert find_moment(text, "Mars/Olympus") == find_moment(text, "localtime") == DAY


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-11-03T09:30:00+08:00", 8),
        ("2026-11-03T09:30:00.000+0700", 7),
        ("2026-11-03T09:30:00.123Z", 0),
        ("2026-11-03 09:30 GMT+7", 7),
        ("Tue, 03 Nov 2026 09:30:00 GMT", 0),
        ("2026-11-03 09:30 UTC-5", -5),
        ("November 3, 2026, 9:30 a.m. EST", -5),
        ("3 Nov 2026 09:30 ICT", 7),
        ("3 Nov 2026 09:30 JST", 9),
    ],
)
def test_an_offset_is_kept(text: str, hours: int) -> None:
    zone = dt.timezone(dt.timedelta(hours=hours))
    assert find_moment(text, "Asia/Shanghai") == dt.datetime(2026, 11, 3, 9, 30, tzinfo=zone)


@pytest.mark.parametrize(
    ("text", "zone", "offset"),
    [
        ("3 Nov 2026 09:30 CST", "Asia/Vientiane", "+08:00"),
        ("3 Nov 2026 09:30 CST", "America/New_York", "-06:00"),
        ("3 July 2026 09:30 BST", "Europe/London", "+01:00"),
        ("09:30 BST, 3 July 2026", "Asia/Bangkok", "+06:00"),
        ("3 Nov 2026 09:30 IST", "Asia/Kolkata", "+05:30"),
    ],
)
def test_a_zone_of_several_places_is_that_of_this_part_of_the_world(
    text: str, zone: str, offset: str
) -> None:
    found = find_moment(text, zone)
    assert isinstance(found, dt.datetime)
    assert found.isoformat()[10:] == f"T09:30:00{offset}"


@pytest.mark.parametrize("zone", [None, "Europe/Paris", "Africa/Cairo"])
def test_a_zone_that_may_be_either_leaves_the_date(zone: str | None) -> None:
    assert find_moment("3 Nov 2026 09:30 CST", zone) == DAY


@pytest.mark.parametrize(
    "text", ["", "no date", "1850-01-01", "2026-11-33", "12345678901234", "3 Nov", "31/31/2026"]
)
def test_nonsense_is_no_date(text: str) -> None:
    assert find_moment(text) is None


def test_an_impossible_offset_leaves_the_date() -> None:
    assert find_moment("2026-11-03 09:30 +99:00") == DAY


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://en.qstheory.cn/2021-01/22/c_582.htm", dt.date(2021, 1, 22)),
        ("http://x.cn/20210122/abc/c.html", dt.date(2021, 1, 22)),
        ("http://x.cn/2021/01/22/slug", dt.date(2021, 1, 22)),
        ("http://x.cn/n3/2021/0122/c90000-1.html", dt.date(2021, 1, 22)),
        ("http://x.cn/a/202101/22/WS6.html", dt.date(2021, 1, 22)),
        ("http://x.cn/2021/1/2/slug", dt.date(2021, 1, 2)),
        ("http://x.de/news/~22-01-2021-slug", dt.date(2021, 1, 22)),
        ("http://x.kr/article/A2021012214320005196", dt.date(2021, 1, 22)),
        ("http://x.cn/2021/02/31/slug", None),
        ("http://x.cn/story?d=/2021/01/22/", None),
        ("http://x.cn/story-123456", None),
    ],
)
def test_dates_in_urls(url: str, day: dt.date | None) -> None:
    assert from_url(url) == day


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (dt.date(2026, 1, 2), dt.date(2025, 12, 31)),
        (dt.datetime(2026, 12, 30, tzinfo=dt.UTC), dt.date(2026, 12, 31)),
    ],
)
def test_the_year_of_a_dateline_is_the_nearest(story: Moment, expected: dt.date) -> None:
    assert nearest(12, 31, story) == expected


def test_leap_day_falls_on_a_leap_year_or_nowhere() -> None:
    assert nearest(2, 29, dt.date(2025, 3, 1)) == dt.date(2024, 2, 29)
    assert nearest(2, 30, dt.date(2025, 3, 1)) is None


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)))
def test_every_form_of_a_date_is_read_alike(day: dt.date) -> None:
    forms = (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day}/{day.month}/{day.year + 543}",
    )
    assert {find_moment(form) for form in forms} == {day}


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    found = find_moment(text, "Asia/Shanghai")
    assert found is None or 1990 <= found.year <= 2101
