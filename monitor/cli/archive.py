"""The stories of the archive, one after the other, for commands that read many of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.progress import track

from monitor.cli.common import Context
from monitor.cli.show import err
from monitor.store import stories
from monitor.store.stories import Story


def stored_stories(context: Context, since: datetime | None) -> Iterator[Story]:
    """Those first seen since then that have their text, newest first, never many at once in memory.

    A bar on standard error shows how far it is. Raises ConfigError and StoreError.
    """
    with context.store() as store, store.read() as tx:
        total = stories.count(tx, since=since, whole=True)
        if let_go := stories.count(tx, since=since) - total:
            err.print(f"note: {let_go} older stories are left out: their text was let go")
        yield from track(
            stories.listing(tx, since=since, whole=True),
            "Reading stories",
            total=total,
            console=err,
            transient=True,
            disable=not err.is_terminal,
        )
