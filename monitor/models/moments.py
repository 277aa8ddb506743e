"""Points in time as precise as their page."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema


def _moment(value: Any) -> Any:
    """Read an ISO 8601 text without adding to its precision: a date stays a date."""
    if isinstance(value, str):
        if len(value) == 10:
            return dt.date.fromisoformat(value)
        value = dt.datetime.fromisoformat(value)
    return whole_minutes(value) if isinstance(value, dt.datetime) else value


def whole_minutes(time: dt.datetime) -> dt.datetime:
    """``time`` in UTC where its offset has seconds: RFC 3339 cannot write those."""
    offset = time.utcoffset()
    if not offset or offset.total_seconds() % 60 == 0:
        return time
    try:
        return time.astimezone(dt.UTC)
    except OverflowError:  # in the year 1 or 9999
        return time.replace(tzinfo=dt.UTC)


# A point in time as precise as the page gave it: a date, or a time with its offset.
Moment = Annotated[
    dt.datetime | dt.date,
    BeforeValidator(_moment),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    ),
]
