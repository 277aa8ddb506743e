"""Rules on how many stories come are judged now and then: a silence brings no story."""

from __future__ import annotations

import asyncio
import logging

from monitor.app import App
from monitor.errors import MonitorError, contained
from monitor.pipeline import volumes

log = logging.getLogger(__name__)


async def judge(app: App) -> None:
    """Judge them all; trouble with the database is logged."""
    try:
        with contained(MonitorError, "rules on how many stories come"):
            raised = await asyncio.to_thread(volumes.judge_all, app.kit)
    except MonitorError as error:
        log.error("rules on how many stories come are not judged: %s", error)
        return
    if raised:
        app.kit.filed()


async def prepare(app: App) -> None:
    """Count the stories of the archive for rules that are new, while stories come in."""
    kit, rules = app.kit, app.kit.held.rules

    def going() -> bool:
        return not app.outbox.stopping  # as all that ``app`` does, at the end or after a reload

    try:
        with contained(MonitorError, "rules on how many stories come"):
            await asyncio.to_thread(
                volumes.prepare, kit.store, rules, rules.concepts, kit.clock(), going=going
            )
    except MonitorError as error:
        log.error("the archive is not counted, trying again: %s", error)
