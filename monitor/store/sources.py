"""Sources and links: what is due, what was seen, what waits to be read."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Row, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.models import Link, PendingLink, SourceState, Validators
from monitor.store.tables import links, sources, stories
from monitor.text import storable

_link = TypeAdapter(Link)

PENDING, DONE, FAILED = "pending", "done", "failed"


def insert_for(connection: Connection) -> Any:
    """The dialect's INSERT that knows ON CONFLICT; SQLAlchemy has no common one."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[connection.dialect.name]


def register(tx: Connection, source_id: str, url: str) -> None:
    """Make sure that a source has its row; a changed address starts without validators."""
    row = {"id": source_id, "url": url, "failures": 0, "links": 0}
    tx.execute(insert_for(tx)(sources).values(row).on_conflict_do_nothing())
    tx.execute(
        update(sources)
        .where(sources.c.id == source_id, sources.c.url != url)
        .values(url=url, etag=None, last_modified=None, next_at=None)
    )


def claim(tx: Connection, source_id: str, now: datetime, lease: timedelta) -> SourceState | None:
    """Take a source; None where another process has it."""
    free = or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now)
    taken = tx.execute(
        update(sources).where(sources.c.id == source_id, free).values(lease_until=now + lease)
    )
    return state(tx, source_id) if taken.rowcount == 1 else None


def renew(tx: Connection, source_id: str, now: datetime, lease: timedelta) -> None:
    """Keep a source that takes long; one that was put back meanwhile stays put back."""
    tx.execute(
        update(sources)
        .where(sources.c.id == source_id, sources.c.lease_until.is_not(None))
        .values(lease_until=now + lease)
    )


def release(tx: Connection, source_id: str) -> None:
    """Put a claimed source back, as it was."""
    tx.execute(update(sources).where(sources.c.id == source_id).values(lease_until=None))


def state(tx: Connection, source_id: str) -> SourceState | None:
    row = tx.execute(select(sources).where(sources.c.id == source_id)).one_or_none()
    return None if row is None else _state(row)


def states(tx: Connection) -> dict[str, SourceState]:
    return {row.id: _state(row) for row in tx.execute(select(sources))}


def _state(row: Row[Any]) -> SourceState:
    return SourceState(
        id=row.id,
        validators=Validators(row.etag, row.last_modified),
        checked_at=row.checked_at,
        succeeded_at=row.succeeded_at,
        baseline_at=row.baseline_at,
        next_at=row.next_at,
        failures=row.failures,
        links=row.links,
        error=row.error,
    )


def succeeded(
    tx: Connection,
    source_id: str,
    now: datetime,
    next_at: datetime,
    validators: Validators,
    found: int | None,
) -> None:
    """Record a look that worked; ``found`` links, or None where nothing had changed."""
    values: dict[str, Any] = {
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "checked_at": now,
        "succeeded_at": now,
        "baseline_at": func.coalesce(sources.c.baseline_at, now),
        "next_at": next_at,
        "failures": 0,
        "error": None,
    }
    if found is not None:
        values["links"] = found
    tx.execute(update(sources).where(sources.c.id == source_id).values(values))


def failed(tx: Connection, source_id: str, now: datetime, next_at: datetime, error: str) -> None:
    tx.execute(
        update(sources)
        .where(sources.c.id == source_id)
        .values(checked_at=now, next_at=next_at, failures=sources.c.failures + 1, error=error)
    )


def add_links(
    tx: Connection,
    source_id: str,
    found: Mapping[str, Link],
    now: datetime,
    *,
    baseline: bool,
) -> int:
    """Write what a source announces, by canonical URL; how many links wait now because of it.

    A link that is new waits to be read, unless its story is known from another source. One that
    is known waits again when its announcement has changed: the sign of a correction.
    """
    found = {storable(key): link for key, link in found.items()}
    before = _fingerprints(tx, source_id, list(found))
    stored = _known_stories(tx, [key for key in found if key not in before])
    waiting = 0
    for key, link in found.items():
        print_ = fingerprint(link)
        row = {"url": link.url, "announced": _announced(link), "fingerprint": print_}
        if key not in before:
            status = DONE if key in stored else PENDING
            row |= {"source_id": source_id, "key": key, "status": status, "baseline": baseline}
            row |= {"attempts": 0, "next_at": now, "seen_at": now}
            tx.execute(insert_for(tx)(links).values(row).on_conflict_do_nothing())
            waiting += status == PENDING
        elif before[key] != print_:
            row |= {"status": PENDING, "attempts": 0, "next_at": now}
            row |= {"baseline": and_(links.c.baseline, links.c.status == PENDING)}
            tx.execute(
                update(links).where(links.c.source_id == source_id, links.c.key == key).values(row)
            )
            waiting += 1
    return waiting


def _fingerprints(tx: Connection, source_id: str, keys: list[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    for some in _parts(keys):
        rows = tx.execute(
            select(links.c.key, links.c.fingerprint).where(
                links.c.source_id == source_id, links.c.key.in_(some)
            )
        )
        known |= {row.key: row.fingerprint for row in rows}
    return known


def _known_stories(tx: Connection, keys: list[str]) -> set[str]:
    known: set[str] = set()
    for some in _parts(keys):
        known |= set(tx.scalars(select(stories.c.key).where(stories.c.key.in_(some))))
    return known


def _parts(keys: list[str], size: int = 1_000) -> Iterator[list[str]]:
    """SQLite takes so many parameters in one statement and no more."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def fingerprint(link: Link) -> str:
    """Of what changes in an announcement when its story is corrected."""
    what = "\x00".join((link.title or "", str(link.updated or ""), link.summary or ""))
    return hashlib.blake2b(what.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _announced(link: Link) -> Any:
    return _link.dump_python(link, mode="json")


def waiting(tx: Connection, source_id: str, now: datetime, limit: int) -> Sequence[PendingLink]:
    """The links of a source whose turn it is, in the order in which they were seen."""
    rows = tx.execute(
        select(links)
        .where(links.c.source_id == source_id, links.c.status == PENDING, links.c.next_at <= now)
        .order_by(links.c.id)
        .limit(limit)
    )
    return [
        PendingLink(
            id=row.id,
            source=row.source_id,
            key=row.key,
            link=_read_link(row),
            baseline=row.baseline,
            attempts=row.attempts,
        )
        for row in rows
    ]


def _read_link(row: Row[Any]) -> Link:
    """The announcement; one that cannot be read any more must not hold up those behind it."""
    try:
        return _link.validate_python(row.announced)
    except ValidationError:
        return Link(url=row.url)


def next_waiting(tx: Connection, source_id: str) -> datetime | None:
    """When the next link of a source wants to be read."""
    at: datetime | None = tx.scalar(
        select(func.min(links.c.next_at)).where(
            links.c.source_id == source_id, links.c.status == PENDING
        )
    )
    return at


def link_done(tx: Connection, link_id: int) -> None:
    """The link has its story: what comes later from the same address is no longer a first look."""
    tx.execute(
        update(links).where(links.c.id == link_id).values(status=DONE, baseline=False, error=None)
    )


def link_failed(tx: Connection, link_id: int, next_at: datetime | None, error: str) -> None:
    """One more failure; without ``next_at`` the link is given up, and listed as failed."""
    values: dict[str, Any] = {"attempts": links.c.attempts + 1, "error": error}
    values |= {"status": FAILED} if next_at is None else {"next_at": next_at}
    tx.execute(update(links).where(links.c.id == link_id).values(values))


@dataclasses.dataclass(frozen=True, slots=True)
class Backlog:
    """How many links of a source wait, how many were given up, and the latest failure."""

    waiting: int = 0
    given_up: int = 0
    error: str | None = None


def backlogs(tx: Connection) -> dict[str, Backlog]:
    counts: dict[str, Backlog] = {}
    for source_id, status, number in tx.execute(
        select(links.c.source_id, links.c.status, func.count()).group_by(
            links.c.source_id, links.c.status
        )
    ):
        backlog = counts.get(source_id, Backlog())
        if status == PENDING:
            backlog = dataclasses.replace(backlog, waiting=number)
        elif status == FAILED:
            backlog = dataclasses.replace(backlog, given_up=number)
        counts[source_id] = backlog
    latest = (
        select(func.max(links.c.id)).where(links.c.error.is_not(None)).group_by(links.c.source_id)
    )
    for source_id, url, error in tx.execute(
        select(links.c.source_id, links.c.url, links.c.error).where(links.c.id.in_(latest))
    ):
        counts[source_id] = dataclasses.replace(counts[source_id], error=f"{url}: {error}")
    return counts
