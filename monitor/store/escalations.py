"""Alerts that a channel has not taken in time, and that nobody else has been told of yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, func, select

from monitor.alert import delivery_id, volume_id
from monitor.models import DeliveryStatus, Rule
from monitor.schedule import DELIVERY_SPAN
from monitor.store.tables import alerts, bundle_items, bundles, deliveries, stories
from monitor.store.ways import Naming


@dataclass(frozen=True, slots=True)
class Late:
    """An alert that has not reached everybody."""

    alert: int
    channel: str  # that has not taken it
    error: str | None  # what went wrong there
    id_of: Naming  # its deliveries elsewhere


def late(
    tx: Connection, rule: Rule, to: Collection[str], after: timedelta, now: datetime
) -> list[Late]:
    """Alerts of a rule that were to go out a time ago and have not all arrived, in the order in
    which they were raised, unless they have gone on ``to`` other channels already.

    What was to go out before the last days is left: its deliveries are given up, and known to be.
    """
    alert = func.coalesce(deliveries.c.alert_id, bundle_items.c.alert_id)
    query = (
        select(
            *(alerts.c.id, alerts.c.revision, alerts.c.created_at, stories.c.key),
            *(deliveries.c.channel, deliveries.c.error),
        )
        .select_from(deliveries)
        .outerjoin(bundle_items, bundle_items.c.bundle_id == deliveries.c.bundle_id)
        .join(alerts, alerts.c.id == alert)
        .outerjoin(stories, stories.c.id == alerts.c.story_id)
        .where(
            alerts.c.rule_id == rule.id,
            deliveries.c.status != DeliveryStatus.SENT,
            deliveries.c.due_at <= now - after,
            deliveries.c.due_at > now - after - DELIVERY_SPAN,
            deliveries.c.channel.not_in(to),
            ~_has_gone(to),
        )
        .order_by(alerts.c.id, deliveries.c.channel, deliveries.c.recipient)
    )
    found: dict[int, Late] = {}
    for row in tx.execute(query):
        named = _naming(rule.id, row.key, row.revision, row.created_at)
        found.setdefault(row.id, Late(row.id, row.channel, row.error, named))
    return list(found.values())


def _has_gone(to: Collection[str]) -> ColumnElement[bool]:
    """That an alert has, or will, on one of these channels."""
    other, item = deliveries.alias(), bundle_items.alias()
    alone = exists().where(other.c.alert_id == alerts.c.id, other.c.channel.in_(to))
    together = (
        exists()
        .where(item.c.alert_id == alerts.c.id)
        .where(bundles.c.id == item.c.bundle_id, bundles.c.channel.in_(to))
    )
    return alone | together


def _naming(rule: str, key: str | None, revision: int | None, at: datetime) -> Naming:
    def id_of(channel: str, recipient: str) -> str:
        if key is None or revision is None:
            return volume_id(rule, at, channel, recipient)
        return delivery_id(rule, key, revision, channel, recipient)

    return id_of
