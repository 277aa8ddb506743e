"""When next: for sources, pages and deliveries. Pure; the time and the dice are passed in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol, TypeVar

from monitor.fields import format_duration
from monitor.rhythm import UNKNOWN, Rhythm, expected, learn, next_expected

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # the next look at a source that is gone
JITTER = 0.1  # of the wait, so that sources with one interval drift apart

# What no source is looked at more often than unless somebody asks for it: with validators a look
# costs its site an answer without a body, without them the whole page.
POLITE, POLITE_UNSURE = timedelta(minutes=15), timedelta(minutes=30)

RHYTHM_KNOWN = 2 * DAY  # of watching a source, after which its hours are believed

# Failing looks are this far apart at most: with jitter, still one a day.
LONGEST_BACKOFF = DAY / (1 + JITTER)

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


# --- sources -----------------------------------------------------------------------------------

T = TypeVar("T", covariant=True)


class Intervals(Protocol[T]):
    """The three keys of a source, or of ``fetch:`` in monitor.yaml."""

    @property
    def interval(self) -> T: ...
    @property
    def min_interval(self) -> T: ...
    @property
    def max_interval(self) -> T: ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which waits a source's own is found; ``usual`` until its hours are known."""

    shortest: timedelta
    usual: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Plan:
    """When a source is looked at next, and why then: one clause for a person."""

    at: datetime
    why: str


def bounds_of(
    source: Intervals[timedelta | None], settings: Intervals[timedelta], *, validators: bool
) -> Bounds:
    """What the files allow for a source.

    A source that sets ``interval`` alone is looked at just so; one that sets nothing, in its busy
    hours as often as is polite: half as often where its server gives no ``validators`` to ask
    "changed since?" with. Nothing goes below ``fetch.min_interval``.
    """
    usual = source.interval or settings.interval
    polite = min(POLITE, usual) if validators else POLITE_UNSURE
    shortest = source.min_interval or source.interval or polite
    longest = source.max_interval or source.interval or max(settings.max_interval, usual)
    shortest = max(min(shortest, longest), settings.min_interval)
    longest = max(longest, shortest)
    return Bounds(shortest, min(max(usual, shortest), longest), longest)


def next_poll(
    now: datetime,
    bounds: Bounds,
    rng: random.Random,
    *,
    rhythm: Rhythm = UNKNOWN,
    fresh_for: float = 0.0,
    failures: int = 0,
    retry_after: float | None = None,
    gone: bool = False,
) -> Plan:
    """When to look at a source again.

    After a success: when about one new story can be expected, within ``bounds``, or as long as
    the server says that its answer is fresh (RFC 9111). After ``failures`` in a row: doubling
    waits, at least once a day, and never before ``retry_after`` seconds. Servers are obeyed up to
    a week. With jitter, which adds to what servers ask for, to failures and to a fixed interval,
    and else keeps within ``bounds``. After 410 (``gone``): never.
    """
    if gone:
        return Plan(NEVER, "410 Gone: looked at no more")
    wait, why = _after_failures(bounds, failures) if failures else _adapted(now, bounds, rhythm)
    fresh, asked = _asked(fresh_for), _asked(retry_after or 0.0)
    free = not failures and bounds.shortest < bounds.longest and max(fresh, asked) <= wait
    if fresh > wait:
        wait, why = fresh, f"fresh for {_about(fresh)}, says the server"
    if asked > wait:
        wait, why = asked, f"Retry-After {_about(asked)}"
    jitter = wait * rng.random() * JITTER
    if free and wait + jitter > bounds.longest:
        return Plan(now + max(wait - jitter, bounds.shortest, fresh, asked), why)
    return Plan(now + wait + jitter, why)


def _after_failures(bounds: Bounds, failures: int) -> tuple[timedelta, str]:
    wait = bounds.usual
    if wait < LONGEST_BACKOFF:
        wait = min(wait * 2 ** min(failures - 1, 16), LONGEST_BACKOFF)
    times = "once" if failures == 1 else f"{failures} times"
    pace = "tried daily" if wait == LONGEST_BACKOFF else f"tried again after {_about(wait)}"
    return wait, f"failed {times}: {pace}"


def _adapted(now: datetime, bounds: Bounds, rhythm: Rhythm) -> tuple[timedelta, str]:
    if bounds.shortest == bounds.longest:
        return bounds.usual, f"every {_about(bounds.usual)}"
    if rhythm.since is None or max(now, rhythm.at or now) - rhythm.since < RHYTHM_KNOWN:
        return bounds.usual, f"every {_about(bounds.usual)} until its hours are known"
    rhythm = learn(rhythm, (), now)  # what has not come since says something too
    at = next_expected(rhythm, now)
    if at is None or at - now >= bounds.longest:
        return bounds.longest, "quiet hours"
    if at - now > bounds.shortest:
        return at - now, f"a story expected in {_about(at - now)}"
    pace = expected(rhythm, now, now + HOUR)
    many = f"about {pace:.0f} stories an hour" if pace >= 1.5 else "a story expected"
    return bounds.shortest, f"busy hours: {many}"


@lru_cache(maxsize=256)  # most sources have one of a few waits
def _about(length: timedelta) -> str:
    """A length of time, as exactly as a person cares to know it."""
    unit = next((unit for unit in (DAY, HOUR, MINUTE) if length >= 2 * unit), None)
    return format_duration(length if unit is None else round(length / unit) * unit)


# --- pages and deliveries ----------------------------------------------------------------------


def retry_page(now: datetime, attempts: int, retry_after: float | None) -> datetime | None:
    """When to try a page again after ``attempts`` failures; None: give up."""
    return _retry(now, PAGE_DELAYS, attempts - 1, retry_after)


def after_trouble(now: datetime, retry_after: float = 0.0) -> datetime:
    """When to ask a site again whose pages fail, as far as they were not asked for."""
    return now + max(PAGE_DELAYS[0], _asked(retry_after))


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
