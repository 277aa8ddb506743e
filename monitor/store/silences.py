"""Rules of which nobody wants to hear for a while, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from monitor.store.tables import silences

EVERY = "*"  # in the place of a rule's id; no rule can have it


@dataclass(frozen=True, slots=True)
class Silence:
    """From ``created_at`` until ``until`` nobody is told of what ``rule`` finds."""

    id: int
    rule: str  # its id, or EVERY
    until: datetime
    why: str
    created_at: datetime


def add(tx: Connection, rule: str, until: datetime, why: str, now: datetime) -> Silence:
    values = {"rule_id": rule, "until": until, "why": why, "created_at": now}
    number = tx.execute(insert(silences).values(values).returning(silences.c.id)).scalar_one()
    return Silence(number, rule, until, why, now)


def end(tx: Connection, number: int, now: datetime) -> bool:
    """End a silence early; False where there is none of that number, or it is over."""
    one = update(silences).where(silences.c.id == number, silences.c.until > now)
    return tx.execute(one.values(until=now)).rowcount > 0


def listing(tx: Connection, *, after: datetime | None = None) -> list[Silence]:
    """All silences, or those that last longer than ``after``; the one that ends last first."""
    query = select(silences).order_by(silences.c.until.desc(), silences.c.id)
    if after is not None:
        query = query.where(silences.c.until > after)
    return [
        Silence(row.id, row.rule_id, row.until, row.why, row.created_at)
        for row in tx.execute(query)
    ]


def why(tx: Connection, rule: str, now: datetime) -> str | None:
    """Why nobody is to hear of a rule now; None where it is not silenced."""
    for silence in listing(tx, after=now):
        if silence.rule in (rule, EVERY):
            return f"silenced until {silence.until:%Y-%m-%d %H:%M} UTC: {silence.why}"
    return None
