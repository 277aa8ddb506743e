"""The service: every source on its schedule, every channel at its pace, until told to stop.

APScheduler holds one job a source, at the time that the store says. A job that comes late, after
the machine slept, runs once; one that still runs is not started again.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from watchfiles import awatch

from monitor import app as house
from monitor.config import Config, load_config
from monitor.discover import Source
from monitor.errors import ConfigError, MonitorError, StoreError, contained
from monitor.fetch import Fetcher
from monitor.pipeline import Report, check_source
from monitor.schedule import DELIVERY_SPAN
from monitor.settings import FILES
from monitor.store import outbox, retention, sources

log = logging.getLogger(__name__)

GRACE = 5.0  # seconds that work in hand has to finish after a signal
SYNC_EVERY = timedelta(minutes=1)  # with what other processes wrote: `monitor once`, `… retry`
PRUNE_EVERY = timedelta(hours=6)
PAUSE = timedelta(minutes=1)  # before more pages of a source, or when somebody is in the way


class Service:
    """One running monitor. Start it with ``run`` inside an event loop; ``stop`` ends it."""

    def __init__(
        self,
        directory: Path,
        env: Mapping[str, str],
        *,
        clock: house.Clock = house.utc_now,
        checked: Callable[[Report], None] = lambda _: None,
    ) -> None:
        self._directory, self._env, self._clock = directory, env, clock
        self._checked = checked  # hears of every look at a source
        self._stopped = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._app = house.build(load_config(directory, env), clock=clock, filed=self._wake)
        self._places = asyncio.Semaphore(self._app.config.settings.fetch.concurrency)
        self._busy: set[str] = set()  # sources that are being looked at
        self._tasks: set[asyncio.Task[None]] = set()
        self._retired: list[Fetcher] = []
        self._fault: BaseException | None = None

    @property
    def app(self) -> house.App:
        return self._app

    async def run(self) -> None:
        """Work until ``stop`` is called or SIGTERM or SIGINT comes; SIGHUP reloads.

        Raises whatever ended a part of the service that should not end.
        """
        self._listen()
        self._spawn(self._app.outbox.serve())
        self._spawn(self._watch())
        self._scheduler.add_job(self._sync, "interval", seconds=SYNC_EVERY.total_seconds())
        self._scheduler.add_job(self._prune, "interval", seconds=PRUNE_EVERY.total_seconds())
        self._scheduler.start()
        await self._schedule_all()
        await self._warn_of_orphans()
        log.info("watching %d sources", len(self._enabled()))
        await self._stopped.wait()
        await self._wind_down()
        if self._fault is not None:
            raise self._fault

    def stop(self) -> None:
        self._stopped.set()

    async def reload(self) -> None:
        """Take up the configuration as it is on disk now, unless it is wrong."""
        async with self._reloading:
            try:
                config = await asyncio.to_thread(load_config, self._directory, self._env)
            except ConfigError as error:
                self._app.refused = str(error)
                log.error("configuration not taken, the one before stays in force:\n%s", error)
                return
            await self._exchange(config)
        log.info(
            "configuration reloaded: %d sources, %d rules", len(config.sources), len(config.rules)
        )

    # --- signals and files ---------------------------------------------------------------------

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(self.reload()))

    async def _watch(self) -> None:
        async for changes in awatch(self._directory, stop_event=self._stopped, recursive=False):
            if any(Path(path).name in FILES for _, path in changes):
                await self.reload()

    async def _exchange(self, config: Config) -> None:
        old = self._app
        if config.settings.store != old.config.settings.store:
            log.warning("store.url has changed: it takes effect at the next start")
        if config.settings.web != old.config.settings.web:
            log.warning("web.listen has changed: it takes effect at the next start")
        same_net = config.settings.fetch == old.config.settings.fetch
        self._app = house.build(
            config,
            store=old.store,
            fetcher=old.kit.fetcher if same_net else None,
            clock=self._clock,
            filed=self._wake,
        )
        if not same_net:
            self._retired.append(old.kit.fetcher)  # looks in hand still use it
        old.outbox.stop()
        self._spawn(self._app.outbox.serve())
        await self._schedule_all()
        await self._warn_of_orphans()

    def _wake(self) -> None:
        self._app.outbox.wake()

    # --- jobs ----------------------------------------------------------------------------------

    def _enabled(self) -> dict[str, Source]:
        return {source.id: source for source in self._app.config.sources if source.enabled}

    async def _sync(self) -> None:
        await self._schedule_all()

    async def _schedule_all(self) -> None:
        """A job for every source that is enabled and not being looked at just now."""
        enabled = self._enabled()
        for job in self._scheduler.get_jobs():
            if job.name == "check" and job.id not in enabled:
                job.remove()
        for source_id in enabled.keys() - self._busy:
            self._schedule(source_id, await asyncio.to_thread(self._next, source_id))

    def _schedule(self, source_id: str, at: datetime) -> None:
        self._scheduler.add_job(
            self._check,
            "date",
            run_date=at,
            args=[source_id],
            id=source_id,
            name="check",
            replace_existing=True,
            max_instances=2,  # a check orders the next one while it still counts; see _check
        )

    def _next(self, source_id: str) -> datetime:
        """When a source wants to be looked at, or one of its pages to be tried again."""
        try:
            with self._app.store.read() as tx:
                state = sources.state(tx, source_id)
                page = sources.next_waiting(tx, source_id)
        except StoreError as error:
            log.error("%s: %s", source_id, error)
            return self._clock() + PAUSE
        now = self._clock()
        look = state.next_at if state and state.next_at else now
        return min(look, max(page, now + PAUSE)) if page else look

    async def _check(self, source_id: str) -> None:
        source = self._enabled().get(source_id)
        if source is None or source_id in self._busy:  # who is busy with it orders the next look
            return
        self._track()
        self._busy.add(source_id)
        try:
            at = await self._look(source)
        except asyncio.CancelledError:  # at the end; the scheduler would print a traceback
            log.info("%s: put back", source_id)
            return
        finally:
            self._busy.discard(source_id)
        if not self._stopped.is_set():
            self._schedule(source_id, at)

    async def _look(self, source: Source) -> datetime:
        """Check a source; when it wants to be checked again."""
        try:
            async with self._places:
                with contained(MonitorError, f"source {source.id}"):
                    report = await check_source(source, self._app.kit)
        except StoreError as error:
            log.error("%s: %s", source.id, error)
            return self._clock() + PAUSE
        except MonitorError as error:
            log.error("%s: %s", source.id, error)
            return self._clock() + (source.interval or self._app.config.settings.fetch.interval)
        self._tell(report)
        if report.outcome == "busy":
            return self._clock() + PAUSE
        return await asyncio.to_thread(self._next, source.id)

    def _tell(self, report: Report) -> None:
        self._checked(report)
        if report.recovered:
            log.info("%s: answers again", report.source)
        if report.stories:
            counts = ", ".join(f"{number} {kind}" for kind, number in report.stories.items())
            first = " (first look: a baseline, nobody is alerted)" if report.first else ""
            log.info("%s: stories: %s; alerts: %d%s", report.source, counts, report.alerts, first)

    async def _warn_of_orphans(self) -> None:
        def orphans() -> dict[str, int]:
            with self._app.store.read() as tx:
                return outbox.orphans(tx, self._app.config.channels)

        for channel, number in (await asyncio.to_thread(orphans)).items():
            log.warning(
                "%d alerts wait for channel %s, which monitor.yaml no longer has: put it back,"
                " or they are given up after three days",
                number,
                channel,
            )

    async def _prune(self) -> None:
        settings = self._app.config.settings.retention

        def prune() -> int:
            now = self._clock()
            with self._app.store.write() as tx:
                outbox.give_up_orphans(tx, self._app.config.channels, now - DELIVERY_SPAN)
                return retention.prune(
                    tx, now, keep=settings.stories, keep_off_topic=settings.off_topic
                )

        try:
            while await asyncio.to_thread(prune):
                pass
        except StoreError as error:
            log.error("old stories not pruned: %s", error)

    # --- the end -------------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._keep(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part of the service that dies takes the service along: better down than deaf."""
        if not task.cancelled() and task.exception() is not None:
            self._fault = task.exception()
            self.stop()

    def _track(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._keep(task)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wind_down(self) -> None:
        """Let work in hand finish, for a while; then break it off, which puts it back."""
        log.info("stopping")
        self._scheduler.pause()
        self._app.outbox.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        for fetcher in self._retired:
            await fetcher.aclose()
        await self._app.close()
