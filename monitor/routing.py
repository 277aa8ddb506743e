"""From an alert to its ways: on which channel, when, and together with what. Pure.

What a channel allows (hours, so many an hour, digests) is its policy; what a rule wants (severity,
now or in a digest, a window in which its alerts go out as one) stands in the rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.fields import format_duration
from monitor.hours import DAYS, EVERY_DAY, Hours, next_time
from monitor.models import Article, Rule, Severity, When

HOUR = timedelta(hours=1)  # the window of a throttle


class BundleKind(StrEnum):
    """Why alerts go out together."""

    DIGEST = "digest"  # their rules ask for it
    GROUP = "group"  # one rule's, within its window
    SURPLUS = "surplus"  # of an hour, beyond what the channel takes
    BACKFILL = "backfill"  # what a new rule found in the archive
    ESCALATION = "escalation"  # what other channels have not taken


@dataclass(frozen=True, slots=True)
class Edition:
    """When a channel's digests come out."""

    clock: time = time(7)
    days: frozenset[int] = EVERY_DAY  # one of them: a weekly one

    def next(self, now: datetime, zone: ZoneInfo) -> datetime:
        return next_time(now, self.clock, self.days, zone)

    def __str__(self) -> str:
        if self.days == EVERY_DAY:
            return f"daily at {self.clock:%H:%M}"
        return f"{', '.join(DAYS[day] for day in sorted(self.days))} at {self.clock:%H:%M}"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a channel allows."""

    hours: Hours
    throttle: int | None = None  # alerts an hour
    edition: Edition = Edition()
    recipients: tuple[str, ...] = ("",)  # each with deliveries of its own


@dataclass(frozen=True, slots=True)
class Bundle:
    """What an alert waits for, to go out with others; the first of them says when."""

    kind: BundleKind
    key: str  # what goes together: a rule's id, say; "" where all rules do
    due: datetime
    zone: str = "UTC"  # of the channel: in it the days of a digest are counted


@dataclass(frozen=True, slots=True)
class Way:
    """How one alert reaches one channel."""

    channel: str
    recipients: tuple[str, ...]
    at: datetime
    held: str | None = None  # why not at once
    bundle: Bundle | None = None


class Door(NamedTuple):
    """One recipient of a channel."""

    channel: str
    recipient: str = ""


# The times at which alerts go, or went, out on a channel by themselves after a moment, in order.
SentAfter = Callable[[str, datetime], Sequence[datetime]]


def way(rule: Rule, channel: str, policy: Policy, now: datetime, sent_after: SentAfter) -> Way:
    """How an alert of ``rule`` that is raised ``now`` reaches a channel.

    What is urgent goes out at once. Anything else waits for the digest where its rule asks for
    that; for the hours of the channel; for the window of its rule; and for the next hour, in one
    with the others of its kind, where the channel has had enough for this one.
    """
    now = now.astimezone(UTC)
    if rule.severity is Severity.URGENT:
        return Way(channel, policy.recipients, now)
    if rule.when is When.DIGEST:
        return edition(channel, policy, now)
    opens = policy.hours.opens(now)
    held = None if opens == now else _closed(policy.hours, now)
    if rule.group:
        due = policy.hours.opens(now + rule.group)
        why = f"goes out with what follows in {format_duration(rule.group)}"
        return _bundled(channel, policy, BundleKind.GROUP, rule.id, due, why)
    if policy.throttle is not None:
        lately = sent_after(channel, opens - HOUR)
        if len(lately) >= policy.throttle:
            due = policy.hours.opens(lately[-policy.throttle] + HOUR)
            why = f"{policy.throttle} an hour at most"
            return _bundled(channel, policy, BundleKind.SURPLUS, "", max(due, opens), why)
    return Way(channel, policy.recipients, opens, held)


def way_back(rule: Rule, channel: str, policy: Policy, now: datetime) -> Way:
    """How what a new rule finds in the archive reaches a channel: all as one, however much."""
    if rule.when is When.DIGEST and rule.severity is not Severity.URGENT:
        return edition(channel, policy, now)
    why = "goes out with all that the rule finds in the archive"
    due = _opens(rule, policy, now)
    return _bundled(channel, policy, BundleKind.BACKFILL, rule.id, due, why)


def way_on(rule: Rule, channel: str, policy: Policy, now: datetime, late_on: str, why: str) -> Way:
    """How what another channel has not taken reaches a second one: all of a rule as one."""
    both = f"{rule.id}\x00{late_on}".encode()
    key = hashlib.blake2b(both, digest_size=16).hexdigest()
    due = _opens(rule, policy, now)
    return _bundled(channel, policy, BundleKind.ESCALATION, key, due, why)


def _opens(rule: Rule, policy: Policy, now: datetime) -> datetime:
    now = now.astimezone(UTC)
    return now if rule.severity is Severity.URGENT else policy.hours.opens(now)


def too_old(rule: Rule, article: Article, now: datetime) -> str | None:
    """Why nobody is told of a story that is older, by its own dates, than its rule wants."""
    return None if rule.max_age is None else older(rule.max_age, article, now)


def older(age: timedelta, article: Article, now: datetime) -> str | None:
    """That a story is older, by its own dates, than an ``age``, in words; None where it is not, or
    bears no date."""
    dates = [day for day in (article.updated, article.published) if day is not None]
    if not dates:
        return None
    newest = max(map(_moment, dates))
    if now - newest <= age:
        return None
    return f"older than {format_duration(age)}: it is of {newest:%Y-%m-%d}"


def _moment(day: datetime | date) -> datetime:
    """The last moment that a date can mean: a day ends twelve hours after that of UTC at most."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime.combine(day, time(), UTC) + timedelta(days=1, hours=12)


def _bundled(
    channel: str, policy: Policy, kind: BundleKind, key: str, due: datetime, why: str
) -> Way:
    bundle = Bundle(kind, key, due, policy.hours.zone.key)
    return Way(channel, policy.recipients, due, why, bundle)


def edition(channel: str, policy: Policy, now: datetime) -> Way:
    """The next digest of a channel, before there is anything in it."""
    due = policy.hours.opens(policy.edition.next(now, policy.hours.zone))
    return _bundled(channel, policy, BundleKind.DIGEST, "", due, f"digest, {policy.edition}")


def turn(policy: Policy, kind: BundleKind | None, now: datetime) -> datetime:
    """When a channel takes what was held back until a time that never comes."""
    now = now.astimezone(UTC)
    if kind is BundleKind.DIGEST:
        return edition("", policy, now).at
    return policy.hours.opens(now)


def _closed(hours: Hours, now: datetime) -> str:
    """Why nothing but the urgent goes out now."""
    local = now.astimezone(hours.zone)
    if local.weekday() not in hours.days:
        return "no working day"
    return f"quiet hours {hours.quiet}"
