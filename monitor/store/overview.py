"""Alerts and deliveries as people look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from monitor.models import Article, DeliveryStatus, Match
from monitor.store.confignotices import CONFIGURATION
from monitor.store.messages import with_story
from monitor.store.stories import read_match
from monitor.store.tables import alerts, deliveries, matches, notices, revisions, stories


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert or notice to one channel, as `delivery list` shows it."""

    id: str
    rule: str | None  # None: a notice of how a source is
    story: int | None
    title: str
    channel: str
    status: str
    attempts: int
    next_at: datetime
    created_at: datetime
    sent_at: datetime | None
    answer: str | None
    error: str | None


_NOTICE = (notices.c.source_id, notices.c.name, notices.c.health, notices.c.recovered)


def _notice_title(row: Any) -> str:
    if row.source_id == CONFIGURATION:
        return f"configuration: {'right again' if row.recovered else row.health}"
    return f"{row.name}: {'recovered from' if row.recovered else 'source is'} {row.health}"


def list_deliveries(
    tx: Connection, *, limit: int | None = None, status: DeliveryStatus | None = None
) -> list[Delivery]:
    query = (
        select(deliveries, alerts.c.rule_id, alerts.c.story_id, stories.c.title, *_NOTICE)
        .outerjoin(alerts, alerts.c.id == deliveries.c.alert_id)
        .outerjoin(stories, stories.c.id == alerts.c.story_id)
        .outerjoin(notices, notices.c.id == deliveries.c.notice_id)
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
            title=row.title if row.notice_id is None else _notice_title(row),
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


def list_alerts(
    tx: Connection, *, limit: int | None = None, alert_id: int | None = None
) -> list[AlertRow]:
    """Alerts, newest first; or the one of an id, where there is one."""
    query = with_story(select(alerts, revisions.c.article, matches.c.spans))
    if alert_id is not None:
        query = query.where(alerts.c.id == alert_id)
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
