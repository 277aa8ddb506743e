"""Let go of old text; what was seen stays known, so that nothing old comes back as new."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, exists, or_, select, update

from monitor.models import Article
from monitor.store.tables import matches, revisions, sketches, stories


def prune(tx: Connection, now: datetime, *, keep: timedelta, keep_off_topic: timedelta) -> int:
    """Cut stories that are past their time down to title and metadata; how many that were.

    A story that a rule matched is on somebody's topic, whatever the configured one says.
    """
    matched = exists().where(matches.c.story_id == stories.c.id)
    off_topic = and_(stories.c.on_topic.is_(False), ~matched)
    past = or_(
        stories.c.changed_at < now - keep,
        and_(off_topic, stories.c.changed_at < now - keep_off_topic),
    )
    ids = tx.scalars(
        select(stories.c.id).where(past, stories.c.pruned_at.is_(None)).limit(1_000)
    ).all()
    for row in tx.execute(select(revisions).where(revisions.c.story_id.in_(ids))).all():
        bare = Article.model_validate(row.article).model_copy(update={"body": ()})
        tx.execute(
            update(revisions)
            .where(revisions.c.story_id == row.story_id, revisions.c.number == row.number)
            .values(article=bare.model_dump(mode="json"))
        )
    tx.execute(delete(sketches).where(sketches.c.story_id.in_(ids)))
    tx.execute(update(stories).where(stories.c.id.in_(ids)).values(pruned_at=now))
    return len(ids)
