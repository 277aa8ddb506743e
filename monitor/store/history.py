"""The troubles of sources: notices of illness and recovery, and gaps in what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from monitor.alert import notice_id
from monitor.models import About, DeliveryStatus, Health
from monitor.routing import Door
from monitor.store.tables import deliveries, gaps, notices


@dataclass(frozen=True, slots=True)
class Event:
    """A source, or a channel, fell ill, or recovered."""

    source: str
    name: str
    url: str
    health: Health
    recovered: bool
    detail: str
    since: datetime
    created_at: datetime
    about: About = About.SOURCE


def tell(tx: Connection, event: Event, doors: Iterable[Door]) -> None:
    """Write an event down, and what waits to be sent because of it."""
    values = {name: getattr(event, name) for name in _EVENT} | {"source_id": event.source}
    write_notice(tx, values, doors)


def write_notice(tx: Connection, values: Mapping[str, Any], doors: Iterable[Door]) -> None:
    """A row of notices, and a delivery to each channel and recipient that is to be told."""
    number = tx.execute(insert(notices).values(values).returning(notices.c.id)).scalar_one()
    rows = [
        {
            "id": notice_id(
                values["source_id"],
                values["created_at"],
                *door,
                about=values.get("about", About.SOURCE),
            ),
            "notice_id": number,
            "channel": door.channel,
            "recipient": door.recipient,
            "status": DeliveryStatus.PENDING,
            "attempts": 0,
            "due_at": values["created_at"],
            "next_at": values["created_at"],
            "created_at": values["created_at"],
        }
        for door in dict.fromkeys(doors)
    ]
    if rows:
        tx.execute(insert(deliveries), rows)


_EVENT = ("name", "url", "health", "recovered", "detail", "since", "created_at", "about")


def events(tx: Connection, source_id: str, limit: int = 20) -> list[Event]:
    """The illnesses and recoveries of a source, the latest first."""
    rows = tx.execute(
        select(notices)
        .where(notices.c.source_id == source_id, notices.c.about == About.SOURCE)
        .order_by(notices.c.id.desc())
        .limit(limit)
    )
    return [_event(row) for row in rows]


def _event(row: Any) -> Event:
    said = {name: getattr(row, name) for name in _EVENT}
    return Event(
        row.source_id, **(said | {"health": Health(row.health), "about": About(row.about)})
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """What a source announced between ``since`` and ``until`` may have been missed."""

    id: int
    source: str
    since: datetime  # the last look before it
    until: datetime  # the oldest item after it
    seen_at: datetime
    filled_at: datetime | None = None
    filled_with: int | None = None  # so many links


def open_gap(
    tx: Connection, source_id: str, since: datetime, until: datetime, now: datetime
) -> None:
    values = {"source_id": source_id, "since": since, "until": until, "seen_at": now}
    tx.execute(insert(gaps).values(values))


def fill_gap(
    tx: Connection, source_id: str, since: datetime, filled_at: datetime | None, links: int
) -> None:
    """So many more ``links`` of the gap that begins at ``since`` were found further back; it stays
    open where there is no time at which it was filled."""
    tx.execute(
        update(gaps)
        .where(gaps.c.source_id == source_id, gaps.c.since == since)
        .values(filled_at=filled_at, filled_with=func.coalesce(gaps.c.filled_with, 0) + links)
    )


def latest_open(tx: Connection, source_id: str) -> Gap | None:
    """The latest gap of a source that has not been filled."""
    return next((gap for gap in gaps_of(tx, source_id) if gap.filled_at is None), None)


def gaps_of(tx: Connection, source_id: str | None = None, limit: int = 20) -> list[Gap]:
    """The gaps of one source, or of all, the latest first."""
    query = select(gaps).order_by(gaps.c.id.desc()).limit(limit)
    if source_id is not None:
        query = query.where(gaps.c.source_id == source_id)
    return [
        Gap(
            id=row.id,
            source=row.source_id,
            since=row.since,
            until=row.until,
            seen_at=row.seen_at,
            filled_at=row.filled_at,
            filled_with=row.filled_with,
        )
        for row in tx.execute(query)
    ]
