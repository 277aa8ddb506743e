"""Dates and times as people and machines print them, read without adding precision.

English, Chinese and Lao are read, and ISO 8601. A date stays a date; a time without an offset is
placed in the zone given, and is cut to its date where there is none.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.models import Moment

EARLIEST = 1990  # the first news sites; anything older is a misread number
LATEST = 2100
_BUDDHIST = 543
_BUDDHIST_ERA = range(2500, 2700)

EN_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
LO_MONTHS = {
    name: number
    for number, name in enumerate(
        (
            "ມັງກອນ", "ກຸມພາ", "ມີນາ", "ເມສາ", "ພຶດສະພາ", "ມິຖຸນາ",
            "ກໍລະກົດ", "ສິງຫາ", "ກັນຍາ", "ຕຸລາ", "ພະຈິກ", "ທັນວາ",
        ),
        1,
    )
}  # fmt: skip
_MONTHS = EN_MONTHS | LO_MONTHS
_LAO_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙０１２３４５６７８９：", "01234567890123456789:")

_EN = "|".join(sorted(EN_MONTHS, key=len, reverse=True))
_LO = "|".join(sorted(LO_MONTHS, key=len, reverse=True))
_SEP = r"\s*[-/.]\s*"
_FORMS = (
    r"(?<!\d)(?P<y1>\d{4})\s*(?:年|[-/.])\s*(?P<m1>\d{1,2})\s*(?:月|[-/.])\s*(?P<d1>\d{1,2})(?!\d)\s?日?",
    rf"(?<!\d)(?P<d2>\d{{1,2}}){_SEP}(?P<m2>\d{{1,2}}){_SEP}(?P<y2>\d{{4}})(?!\d)",
    rf"\b(?P<n3>{_EN})\.?\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})(?!\d)",
    rf"(?<!\d)(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<n4>{_EN})\.?,?[\s-]+(?P<y4>\d{{4}})(?!\d)",
    rf"(?<!\d)(?P<d5>\d{{1,2}})\s*(?:ເດືອນ\s*)?(?P<n5>{_LO})\s*(?:ປີ\s*)?(?P<y5>\d{{4}})(?!\d)",
    r"(?<!\d)(?P<y6>(?:19|20)\d\d)(?P<m6>\d\d)(?P<d6>\d\d)(?!\d)",
)
_DATE = re.compile("|".join(_FORMS), re.IGNORECASE)
_CLOCK = (
    r"(?P<h>[01]?\d|2[0-3])[:.时](?P<mi>[0-5]\d)(?:分?[:.]?(?P<s>[0-5]\d)(?:[.,]\d+)?秒?)?(?!\d)"
    r"\s*(?P<ap>[ap]\.?m\b\.?)?\s*\(?(?P<tz>Z\b|(?:(?:UTC|GMT)\s*)?[+-]\d{1,2}:?(?:\d{2})?(?!\d)|UTC\b|GMT\b)?"
)
_TIME_AFTER = re.compile(r"\s*(?:T|at\b|[,|·•,-]|ເວລາ)?\s*" + _CLOCK, re.IGNORECASE)
_TIME_BEFORE = re.compile(_CLOCK + r"\s*(?:ໂມງ)?\s*(?:[,|·•-]|on\b|ວັນທີ)?\s*$", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")
_URL = re.compile(
    r"/(?P<y>(?:19|20)\d\d)(?:[-/_]?)(?P<m>0[1-9]|1[0-2]|(?<=[-/_])[1-9](?=[-/_]))[-/_]?"
    r"(?P<d>0[1-9]|[12]\d|3[01]|(?<=[-/_])[1-9](?=[-/_.]))(?=[^\d]|$)"
)
_BEFORE = 24  # characters before a date in which a time may stand: "09:30 03/11/2026"


def find_moment(text: str, zone: str | None = None, order: str = "dmy") -> Moment | None:
    """The first plausible date in ``text``, with its time where one stands beside it.

    Day comes before month in ``3/11/2026``, as in Laos, China's English papers and most of the
    world, unless ``order`` is mdy or only the other order is a date. Lao digits and Buddhist years
    are understood.
    """
    text = text.translate(_LAO_DIGITS)
    for match in _DATE.finditer(text):
        if day := _day(match, order):
            clock = _TIME_AFTER.match(text, match.end())
            if clock is None:
                clock = _TIME_BEFORE.search(text[max(0, match.start() - _BEFORE) : match.start()])
            return _at(day, clock, zone) if clock else day
    return None


def from_url(url: str) -> dt.date | None:
    """The date in a path: ``/2021-01/22/``, ``/20210122/``, ``/2021/01/22/``, ``/2021/0122/``."""
    for match in _URL.finditer(url.split("?", 1)[0]):
        if day := _date(int(match["y"]), int(match["m"]), int(match["d"])):
            return day
    return None


def nearest(month: int, day: int, story: Moment) -> dt.date | None:
    """The date of that month and day that lies nearest to the story's own."""
    middle = as_date(story)
    dates = [_date(middle.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((date for date in dates if date), key=lambda d: abs(d - middle), default=None)


def as_date(moment: Moment) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _day(match: re.Match[str], order: str) -> dt.date | None:
    parts = {name[0]: value for name, value in match.groupdict().items() if value}
    year, day = int(parts["y"]), int(parts["d"])
    month = _MONTHS[parts["n"].lower()] if "n" in parts else int(parts["m"])
    if year in _BUDDHIST_ERA:
        year -= _BUDDHIST
    if not match["d2"]:
        return _date(year, month, day)
    if order == "mdy":
        month, day = day, month
    return _date(year, month, day) or _date(year, day, month)


def _date(year: int, month: int, day: int) -> dt.date | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _at(day: dt.date, clock: re.Match[str], zone: str | None) -> Moment:
    """The day at the time that ``clock`` shows; the bare day where no offset can be known."""
    hour, minute, second = int(clock["h"]), int(clock["mi"]), int(clock["s"] or 0)
    if clock["ap"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if clock["ap"][0] in "pP" else 0)
    place = _offset(clock["tz"]) if clock["tz"] else _zone(zone)
    if place is None:
        return day
    moment = dt.datetime.combine(day, dt.time(hour, minute, second), place)
    # A plain offset, as the page would print it: the zone's rules are done with.
    return moment.replace(tzinfo=dt.timezone(moment.utcoffset() or dt.timedelta()))


def _offset(text: str) -> dt.tzinfo | None:
    match = _OFFSET.search(text)
    if match is None:
        return dt.UTC
    sign = -1 if match[1] == "-" else 1
    minutes = sign * (int(match[2]) * 60 + int(match[3] or 0))
    return dt.timezone(dt.timedelta(minutes=minutes)) if abs(minutes) <= 14 * 60 else None


def _zone(name: str | None) -> dt.tzinfo | None:
    return fixed(name) if name else None


@lru_cache(maxsize=64)
def fixed(name: str) -> dt.tzinfo | None:
    """The zone of an IANA name, None where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
