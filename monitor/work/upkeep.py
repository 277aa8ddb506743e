"""What is let go after its time: old text, and deliveries to channels that are no more."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from monitor.app import App
from monitor.errors import StoreError
from monitor.schedule import DELIVERY_SPAN
from monitor.store import outbox, retention

log = logging.getLogger(__name__)


async def prune(app: App, now: datetime) -> None:
    """Prune in portions, so that nobody waits long; trouble with the database is logged."""
    keep = app.config.settings.retention

    def portion() -> int:
        with app.store.write() as tx:
            outbox.give_up_orphans(tx, app.config.channels, now - DELIVERY_SPAN)
            return retention.prune(tx, now, keep=keep.stories, keep_off_topic=keep.off_topic)

    try:
        while await asyncio.to_thread(portion):
            pass
    except StoreError as error:
        log.error("old stories not pruned: %s", error)
