"""How alerts reach their channels: a delivery each, or a place in what goes out as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from monitor.alert import bundle_id
from monitor.models import DeliveryStatus
from monitor.routing import Bundle, Way
from monitor.store.tables import bundle_items, bundles, deliveries

Naming = Callable[[str, str], str]  # the id of a delivery to a channel and recipient


def send(
    tx: Connection,
    alert_id: int,
    ways: Iterable[Way],
    now: datetime,
    id_of: Naming,
) -> list[str]:
    """Let an alert go its ways; the ids of the deliveries that wait because of it.

    ``id_of`` names a delivery of its own.
    """
    waiting: list[str] = []
    for way in ways:
        if way.bundle is None:
            waiting += _deliver(tx, way, now, id_of, alert_id=alert_id)
        else:
            waiting += _join(tx, alert_id, way, way.bundle, now, id_of)
    return waiting


def _join(
    tx: Connection, alert_id: int, way: Way, bundle: Bundle, now: datetime, id_of: Naming
) -> list[str]:
    """Put an alert to others that wait; the first of them brings the deliveries of all."""
    # A lock on its row: whoever takes it to be sent closes it, and then nothing joins it any more.
    waiting = tx.scalar(
        select(bundles.c.id)
        .where(
            bundles.c.channel == way.channel,
            bundles.c.kind == bundle.kind,
            bundles.c.key == bundle.key,
            bundles.c.closed_at.is_(None),
            bundles.c.due_at >= now,  # what was opened in this transaction may be due now
        )
        .order_by(bundles.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    brought: list[str] = []
    if waiting is None:

        def id_of_all(channel: str, recipient: str) -> str:
            return bundle_id(bundle.kind, id_of(channel, recipient))

        waiting, brought = open_bundle(tx, way, bundle, now, id_of_all)
    tx.execute(insert(bundle_items).values(bundle_id=waiting, alert_id=alert_id))
    return brought


def open_bundle(
    tx: Connection, way: Way, bundle: Bundle, now: datetime, id_of: Naming
) -> tuple[int, list[str]]:
    """A bundle that alerts may join until it is due; its number, and the ids of its deliveries."""
    values = {
        "channel": way.channel,
        "kind": bundle.kind,
        "key": bundle.key,
        "due_at": bundle.due,
        "created_at": now,
        "zone": bundle.zone,
    }
    number = tx.execute(insert(bundles).values(values).returning(bundles.c.id)).scalar_one()
    return number, _deliver(tx, way, now, id_of, bundle_id=number)


def _deliver(tx: Connection, way: Way, now: datetime, id_of: Naming, **of: int) -> list[str]:
    """A delivery for each recipient; their ids."""
    ids = {recipient: id_of(way.channel, recipient) for recipient in way.recipients}
    rows = [
        {
            "id": delivery,
            "channel": way.channel,
            "recipient": recipient,
            "status": DeliveryStatus.PENDING,
            "attempts": 0,
            "held": way.held,
            "due_at": way.at,
            "next_at": way.at,
            "created_at": now,
        }
        | of
        for recipient, delivery in ids.items()
    ]
    tx.execute(insert(deliveries), rows)
    return list(ids.values())


def sent_after(tx: Connection, channel: str, moment: datetime) -> Sequence[datetime]:
    """When alerts go, or went, out on a channel by themselves after a moment, in order."""
    times = (
        select(deliveries.c.alert_id, deliveries.c.due_at)
        .where(
            deliveries.c.channel == channel,
            deliveries.c.alert_id.is_not(None),
            deliveries.c.due_at > moment,
        )
        .distinct()
        .order_by(deliveries.c.due_at, deliveries.c.alert_id)
    )
    return [row.due_at for row in tx.execute(times)]
