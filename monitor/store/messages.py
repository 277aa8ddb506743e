"""What a delivery says: an alert with its story, or a notice of how a source is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, select

from monitor.models import Article, ConfigNotice, Health, Message, Notice
from monitor.store.confignotices import CONFIGURATION
from monitor.store.stories import family, read_match
from monitor.store.tables import alerts, deliveries, matches, notices, revisions, stories


def with_story(query: Select[Any]) -> Select[Any]:
    """``query`` over alerts, joined to the article and the match that each alert speaks of."""
    article = and_(
        revisions.c.story_id == alerts.c.story_id, revisions.c.number == alerts.c.revision
    )
    match = and_(
        matches.c.story_id == alerts.c.story_id,
        matches.c.revision == alerts.c.revision,
        matches.c.rule_id == alerts.c.rule_id,
    )
    story = stories.c.id == alerts.c.story_id
    return query.join(stories, story).join(revisions, article).join(matches, match)


def message(tx: Connection, delivery_id: str) -> Message | Notice | ConfigNotice:
    """What a delivery is to say."""
    of = tx.scalar(select(deliveries.c.notice_id).where(deliveries.c.id == delivery_id))
    return _alert(tx, delivery_id) if of is None else _notice(tx, delivery_id, of)


def _notice(tx: Connection, delivery_id: str, number: int) -> Notice | ConfigNotice:
    row = tx.execute(select(notices).where(notices.c.id == number)).one()
    if row.source_id == CONFIGURATION:
        problems = tuple(row.detail.split("\n"))
        return ConfigNotice(
            delivery_id, row.url, row.recovered, problems, row.since, row.created_at
        )
    return Notice(
        id=delivery_id,
        source=row.source_id,
        name=row.name,
        url=row.url,
        health=Health(row.health),
        recovered=row.recovered,
        detail=row.detail,
        since=row.since,
        created_at=row.created_at,
    )


def _alert(tx: Connection, delivery_id: str) -> Message:
    query = select(
        deliveries.c.channel,
        deliveries.c.alert_id,
        alerts,
        stories.c.source_name,
        revisions.c.article,
        matches.c.spans,
    ).join(alerts, alerts.c.id == deliveries.c.alert_id)
    row = tx.execute(with_story(query).where(deliveries.c.id == delivery_id)).one()
    return Message(
        id=delivery_id,
        rule=row.rule_id,
        label=row.rule_label,
        reason=row.reason,
        correction=row.correction,
        first_id=_first_id(tx, row) if row.correction else None,
        story=row.story_id,
        revision=row.revision,
        source=row.source_name,
        article=Article.model_validate(row.article),
        match=read_match(row.rule_id, row.spans),
        created_at=row.created_at,
    )


def _first_id(tx: Connection, row: Any) -> str | None:
    """The delivery that first told this channel of the story, for a correction to refer to."""
    return tx.scalar(
        select(deliveries.c.id)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(
            alerts.c.rule_id == row.rule_id,
            alerts.c.story_id.in_(family(row.story_id)),
            alerts.c.id < row.alert_id,
            deliveries.c.channel == row.channel,
        )
        .order_by(alerts.c.id)
        .limit(1)
    )
