"""What stands around the alerts of a bundle, as the archive has it at one moment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, or_, select, update

from monitor.background import DAYS, Background, Carried, Carrier, Ill, Volume
from monitor.health.condition import Condition
from monitor.models import Health
from monitor.store.tables import (
    alerts,
    bundle_items,
    bundles,
    notices,
    revisions,
    sources,
    stories,
)

MOST_ILL = 100  # sources that are told of


def kept(tx: Connection, bundle: Row[Any]) -> Background:
    """What was taken when the bundle was first taken to be sent; taken now, where that is now.

    Two recipients may be served at once: the first one's holds for all.
    """
    if bundle.background is None:
        found = _found(tx, bundle).model_dump(mode="json")
        mine = bundles.c.id == bundle.id, bundles.c.background.is_(None)
        tx.execute(update(bundles).where(*mine).values(background=found))
    chosen = select(bundles.c.background).where(bundles.c.id == bundle.id)
    return Background.model_validate(tx.scalar(chosen))


def now(tx: Connection, story_id: int, due: datetime, zone: str) -> Background:
    """What would stand around a digest of one story."""
    ids = select(stories.c.id).where(stories.c.id == story_id)
    rules = select(alerts.c.rule_id).where(alerts.c.story_id == story_id)
    return Background(
        zone=zone,
        carried=_carried(tx, ids),
        volumes=tuple(_volumes(tx, rules, due, ZoneInfo(zone))),
        ill=_ill(tx),
        watched=_watched(tx),
    )


def _found(tx: Connection, bundle: Row[Any]) -> Background:
    among = bundle_items.c.bundle_id == bundle.id
    items = bundle_items.c.alert_id == alerts.c.id
    ids = select(alerts.c.story_id).join(bundle_items, items).where(among)
    rules = select(alerts.c.rule_id).join(bundle_items, items).where(among)
    return Background(
        zone=bundle.zone,
        carried=_carried(tx, ids),
        volumes=tuple(_volumes(tx, rules, bundle.due_at, ZoneInfo(bundle.zone))),
        ill=_ill(tx),
        watched=_watched(tx),
    )


def _carried(tx: Connection, ids: Any) -> dict[int, Carried]:
    """By each of the stories, and by the other tellings of them: who carries it."""
    firsts = select(func.coalesce(stories.c.copy_of, stories.c.id)).where(stories.c.id.in_(ids))
    current = (revisions.c.story_id == stories.c.id) & (revisions.c.number == stories.c.revision)
    rows = tx.execute(
        select(
            stories.c.id,
            func.coalesce(stories.c.copy_of, stories.c.id).label("first"),
            stories.c.site,
            stories.c.title,
            revisions.c.article["url"].as_string().label("url"),
        )
        .join(revisions, current)
        .where(or_(stories.c.id.in_(firsts), stories.c.copy_of.in_(firsts)))
        .order_by(stories.c.id)
    ).all()
    sites: dict[int, dict[str, Carrier]] = defaultdict(dict)
    for row in rows:
        carrier = Carrier(site=row.site, url=row.url or "", title=row.title)
        sites[row.first].setdefault(row.site, carrier)
    wanted = set(tx.scalars(ids))
    return {
        row.id: Carried(first=row.first, carriers=tuple(sites[row.first].values()))
        for row in rows
        if row.id in wanted
    }


def _volumes(tx: Connection, rules: Any, due: datetime, zone: ZoneInfo) -> Iterator[Volume]:
    """Alerts a day, those of which nobody was told left out; the last day is that of ``due``."""
    last = due.astimezone(zone).date()
    rows = tx.execute(
        select(alerts.c.rule_id, alerts.c.created_at).where(
            alerts.c.rule_id.in_(rules),
            alerts.c.created_at > due - timedelta(days=DAYS + 1),
            alerts.c.created_at <= due,
            alerts.c.withheld.is_(None),
        )
    )
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for rule, at in rows:
        counts[rule][(last - at.astimezone(zone).date()).days] += 1
    for rule in sorted(counts):
        days = tuple(counts[rule][ago] for ago in reversed(range(DAYS)))
        yield Volume(rule=rule, days=days)


def _watched(tx: Connection) -> int:
    count = select(func.count()).select_from(sources).where(sources.c.watched)
    return tx.execute(count).scalar_one()


def _ill(tx: Connection) -> tuple[Ill, ...]:
    """Watched sources that are not well, under the names by which they were last told of."""
    called = (
        select(notices.c.name)
        .where(notices.c.source_id == sources.c.id)
        .order_by(notices.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = tx.execute(
        select(sources.c.id, sources.c.health, sources.c.condition, called.label("name"))
        .where(sources.c.watched, sources.c.health != Health.OK)
        .order_by(sources.c.id)
        .limit(MOST_ILL)
    )
    return tuple(_one_ill(row) for row in rows)


def _one_ill(row: Any) -> Ill:
    condition = Condition.from_json(row.condition)
    return Ill(
        source=row.id,
        name=row.name or row.id,
        health=row.health,
        since=condition.since,
        detail=condition.detail,
    )
