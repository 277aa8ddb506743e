"""One pass over everything, for cron."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from monitor.app import App
from monitor.discover import Source
from monitor.outbox import whole
from monitor.pipeline import Report, check_source


async def run_once(
    app: App,
    sources: Iterable[Source],
    *,
    early: bool = False,
    done: Callable[[Report], None] = lambda _: None,
) -> list[Report]:
    """Check ``sources``, those that are due or all (``early``), then send what waits.

    ``done`` hears of each source as it is finished. Raises StoreError, once all that could be
    done is done.
    """
    places = asyncio.Semaphore(app.config.settings.fetch.concurrency)

    async def check(source: Source) -> Report:
        async with places:
            report = await check_source(source, app.kit, early=early)
        done(report)
        return report

    reports = await asyncio.gather(*(check(source) for source in sources), return_exceptions=True)
    await app.outbox.drain()
    return whole(reports)
