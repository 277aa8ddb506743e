"""Alerts as feeds that any web server can serve: for all together, and for each rule."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import Field

from monitor.deliver.base import Channel, Outlets, Told
from monitor.deliver.feedentries import feeds_of
from monitor.deliver.feedfiles import Feed
from monitor.errors import DeliveryError
from monitor.fields import HttpAddress
from monitor.text import one_line


class FeedChannel(Channel):
    """Files all.atom and all.json, and RULE.atom and RULE.json, the newest alert first."""

    kind: Literal["feed"]
    path: str = Field(
        min_length=1, description="a folder, relative to the configuration's parent folder"
    )
    url: HttpAddress | None = Field(
        default=None, description="where that folder is served; the feeds then name themselves"
    )
    items: int = Field(default=50, ge=1, le=500, description="alerts in each feed, the last ones")

    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        folder = out.directory / self.path
        try:
            return await asyncio.to_thread(self._add, told, folder)
        except OSError as error:
            said = f"cannot write feeds in {folder}: {error.strerror}"
            raise DeliveryError(one_line(said, 500)) from error

    def _add(self, told: Told, folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        with _alone(folder):
            for name, title, items in feeds_of(told):
                Feed(folder, name, title, self.url).add(items, self.items)
                written.append(name)
        return one_line(f"in {', '.join(written)}", 500)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else changes the feeds of a folder meanwhile: no thread, no other process."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)  # the names, too, are on disk
    finally:
        os.close(handle)
