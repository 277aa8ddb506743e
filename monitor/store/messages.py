"""What a delivery says: an alert with its story, or a notice of how a source is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from monitor.alert import thread_id
from monitor.models import (
    About,
    Article,
    Collection,
    ConfigNotice,
    CountedStory,
    Health,
    Message,
    Notice,
    Severity,
    VolumeAlert,
    VolumeKind,
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

T = TypeVar("T", Message, VolumeAlert)

_FIRST = stories.alias("first_telling")
Told = Message | VolumeAlert | Collection | Notice | ConfigNotice


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


_SPOKEN = with_story(
    select(
        alerts,
        stories.c.source_name,
        func.coalesce(_FIRST.c.key, stories.c.key).label("key"),
        revisions.c.article,
        matches.c.spans,
    )
).outerjoin(_FIRST, _FIRST.c.id == stories.c.copy_of)


def messages(tx: Connection, ids: Iterable[str]) -> dict[str, Told]:
    """What deliveries are to say, by their ids; alerts and notices are read all at once."""
    rows = tx.execute(select(deliveries).where(deliveries.c.id.in_(ids))).all()
    told: dict[str, Told] = {}
    alone = alerts.c.id.in_({row.alert_id for row in rows if row.alert_id is not None})
    spoken, counted = _alerts(tx, alone), _counted(tx, alone)
    noticed = _notices(tx, {row.notice_id for row in rows if row.notice_id is not None})
    for row in rows:
        if row.notice_id is not None:
            told[row.id] = _notice(row.id, noticed[row.notice_id])
        elif row.bundle_id is not None:
            told[row.id] = _collection(tx, row)
        elif row.alert_id in counted:
            told[row.id] = _volume(counted[row.alert_id], row.id)
        else:
            told[row.id] = _addressed(tx, spoken[row.alert_id], row)
    return told


def _collection(tx: Connection, delivery: Row[Any]) -> Message | VolumeAlert | Collection:
    """Alerts that go out together; a single one of a rule goes as it would by itself."""
    bundle = tx.execute(select(bundles).where(bundles.c.id == delivery.bundle_id)).one()
    among = select(bundle_items.c.alert_id).where(bundle_items.c.bundle_id == bundle.id)
    told = [
        _addressed(tx, alert, delivery) for alert in _alerts(tx, alerts.c.id.in_(among)).values()
    ]
    numbers = volumes(tx, alerts.c.id.in_(among), delivery.id)
    if bundle.kind == BundleKind.ESCALATION:
        told = [_with_reason(one, delivery) for one in told]
        numbers = [_with_reason(one, delivery) for one in numbers]
    every: list[Message | VolumeAlert] = [*told, *numbers]
    if bundle.kind != BundleKind.DIGEST and len(every) == 1:
        return every[0]
    return Collection(
        id=delivery.id,
        kind=bundle.kind,
        alerts=tuple(told),
        created_at=bundle.created_at,
        due=bundle.due_at,
        volumes=tuple(numbers),
        background=backgrounds.kept(tx, bundle),
    )


def _with_reason(told: T, delivery: Row[Any]) -> T:
    """Why it comes here, though it was meant for others."""
    return dataclasses.replace(told, reason=f"{told.reason}; {delivery.held}")


def volumes(tx: Connection, which: ColumnElement[bool], delivery_id: str = "") -> list[VolumeAlert]:
    """What is told of alerts on how many stories came, in the order in which they were raised."""
    return [_volume(row, delivery_id) for row in _counted(tx, which).values()]


def _counted(tx: Connection, which: ColumnElement[bool]) -> dict[int, Row[Any]]:
    query = select(alerts).where(which, alerts.c.story_id.is_(None)).order_by(alerts.c.id)
    return {row.id: row for row in tx.execute(query)}


def _volume(row: Row[Any], delivery_id: str) -> VolumeAlert:
    said = row.volume
    return VolumeAlert(
        id=delivery_id,
        rule=row.rule_id,
        label=row.rule_label,
        kind=VolumeKind(said["kind"]),
        condition=said["condition"],
        reason=row.reason,
        number=said["number"],
        expected=said["expected"],
        since=datetime.fromisoformat(said["since"]),
        stories=tuple(
            CountedStory(**one | {"seen_at": datetime.fromisoformat(one["seen_at"])})
            for one in said["stories"]
        ),
        more=said["more"],
        created_at=row.created_at,
        severity=Severity(row.severity),
    )


def _notices(tx: Connection, numbers: set[int]) -> dict[int, Row[Any]]:
    if not numbers:
        return {}
    rows = tx.execute(select(notices).where(notices.c.id.in_(numbers)))
    return {row.id: row for row in rows}


def _notice(delivery_id: str, row: Row[Any]) -> Notice | ConfigNotice:
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
        about=About(row.about),
    )


def _alerts(tx: Connection, which: ColumnElement[bool]) -> dict[int, _Spoken]:
    """Alerts with their articles, in the order in which they were raised."""
    articles: dict[tuple[int, int], Article] = {}
    spoken: dict[int, _Spoken] = {}
    for row in tx.execute(_SPOKEN.where(which).order_by(alerts.c.id)):
        telling = (row.story_id, row.revision)
        if telling not in articles:  # several rules may meet one story
            articles[telling] = Article.model_validate(row.article)
        spoken[row.id] = _Spoken(row, articles[telling])
    return spoken


class _Spoken(NamedTuple):
    """An alert, whomever it goes to."""

    row: Row[Any]
    article: Article


def _addressed(tx: Connection, alert: _Spoken, delivery: Row[Any]) -> Message:
    row = alert.row
    return Message(
        id=delivery.id,
        rule=row.rule_id,
        label=row.rule_label,
        reason=row.reason,
        correction=row.correction,
        first_id=_first_id(tx, row, delivery) if row.correction else None,
        story=row.story_id,
        revision=row.revision,
        source=row.source_name,
        article=alert.article,
        match=read_match(row.rule_id, row.spans),
        created_at=row.created_at,
        severity=Severity(row.severity),
        thread=thread_id(row.key),
    )


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
