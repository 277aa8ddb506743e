"""Times as feeds print them, with the offset and the precision that they print."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import time
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from monitor.models import Moment, whole_minutes

_MONTHS = {
    name: f"{month:02}"
    for month, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_UTC = dict.fromkeys((*("GMT", "UTC", "UT", "Z"),), "+00:00")
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_ZONE = r"(?P<zone>GMT|UTC|UT|Z|[+-][01]\d:?[0-5]\d)"
_RFC5322 = re.compile(
    rf"(?:[A-Z][a-z][a-z], ?)?(\d\d?) ([A-Z][a-z][a-z]) {_YEAR}"
    rf"(?: ([012]\d:[0-5]\d(?::[0-5]\d)?)(?: {_ZONE})?)?"
)
_ISO8601 = re.compile(
    rf"{_YEAR}-\d\d-\d\d"
    r"(?:[T ][012]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-][01]\d:?[0-5]\d)?)?"
)
_CLOCK = (
    r"(?:[ T,-]{1,3}(?P<H>[012]?\d):(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d)(?:\.\d+)?)?"
    rf"\s?(?P<half>[AaPp][Mm])?\s?{_ZONE}?)?"
)
_YEAR_FIRST = re.compile(
    rf"{_YEAR}\s?[-/.年]\s?(?P<m>\d\d?)\s?[-/.月]\s?(?P<d>\d\d?)\s?日?{_CLOCK}"
)
_DAY_FIRST = re.compile(rf"(?P<d>\d\d?)[-/.](?P<m>\d\d?)[-/.]{_YEAR}{_CLOCK}")
_BUDDHIST = re.compile(r"(?<![\d.+:])25\d\d(?![\d:])")
_COMMON = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ERAS_APART = 543


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
    own, theirs = read_printed(printed.strip()), _in_utc(read)
    if (day := theirs or own) and ":" not in printed and (day.hour, day.minute) == (0, 0):
        return day.date()
    if own is None:
        return theirs
    if own.tzinfo is None:
        return own.replace(tzinfo=zone or dt.UTC)
    return own if theirs is None or own == theirs else theirs


def _in_utc(read: time.struct_time | None) -> dt.datetime | None:
    try:
        return None if read is None else dt.datetime.fromtimestamp(calendar.timegm(read), dt.UTC)
    except (ValueError, OverflowError, OSError):  # the year 0 or 10000
        return None


def known_moment(printed: str, zone: ZoneInfo | None) -> Moment | None:
    """A time in one of the forms that most feeds use; None for any other, and for 31 June."""
    printed = printed.strip()
    if "25" in printed:
        printed = _in_common_era(printed)
    in_iso = (
        printed if _ISO8601.fullmatch(printed) else _from_rfc(printed) or _from_figures(printed)
    )
    if not in_iso:
        return None
    try:
        if len(in_iso) == len("2026-11-03"):
            return dt.date.fromisoformat(in_iso)
        time = dt.datetime.fromisoformat(in_iso)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=zone or dt.UTC)


def _from_rfc(printed: str) -> str | None:
    """An RFC 5322 time as ISO 8601 writes it."""
    if not (found := _RFC5322.fullmatch(printed)):
        return None
    day, month, year, clock, zone = found.groups()
    if month not in _MONTHS:
        return None
    date = f"{year}-{_MONTHS[month]}-{day:0>2}"
    return f"{date}T{clock}{_UTC.get(zone, zone or '')}" if clock else date


def _from_figures(printed: str) -> str | None:
    """2026/11/3 9:30, 2026年11月3日, 3/11/2026 as ISO 8601; the day first, but not with AM."""
    found = _YEAR_FIRST.fullmatch(printed) or _DAY_FIRST.fullmatch(printed)
    if not found:
        return None
    part = found.groupdict()
    month, day, hour, half = int(part["m"]), int(part["d"]), int(part["H"] or 0), part["half"]
    # ASP.NET in English prints 11/3/2026 9:30 AM.
    if found.re is _DAY_FIRST and (month > 12 or (half and day <= 12)):
        month, day = day, month
    date = f"{part['y']}-{month:02}-{day:02}"
    if not part["H"]:
        return date
    if half:
        hour = hour % 12 + 12 * (half in ("PM", "pm", "Pm", "pM"))
    zone = _UTC.get(part["zone"], part["zone"] or "")
    return f"{date}T{hour:02}:{part['M']}:{part['S'] or '00'}{zone}"


def _in_common_era(printed: str) -> str:
    """Years of the Buddhist era, which Laos and Thailand print too, are 543 ahead."""
    if _COMMON.search(printed):
        return printed
    return _BUDDHIST.sub(lambda year: str(int(year[0]) - _ERAS_APART), printed)


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
