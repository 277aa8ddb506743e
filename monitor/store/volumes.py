"""What rules on how many stories come have counted, whether they hold, and their alerts.

A story counts once, however many sites carry it: by its first telling.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from monitor.alert import volume_id
from monitor.models import CountedStory, Rule
from monitor.routing import Way
from monitor.store import ways
from monitor.store.sources import insert_for
from monitor.store.tables import alerts, counted, episodes, links, revisions, sources, stories
from monitor.volume import Counts, Episode

KEPT = timedelta(days=400)  # longer than any rule looks back
_TITLE = 300  # characters of a title that an alert repeats


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule whose stories are counted."""

    definition: str
    known_since: datetime  # all stories since then are counted
    episode: Episode


def state(tx: Connection, rule: str) -> Judged | None:
    """None where its stories were never counted."""
    row = tx.execute(select(episodes).where(episodes.c.rule_id == rule)).one_or_none()
    if row is None:
        return None
    return Judged(row.definition, row.known_since, Episode(row.since, row.ceased))


def record(tx: Connection, rule: str, judged: Judged) -> None:
    values = {
        "definition": judged.definition,
        "known_since": judged.known_since,
        "since": judged.episode.since,
        "ceased": judged.episode.ceased,
    }
    new = insert_for(tx)(episodes).values(rule_id=rule, **values)
    tx.execute(new.on_conflict_do_update(index_elements=["rule_id"], set_=values))


def finish(tx: Connection, rule: str, definition: str, known_since: datetime) -> None:
    """All stories since then are counted; what an earlier form of the rule counted is let go."""
    record(tx, rule, Judged(definition, known_since, Episode()))
    tx.execute(delete(counted).where(counted.c.rule_id == rule, counted.c.definition != definition))


def add(tx: Connection, rule: str, definition: str, story: int, at: datetime) -> None:
    """Count a story, unless it or another telling of it is counted."""
    first = tx.scalar(
        select(func.coalesce(stories.c.copy_of, stories.c.id)).where(stories.c.id == story)
    )
    row = {
        "rule_id": rule,
        "definition": definition,
        "story_id": first,
        "day": at.astimezone(UTC).date(),
        "at": at,
    }
    tx.execute(insert_for(tx)(counted).values(row).on_conflict_do_nothing())


def let_go(tx: Connection, rule: str, now: datetime) -> None:
    """What no rule looks back to, but for the last story."""
    last = select(func.max(counted.c.at)).where(counted.c.rule_id == rule).scalar_subquery()
    mine = counted.c.rule_id == rule
    tx.execute(delete(counted).where(mine, counted.c.at < now - KEPT, counted.c.at < last))


def counts(
    tx: Connection, rule: str, judged: Judged, now: datetime, window: timedelta, reach: timedelta
) -> Counts:
    """What was counted up to ``now``; of a time that is still to come nothing counts."""
    mine = _of(rule, judged.definition, now)
    last = tx.scalar(select(func.max(counted.c.at)).where(*mine))
    early = min(now - reach, (last or now) - reach)  # of a silence: what was usual before it
    days = tx.execute(
        select(counted.c.day, func.count())
        .where(
            counted.c.rule_id == rule,
            counted.c.definition == judged.definition,
            counted.c.day.between(early.astimezone(UTC).date(), now.astimezone(UTC).date()),
        )
        .group_by(counted.c.day)
    )
    inside = select(func.count()).where(*mine, counted.c.at > now - window)
    return Counts(
        known_since=judged.known_since,
        days={row.day: row[1] for row in days},
        window=tx.scalar(inside) or 0,
        last=last,
    )


def newest(
    tx: Connection, rule: str, definition: str, now: datetime, limit: int
) -> tuple[CountedStory, ...]:
    """The last stories that a rule counted, the newest first."""
    address = revisions.c.article["url"].as_string().label("url")
    read = (revisions.c.story_id == stories.c.id) & (revisions.c.number == stories.c.revision)
    rows = tx.execute(
        select(stories.c.id, stories.c.title, stories.c.source_name, address, counted.c.at)
        .join(stories, stories.c.id == counted.c.story_id)
        .join(revisions, read)
        .where(*_of(rule, definition, now))
        .order_by(counted.c.at.desc(), counted.c.story_id.desc())
        .limit(limit)
    )
    return tuple(
        CountedStory(row.id, row.title[:_TITLE], row.url, row.source_name, row.at) for row in rows
    )


def is_counted(tx: Connection, rule: str, first: int) -> bool:
    """Whether a rule, as it is or was, counted a story; ``first`` is its first telling."""
    query = select(counted.c.story_id).where(counted.c.rule_id == rule)
    return tx.scalar(query.where(counted.c.story_id == first).limit(1)) is not None


def times(tx: Connection, rule: str, definition: str, since: datetime) -> Sequence[datetime]:
    """When the stories that a rule counted came, in order."""
    mine = counted.c.rule_id == rule, counted.c.definition == definition
    query = select(counted.c.at).where(*mine, counted.c.at >= since).order_by(counted.c.at)
    return tx.scalars(query).all()


def _of(rule: str, definition: str, now: datetime) -> tuple[Any, ...]:
    return counted.c.rule_id == rule, counted.c.definition == definition, counted.c.at <= now


def write_alert(
    tx: Connection,
    rule: Rule,
    reason: str,
    said: dict[str, Any],
    behind: Iterable[CountedStory],
    now: datetime,
    *,
    ways_: Iterable[Way],
    withheld: str | None,
) -> None:
    """An alert on how many stories came, and the deliveries that wait because of it.

    ``said`` are its figures, ``behind`` the stories that it tells of: both stay as they are.
    """
    listed = [dataclasses.asdict(one) | {"seen_at": one.seen_at.isoformat()} for one in behind]
    alert_id = tx.execute(
        insert(alerts)
        .values(
            rule_id=rule.id,
            rule_label=rule.label,
            volume=said | {"stories": listed},
            reason=reason,
            correction=False,
            severity=rule.severity,
            withheld=withheld,
            created_at=now,
        )
        .returning(alerts.c.id)
    ).scalar_one()

    def id_of(channel: str, recipient: str) -> str:
        return volume_id(rule.id, now, channel, recipient)

    ways.send(tx, alert_id, ways_, now, id_of)


# --- the archive ---------------------------------------------------------------------------------


def known_since(tx: Connection, wanted: datetime, now: datetime) -> datetime:
    """Since when, not before a time that is ``wanted``, the archive holds all texts."""
    first = tx.scalar(select(func.min(stories.c.first_seen_at))) or now
    let_go = tx.scalar(
        select(func.max(stories.c.first_seen_at)).where(stories.c.pruned_at.is_not(None))
    )
    return max(wanted, first, let_go or first)


def at_first_looks(tx: Connection, ids: Iterable[int]) -> set[int]:
    """Those of some stories that were there, be it on another site, at a first look at a source."""
    first = stories.alias()
    telling = first.c.id == func.coalesce(stories.c.copy_of, stories.c.id)
    link = (links.c.source_id == first.c.source_id) & (links.c.key == first.c.key)
    look = (sources.c.id == links.c.source_id) & (sources.c.baseline_at == links.c.seen_at)
    query = select(stories.c.id).join(first, telling).join(links, link).join(sources, look)
    return set(tx.scalars(query.where(stories.c.id.in_(list(ids)))))
