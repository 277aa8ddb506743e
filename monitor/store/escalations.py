"""Alerts that a channel has not taken in time, and that nobody else has been told of yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import compress

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from monitor.alert import delivery_id, volume_id
from monitor.models import DeliveryStatus, Rule
from monitor.routing import BundleKind
from monitor.schedule import DELIVERY_SPAN
from monitor.store.tables import alerts, bundle_items, bundles, deliveries, stories
from monitor.store.ways import Naming


@dataclass(frozen=True, slots=True)
class Late:
    """An alert that has not reached everybody."""

    alert: int
    channel: str  # that has not taken it
    to: tuple[str, ...]  # where it is not on its way yet
    id_of: Naming  # its deliveries elsewhere


def late(
    tx: Connection, rule: Rule, to: Iterable[str], after: timedelta, now: datetime
) -> list[Late]:
    """Alerts of a rule that were to go out a time ago and have not all arrived, in the order in
    which they were raised, unless they have gone on already, or are on all channels ``to`` which
    they would.

    What was to go out before the last days is left: its deliveries are given up, and known to be.
    """
    alert = func.coalesce(deliveries.c.alert_id, bundle_items.c.alert_id)
    to = tuple(dict.fromkeys(to))
    lacks = [~_goes_to(channel) for channel in to]
    query = (
        select(
            *(alerts.c.id, alerts.c.revision, alerts.c.created_at, stories.c.key),
            deliveries.c.channel,
            *(lack.label(f"lacks_{number}") for number, lack in enumerate(lacks)),
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
            ~_has_gone_on(),
            or_(*lacks),
        )
        .order_by(alerts.c.id, deliveries.c.channel, deliveries.c.recipient)
    )
    found: dict[int, Late] = {}
    for row in tx.execute(query):
        named = _naming(rule.id, row.key, row.revision, row.created_at)
        others = tuple(compress(to, row[-len(to) :]))
        found.setdefault(row.id, Late(row.id, row.channel, others, named))
    return list(found.values())


def _has_gone_on() -> ColumnElement[bool]:
    """That an alert is among what others have not taken."""
    return _together(bundles.c.kind == BundleKind.ESCALATION)


def _goes_to(channel: str) -> ColumnElement[bool]:
    """That an alert has gone, or will, out on a channel."""
    other = deliveries.alias()
    alone = exists().where(other.c.alert_id == alerts.c.id, other.c.channel == channel)
    return alone | _together(bundles.c.channel == channel)


def _together(which: ColumnElement[bool]) -> ColumnElement[bool]:
    item = bundle_items.alias()
    with_others = bundles.c.id == item.c.bundle_id
    return exists().where(item.c.alert_id == alerts.c.id, with_others, which)


def _naming(rule: str, key: str | None, revision: int | None, at: datetime) -> Naming:
    def id_of(channel: str, recipient: str) -> str:
        if key is None or revision is None:
            return volume_id(rule, at, channel, recipient)
        return delivery_id(rule, key, revision, channel, recipient)

    return id_of
