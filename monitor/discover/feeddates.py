"""Times as feeds print them, with the offset and the precision that they print."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import time
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

from monitor.models import Moment

_SAYS_UTC = re.compile(r"(?:z|gmt|utc?|[+-]00:?00)\s*$", re.IGNORECASE)


def moment(
    printed: str | None, read: time.struct_time | None, zone: ZoneInfo | None
) -> Moment | None:
    """One time of a feed: ``printed`` as it stands there, ``read`` as feedparser took it, in UTC.

    A day without a time stays a date. An offset is kept where our reading agrees with feedparser's;
    a time without one holds in ``zone``, else in UTC.
    """
    if not printed or read is None:
        return None
    try:
        moment_utc = dt.datetime.fromtimestamp(calendar.timegm(read), dt.UTC)
    except (ValueError, OverflowError, OSError):  # the year 0 or 10000
        return None
    if ":" not in printed and read[3:6] == (0, 0, 0) and "T0" not in printed:
        return moment_utc.date()
    own = read_printed(printed.strip())
    if own is None:
        return moment_utc
    if own.tzinfo is None:
        return own.replace(tzinfo=zone or dt.UTC)
    return own if own == moment_utc else moment_utc


def read_printed(printed: str) -> dt.datetime | None:
    """An ISO 8601 or RFC 5322 time, naive where it prints no offset; None where it is neither."""
    try:
        return dt.datetime.fromisoformat(printed)
    except ValueError:
        pass
    parts = parsedate_tz(printed)
    if parts is None:
        return None
    offset = 0 if parts[9] is None and _SAYS_UTC.search(printed) else parts[9]
    try:
        zone = None if offset is None else dt.timezone(dt.timedelta(seconds=offset))
        return dt.datetime(*parts[:6], tzinfo=zone)
    except (ValueError, OverflowError):
        return None
