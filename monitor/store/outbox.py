"""The outbox: what waits to be sent, what is being sent, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Collection as Names
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from monitor.models import DeliveryStatus
from monitor.routing import BundleKind
from monitor.schedule import DAY, LONGEST_WAIT
from monitor.store import backgrounds
from monitor.store.messages import Told, messages
from monitor.store.sources import AHEAD, LONGEST_LEASE
from monitor.store.tables import bundles, deliveries

PENDING, SENDING = DeliveryStatus.PENDING, DeliveryStatus.SENDING
SENT, FAILED = DeliveryStatus.SENT, DeliveryStatus.FAILED


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery under a lease; ``attempt`` counts from 1 and guards the record of it."""

    id: str
    attempt: int
    recipient: str = ""  # "": the only one of its channel


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery taken for one attempt, and what it says."""

    message: Told
    attempt: int
    recipient: str = ""


def claim(
    tx: Connection, channel: str, now: datetime, lease: timedelta, limit: int = 1
) -> list[Taken]:
    """Take the next deliveries of ``channel`` that are due, the oldest alert first.

    Those whose lease ran out, because their process died or slept, are taken again.
    """
    ids = _due(tx, channel, now, limit)
    if not ids:
        return []
    rows = tx.execute(_TAKE, {"ids": ids, "until": now + lease}).all()
    if together := [row.bundle_id for row in rows if row.bundle_id is not None]:
        # What goes out is the same at every attempt: nothing joins it from now on.
        closed = update(bundles).where(bundles.c.id.in_(together), bundles.c.closed_at.is_(None))
        tx.execute(closed.values(closed_at=now))
        for bundle in tx.execute(select(bundles).where(bundles.c.id.in_(together))).all():
            backgrounds.kept(tx, bundle)
    taken = {row.id: Taken(row.id, row.attempts, row.recipient) for row in rows}
    return [taken[one] for one in ids]


def read(tx: Connection, taken: Sequence[Taken]) -> list[Claim]:
    """What is to be said; it does not change any more, so that the writer need not wait for it."""
    told = messages(tx, [one.id for one in taken])
    return [Claim(told[one.id], one.attempt, one.recipient) for one in taken]


def _due(tx: Connection, channel: str, now: datetime, limit: int) -> list[str]:
    """The ids of what is due, in order; each kind is read along the index, and no further."""
    said = {"its_channel": channel, "now": now, "most": limit}
    found = [row for kind in (_ABANDONED, _WAITING) for row in tx.execute(kind, said)]
    found.sort(key=lambda row: (row.next_at, row.alert_id or 0, row.notice_id or 0, row.recipient))
    return [row.id for row in found[:limit]]


# Statements are put together once: that takes longer than to run them.
_OF_CHANNEL = deliveries.c.channel == bindparam("its_channel")
_ORDER = (
    deliveries.c.next_at,
    deliveries.c.alert_id,
    deliveries.c.notice_id,
    deliveries.c.recipient,
)


def _next(kind: DeliveryStatus, due_at: Any) -> Any:
    """On PostgreSQL those that another process takes are passed over, rather than waited for."""
    time = bindparam("now", type_=due_at.type)
    return (
        select(deliveries.c.id, *_ORDER)
        .where(_OF_CHANNEL, deliveries.c.status == kind, due_at <= time)
        .order_by(*_ORDER)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


_ABANDONED = _next(SENDING, deliveries.c.lease_until)
_WAITING = _next(PENDING, deliveries.c.next_at)
_FIRST_DUE = [
    select(func.min(at)).where(_OF_CHANNEL, deliveries.c.status == kind)
    for kind, at in ((PENDING, deliveries.c.next_at), (SENDING, deliveries.c.lease_until))
]
_TAKE = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(status=SENDING, lease_until=bindparam("until"), attempts=deliveries.c.attempts + 1)
    .returning(
        deliveries.c.id, deliveries.c.attempts, deliveries.c.recipient, deliveries.c.bundle_id
    )
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a claim.

    SENT; FAILED: given up; PENDING: to be sent at ``next_at``, without one as soon as before.
    """

    id: str  # of the delivery
    attempt: int
    status: DeliveryStatus
    answer: str | None = None  # of the receiver that took it
    error: str | None = None
    next_at: datetime | None = None
    tried: bool = True  # or else it is put back before any attempt
    closes: str | None = None  # the channel, whose receiver wants no more


def give_up_due(tx: Connection, channel: str, now: datetime, error: str) -> None:
    """Give up what is due on a channel to which nothing can be sent."""
    due = and_(deliveries.c.status == PENDING, deliveries.c.next_at <= now)
    run_out = and_(deliveries.c.status == SENDING, deliveries.c.lease_until <= now)
    of_channel = update(deliveries).where(deliveries.c.channel == channel, or_(due, run_out))
    tx.execute(of_channel.values(status=FAILED, lease_until=None, error=error))


def record(tx: Connection, outcomes: Iterable[Outcome], now: datetime) -> None:
    """Write down what came of claims.

    Whoever sent one says so, also after its lease ran out: it was sent. Otherwise a claim that has
    meanwhile passed to another process is left to that one.
    """
    sent: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for one in outcomes:
        which = {"its_id": one.id, "its_attempt": one.attempt}
        if one.status is SENT:
            sent.append(which | {"at": now, "said": one.answer})
        else:
            others.append(
                which
                | {
                    "made": one.attempt - (not one.tried),
                    "becomes": one.status,
                    "fault": one.error,
                    "again": one.next_at,
                }
            )
    for statement, rows in ((_SENT, sent), (_NOT_SENT, others)):
        if rows:
            tx.execute(statement, rows)


_SENT = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("its_id"))
    .values(
        status=SENT,
        lease_until=None,
        sent_at=bindparam("at"),
        answer=bindparam("said"),
        error=None,
    )
)
_NOT_SENT = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("its_id"),
        deliveries.c.attempts == bindparam("its_attempt"),
        deliveries.c.status == SENDING,
    )
    .values(
        status=bindparam("becomes"),
        lease_until=None,
        attempts=bindparam("made"),
        error=func.coalesce(bindparam("fault", type_=Text), deliveries.c.error),
        next_at=func.coalesce(
            bindparam("again", type_=deliveries.c.next_at.type), deliveries.c.next_at
        ),
    )
)


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


def is_put_off(tx: Connection, channels: Names[str], now: datetime) -> bool:
    """Whether a clock that was ahead has put anything off; to ask costs no lock."""
    future = now + AHEAD
    raised = select(deliveries.c.id).where(
        deliveries.c.due_at > future, deliveries.c.created_at > future
    )
    mine = deliveries.c.channel.in_(channels)
    put_off, leased = (select(deliveries.c.id).where(mine, each) for each in _too_long(now))
    return any(tx.scalar(each.limit(1)) is not None for each in (raised, put_off, leased))


def _too_long(now: datetime) -> tuple[Any, Any]:
    """What waits longer than any receiver is obeyed, or is under a lease longer than any."""
    tried, far = deliveries.c.attempts > 0, deliveries.c.next_at > now + LONGEST_WAIT + DAY
    late = deliveries.c.lease_until > now + LONGEST_LEASE
    return and_(deliveries.c.status == PENDING, tried, far), and_(
        deliveries.c.status == SENDING, late
    )


def clock_was_ahead(
    tx: Connection, now: datetime, again: Callable[[str, BundleKind | None], datetime]
) -> int:
    """Take up what a clock that was ahead has put off, for years perhaps; how many that is.

    It was raised in the future, or waits longer than any receiver is obeyed, or is under a lease
    longer than any. What joined it goes along. What waits for its first attempt, since it was held
    back, goes out when it is its turn ``again``: on a channel, with others of a kind or not. What
    was sent in the future was sent now: it counts for the hour's limit no more, nor says for years
    that its channel is well.
    """
    future = now + AHEAD
    number = 0
    for row in tx.execute(_raised_after(future)).all():
        kept = row.held is not None and row.attempts == 0
        at = again(row.channel, row.kind and BundleKind(row.kind)) if kept else now
        this = update(deliveries).where(deliveries.c.id == row.id)
        tx.execute(this.values(due_at=at, next_at=at, created_at=now))
        # What was tried is the same at every attempt.
        those = update(bundles).where(bundles.c.id == row.bundle_id, bundles.c.closed_at.is_(None))
        tx.execute(those.values(due_at=at, created_at=now))
        number += 1
    early = update(deliveries).where(deliveries.c.created_at > future)
    due = case((deliveries.c.status != SENT, literal(now, deliveries.c.due_at.type)))
    tx.execute(early.values(due_at=due, created_at=now))
    tx.execute(update(deliveries).where(deliveries.c.sent_at > future).values(sent_at=now))
    waiting, leased = _too_long(now)
    for which, values in ((waiting, {"next_at": now}), (leased, {"lease_until": now})):
        number += tx.execute(update(deliveries).where(which).values(values)).rowcount
    return number


def _raised_after(future: datetime) -> Select[Any]:
    """What waits, and was written down after now."""
    waits = (deliveries.c.status == PENDING, deliveries.c.created_at > future)
    return (
        select(deliveries, bundles.c.kind)
        .outerjoin(bundles, bundles.c.id == deliveries.c.bundle_id)
        .where(*waits)
    )


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


def next_due(tx: Connection, channel: str) -> datetime | None:
    """When the next delivery of ``channel`` wants to be sent."""
    moments = [tx.scalar(first, {"its_channel": channel}) for first in _FIRST_DUE]
    return min((moment for moment in moments if moment is not None), default=None)
