"""Digests that go out at their time even where nothing was found."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.alert import digest_id
from monitor.routing import BundleKind, Way
from monitor.store.tables import bundle_items, bundles, deliveries
from monitor.store.ways import open_bundle

_OPEN = (bundles.c.kind == BundleKind.DIGEST, bundles.c.closed_at.is_(None))


def open_ahead(tx: Connection, way: Way, now: datetime) -> bool:
    """Open a channel's next digest, which alerts then join; whether there was none.

    Its deliveries bear ids of the edition, so that a second process, or a restored backup, opens no
    second one.
    """
    bundle = way.bundle
    if bundle is None:
        raise ValueError("an edition is a bundle")
    waits = select(bundles.c.id).where(
        bundles.c.channel == way.channel, *_OPEN, bundles.c.due_at > now
    )
    ids = {to: digest_id(way.channel, bundle.due, to) for to in way.recipients}
    known = select(deliveries.c.id).where(deliveries.c.id.in_(ids.values()))
    if tx.scalar(waits.limit(1)) is not None or tx.scalar(known.limit(1)) is not None:
        return False
    open_bundle(tx, way, bundle, now, lambda _, to: ids[to])
    return True


def take_back(tx: Connection, wanted: Collection[str]) -> None:
    """Drop the digests in which there is nothing yet of channels other than ``wanted``."""
    items = select(bundle_items.c.bundle_id).where(bundle_items.c.bundle_id == bundles.c.id)
    empty = select(bundles.c.id).where(*_OPEN, bundles.c.channel.not_in(wanted), ~items.exists())
    ids = list(tx.scalars(empty.with_for_update()))
    if ids:
        tx.execute(delete(deliveries).where(deliveries.c.bundle_id.in_(ids)))
        tx.execute(delete(bundles).where(bundles.c.id.in_(ids)))
