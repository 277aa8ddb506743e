"""Dates and times as people and machines print them, read without adding precision.

English, Chinese, Lao, Thai, the languages of Europe and ISO 8601 are read. A date stays a date; a
time without an offset is placed in the zone given, and is cut to its date where there is none.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.models import Moment
from monitor.parse.months import NAME, WEEKDAY_OR_SHORT, month_of

EARLIEST = 1990  # the first news sites; anything older is a misread number
LATEST = 2100
_BUDDHIST = 543
_BUDDHIST_ERA = range(2500, 2700)
_LAO_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９：", "0123456789" * 3 + ":")

_YEAR = re.compile(r"(?:19|2[0156])\d\d")
_SEP = r"\s*[-/.]\s*"
# Before "/" the name of the month in the Levant, which has that of Egypt after it.
_OF = (
    r"(?:of\s+|de\s+|d[’']|ເດືອນ\s*|เดือน\s*"
    r"|[\u0621-\u064a]{2,6}(?:\s[\u0621-\u064a]{3,6})?\s?/\s?)?"
)
_FORMS = (
    r"(?<!\d)(?P<y1>\d{4})\s*(?:[年년]|[-/.])\s*(?P<m1>\d{1,2})\s*(?:[月월]|[-/.])\s*(?P<d1>\d{1,2})(?!\d)\s?[日일]?",
    rf"(?<!\d)(?P<d2>\d{{1,2}}){_SEP}(?P<m2>\d{{1,2}}){_SEP}(?P<y2>\d{{4}})(?!\d)",
    rf"(?<!\d)(?P<d4>\d{{1,2}})(?:st|nd|rd|th|er|[.º])?[\s-]*{_OF}(?P<n4>{NAME})\.?,?[\s-]*(?:de\s+|ປີ\s*|พ\.ศ\.\s*|ค\.ศ\.\s*)?(?P<y4>\d{{4}})(?!\d)",
    rf"(?<![^\W\d_])(?P<n3>{NAME})\.?\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})(?!\d)",
    r"(?<!\d)(?P<d5>\d{1,2})\s+(?i:tháng)\s+(?P<m5>\d{1,2})(?:,|\s+năm)?\s+(?P<y5>\d{4})(?!\d)",
    rf"(?<!\d)(?P<y7>\d{{4}})\.?\s(?P<n7>{NAME})\s(?P<d7>\d{{1,2}})(?!\d)",
    r"(?<!\d)(?P<y6>(?:19|20)\d\d)(?P<m6>\d\d)(?P<d6>\d\d)(?!\d)",
)
_DATE = re.compile("|".join(_FORMS), re.IGNORECASE)
_CLOCK = (
    r"(?P<ap0>上午|下午|晚上|凌晨|早上|早晨|清晨|中午|傍晚)?\s?(?P<h>[01]?\d|2[0-3])\s?[:.时時点點hH]\s?(?P<mi>[0-5]\d)"
    r"(?:分?[:.]?(?P<s>[0-5]\d)(?:[.,]\d+)?秒?)?(?!\d)"
    r"\s*(?P<ap>[ap]\.?m\b\.?)?\s*\(?(?P<tz>Z\b|(?:(?:UTC|GMT)\s*)?[+-]\d{1,2}:?(?:\d{2})?(?!\d)|UTC\b|GMT\b"
    r"|(?-i:E[SD]T|C[SD]T|P[SD]T|CES?T|AE[SD]T|ICT|SGT|HKT|[JK]ST|[BI]ST)\b)?"
)
_TIME_AFTER = re.compile(
    r"\s*(?:[(（]?(?:星期|周|週)[一二三四五六日天][)）]?\s?)?"
    r"(?:T|at\b|um\b|à\b|alle\b|ore\b|[oв]\b|kl\.?|lúc\b|[,|·•/-]|ເວລາ|เวลา)?\s*(?:um\b|at\b|alle\b)?\s*"
    + _CLOCK,
    re.IGNORECASE,
)
_TIME_BEFORE = re.compile(
    _CLOCK + r"\s*(?:ໂມງ|น\.)?\s*(?:[,|·•-]|on\b|ວັນທີ|วันที่)?\s*"
    rf"(?:(?:on\s+)?{WEEKDAY_OR_SHORT}\b[.,]?\s*)?$",
    re.IGNORECASE,
)
# Many print EST in summer too.
ABROAD = {
    **dict.fromkeys(("EST", "EDT"), "America/New_York"), "CDT": "America/Chicago",
    **dict.fromkeys(("PST", "PDT"), "America/Los_Angeles"),
    **dict.fromkeys(("CET", "CEST"), "Europe/Paris"),
    **dict.fromkeys(("AEST", "AEDT"), "Australia/Sydney"),
    "ICT": "Asia/Bangkok", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
}  # fmt: skip
# Of two places or three: the one in the part of the world that the page is from.
_SHARED = {
    "CST": {"Asia": "Asia/Shanghai", "America": "America/Chicago"},
    "BST": {"Asia": "Asia/Dhaka", "Europe": "Europe/London"},
    "IST": {"Asia": "Asia/Kolkata", "Europe": "Europe/Dublin"},
}
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")
_URL = re.compile(
    r"/(?P<y>(?:19|20)\d\d)(?:[-/_]?)(?P<m>0[1-9]|1[0-2]|(?<=[-/_])[1-9](?=[-/_]))[-/_]?"
    r"(?P<d>0[1-9]|[12]\d|3[01]|(?<=[-/_])[1-9](?=[-/_.]))(?=[^\d]|$)"
    r"|(?<=[-/_~])(?P<d2>[0-3]\d)-(?P<m2>[01]\d)-(?P<y2>20\d\d)(?=[-/_.]|$)"
    # An identifier that begins with the minute: A2026012914320005196
    r"|/[A-Za-z]{0,3}(?P<y3>20[0-4]\d)(?P<m3>[01]\d)(?P<d3>[0-3]\d)(?:[01]\d|2[0-3])[0-5]\d\d{2,10}(?=[./]|$)"
)
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_DATE = re.compile(
    r"(?:(?P<y>二[〇○零][〇○零一二三四五六七八九]{2})"
    r"|(?:民國|民国)\s?(?P<roc>\d{2,3}))年\s?"
    r"(?P<m>[一二三四五六七八九]|十[一二]?|\d{1,2})月\s?"
    r"(?P<d>[一二三四五六七八九]|[二三]?十[一二三四五六七八九]?|\d{1,2})[日号號]"
)
_BEFORE = 36  # characters before a date in which a time may stand: "09:30 03/11/2026"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as printed, with the time and the offset that stand beside it, if any."""

    day: dt.date
    unsure: bool = False  # 3/11: the other order of day and month is a date too
    clock: dt.time | None = None
    offset: dt.tzinfo | None = None
    shared: str = ""  # CST, BST or IST: a zone's name that others have too
    start: int = 0  # where it stands in its text
    end: int = 0

    def swapped(self) -> Stamp:
        """What it says where month comes before day, or the other way round."""
        return replace(self, day=self.day.replace(month=self.day.day, day=self.day.month))

    def moment(self, zone: str | None) -> Moment:
        """The bare day where no offset can be known."""
        if self.shared:
            zone = _SHARED[self.shared].get((zone or "").partition("/")[0])
        place = self.offset or (fixed(zone) if zone else None)
        if self.clock is None or place is None:
            return self.day
        moment = dt.datetime.combine(self.day, self.clock, place)
        # A plain offset, as the page would print it: the zone's rules are done with.
        return moment.replace(tzinfo=dt.timezone(moment.utcoffset() or dt.timedelta()))


def find_stamp(text: str, order: str = "dmy") -> Stamp | None:
    """The first plausible date in ``text``, with its time where one stands beside it.

    Day comes before month in ``3/11/2026``, as in Laos, China's English papers and most of the
    world, unless ``order`` is mdy or only the other order is a date. Lao and Thai digits and
    Buddhist years are understood.
    """
    if not text.isascii():
        text = text.translate(_LAO_DIGITS)
    if not _YEAR.search(text):
        return _in_han(text)
    start = 0
    while match := _DATE.search(text, start):
        if found := _day(match, order):
            begin, end = match.span()
            if clock := _TIME_AFTER.match(text, end):
                return replace(_timed(*found, clock), start=begin, end=clock.end())
            before = max(0, begin - _BEFORE)
            if clock := _TIME_BEFORE.search(text[before:begin]):
                return replace(_timed(*found, clock), start=before + clock.start(), end=end)
            return Stamp(*found, start=begin, end=end)
        start = match.start() + 1  # "Chambers 12 June 2020": the next form may begin within
    return _in_han(text)


def _in_han(text: str) -> Stamp | None:
    """A date in Han numerals, or in the years of the Republic."""
    match = _HAN_DATE.search(text) if "年" in text else None
    if match is None:
        return None
    year = 1911 + int(match["roc"]) if match["roc"] else int(match["y"].translate(_HAN_DIGITS))
    day = _date(year, _number(match["m"]), _number(match["d"]))
    return Stamp(day, start=match.start(), end=match.end()) if day else None


def _number(text: str) -> int:
    """Of two figures at most: 二十一, 21."""
    tens, ten, ones = text.translate(_HAN_DIGITS).partition("十")
    return int(tens or 1) * 10 + int(ones or 0) if ten else int(tens)


def find_moment(text: str, zone: str | None = None, order: str = "dmy") -> Moment | None:
    """The date that ``find_stamp`` finds, its time placed in ``zone`` if it has no offset."""
    stamp = find_stamp(text, order)
    return stamp.moment(zone) if stamp else None


def from_url(url: str) -> dt.date | None:
    """The date in a path: ``/2021-01/22/``, ``/20210122/``, ``/2021/01/22/``, ``/2021/0122/``,
    ``-22-01-2021-``."""
    for match in _URL.finditer(url.split("?", 1)[0]):
        parts = (int(match[name] or match[f"{name}2"] or match[f"{name}3"]) for name in "ymd")
        if day := _date(*parts):
            return day
    return None


def nearest(month: int | None, day: int, story: Moment) -> dt.date | None:
    """The date of that month, or of any, and that day that lies nearest to the story's own."""
    middle = as_date(story)
    months = [month] if month else [1 + (middle.month + shift) % 12 for shift in (-2, -1, 0)]
    years = [middle.year + shift for shift in (-1, 0, 1)]
    dates = [_date(year, month, day) for year in years for month in months]
    return min((date for date in dates if date), key=lambda d: abs(d - middle), default=None)


def as_date(moment: Moment) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _day(match: re.Match[str], order: str) -> tuple[dt.date, bool] | None:
    """The date, and whether day and month might be meant the other way round."""
    parts = {name[0]: value for name, value in match.groupdict().items() if value}
    year, day = int(parts["y"]), int(parts["d"])
    month = month_of(parts["n"]) if "n" in parts else int(parts["m"])
    if month is None:
        return None
    if year in _BUDDHIST_ERA:
        year -= _BUDDHIST
    if not match["d2"]:
        found = _date(year, month, day)
        return (found, False) if found else None
    if order == "mdy":
        month, day = day, month
    found = _date(year, month, day) or _date(year, day, month)
    unsure = day <= 12 and month <= 12 and day != month and "." not in match.group()
    return (found, unsure) if found else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _timed(day: dt.date, unsure: bool, clock: re.Match[str]) -> Stamp:
    hour, minute, second = int(clock["h"]), int(clock["mi"]), int(clock["s"] or 0)
    if clock["ap"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if clock["ap"][0] in "pP" else 0)
    elif clock["ap0"] in {"下午", "晚上", "傍晚"} and hour < 12:
        hour += 12
    elif clock["ap0"] == "凌晨" and hour == 12:
        hour = 0
    elif clock["ap0"] == "中午" and hour < 3:
        hour += 12
    time = dt.time(hour, minute, second)
    if clock["tz"] in _SHARED:
        return Stamp(day, unsure, time, shared=clock["tz"])
    offset = _offset(clock["tz"]) if clock["tz"] else None
    if clock["tz"] and offset is None:  # an offset that no place has
        return Stamp(day, unsure)
    return Stamp(day, unsure, time, offset)


def _offset(text: str) -> dt.tzinfo | None:
    if text in ABROAD:
        return fixed(ABROAD[text])
    match = _OFFSET.search(text)
    if match is None:
        return dt.UTC
    sign = -1 if match[1] == "-" else 1
    minutes = sign * (int(match[2]) * 60 + int(match[3] or 0))
    return dt.timezone(dt.timedelta(minutes=minutes)) if abs(minutes) <= 14 * 60 else None


@lru_cache(maxsize=64)
def fixed(name: str) -> dt.tzinfo | None:
    """The zone of an IANA name, None where there is no such zone."""
    if name in {"localtime", "posixrules"}:  # what this machine is set to
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder, or too long a name
        return None
