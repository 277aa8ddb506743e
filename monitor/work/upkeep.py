"""What is let go after its time: old text, and deliveries to channels that are no more; and what is
taken up that a wrong clock put off."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from monitor.app import App
from monitor.errors import StoreError
from monitor.routing import BundleKind, turn
from monitor.schedule import DELIVERY_SPAN
from monitor.store import channels, outbox, retention

log = logging.getLogger(__name__)


async def catch_up(app: App, now: datetime) -> None:
    """Take up what a clock that was ahead has put off; trouble with the database is logged."""
    settings = app.config.settings

    def again(channel: str, kind: BundleKind | None) -> datetime:
        return turn(settings.policy(channel), kind, now)

    def brought_back() -> int:
        with app.store.read() as tx:
            if not outbox.is_put_off(tx, app.config.channels, now):
                return 0
        with app.store.write() as tx:
            channels.clock_was_ahead(tx, now)
            return outbox.clock_was_ahead(tx, now, again)

    try:
        number = await asyncio.to_thread(brought_back)
    except StoreError as error:
        log.error("what a clock that was ahead has put off is not sent: %s", error)
        return
    if number:
        log.warning("the clock was ahead: %d deliveries that it put off are taken up", number)
        app.kit.filed()


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


async def warn_of_orphans(app: App) -> None:
    """Say for which channels deliveries wait that monitor.yaml does not have."""

    def orphans() -> dict[str, int]:
        with app.store.read() as tx:
            return outbox.orphans(tx, app.config.channels)

    try:
        waiting = await asyncio.to_thread(orphans)
    except StoreError as error:
        log.error("alerts without a channel cannot be looked for: %s", error)
        return
    for channel, number in waiting.items():
        log.warning(
            "%d alerts wait for channel %s, which monitor.yaml no longer has: put it back,"
            " or they are given up after three days",
            number,
            channel,
        )
