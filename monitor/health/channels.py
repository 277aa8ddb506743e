"""How a channel is: whether what is sent there arrives. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.models import Health

PATIENCE = timedelta(days=1)  # in which nothing is taken though something waits


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word to its owners: it fell ill, or recovered."""

    health: Health
    detail: str
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a channel at a moment."""

    closed_by: str | None = None  # what the receiver said, who wants no more
    taken_at: datetime | None = None  # when something was taken last
    lost: int = 0  # given up, and nothing was taken since they were written
    lost_error: str | None = None
    waits_since: datetime | None = None  # something was tried in vain, and waits
    waits_error: str | None = None
    ill_since: datetime | None = None  # its owners were told
    was: Health | None = None


def judge(name: str, seen: Seen, now: datetime) -> Verdict | None:
    """What is to be told of it; None where that is nothing new.

    It has recovered when something was taken after it fell ill: that deliveries are put back in
    line, or a closed channel is opened, proves nothing.
    """
    if seen.ill_since is None:
        return _ill(name, seen, now)
    if seen.closed_by is None and seen.taken_at is not None and seen.taken_at > seen.ill_since:
        return Verdict(seen.was or Health.FAILING, "alerts are taken again", recovered=True)
    return None


def _ill(name: str, seen: Seen, now: datetime) -> Verdict | None:
    if seen.closed_by is not None:
        mend = f"give it another address, or: monitor channel enable {name}"
        detail = f"it answers that it is gone ({seen.closed_by}): nothing is sent there; {mend}"
        return Verdict(Health.GONE, detail)
    if seen.lost:
        many = "an alert was" if seen.lost == 1 else f"{seen.lost} alerts were"
        retry = f"once it works: monitor delivery retry --channel {name}"
        return Verdict(Health.FAILING, f"{many} given up: {seen.lost_error}; {retry}")
    if seen.waits_since is None or now - seen.waits_since < PATIENCE:
        return None
    if seen.taken_at is not None and now - seen.taken_at < PATIENCE:
        return None
    return Verdict(
        Health.FAILING,
        f"nothing was taken for a day, though alerts wait since {seen.waits_since:%Y-%m-%d %H:%M}"
        f" UTC: {seen.waits_error}; try: monitor channel test {name}",
    )
