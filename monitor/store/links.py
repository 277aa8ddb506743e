"""Links: what each source announced, what of it waits to be read, what was given up."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Boolean, Connection, Row, and_, bindparam, case, func, or_, select, update

from monitor.models import Announced, Link, PendingLink
from monitor.schedule import LONGEST_WAIT
from monitor.store.sources import insert_for, parts
from monitor.store.tables import links, sources, stories

_link = TypeAdapter(Link)

# Skipped: off the topic by its title, where its source says that titles tell.
PENDING, DONE, FAILED, SKIPPED = "pending", "done", "failed", "skipped"


def known(
    tx: Connection, source_id: str, keys: Sequence[str], *, before: datetime | None = None
) -> dict[str, str]:
    """Which of ``keys`` a source has announced, each with the fingerprint it bore then; of those
    that were first seen ``before`` a time, where one is given."""
    found: dict[str, str] = {}
    which = [links.c.source_id == source_id]
    if before is not None:
        which += [links.c.seen_at < before]
    for some in parts(keys):
        rows = tx.execute(
            select(links.c.key, links.c.fingerprint).where(*which, links.c.key.in_(some))
        )
        found |= {row.key: row.fingerprint for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """A link that its source announced, with the guid that it bore last."""

    key: str
    guid: str
    fingerprint: str
    url: str
    announced: Any

    @property
    def link(self) -> Link:
        return _read(self)


def named(tx: Connection, source_id: str, guids: Sequence[str]) -> list[Named]:
    """What a source has announced under one of ``guids``, as ``guid_key`` gives them."""
    found: list[Named] = []
    for some in parts(guids):
        rows = tx.execute(
            select(*(links.c[field.name] for field in dataclasses.fields(Named))).where(
                links.c.source_id == source_id, links.c.guid.in_(some)
            )
        )
        found += [Named(*row) for row in rows]
    return found


def guid_key(link: Link) -> str | None:
    """A link's guid as it is stored: 32 hexadecimal digits, however long it is."""
    if not link.guid:
        return None
    return hashlib.blake2b(link.guid.encode("utf-8", "replace"), digest_size=16).hexdigest()


def add(tx: Connection, new: Iterable[Announced], now: datetime) -> Counter[str]:
    """Write links that their sources had not announced; how many of each source wait now.

    A link waits to be read, unless its story is known from another source.
    """
    new = list(new)
    stored = _known_stories(tx, [each.key for each in new])
    rows = [_row(each, now) | {"status": _status(each, stored)} for each in new]
    if rows:
        # A process whose lease ran out may have been here before us.
        tx.execute(insert_for(tx)(links).on_conflict_do_nothing(), rows)
    return Counter(row["source_id"] for row in rows if row["status"] == PENDING)


def _status(each: Announced, stored: Collection[str]) -> str:
    if each.key in stored:
        return DONE
    return SKIPPED if each.skipped else PENDING


def _row(each: Announced, now: datetime) -> dict[str, Any]:
    return {
        "source_id": each.source,
        "key": each.key,
        "guid": guid_key(each.link),
        "url": each.link.url,
        "announced": _link.dump_python(each.link, mode="json"),
        "fingerprint": each.fingerprint,
        "baseline": each.baseline,
        "attempts": 0,
        "next_at": now,
        "seen_at": now,
    }


_AGAIN = (
    update(links)
    .where(links.c.source_id == bindparam("of"), links.c.key == bindparam("at"))
    .values(
        url=bindparam("url"),
        guid=bindparam("guid"),
        announced=bindparam("announced"),
        fingerprint=bindparam("fingerprint"),
        # What was read is read again, whatever its title says now.
        status=case(
            (and_(bindparam("skipped", type_=Boolean), links.c.status == SKIPPED), SKIPPED),
            else_=PENDING,
        ),
        attempts=0,
        next_at=bindparam("due"),
        baseline=and_(links.c.baseline, or_(links.c.status == PENDING, links.c.status == SKIPPED)),
    )
)


def again(tx: Connection, changed: Iterable[Announced], now: datetime) -> Counter[str]:
    """Known links whose announcement has changed, the sign of a correction, wait again, unless
    they were skipped and still are; how many of each source do."""
    changed = list(changed)
    rows = [
        {
            "of": each.source,
            "at": each.key,
            "guid": guid_key(each.link),
            "url": each.link.url,
            "announced": _link.dump_python(each.link, mode="json"),
            "fingerprint": each.fingerprint,
            "skipped": each.skipped,
            "due": now,
        }
        for each in changed
    ]
    if rows:
        tx.execute(_AGAIN, rows)
    off = _off_topic(tx, {each.key for each in changed if each.skipped})
    return Counter(each.source for each in changed if (each.source, each.key) not in off)


def _off_topic(tx: Connection, keys: Collection[str]) -> set[tuple[str, str]]:
    """Sources and keys of links that are skipped."""
    found: set[tuple[str, str]] = set()
    for some in parts(list(keys)):
        skipped = (links.c.status == SKIPPED) & links.c.key.in_(some)
        rows = tx.execute(select(links.c.source_id, links.c.key).where(skipped))
        found |= {(row.source_id, row.key) for row in rows}
    return found


def _known_stories(tx: Connection, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in parts(keys):
        found |= set(tx.scalars(select(stories.c.key).where(stories.c.key.in_(some))))
    return found


# --- reading them --------------------------------------------------------------------------------


def waiting(tx: Connection, source_id: str, now: datetime, limit: int) -> Sequence[PendingLink]:
    """The links of a source whose turn it is, in the order in which they were seen."""
    rows = tx.execute(
        select(links)
        .where(links.c.source_id == source_id, links.c.status == PENDING, _has_come(now))
        .order_by(links.c.id)
        .limit(limit)
    )
    return [
        PendingLink(
            id=row.id,
            source=row.source_id,
            key=row.key,
            link=_read(row),
            baseline=row.baseline,
            attempts=row.attempts,
        )
        for row in rows
    ]


def _has_come(now: datetime) -> Any:
    """No page waits so long, nor was one seen in the future: the clock was ahead then."""
    at = links.c.next_at
    return or_(at <= now, at > now + LONGEST_WAIT, links.c.seen_at > now)


def _read(row: Row[Any] | Named) -> Link:
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


def done(tx: Connection, link_id: int) -> None:
    """The link has its story: what comes later from the same address is no longer a first look."""
    tx.execute(
        update(links).where(links.c.id == link_id).values(status=DONE, baseline=False, error=None)
    )


def failed(tx: Connection, link_id: int, next_at: datetime | None, error: str) -> None:
    """One more failure; without ``next_at`` the link is given up, and listed as failed."""
    values: dict[str, Any] = {"attempts": links.c.attempts + 1, "error": error}
    values |= {"status": FAILED} if next_at is None else {"next_at": next_at}
    tx.execute(update(links).where(links.c.id == link_id).values(values))


def postpone(
    tx: Connection, source_id: str, until: datetime, among: Sequence[int] | None = None
) -> None:
    """Let links of a source that wait, all or those ``among``, wait until then at least."""
    which = [links.c.source_id == source_id, links.c.status == PENDING, links.c.next_at < until]
    if among is not None:
        which.append(links.c.id.in_(among))
    tx.execute(update(links).where(*which).values(next_at=until))


def retry(tx: Connection, source_id: str, now: datetime) -> int:
    """Read the pages of a source again that were given up; how many these are."""
    given_up = (links.c.source_id == source_id) & (links.c.status == FAILED)
    done = tx.execute(
        update(links).where(given_up).values(status=PENDING, attempts=0, next_at=now, error=None)
    )
    return done.rowcount


# --- looking at them -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """A link as the archive knows it."""

    url: str
    title: str | None
    status: str
    seen_at: datetime
    error: str | None


def latest(tx: Connection, source_id: str, limit: int) -> list[Seen]:
    """What a source announced last, the newest first."""
    rows = tx.execute(
        select(links)
        .where(links.c.source_id == source_id)
        .order_by(links.c.seen_at.desc(), links.c.id)  # as the source has them within a look
        .limit(limit)
    )
    return [Seen(row.url, _read(row).title, row.status, row.seen_at, row.error) for row in rows]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many links of a source wait, how many were given up, and the latest failure."""

    waiting: int = 0
    given_up: int = 0
    error: str | None = None


def backlogs(tx: Connection) -> Mapping[str, Backlog]:
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


def is_baseline(tx: Connection, source_id: str, key: str) -> bool:
    """Whether a story was there already at the first look at its source, be it long read."""
    look = (sources.c.id == links.c.source_id) & (sources.c.baseline_at == links.c.seen_at)
    link = select(links.c.id).join(sources, look)
    mine = links.c.source_id == source_id, links.c.key == key
    return tx.scalar(link.where(*mine)) is not None
