"""Alerts and deliveries as people look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from monitor.models import Article, DeliveryStatus, Match, Severity, VolumeAlert
from monitor.store import messages
from monitor.store.confignotices import CONFIGURATION
from monitor.store.messages import with_story
from monitor.store.stories import read_match
from monitor.store.tables import (
    alerts,
    bundle_items,
    bundles,
    deliveries,
    matches,
    notices,
    revisions,
    stories,
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What goes to one recipient of one channel, as `delivery list` shows it."""

    id: str
    rule: str | None  # None: several alerts, or a notice of how a source is
    story: int | None
    title: str
    channel: str
    recipient: str
    held: str | None  # why it does not go out at once
    status: str
    attempts: int
    next_at: datetime
    created_at: datetime
    sent_at: datetime | None
    answer: str | None
    error: str | None


_NOTICE = (
    notices.c.about, notices.c.source_id, notices.c.name, notices.c.health, notices.c.recovered
)  # fmt: skip
_ALERT = (
    *(alerts.c.rule_id, alerts.c.rule_label, alerts.c.story_id),
    *(alerts.c.reason, alerts.c.volume),
)


def _notice_title(row: Any) -> str:
    if row.source_id == CONFIGURATION:
        return f"configuration: {'right again' if row.recovered else row.health}"
    return f"{row.name}: {'recovered from' if row.recovered else f'{row.about} is'} {row.health}"


def _title(row: Any) -> str:
    if row.bundle_id is not None:
        return f"{row.bundle} of {row.items} alert{'' if row.items == 1 else 's'}"
    if row.volume is not None:
        return f"{row.rule_label}: {row.reason}"
    return str(row.title) if row.notice_id is None else _notice_title(row)


def list_deliveries(
    tx: Connection, *, limit: int | None = None, status: DeliveryStatus | None = None
) -> list[Delivery]:
    items = select(func.count()).where(bundle_items.c.bundle_id == deliveries.c.bundle_id)
    together = (bundles.c.kind.label("bundle"), items.scalar_subquery().label("items"))
    query = (
        select(deliveries, *_ALERT, stories.c.title, *_NOTICE, *together)
        .outerjoin(alerts, alerts.c.id == deliveries.c.alert_id)
        .outerjoin(stories, stories.c.id == alerts.c.story_id)
        .outerjoin(notices, notices.c.id == deliveries.c.notice_id)
        .outerjoin(bundles, bundles.c.id == deliveries.c.bundle_id)
        .order_by(
            deliveries.c.created_at.desc(),
            deliveries.c.alert_id.desc(),
            deliveries.c.channel,
            deliveries.c.recipient,
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
            title=_title(row),
            channel=row.channel,
            recipient=row.recipient,
            held=row.held,
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
    severity: Severity
    withheld: str | None  # why nobody is told
    article: Article
    match: Match
    deliveries: tuple[tuple[str, str], ...]  # (channel, status)


def list_alerts(
    tx: Connection,
    *,
    limit: int | None = None,
    alert_id: int | None = None,
    story: int | None = None,
) -> list[AlertRow]:
    """Alerts, newest first; the one of an id, where there is one; or those on a story."""
    query = with_story(select(alerts, revisions.c.article, matches.c.spans))
    if alert_id is not None:
        query = query.where(alerts.c.id == alert_id)
    if story is not None:
        query = query.where(alerts.c.story_id == story)
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
            severity=Severity(row.severity),
            withheld=row.withheld,
            article=Article.model_validate(row.article),
            match=read_match(row.rule_id, row.spans),
            deliveries=tuple(reached.get(row.id, ())),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """An alert on how many stories came, as `alert list` shows it."""

    id: int
    told: VolumeAlert
    withheld: str | None  # why nobody is told
    deliveries: tuple[tuple[str, str], ...]  # (channel, status)


def list_volumes(
    tx: Connection, *, limit: int | None = None, alert_id: int | None = None
) -> list[VolumeRow]:
    """Alerts on how many stories came, newest first; or the one of an id, where there is one."""
    query = select(alerts.c.id, alerts.c.withheld).where(alerts.c.story_id.is_(None))
    if alert_id is not None:
        query = query.where(alerts.c.id == alert_id)
    rows = tx.execute(query.order_by(alerts.c.id.desc()).limit(limit)).all()
    told = messages.volumes(tx, alerts.c.id.in_([row.id for row in rows]))[::-1]
    reached = _channels(tx, min((row.id for row in rows), default=0))
    return [
        VolumeRow(row.id, one, row.withheld, tuple(reached.get(row.id, ())))
        for row, one in zip(rows, told, strict=True)
    ]


def _channels(tx: Connection, oldest: int) -> dict[int, list[tuple[str, str]]]:
    """For each alert since ``oldest``, its channels with how far each is."""
    found: dict[int, list[tuple[str, str]]] = {}
    query = _ways_of(deliveries.c.channel, deliveries.c.status).where(_alert >= oldest)
    for row in tx.execute(query.order_by(_alert, deliveries.c.channel, deliveries.c.recipient)):
        found.setdefault(row.alert, []).append((row.channel, row.status))
    return found


_alert = func.coalesce(deliveries.c.alert_id, bundle_items.c.alert_id)


def _ways_of(*columns: Any) -> Select[Any]:
    """Deliveries of alerts, those that go out with others once for each; ``alert`` is whose."""
    together = bundle_items.c.bundle_id == deliveries.c.bundle_id
    return (
        select(_alert.label("alert"), *columns)
        .select_from(deliveries)
        .outerjoin(bundle_items, together)
    )


@dataclass(frozen=True, slots=True)
class WayRow:
    """How an alert reaches, or reached, one recipient."""

    channel: str
    recipient: str
    status: str
    at: datetime  # when it was sent, or is to be tried next
    held: str | None  # why it does not go out at once
    said: str | None  # by the receiver, or what went wrong


def ways_of(tx: Connection, alert_id: int) -> list[WayRow]:
    """The ways of one alert, by channel and recipient."""
    query = _ways_of(*deliveries.c).where(_alert == alert_id)
    return [
        WayRow(
            row.channel,
            row.recipient,
            row.status,
            row.sent_at or row.next_at,
            row.held,
            row.error or row.answer,
        )
        for row in tx.execute(query.order_by(deliveries.c.channel, deliveries.c.recipient))
    ]
