"""Times as sitemaps, data files and APIs write them."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from monitor.discover.feeddates import known_moment, read_printed
from monitor.discover.text import collapse, printed_date
from monitor.models import Moment

_EPOCH = re.compile(r"-?\d{9,13}(?:\.\d+)?", re.ASCII)
_FIRST_MILLISECOND = 10**11  # as seconds, this is the year 5138; as milliseconds, 1973
_COMPACT = re.compile(r"\d{8}", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<m>{'|'.join(_MONTHS)})[a-z]*\.?"
_IN_WORDS = (
    re.compile(
        rf"\b(?P<d>\d\d?)(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b{_MONTH}\s+(?P<d>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE
    ),
)
_LONGEST = 100  # characters


def data_moment(value: object, zone: ZoneInfo | None) -> Moment | None:
    """A time as precise as ``value`` gives it, None where it gives none.

    Read are ISO 8601, RFC 5322, seconds or milliseconds since 1970, ``2026-11-03 10:00:00``, and
    a day printed in figures. Without an offset, a time holds in ``zone``, else in UTC.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = collapse(str(value)[:_LONGEST])
    if known := known_moment(text, zone):
        return known
    if _EPOCH.fullmatch(text):
        return _since_1970(float(text), zone)
    if _COMPACT.fullmatch(text):
        return _compact_day(text)
    if time := read_printed(text):
        return time if time.tzinfo else time.replace(tzinfo=zone or dt.UTC)
    return printed_date(text)


def shown_day(text: str) -> dt.date | None:
    """The first day printed in ``text``: in figures, or as 3 Nov. 2026 or November 3, 2026."""
    return printed_date(text) or next(filter(None, map(_in_words, _IN_WORDS, (text, text))), None)


def _in_words(pattern: re.Pattern[str], text: str) -> dt.date | None:
    found = pattern.search(text)
    if found is None:
        return None
    month = _MONTHS.index(found["m"].lower()) + 1
    try:
        return dt.date(int(found["y"]), month, int(found["d"]))
    except ValueError:  # 31 June
        return None


def _since_1970(number: float, zone: ZoneInfo | None) -> dt.datetime:
    seconds = number / 1000 if abs(number) >= _FIRST_MILLISECOND else number
    return dt.datetime.fromtimestamp(seconds, zone or dt.UTC).replace(microsecond=0)


def _compact_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:  # the thirteenth month
        return None
