"""Stories with their revisions, matches, alerts and deliveries: the archive."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, or_, select, update

from monitor.alert import Alert, delivery_id
from monitor.dedupe import Candidate, Known
from monitor.models import Article, Change, ChangeKind, Match, Span, StoryKind
from monitor.store import ways
from monitor.store.sources import insert_for
from monitor.store.tables import (
    LANGUAGE,
    alerts,
    matches,
    revisions,
    sketches,
    stories,
)
from monitor.text import storable

# A wire story spreads within days; the same text a month later is a story of its own.
COPY_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one article leaves behind, all of it or nothing."""

    key: str
    source: str
    source_name: str  # as people read it
    article: Article
    change: Change
    content_key: str
    sketch: tuple[int, ...]
    on_topic: bool | None
    matches: Sequence[Match]
    alerts: Sequence[Alert]
    now: datetime


def known(tx: Connection, key: str) -> Known | None:
    """The story stored under a canonical URL."""
    row = tx.execute(_select_stories().where(stories.c.key == key)).one_or_none()
    if row is None:
        return None
    article = Article.model_validate(row.article) if row.pruned_at is None else None
    return Known(row.id, row.content_key, row.title, article)


def alike(tx: Connection, sketch: Sequence[int], now: datetime, shared: int = 4) -> list[Candidate]:
    """Recent originals that share at least ``shared`` values of ``sketch``, the closest first."""
    if not sketch:
        return []
    said = {"sketch": sketch, "shared": shared, "since": now - COPY_WINDOW}
    return [_candidate(tx, story_id) for story_id in tx.scalars(_alike(), said).all()]


@cache
def _alike() -> Any:
    number = func.count().label("number")
    # Of its own, or SQLite goes through all originals there are, and not along the values.
    near = (
        select(sketches.c.story_id, number)
        .where(sketches.c.value.in_(bindparam("sketch", expanding=True)))
        .group_by(sketches.c.story_id)
        .having(number >= bindparam("shared"))
        .subquery()
    )
    return (
        select(stories.c.id)
        .join(near, near.c.story_id == stories.c.id)
        .where(stories.c.copy_of.is_(None), stories.c.first_seen_at > bindparam("since"))
        .order_by(near.c.number.desc(), stories.c.id)
        .limit(10)
    )


def _candidate(tx: Connection, story_id: int) -> Candidate:
    row = tx.execute(
        select(stories.c.site, stories.c.title, stories.c.language).where(stories.c.id == story_id)
    ).one()
    values = tx.scalars(
        select(sketches.c.value).where(sketches.c.story_id == story_id).order_by(sketches.c.value)
    )
    return Candidate(story_id, row.site, tuple(values), row.title, row.language)


def rules_of(tx: Connection, story_id: int) -> tuple[set[str], set[str]]:
    """The rules that matched a story or another telling of it, and those that alerted on one.

    What matched a gallery or the like, of which nobody is told, is still to be told of a story.
    """
    kind = func.coalesce(revisions.c.article["kind"].as_string(), StoryKind.STORY.value)
    read = (revisions.c.story_id == matches.c.story_id) & (revisions.c.number == matches.c.revision)
    matched = (
        select(matches.c.rule_id)
        .join(revisions, read)
        .where(matches.c.story_id.in_(family(story_id)), kind == StoryKind.STORY.value)
    )
    alerted = select(alerts.c.rule_id).where(
        alerts.c.story_id.in_(family(story_id)), alerts.c.withheld.is_(None)
    )
    return set(tx.scalars(matched)), set(tx.scalars(alerted))


def family(story_id: int) -> Select[tuple[int]]:
    """The ids of all tellings of a story: the first one, and the copies of it."""
    itself = stories.alias()
    first = (
        select(func.coalesce(itself.c.copy_of, itself.c.id))
        .where(itself.c.id == story_id)
        .scalar_subquery()
    )
    return select(stories.c.id).where(or_(stories.c.id == first, stories.c.copy_of == first))


def sites_of(tx: Connection, story_id: int) -> set[str]:
    """The sites that carry a story."""
    return set(tx.scalars(select(stories.c.site).where(stories.c.id.in_(family(story_id)))))


def write(tx: Connection, batch: Batch) -> tuple[int, list[str]]:
    """Write a batch; the story's id, and the ids of the deliveries that now wait."""
    if batch.change.kind is ChangeKind.REVISED:
        story_id, revision = _revise(tx, batch)
    else:
        story_id, revision = _create(tx, batch), 1
    article = batch.article.model_dump(mode="json")
    tx.execute(
        insert(revisions).values(
            story_id=story_id, number=revision, article=article, seen_at=batch.now
        )
    )
    if batch.sketch:
        rows = [{"story_id": story_id, "value": value} for value in batch.sketch]
        tx.execute(insert(sketches), rows)
    if batch.matches:
        rows = [_match_row(match, story_id, revision) for match in batch.matches]
        tx.execute(insert(matches), rows)
    waiting: list[str] = []
    telling = _Telling(batch.key, story_id, revision)
    for alert in batch.alerts:
        waiting += _write_alert(tx, alert, telling, batch.now)
    return story_id, waiting


def tell(tx: Connection, story: Story, alert: Alert, now: datetime) -> None:
    """Write down that a rule holds only now of a story as it stands, and who is told of that."""
    row = _match_row(alert.match, story.id, story.revision)
    tx.execute(insert_for(tx)(matches).values(row).on_conflict_do_nothing())
    _write_alert(tx, alert, _Telling(story.key, story.id, story.revision), now)


def _match_row(match: Match, story_id: int, revision: int) -> dict[str, Any]:
    return {
        "story_id": story_id,
        "rule_id": match.rule,
        "revision": revision,
        "spans": [dataclasses.asdict(span) for span in match.spans],
    }


class _Telling(NamedTuple):
    """A revision of a story."""

    key: str
    story: int
    revision: int


def _create(tx: Connection, batch: Batch) -> Any:
    copy_of = batch.change.story if batch.change.kind is ChangeKind.COPY else None
    return tx.execute(
        insert(stories)
        .values(
            key=batch.key,
            source_id=batch.source,
            source_name=batch.source_name,
            revision=1,
            copy_of=copy_of,
            first_seen_at=batch.now,
            **_columns(batch),
        )
        .returning(stories.c.id)
    ).scalar_one()


def _revise(tx: Connection, batch: Batch) -> tuple[Any, Any]:
    row = tx.execute(
        update(stories)
        .where(stories.c.id == batch.change.story)
        .values(revision=stories.c.revision + 1, pruned_at=None, **_columns(batch))
        .returning(stories.c.id, stories.c.revision)
    ).one()
    tx.execute(delete(sketches).where(sketches.c.story_id == row.id))
    return row.id, row.revision


def _columns(batch: Batch) -> dict[str, Any]:
    return {
        "content_key": batch.content_key,
        "reason": batch.change.reason,
        "on_topic": batch.on_topic,
        "title": batch.article.title,
        "site": batch.article.site,
        "language": storable(batch.article.language)[:LANGUAGE],
        "changed_at": batch.now,
    }


def _write_alert(tx: Connection, alert: Alert, of: _Telling, now: datetime) -> list[str]:
    alert_id = tx.execute(
        insert(alerts)
        .values(
            rule_id=alert.rule.id,
            rule_label=alert.rule.label,
            story_id=of.story,
            revision=of.revision,
            reason=alert.reason,
            correction=alert.correction,
            severity=alert.rule.severity,
            withheld=alert.withheld,
            created_at=now,
        )
        .returning(alerts.c.id)
    ).scalar_one()

    def id_of(channel: str, recipient: str) -> str:
        return delivery_id(alert.rule.id, of.key, of.revision, channel, recipient)

    return ways.send(tx, alert_id, alert.ways, now, id_of)


# --- reading the archive -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Story:
    """A story as the archive holds it, at its current revision."""

    id: int
    key: str
    source: str
    revision: int
    reason: str
    copy_of: int | None
    carried_by: int  # sites that carry it or another telling of it, its own included
    on_topic: bool | None
    first_seen_at: datetime
    changed_at: datetime
    article: Article


def _current() -> Any:
    return (revisions.c.story_id == stories.c.id) & (revisions.c.number == stories.c.revision)


def listing(
    tx: Connection,
    *,
    limit: int | None = None,
    since: datetime | None = None,
    newest: bool = True,
    whole: bool = False,
) -> Iterator[Story]:
    """Stories with their current article, newest first unless asked otherwise.

    ``whole`` leaves out those whose text was let go.
    """
    order = stories.c.first_seen_at.desc() if newest else stories.c.first_seen_at.asc()
    query = _select_stories().order_by(order, stories.c.id.desc() if newest else stories.c.id)
    query = query.where(*_chosen(since, whole))
    for row in tx.execute(query.limit(limit).execution_options(yield_per=500)):
        yield _story(row)


def some(
    tx: Connection, since: datetime, *, after: int = 0, limit: int | None = None
) -> list[Story]:
    """Stories first seen since a time whose text is kept, by number, those ``after`` one."""
    query = _select_stories().where(*_chosen(since, True), stories.c.id > after)
    return [_story(row) for row in tx.execute(query.order_by(stories.c.id).limit(limit))]


def count(tx: Connection, *, since: datetime | None = None, whole: bool = False) -> int:
    """How many ``listing`` would give."""
    query = select(func.count()).select_from(stories).where(*_chosen(since, whole))
    return tx.execute(query).scalar_one()


def _chosen(since: datetime | None, whole: bool) -> list[Any]:
    after = [] if since is None else [stories.c.first_seen_at >= since]
    return after + ([stories.c.pruned_at.is_(None)] if whole else [])


def get(tx: Connection, story_id: int) -> Story | None:
    row = tx.execute(_select_stories().where(stories.c.id == story_id)).one_or_none()
    return None if row is None else _story(row)


def tellings(tx: Connection, story_id: int) -> list[Story]:
    """A story and the copies of it whose texts are kept, the first one first."""
    kept = stories.c.id.in_(family(story_id)), stories.c.pruned_at.is_(None)
    return [
        _story(row) for row in tx.execute(_select_stories().where(*kept).order_by(stories.c.id))
    ]


@cache
def _select_stories() -> Any:
    """It takes longer to put together than to run."""
    told = stories.alias("told")
    first = func.coalesce(stories.c.copy_of, stories.c.id)
    carried = (
        select(func.count(func.distinct(told.c.site)))
        .where(or_(told.c.copy_of == first, told.c.id == first))
        .scalar_subquery()
    )
    return select(stories, revisions.c.article, carried.label("carried_by")).join(
        revisions, _current()
    )


def _story(row: Row[Any]) -> Story:
    return Story(
        id=row.id,
        key=row.key,
        source=row.source_id,
        revision=row.revision,
        reason=row.reason,
        copy_of=row.copy_of,
        carried_by=row.carried_by,
        on_topic=row.on_topic,
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        article=Article.model_validate(row.article),
    )


def matches_of(tx: Connection, story_id: int) -> list[Match]:
    """The matches of a story's current revision."""
    rows = tx.execute(
        select(matches.c.rule_id, matches.c.spans)
        .join(stories, stories.c.id == matches.c.story_id)
        .where(matches.c.story_id == story_id, matches.c.revision == stories.c.revision)
        .order_by(matches.c.rule_id)
    )
    return [read_match(row.rule_id, row.spans) for row in rows]


def read_match(rule: str, spans: Iterable[dict[str, Any]]) -> Match:
    return Match(rule, tuple(Span(**span) for span in spans))
