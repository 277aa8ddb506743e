"""Rules that are new, and ask for it, look back in the archive while stories come in."""

from __future__ import annotations

import asyncio
import logging

from monitor.app import App
from monitor.errors import MonitorError, contained
from monitor.pipeline import backfill

log = logging.getLogger(__name__)


async def look_back(app: App) -> None:
    """Tell of what they find; trouble with the database is logged, and the next call tries
    again."""

    def going() -> bool:
        return not app.outbox.stopping  # as all that ``app`` does, at the end or after a reload

    try:
        with contained(MonitorError, "rules that look back"):
            raised = await asyncio.to_thread(backfill.look_back, app.kit, going=going)
    except MonitorError as error:
        log.error("new rules have not looked back in the archive: %s", error)
        return
    if raised:
        app.kit.filed()
