"""What health is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.health.extraction import NO_PAGES, Extraction
from monitor.models import Moment
from monitor.rhythm import UNKNOWN, Rhythm


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a source after a look."""

    source: str  # its id
    now: datetime
    failures: int = 0  # looks that failed in a row, with this one
    error: str | None = None  # of the last of them
    challenge: str | None = None  # who asked for a human at this look
    gone: bool = False  # this look was answered with 410
    newest: Moment | None = None  # the newest date that its items bear
    last_new: datetime | None = None  # when something new last came; not the first look
    first: datetime | None = None  # when that was
    rhythm: Rhythm = UNKNOWN  # as of then
    extraction: Extraction = NO_PAGES


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as ill."""

    failures: int  # looks in a row
    max_age: timedelta  # of the newest item
