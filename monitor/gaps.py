"""What the dates in a feed tell of what is no longer, or not any more, in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from itertools import islice

from monitor.models import Link, Moment

# Announcements of coming events bear their day; a day ahead may be a matter of time zones.
_AHEAD = timedelta(days=1)
_MOST_MARKS = 1_000


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two looks a source announced more than it shows at once: some was never seen."""

    since: datetime  # the last look that worked
    until: datetime  # the oldest link that the next one found


def gap(
    links: Sequence[Link],
    now: datetime,
    *,
    known: bool,
    since: datetime | None,
    shown: int | None = None,
) -> Gap | None:
    """The coverage gap before ``links``, if there is one: all that a source shows, also what its
    patterns keep out.

    ``known`` says whether one of them was known, ``since`` when the last look worked, ``shown``
    how many links that one found. Where links bear no dates, the gap ends ``now``; a source that
    then shows less than half as many as before tells nothing, since it is not its length that
    pushes the old ones out: it shows those of today. One that was empty has not dropped any.
    """
    if known or since is None or not links or shown == 0:
        return None
    dates = [date for link in links if (date := link.published or link.updated) is not None]
    if not dates and shown is not None and len(links) * 2 < shown:
        return None
    oldest = min(map(_begin, dates), default=now)
    return Gap(since, oldest) if oldest > since else None


def marks(keys: Iterable[str]) -> list[str]:
    """Links in short, to know them again at the next look; the first of very many."""
    encoded = (key.encode("utf-8", "replace") for key in islice(keys, _MOST_MARKS))
    return [blake2b(key, digest_size=4).hexdigest() for key in encoded]


def newest(links: Iterable[Link], now: datetime) -> Moment | None:
    """The newest date that one of ``links`` bears; those of the future are not believed."""
    dates = (date for link in links for date in (link.published, link.updated) if date is not None)
    return max((date for date in dates if believed(date, now)), key=_begin, default=None)


def believed(date: Moment, now: datetime) -> bool:
    """Whether a date can be that of something that has happened."""
    return _begin(date) <= now + _AHEAD


def _begin(moment: Moment) -> datetime:
    """A date's first moment; times without an offset are taken for UTC."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
