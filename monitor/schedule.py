"""When next: for sources, pages and deliveries. Pure; the time and the dice are passed in."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

DAY = timedelta(days=1)
JITTER = 0.1  # of the wait, so that sources with one interval drift apart

# A page that could not be read is tried again after these waits, then given up.
PAGE_DELAYS = tuple(timedelta(minutes=m) for m in (5, 30, 120, 360, 720, 1440, 1440))

# The schedule of Standard Webhooks (https://www.standardwebhooks.com), about three days in all:
# the wait before the first, second, … attempt.
DELIVERY_DELAYS = tuple(
    timedelta(seconds=s) for s in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)

DELIVERY_SPAN = sum(DELIVERY_DELAYS, timedelta())

# Other services' waits are obeyed up to this: a date in 2099 must not stop a source for good.
LONGEST_WAIT = timedelta(days=7)


def next_poll(
    now: datetime,
    interval: timedelta,
    rng: random.Random,
    *,
    fresh_for: float = 0.0,
    failures: int = 0,
    retry_after: float | None = None,
) -> datetime:
    """When to look at a source again.

    After a success: its interval, or as long as the server says that its answer is fresh, but at
    most a day, since news does not keep. After ``failures`` in a row: doubling waits, at least
    once a day, and never before ``retry_after`` seconds. With jitter, which only ever adds.
    """
    wait = interval
    if failures and interval < DAY:
        wait = min(interval * 2 ** min(failures - 1, 16), DAY)
    wait = max(wait, min(_asked(fresh_for), DAY), _asked(retry_after or 0.0))
    return now + wait * (1 + rng.random() * JITTER)


def retry_page(now: datetime, attempts: int, retry_after: float | None) -> datetime | None:
    """When to try a page again after ``attempts`` failures; None: give up."""
    return _retry(now, PAGE_DELAYS, attempts - 1, retry_after)


def retry_delivery(
    now: datetime, attempts: int, retry_after: float | None, rng: random.Random
) -> datetime | None:
    """When to try a delivery again after ``attempts`` failures; None: give up."""
    at = _retry(now, DELIVERY_DELAYS, attempts, retry_after)
    return None if at is None else at + (at - now) * rng.random() * JITTER


def _retry(
    now: datetime, delays: tuple[timedelta, ...], index: int, retry_after: float | None
) -> datetime | None:
    if index >= len(delays):
        return None
    return now + max(delays[index], _asked(retry_after or 0.0))


def _asked(seconds: float) -> timedelta:
    return timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
