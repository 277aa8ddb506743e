"""Whoever keeps the monitor hears when an edit of its configuration is wrong, and when not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from monitor.app import App
from monitor.errors import ConfigError, MonitorError, StoreError
from monitor.routing import Door
from monitor.store import Transaction, confignotices

log = logging.getLogger(__name__)


async def went_wrong(app: App, folder: Path, error: MonitorError, now: datetime) -> None:
    """Tell of ``error``, once, those whom the configuration in force names."""
    found = error.problems if isinstance(error, ConfigError) else (error,)
    problems, doors = [str(problem) for problem in found], _doors(app)
    await _tell(app, lambda tx: confignotices.went_wrong(tx, str(folder), problems, now, doors))


async def is_right(app: App, folder: Path, now: datetime) -> None:
    """Tell so, where it was told that something is wrong."""
    doors = _doors(app)
    await _tell(app, lambda tx: confignotices.is_right(tx, str(folder), now, doors))


def _doors(app: App) -> list[Door]:
    settings = app.config.settings
    return settings.doors(settings.health.channels)


async def _tell(app: App, tell: Callable[[Transaction], bool]) -> None:
    try:
        if await app.kit.write(tell):
            app.kit.filed()
    except StoreError as error:
        log.error("nobody can be told of the configuration: %s", error)
