"""Times as feeds print them, with the offset and the precision that they print."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import time
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.discover.feedclocks import LONGEST, in_common_era, in_figures, with_offset
from monitor.discover.text import printed_date
from monitor.models import Moment, whole_minutes

_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTHS = {name: f"{month:02}" for month, name in enumerate(_NAMES, 1)}
_ISO8601 = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d"
    r"(?:[T ][012]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-][01]\d:?[0-5]\d)?)?"
)
_RFC5322 = re.compile(  # as nearly all RSS prints it
    r"(?:[A-Z][a-z][a-z], )?(\d\d?) ([A-Z][a-z][a-z]) ((?:19|20)\d\d)"
    r" ([012]\d:[0-5]\d:[0-5]\d) (GMT|[+-][01]\d[0-5]\d)"
)
_YEAR, _MONTH, _DAY = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>[A-Z][a-z]+)", r"(?P<d>\d\d?)"
_FIGURE = r"(?P<m>\d\d?)"
_CLOCK = r"(?P<H>[012]?\d):(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d)(?:\.\d+)?)?\s?(?P<half>[AaPp][Mm])?"
_ZONE = r"(?P<zone>(?:GMT|UTC)?[+-][012]?\d(?::?[0-5]\d)?|[A-Z]{1,4})"
_AT = rf"(?:[ T,-]{{1,3}}{_CLOCK}(?:\s?{_ZONE})?)?"
_DAY_FIRST = re.compile(rf"{_DAY}[-/.]{_FIGURE}[-/.]{_YEAR}{_AT}")
_FORMS = (
    re.compile(rf"(?:[A-Z][a-z]+, ?)?{_DAY} {_MONTH} {_YEAR}{_AT}"),  # RFC 5322
    re.compile(rf"{_YEAR}\s?[-/.年]\s?{_FIGURE}\s?[-/.月]\s?{_DAY}\s?日?{_AT}"),
    _DAY_FIRST,
    re.compile(rf"(?:[A-Z][a-z]+,? )?{_MONTH} +{_DAY},? {_YEAR}{_AT}"),
    re.compile(rf"(?:[A-Z][a-z]+ )?{_MONTH} +{_DAY} {_CLOCK}(?: {_ZONE})? {_YEAR}"),  # C, Java
)
_OTHER_CLOCK = re.compile(r"(?<![\d:+-])(?!00?:00)[012]?\d:[0-5]\d")  # than midnight's


def moment(
    printed: str | None, read: time.struct_time | None, zone: ZoneInfo | None
) -> Moment | None:
    """One time of a feed: ``printed`` as it stands there, ``read`` as feedparser took it, in UTC.

    A day without a time stays a date. An offset is kept unless feedparser reads another time.
    Without an offset, a time holds in ``zone``, else in UTC.
    """
    if not printed:
        return None
    if known := known_moment(printed, zone):
        return known
    common = in_common_era(printed.strip())
    own, theirs = read_printed(common), _in_utc(read) if common == printed.strip() else None
    if own is None:
        return theirs and _but_the_day(printed, theirs)
    if ":" not in printed and _is_midnight(day := theirs or own):
        return day.date()
    if own.tzinfo is None:
        return own.replace(tzinfo=zone or dt.UTC)
    return own if theirs is None or own == theirs else theirs


def _is_midnight(time: dt.datetime) -> bool:
    return (time.hour, time.minute) == (0, 0)


def _but_the_day(printed: str, theirs: dt.datetime) -> Moment:
    """``theirs``, or the day alone where they lost the clock, or even a part of the day."""
    if not _is_midnight(theirs) or "24:00" in printed:
        return theirs
    day = printed_date(printed[:LONGEST]) or theirs.date()
    is_lost = day != theirs.date() or ":" not in printed or _OTHER_CLOCK.search(printed)
    return day if is_lost else theirs


def _in_utc(read: time.struct_time | None) -> dt.datetime | None:
    try:
        return None if read is None else dt.datetime.fromtimestamp(calendar.timegm(read), dt.UTC)
    except (ValueError, OverflowError, OSError):  # the year 0 or 10000
        return None


@lru_cache(maxsize=2)  # an entry often prints the same time twice
def known_moment(printed: str, zone: ZoneInfo | None) -> Moment | None:
    """A time in one of the forms that most feeds use; None for any other, and for 31 June.

    Figures put the day first: 3/11/2026. CST is China's where ``zone`` calls itself so.
    """
    if len(printed) > LONGEST:
        return None
    printed = printed.strip()
    if "25" in printed:
        printed = in_common_era(printed)
    try:
        if _ISO8601.fullmatch(printed):
            return _from_iso(printed, zone)
        if usual := _RFC5322.fullmatch(printed):
            day, month, year, clock, offset = usual.groups()
            offset = "Z" if offset == "GMT" else offset
            return _from_iso(f"{year}-{_MONTHS[month]}-{day:0>2}T{clock}{offset}", zone)
        figures = in_figures(printed)
        forms = (form.fullmatch(figures) for form in _FORMS)
        found = next(filter(None, forms), None)
        return _from_form(found, zone) if found else None
    except (ValueError, KeyError):  # 31 June, 3 Juni
        return None


def _from_iso(printed: str, zone: ZoneInfo | None) -> Moment:
    if len(printed) == len("2026-11-03"):
        return dt.date.fromisoformat(printed)
    time = dt.datetime.fromisoformat(printed)
    return time if time.tzinfo else time.replace(tzinfo=zone or dt.UTC)


def _from_form(found: re.Match[str], zone: ZoneInfo | None) -> Moment | None:
    printed_month, half, name = found.group("m", "half", "zone")
    year, day, hour, minute, second = (int(part or 0) for part in found.group(*"ydHMS"))
    month = int(_MONTHS.get(printed_month[:3], printed_month))
    if found.re is _DAY_FIRST and (month > 12 or (half and day <= 12)):
        month, day = day, month  # as ASP.NET in English prints it: 11/3/2026 9:30 AM
    if not found["H"]:
        return dt.date(year, month, day)
    if half:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    time = dt.datetime(year, month, day, hour, minute, second, tzinfo=zone or dt.UTC)
    return with_offset(time, name)


def read_printed(printed: str) -> dt.datetime | None:
    """An ISO 8601 or RFC 5322 time, naive where it prints no offset; None where it is neither."""
    try:
        return whole_minutes(dt.datetime.fromisoformat(printed))
    except ValueError:
        pass
    try:
        # -0000 is UTC of an unknown place (RFC 5322 §3.3), which Python reads as no offset.
        return whole_minutes(parsedate_to_datetime(re.sub(r"-0000$", "+0000", printed)))
    except (ValueError, OverflowError):
        return None
