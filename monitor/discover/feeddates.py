"""Times as feeds print them, with the offset and the precision that they print."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import time
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from monitor.models import Moment, whole_minutes


def moment(
    printed: str | None, read: time.struct_time | None, zone: ZoneInfo | None
) -> Moment | None:
    """One time of a feed: ``printed`` as it stands there, ``read`` as feedparser took it, in UTC.

    A day without a time stays a date. An offset is kept unless feedparser reads another time.
    Without an offset, a time holds in ``zone``, else in UTC.
    """
    if not printed:
        return None
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
