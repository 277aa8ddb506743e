"""What a delivery says: an alert with its story, or a notice of how a source is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from monitor.models import (
    Article,
    Collection,
    ConfigNotice,
    Health,
    Message,
    Notice,
    Severity,
)
from monitor.routing import BundleKind
from monitor.store import backgrounds
from monitor.store.confignotices import CONFIGURATION
from monitor.store.stories import family, read_match
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


def message(tx: Connection, delivery_id: str) -> Message | Collection | Notice | ConfigNotice:
    """What a delivery is to say."""
    row = tx.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one()
    if row.notice_id is not None:
        return _notice(tx, delivery_id, row.notice_id)
    if row.bundle_id is not None:
        return _collection(tx, row)
    (one,) = _alerts(tx, row, alerts.c.id == row.alert_id)
    return one


def _collection(tx: Connection, delivery: Row[Any]) -> Message | Collection:
    """Alerts that go out together; a single one of a rule goes as it would by itself."""
    bundle = tx.execute(select(bundles).where(bundles.c.id == delivery.bundle_id)).one()
    among = select(bundle_items.c.alert_id).where(bundle_items.c.bundle_id == bundle.id)
    told = _alerts(tx, delivery, alerts.c.id.in_(among))
    if bundle.kind != BundleKind.DIGEST and len(told) == 1:
        return told[0]
    return Collection(
        delivery.id,
        bundle.kind,
        tuple(told),
        bundle.created_at,
        bundle.due_at,
        backgrounds.kept(tx, bundle),
    )


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


def _alerts(tx: Connection, delivery: Row[Any], which: ColumnElement[bool]) -> list[Message]:
    """What a delivery tells of alerts, in the order in which they were raised."""
    query = with_story(
        select(alerts, stories.c.source_name, revisions.c.article, matches.c.spans)
    ).where(which)
    return [
        Message(
            id=delivery.id,
            rule=row.rule_id,
            label=row.rule_label,
            reason=row.reason,
            correction=row.correction,
            first_id=_first_id(tx, row, delivery) if row.correction else None,
            story=row.story_id,
            revision=row.revision,
            source=row.source_name,
            article=Article.model_validate(row.article),
            match=read_match(row.rule_id, row.spans),
            created_at=row.created_at,
            severity=Severity(row.severity),
        )
        for row in tx.execute(query.order_by(alerts.c.id))
    ]


def _first_id(tx: Connection, alert: Row[Any], delivery: Row[Any]) -> str | None:
    """The delivery that first told this recipient of the story, for a correction to refer to."""
    return tx.scalar(
        select(deliveries.c.id)
        .outerjoin(bundle_items, bundle_items.c.bundle_id == deliveries.c.bundle_id)
        .join(
            alerts,
            alerts.c.id == func.coalesce(deliveries.c.alert_id, bundle_items.c.alert_id),
        )
        .where(
            alerts.c.rule_id == alert.rule_id,
            alerts.c.story_id.in_(family(alert.story_id)),
            alerts.c.id < alert.id,
            deliveries.c.channel == delivery.channel,
            deliveries.c.recipient == delivery.recipient,
        )
        .order_by(alerts.c.id)
        .limit(1)
    )
