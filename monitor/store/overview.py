"""Alerts and deliveries as people look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.models import Article, DeliveryStatus, Match
from monitor.store.outbox import with_story
from monitor.store.stories import read_match
from monitor.store.tables import alerts, deliveries, matches, revisions, stories


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one channel, as `delivery list` shows it."""

    id: str
    rule: str
    story: int
    title: str
    channel: str
    status: str
    attempts: int
    next_at: datetime
    created_at: datetime
    sent_at: datetime | None
    answer: str | None
    error: str | None


def list_deliveries(
    tx: Connection, *, limit: int | None = None, status: DeliveryStatus | None = None
) -> list[Delivery]:
    query = (
        select(deliveries, alerts.c.rule_id, alerts.c.story_id, stories.c.title)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .join(stories, stories.c.id == alerts.c.story_id)
        .order_by(
            deliveries.c.created_at.desc(), deliveries.c.alert_id.desc(), deliveries.c.channel
        )
        .limit(limit)
    )
    if status is not None:
        query = query.where(deliveries.c.status == status)
    return [
        Delivery(
            id=row.id,
            rule=row.rule_id,
            story=row.story_id,
            title=row.title,
            channel=row.channel,
            status=row.status,
            attempts=row.attempts,
            next_at=row.next_at,
            created_at=row.created_at,
            sent_at=row.sent_at,
            answer=row.answer,
            error=row.error,
        )
        for row in tx.execute(query)
    ]


def count_by_status(tx: Connection) -> dict[str, dict[str, int]]:
    """How many deliveries of each status a channel has: ``{"mail": {"sent": 12}}``."""
    rows = tx.execute(
        select(deliveries.c.channel, deliveries.c.status, func.count())
        .group_by(deliveries.c.channel, deliveries.c.status)
        .order_by(deliveries.c.channel, deliveries.c.status)
    )
    found: dict[str, dict[str, int]] = {}
    for channel, status, number in rows:
        found.setdefault(channel, {})[status] = number
    return found


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as `alert list` shows it."""

    id: int
    rule: str
    label: str
    story: int
    revision: int
    reason: str
    correction: bool
    created_at: datetime
    article: Article
    match: Match
    deliveries: tuple[tuple[str, str], ...]  # (channel, status)


def list_alerts(tx: Connection, *, limit: int | None = None) -> list[AlertRow]:
    """Alerts, newest first."""
    query = with_story(select(alerts, revisions.c.article, matches.c.spans))
    rows = tx.execute(query.order_by(alerts.c.id.desc()).limit(limit)).all()
    reached = _channels(tx, min((row.id for row in rows), default=0))
    return [
        AlertRow(
            id=row.id,
            rule=row.rule_id,
            label=row.rule_label,
            story=row.story_id,
            revision=row.revision,
            reason=row.reason,
            correction=row.correction,
            created_at=row.created_at,
            article=Article.model_validate(row.article),
            match=read_match(row.rule_id, row.spans),
            deliveries=tuple(reached.get(row.id, ())),
        )
        for row in rows
    ]


def _channels(tx: Connection, oldest: int) -> dict[int, list[tuple[str, str]]]:
    """For each alert since ``oldest``, its channels with how far each is."""
    found: dict[int, list[tuple[str, str]]] = {}
    for alert_id, channel, status in tx.execute(
        select(deliveries.c.alert_id, deliveries.c.channel, deliveries.c.status)
        .where(deliveries.c.alert_id >= oldest)
        .order_by(deliveries.c.alert_id, deliveries.c.channel)
    ):
        found.setdefault(alert_id, []).append((channel, status))
    return found
