"""Alerts that a channel has not taken in time go on to a second one."""

from __future__ import annotations

import asyncio
import logging

from monitor.app import App
from monitor.errors import StoreError
from monitor.pipeline import escalation

log = logging.getLogger(__name__)


async def escalate(app: App) -> int:
    """Let them go on; how many do. Trouble with the database is logged."""
    try:
        number = await asyncio.to_thread(escalation.escalate, app.kit)
    except StoreError as error:
        log.error("nothing goes on to a second channel: %s", error)
        return 0
    if number:
        log.warning("not taken in time: alerts that go on to a second channel: %d", number)
        app.kit.filed()
    return number
