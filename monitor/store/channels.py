"""Channels that are closed by their receiver, or ill: what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from monitor.models import DeliveryStatus, Health
from monitor.store.sources import insert_for
from monitor.store.tables import channels, deliveries

PENDING, SENDING = DeliveryStatus.PENDING, DeliveryStatus.SENDING
SENT, FAILED = DeliveryStatus.SENT, DeliveryStatus.FAILED


@dataclass(frozen=True, slots=True)
class Condition:
    """How a channel is: ``closed_by`` what its receiver answered; ill as its owners were told."""

    name: str
    place: str = ""  # where it led when it was closed
    closed_at: datetime | None = None
    closed_by: str | None = None
    ill_since: datetime | None = None
    health: Health | None = None
    detail: str | None = None

    def closed(self, place: str) -> bool:
        """Whether it is; one that leads elsewhere now is not."""
        return self.closed_at is not None and self.place == place


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a channel's deliveries show."""

    taken_at: datetime | None = None  # the last one that was
    lost: int = 0  # given up, and nothing was taken since they were written
    lost_error: str | None = None  # of the latest of them
    waits_since: datetime | None = None  # the oldest of those that were tried in vain
    waits_error: str | None = None


def conditions(tx: Connection) -> dict[str, Condition]:
    """Of those that are, or were, closed or ill."""
    return {row.name: _condition(row) for row in tx.execute(select(channels))}


def condition(tx: Connection, name: str) -> Condition:
    row = tx.execute(select(channels).where(channels.c.name == name)).one_or_none()
    return Condition(name) if row is None else _condition(row)


def _condition(row: Any) -> Condition:
    said = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own, in spite of its name
    return Condition(**(said | {"health": Health(row.health) if row.health else None}))


def close(tx: Connection, name: str, place: str, answer: str, now: datetime) -> None:
    """Nothing is sent there any more, until it is opened or leads elsewhere."""
    _put(tx, name, {"place": place, "closed_at": now, "closed_by": answer})


def open_(tx: Connection, name: str) -> bool:
    """Let a closed channel go on; False where none of that name is closed."""
    shut = update(channels).where(channels.c.name == name, channels.c.closed_at.is_not(None))
    return bool(tx.execute(shut.values(closed_at=None, closed_by=None)).rowcount)


def is_closed(tx: Connection, name: str, place: str) -> bool:
    """Whether nothing may be sent there."""
    return condition(tx, name).closed(place)


def fell_ill(tx: Connection, name: str, health: Health, detail: str, now: datetime) -> None:
    _put(tx, name, {"ill_since": now, "health": health, "detail": detail})


def recovered(tx: Connection, name: str) -> None:
    _put(tx, name, {"ill_since": None, "health": None, "detail": None})


def clock_was_ahead(tx: Connection, now: datetime) -> None:
    """What fell ill in the future fell ill now: it recovers when something is taken."""
    tx.execute(update(channels).where(channels.c.ill_since > now).values(ill_since=now))


def _put(tx: Connection, name: str, values: Mapping[str, Any]) -> None:
    tx.execute(insert_for(tx)(channels).values(name=name).on_conflict_do_nothing())
    tx.execute(update(channels).where(channels.c.name == name).values(values))


def traffic(tx: Connection, name: str, since: datetime) -> Traffic:
    """What became of a channel's deliveries of late, and what waits; all but the first look at
    those written after ``since``."""
    mine = and_(deliveries.c.channel == name, deliveries.c.created_at > since)
    failed = and_(mine, deliveries.c.status == FAILED)
    vain = and_(mine, deliveries.c.status.in_([PENDING, SENDING]), deliveries.c.error.is_not(None))
    if tx.scalar(select(deliveries.c.id).where(or_(failed, vain)).limit(1)) is None:
        return Traffic(_taken_at(tx, name))
    taken = _taken_at(tx, name)
    if taken is not None:
        failed = and_(failed, deliveries.c.created_at > taken)
    latest = select(deliveries.c.error).where(failed).order_by(deliveries.c.created_at.desc())
    due = func.coalesce(deliveries.c.due_at, deliveries.c.created_at)
    waiting = select(due.label("at"), deliveries.c.error).where(vain).order_by(due).limit(1)
    first = tx.execute(waiting).one_or_none()
    return Traffic(
        taken_at=taken,
        lost=tx.scalar(select(func.count()).select_from(deliveries).where(failed)) or 0,
        lost_error=tx.scalar(latest.limit(1)),
        waits_since=first.at if first else None,
        waits_error=first.error if first else None,
    )


def _taken_at(tx: Connection, name: str) -> datetime | None:
    taken = and_(deliveries.c.channel == name, deliveries.c.status == SENT)
    at: datetime | None = tx.scalar(select(func.max(deliveries.c.sent_at)).where(taken))
    return at
