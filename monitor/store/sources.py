"""Sources: which are watched, which are due, who has one in hand, what is known of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Row,
    Update,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import sqlite

from monitor.models import Health, SourceState, Validators
from monitor.store.tables import UtcDateTime, sources
from monitor.text import storable

T = TypeVar("T")

# What lies further in the future cannot have happened, though clocks differ a little.
AHEAD = timedelta(minutes=5)
LONGEST_LEASE = timedelta(hours=2)


def insert_for(connection: Connection) -> Any:
    """The dialect's INSERT that knows ON CONFLICT; SQLAlchemy has no common one."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert
    from sqlalchemy.dialects import postgresql  # slow to load

    return postgresql.insert


def parts(items: Sequence[T], size: int = 1_000) -> Iterator[Sequence[T]]:
    """A database takes so many parameters in one statement and no more."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


@dataclass(frozen=True, slots=True)
class Watched:
    """What of a source's configuration decides whether what we know of it still holds."""

    url: str
    definition: str = ""  # a digest of the other keys by which its links are found


def watch(tx: Connection, wanted: Mapping[str, Watched]) -> None:
    """These sources are looked at from now on, and no others."""
    register(tx, wanted)
    before = set(tx.scalars(select(sources.c.id).where(sources.c.watched)))
    for ids, watched in ((before - wanted.keys(), False), (wanted.keys() - before, True)):
        for some in parts(list(ids)):
            tx.execute(update(sources).where(sources.c.id.in_(some)).values(watched=watched))


def register(tx: Connection, wanted: Mapping[str, Watched]) -> None:
    """Make sure that each source has its row.

    A changed address starts anew, at once; other changes of what a look finds only make sure
    that the next look reads the body again.
    """
    columns = select(sources.c.id, sources.c.url, sources.c.definition)
    known = {row.id: row for row in tx.execute(columns)}
    new = [_new_row(source_id, wanted[source_id]) for source_id in wanted.keys() - known.keys()]
    if new:
        tx.execute(insert_for(tx)(sources).on_conflict_do_nothing(), new)
    for source_id in wanted.keys() & known.keys():
        source, row = wanted[source_id], known[source_id]
        if row.url != storable(source.url):
            _change(tx, source_id, source, _READ_AGAIN | _START_ANEW)
        elif row.definition is None:  # of a time when it was not written down
            _change(tx, source_id, source, {})
        elif row.definition != source.definition:
            _change(tx, source_id, source, _READ_AGAIN)


def _new_row(source_id: str, source: Watched) -> dict[str, Any]:
    return {
        "id": source_id,
        "url": source.url,
        "definition": source.definition,
        "failures": 0,
        "links": 0,
    }


_READ_AGAIN = {"etag": None, "last_modified": None, "body_digest": None}
_START_ANEW = {
    "baseline_at": None,
    "next_at": None,
    "why": None,
    "failures": 0,
    "error": None,
    "moved_to": None,
    "moved_times": 0,
    "extraction": None,
    "health": Health.OK,
    "condition": None,
}


def _change(tx: Connection, source_id: str, source: Watched, values: dict[str, Any]) -> None:
    of = {"url": source.url, "definition": source.definition}
    tx.execute(update(sources).where(sources.c.id == source_id).values(of | values))


# --- which are due, and who has them -------------------------------------------------------------


def _is_due(now: datetime) -> Any:
    return or_(_wanted_at(now) <= now, sources.c.pages_at <= now)


def _wanted_at(now: datetime) -> Any:
    """When a source is to be looked at: one that was looked at in the future, when the clock was
    ahead, as one that nobody has looked at."""
    ahead = sources.c.checked_at > now + AHEAD
    at = case((ahead, now), else_=func.coalesce(sources.c.next_at, now))
    return type_coerce(at, UtcDateTime())


def _is_free(now: datetime) -> Any:
    """Nobody has it in hand. A lease longer than any was taken when the clock was ahead."""
    until = sources.c.lease_until
    return or_(until.is_(None), until <= now, until > now + LONGEST_LEASE)


def claim(
    tx: Connection,
    now: datetime,
    lease: timedelta,
    *,
    limit: int | None = None,
    among: Collection[str] | None = None,
) -> list[SourceState]:
    """Take watched sources that are due, longest overdue first; or those ``among``, due or not.

    A source that another process has in hand is left out.
    """
    which = [_is_free(now)]
    if among is None:
        which += [sources.c.watched, _is_due(now)]
    else:
        which += [sources.c.id.in_(among)]
    ids = (
        select(sources.c.id)
        .where(*which)
        .order_by(_wanted_at(now), sources.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = tx.execute(
        update(sources)
        .where(sources.c.id.in_(ids), _is_free(now))
        .values(lease_until=now + lease)
        .returning(*_KNOWN)
    )
    states = [_state(row) for row in taken]
    return sorted(states, key=lambda state: (state.next_at or now, state.id))


def next_due(tx: Connection, now: datetime) -> datetime | None:
    """When the next watched source that nobody has in hand wants to be looked at or read from.

    None: there is none. Sources that nobody has looked at yet are due now.
    """
    look = func.min(_wanted_at(now), type_=UtcDateTime())
    row = tx.execute(
        select(look, func.min(sources.c.pages_at)).where(sources.c.watched, _is_free(now))
    ).one()
    return min((at for at in row if at is not None), default=None)


def due(tx: Connection, now: datetime) -> list[str]:
    """The watched sources that ``claim`` would take."""
    ids = (
        select(sources.c.id)
        .where(sources.c.watched, _is_due(now))
        .order_by(_wanted_at(now), sources.c.id)
    )
    return list(tx.scalars(ids))


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


def put_off(tx: Connection, source_id: str, until: datetime, error: str) -> None:
    """Put a source back that we could not look at through a fault of our own."""
    values = {"next_at": until, "pages_at": None, "why": "a fault of the monitor", "error": error}
    tx.execute(
        update(sources).where(sources.c.id == source_id).values(values | {"lease_until": None})
    )


def read_at(tx: Connection, source_id: str, at: datetime) -> None:
    """Pages of a source want to be read ``at`` a time."""
    tx.execute(update(sources).where(sources.c.id == source_id).values(pages_at=at))


# --- what is known -------------------------------------------------------------------------------


def state(tx: Connection, source_id: str) -> SourceState | None:
    row = tx.execute(select(*_KNOWN).where(sources.c.id == source_id)).one_or_none()
    return None if row is None else _state(row)


def states(tx: Connection) -> dict[str, SourceState]:
    return {row.id: _state(row) for row in tx.execute(select(*_KNOWN))}


# The fields of SourceState, in their order, are columns of the same name, but for the validators.
_SAME = tuple(field.name for field in fields(SourceState))[2:]
_COLUMNS = ("etag", "last_modified", *_SAME)
_KNOWN = [sources.c[name] for name in ("id", *_COLUMNS)]
_UNKNOWN = (object(),) * len(_COLUMNS)  # equal to no value
_same = attrgetter(*_SAME)


def _state(row: Row[Any]) -> SourceState:
    source_id, etag, last_modified, *others, health, condition = list[Any](row)
    values = [source_id, Validators(etag, last_modified), *others, Health(health), condition]
    return SourceState(*values)


def _values(state: SourceState) -> tuple[Any, ...]:
    """Those of ``_COLUMNS``."""
    return (state.validators.etag, state.validators.last_modified, *_same(state))


def record(
    tx: Connection,
    states: Sequence[SourceState],
    *,
    keep_until: Mapping[str, datetime],
    before: Sequence[SourceState] | None = None,
) -> None:
    """Write what is known of many sources now, and put back those that nobody keeps longer.

    ``before``, in the same order, is what stands in the database: the rest alone is written. Most
    looks change but a few times, and JSON is dear.
    """
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for number, state in enumerate(states):
        values, old = _values(state), None if before is None else _values(before[number])
        changed = {
            name: value
            for name, value, was in zip(_COLUMNS, values, old or _UNKNOWN, strict=True)
            if value is not was and value != was
        }
        names = tuple(changed)
        changed |= {"of": state.id, "lease_until": keep_until.get(state.id)}
        rows[names].append(changed)
    for names, some in rows.items():
        tx.execute(_recording(names), some)


@lru_cache(maxsize=64)
def _recording(names: tuple[str, ...]) -> Update:
    """The statement that writes these columns, and the lease."""
    values: dict[str, Any] = {name: bindparam(name) for name in (*names, "lease_until")}
    return update(sources).where(sources.c.id == bindparam("of")).values(values)
