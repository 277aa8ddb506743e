"""What the dates in a feed tell of what is no longer, or not any more, in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from monitor.models import Link, Moment

# Announcements of coming events bear their day; a day ahead may be a matter of time zones.
_AHEAD = timedelta(days=1)


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
    """The coverage gap before ``links``, all that a source shows, if there is one.

    ``known`` says whether one of them was known, ``since`` when the last look worked, ``shown``
    how many links that one found. Where links bear no dates, the gap ends ``now``. A source that
    shows fewer than before tells nothing, since it is not its length that pushes the old ones out:
    it shows the last two days, as news sitemaps do.
    """
    if known or since is None or not links:
        return None
    if shown is not None and not 0 < shown <= len(links):
        return None
    dates = [date for link in links if (date := link.published or link.updated) is not None]
    oldest = min(map(_begin, dates), default=now)
    return Gap(since, oldest) if oldest > since else None


def newest(links: Iterable[Link], now: datetime) -> Moment | None:
    """The newest date that one of ``links`` bears; those of the future are not believed."""
    dates = (date for link in links for date in (link.published, link.updated) if date is not None)
    return max((date for date in dates if _begin(date) <= now + _AHEAD), key=_begin, default=None)


def _begin(moment: Moment) -> datetime:
    """A date's first moment; times without an offset are taken for UTC."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
