"""The outbox: what waits to be sent, what is being sent, what came of it."""

from __future__ import annotations

from collections.abc import Collection as Names
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, update

from monitor.models import DeliveryStatus
from monitor.store.messages import Told, message
from monitor.store.tables import bundles, deliveries

PENDING, SENDING = DeliveryStatus.PENDING, DeliveryStatus.SENDING
SENT, FAILED = DeliveryStatus.SENT, DeliveryStatus.FAILED


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery taken for one attempt; ``attempt`` counts from 1 and guards the record of it."""

    message: Told
    attempt: int
    recipient: str = ""  # "": the only one of its channel


def claim(tx: Connection, channel: str, now: datetime, lease: timedelta) -> Claim | None:
    """Take the next delivery of ``channel`` that is due, oldest alert first.

    One whose lease ran out, because its process died or slept, is taken again.
    """
    due = or_(
        and_(deliveries.c.status == PENDING, deliveries.c.next_at <= now),
        and_(deliveries.c.status == SENDING, deliveries.c.lease_until <= now),
    )
    first = (
        select(deliveries.c.id)
        .where(deliveries.c.channel == channel, due)
        .order_by(
            deliveries.c.next_at,
            deliveries.c.alert_id,
            deliveries.c.notice_id,
            deliveries.c.recipient,
        )
        .limit(1)
        .with_for_update(skip_locked=True)  # on PostgreSQL: the next one, rather than wait
        .scalar_subquery()
    )
    taken = tx.execute(
        update(deliveries)
        .where(deliveries.c.id == first, due)
        .values(status=SENDING, lease_until=now + lease, attempts=deliveries.c.attempts + 1)
        .returning(
            deliveries.c.id, deliveries.c.attempts, deliveries.c.recipient, deliveries.c.bundle_id
        )
    ).one_or_none()
    if taken is None:
        return None
    if taken.bundle_id is not None:  # what goes out is the same at every attempt
        closed = update(bundles).where(
            bundles.c.id == taken.bundle_id, bundles.c.closed_at.is_(None)
        )
        tx.execute(closed.values(closed_at=now))
    return Claim(message(tx, taken.id), taken.attempts, taken.recipient)


def sent(tx: Connection, claim: Claim, now: datetime, answer: str) -> None:
    """Whoever sent it says so, also after its lease ran out: it was sent."""
    _settle(tx, deliveries.c.id == claim.message.id, SENT, sent_at=now, answer=answer, error=None)


def not_sent(tx: Connection, claim: Claim, error: str, next_at: datetime | None) -> None:
    """One attempt failed; without ``next_at`` the delivery is given up.

    A claim that has meanwhile passed to another process is left to that one.
    """
    mine = and_(
        deliveries.c.id == claim.message.id,
        deliveries.c.attempts == claim.attempt,
        deliveries.c.status == SENDING,
    )
    if next_at is None:
        _settle(tx, mine, FAILED, error=error)
    else:
        _settle(tx, mine, PENDING, error=error, next_at=next_at)


def give_up_due(tx: Connection, channel: str, now: datetime, error: str) -> None:
    """Give up what is due on a channel to which nothing can be sent."""
    due = and_(deliveries.c.status == PENDING, deliveries.c.next_at <= now)
    run_out = and_(deliveries.c.status == SENDING, deliveries.c.lease_until <= now)
    _settle(tx, and_(deliveries.c.channel == channel, or_(due, run_out)), FAILED, error=error)


def put_back(tx: Connection, claim: Claim) -> None:
    """The attempt was broken off, and nobody knows how far it came: it is due again."""
    mine = and_(
        deliveries.c.id == claim.message.id,
        deliveries.c.attempts == claim.attempt,
        deliveries.c.status == SENDING,
    )
    _settle(tx, mine, PENDING)


def retry(
    tx: Connection, now: datetime, delivery_id: str | None = None, channel: str | None = None
) -> int:
    """Send at once what failed, given up or not: one delivery, those of a channel, or all; how
    many that were.

    What was given up starts its schedule anew.
    """
    failed = deliveries.c.error.is_not(None)
    which = [or_(deliveries.c.status == FAILED, and_(deliveries.c.status == PENDING, failed))]
    if delivery_id is not None:
        which.append(deliveries.c.id == delivery_id)
    if channel is not None:
        which.append(deliveries.c.channel == channel)
    done = tx.execute(
        update(deliveries)
        .where(*which)
        .values(
            status=PENDING,
            attempts=case((deliveries.c.status == FAILED, 0), else_=deliveries.c.attempts),
            next_at=now,
            lease_until=None,
        )
    )
    return done.rowcount


def orphans(tx: Connection, channels: Names[str]) -> dict[str, int]:
    """How many deliveries wait for channels other than these, which nobody will send."""
    rows = tx.execute(
        select(deliveries.c.channel, func.count())
        .where(_orphaned(channels))
        .group_by(deliveries.c.channel)
    )
    return {row.channel: row[1] for row in rows}


def give_up_orphans(tx: Connection, channels: Names[str], before: datetime) -> int:
    """Give up what has waited since ``before`` for a channel that is not there any more."""
    done = tx.execute(
        update(deliveries)
        .where(_orphaned(channels), deliveries.c.created_at < before)
        .values(status=FAILED, lease_until=None, error="the channel is not in monitor.yaml")
    )
    return done.rowcount


def _orphaned(channels: Names[str]) -> Any:
    return and_(deliveries.c.channel.not_in(channels), deliveries.c.status.in_([PENDING, SENDING]))


def _settle(tx: Connection, which: Any, status: DeliveryStatus, **values: Any) -> None:
    tx.execute(update(deliveries).where(which).values(status=status, lease_until=None, **values))


def next_due(tx: Connection, channel: str) -> datetime | None:
    """When the next delivery of ``channel`` wants to be sent."""
    at = func.min(func.coalesce(deliveries.c.lease_until, deliveries.c.next_at))
    return tx.scalar(
        select(at).where(
            deliveries.c.channel == channel, deliveries.c.status.in_([PENDING, SENDING])
        )
    )
