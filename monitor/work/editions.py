"""Keep the next digest of each channel open that is never silent (``digest.empty: say``)."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from monitor.app import App
from monitor.errors import StoreError
from monitor.routing import edition
from monitor.store import editions

log = logging.getLogger(__name__)


async def keep_open(app: App, now: datetime) -> None:
    """Open what is not open yet; trouble with the database is logged, and the next call tries
    again."""
    settings = app.config.settings
    never_silent = [name for name, one in settings.channels.items() if one.digest.empty == "say"]

    def opened() -> None:
        with app.store.write() as tx:
            editions.take_back(tx, never_silent)
            for name in never_silent:
                editions.open_ahead(tx, edition(name, settings.policy(name), now), now)

    try:
        await asyncio.to_thread(opened)
    except StoreError as error:
        log.error("the next digests are not opened: %s", error)
