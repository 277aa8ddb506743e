"""The service: every source on its schedule, every channel at its pace, until told to stop.

The store says which sources are due, however many there are; APScheduler wakes the service when
the next one is. After the machine slept, each source that is overdue is looked at once.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import app as house
from monitor.config import Config, load_config
from monitor.discover import Source
from monitor.errors import MonitorError, StoreError, contained
from monitor.fetch import Fetcher
from monitor.models import SourceState
from monitor.pipeline import check
from monitor.pipeline.kit import LEASE, Held, InForce, Report
from monitor.pipeline.look import watched
from monitor.store import Transaction, sources
from monitor.work import owners, volumes
from monitor.work.backfill import look_back
from monitor.work.editions import keep_open
from monitor.work.edits import changed_rules, edits, state_of
from monitor.work.endpoints import look_at_channels
from monitor.work.escalations import escalate
from monitor.work.lease import RENEW_EVERY, renew
from monitor.work.places import Places, host_of
from monitor.work.upkeep import catch_up, prune, warn_of_orphans

log = logging.getLogger(__name__)

GRACE = 5.0  # seconds that work in hand has to finish after a signal
SYNC_EVERY = timedelta(minutes=1)  # with what other processes wrote: `monitor once`, `… retry`
SLEPT = timedelta(minutes=3)  # between two of these: what was due meanwhile is only now sent
PRUNE_EVERY, PRUNE_SOON = timedelta(hours=6), timedelta(minutes=2)
# What came while nobody looked is read before silence is judged.
JUDGE_EVERY, JUDGE_SOON = timedelta(minutes=10), timedelta(minutes=2)
PAUSE = timedelta(minutes=1)  # before the database is tried again


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
        self._read = state_of(directory)
        config = load_config(directory, env)
        self._in_force = InForce(house.compiled(config))
        self._app = house.build(config, clock=clock, filed=self._wake, in_force=self._in_force)
        self._places: Places[SourceState] = Places(self._app.config.settings.fetch.concurrency)
        self._in_hand: set[str] = set()  # claimed: looked at, or in line for a place
        self._due = asyncio.Event()  # something may be
        self._registered = False
        self._synced: datetime | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._looks: set[asyncio.Task[None]] = set()  # those of them that look at sources
        self._sending: asyncio.Task[None] | None = None
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
        self._sending = self._spawn(self._app.outbox.serve())
        self._spawn(self._watch())
        now = house.utc_now()
        for work, every, first in (
            (self._sync, SYNC_EVERY, SYNC_EVERY),
            (self._prune, PRUNE_EVERY, PRUNE_SOON),
            (self._judge, JUDGE_EVERY, JUDGE_SOON),
            (self._renew, RENEW_EVERY, RENEW_EVERY),
        ):
            self._scheduler.add_job(
                work, "interval", seconds=every.total_seconds(), next_run_time=now + first
            )
        self._scheduler.start()
        await self._register()
        self._spawn(self._work())
        self._spawn(volumes.prepare(self._app))
        self._spawn(look_back(self._app))
        await warn_of_orphans(self._app)
        await keep_open(self._app, self._clock())
        await owners.is_right(self._app, self._directory, self._clock())
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
                with contained(MonitorError, "the configuration"):
                    config, held = await asyncio.to_thread(self._loaded)
                    app = self._rebuilt(config)
            except MonitorError as error:
                self._app.refused = str(error)
                log.error("configuration not taken, the one before stays in force:\n%s", error)
                await owners.went_wrong(self._app, self._directory, error, self._clock())
                return
            changed = changed_rules(self._app.config, config)
            self._in_force.now = held
            await self._exchange(app)
            await owners.is_right(self._app, self._directory, self._clock())
        size = f"{len(config.sources)} sources, {len(config.rules)} rules"
        log.info("configuration reloaded: %s%s", size, f" ({changed})" if changed else "")

    def _loaded(self) -> tuple[Config, Held]:
        """The files as they are now, and what stories are to be held against; no story waits."""
        config = load_config(self._directory, self._env)
        return config, house.compiled(config, self._in_force.now)

    # --- signals and files ---------------------------------------------------------------------

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(self.reload()))

    async def _watch(self) -> None:
        async for _ in edits(self._directory, self._read, self._stopped):
            await self.reload()

    def _rebuilt(self, config: Config) -> house.App:
        """What is to run from now on, with the store, and where it can be, the ways out of now."""
        old = self._app
        if config.settings.store != old.config.settings.store:
            log.warning("store.url has changed: it takes effect at the next start")
        if config.settings.web != old.config.settings.web:
            log.warning("web.listen has changed: it takes effect at the next start")
        if config.settings.parse != old.config.settings.parse:
            log.warning("parse.workers has changed: it takes effect at the next start")
        same_net = config.settings.fetch == old.config.settings.fetch
        return house.build(
            config,
            store=old.store,
            fetcher=old.kit.fetcher if same_net else None,
            parser=old.parser,
            clock=self._clock,
            filed=self._wake,
            known=old.kit.fetcher.known,
            in_force=self._in_force,
        )

    async def _exchange(self, app: house.App) -> None:
        old, self._app = self._app, app
        if app.kit.fetcher is not old.kit.fetcher:
            self._spawn(self._retire(old.kit.fetcher, {*self._looks, self._sending}))
        old.outbox.stop()
        self._sending = self._spawn(app.outbox.serve())
        self._places.total = app.config.settings.fetch.concurrency
        await self._send_home()
        await self._register()
        self._spawn(volumes.prepare(app))
        self._spawn(look_back(app))
        await warn_of_orphans(self._app)
        await keep_open(app, self._clock())

    async def _retire(self, fetcher: Fetcher, users: Collection[asyncio.Task[None] | None]) -> None:
        """Close a way out when nobody uses it any more."""
        self._retired.append(fetcher)
        for task in filter(None, users):
            await asyncio.wait([task])
        await fetcher.aclose()
        self._retired.remove(fetcher)

    def _wake(self) -> None:
        self._app.outbox.wake()

    # --- sources -------------------------------------------------------------------------------

    def _enabled(self) -> dict[str, Source]:
        return {source.id: source for source in self._app.config.sources if source.enabled}

    async def _sync(self) -> None:
        """Other processes may have changed what is due: `monitor once`, `… retry`."""
        if not self._registered:
            await self._register()
        await catch_up(self._app, self._clock())
        await keep_open(self._app, self._clock())
        self._due.set()
        await look_at_channels(self._app, self._clock())
        last, self._synced = self._synced, self._clock()
        if last is None or self._synced - last < SLEPT:
            await escalate(self._app)

    async def _register(self) -> None:
        """Tell the store which sources are watched from now on."""
        rows = watched(self._enabled().values())
        try:
            await self._app.kit.write(lambda tx: sources.watch(tx, rows))
        except StoreError as error:
            log.error("the sources cannot be written down, trying again: %s", error)
            self._registered = False
            return
        self._registered = True
        self._due.set()

    async def _work(self) -> None:
        """Claim what is due, as places get free; with nothing due, sleep until something is."""
        while not self._stopped.is_set():
            free = await self._places.some()
            if self._stopped.is_set():
                break
            self._due.clear()
            taken, next_due = await self._claim(free)
            # One whose lease ran out while this process slept is in hand nevertheless.
            for state in (state for state in taken if state.id not in self._in_hand):
                self._in_hand.add(state.id)
                self._places.line_up(self._host(state), [state])
            self._start()
            if len(taken) < free:
                self._wake_at(next_due)
                await self._due.wait()

    def _host(self, state: SourceState) -> str:
        source = self._enabled().get(state.id)
        return host_of(source.url) if source else ""

    def _start(self) -> None:
        """Look at those in line for whom there is a place."""
        for host, state in self._places.admit():
            task = asyncio.create_task(self._in_place(host, state))
            self._keep(task)
            self._looks.add(task)
            task.add_done_callback(self._looks.discard)

    async def _in_place(self, host: str, state: SourceState) -> None:
        try:
            with self._places.given_back(host):
                await self._check(state)
        finally:
            self._in_hand.discard(state.id)
            if not self._stopped.is_set():
                self._start()

    async def _send_home(self) -> None:
        """Put those back that stand in line."""
        home = [state.id for state in self._places.clear()]
        self._in_hand.difference_update(home)

        def release(tx: Transaction) -> None:
            for source_id in home:
                sources.release(tx, source_id)

        with suppress(StoreError):  # their leases run out
            await self._app.kit.write(release)

    async def _renew(self) -> None:
        await renew(self._in_hand, self._app.kit)

    async def _claim(self, free: int) -> tuple[list[SourceState], datetime | None]:
        """At most ``free`` sources, and when the next is due after them."""
        now = self._clock()

        def claim(tx: Transaction) -> tuple[list[SourceState], datetime | None]:
            return sources.claim(tx, now, LEASE, limit=free), sources.next_due(tx, now)

        try:
            return await self._app.kit.write(claim, durable=False)
        except StoreError as error:
            log.error("no source can be claimed: %s", error)
            return [], now + PAUSE

    def _wake_at(self, at: datetime | None) -> None:
        """Look for what is due at a time, unless that is to happen earlier anyway."""
        job = self._scheduler.get_job("due")
        if at is None or (job is not None and job.next_run_time <= at):
            return
        self._scheduler.add_job(self._due.set, "date", run_date=at, id="due", replace_existing=True)

    async def _check(self, state: SourceState) -> None:
        source = self._enabled().get(state.id)
        try:
            if source is None:  # taken out since it was written down
                await self._app.kit.write(lambda tx: sources.release(tx, state.id))
            else:
                with contained(MonitorError, f"source {source.id}"):
                    self._tell(await check(source, state, self._app.kit))
        except asyncio.CancelledError:
            log.info("%s: put back", state.id)
            raise
        except StoreError as error:
            log.error("%s: %s", state.id, error)
            self._wake_at(self._clock() + PAUSE)
        except MonitorError as error:
            log.error("%s: %s", state.id, error)
            await self._put_off(state, str(error))

    async def _put_off(self, state: SourceState, error: str) -> None:
        """A fault of our own leaves a source its interval."""
        source = self._enabled().get(state.id)
        interval = source.interval if source else None
        at = self._clock() + (interval or self._app.config.settings.fetch.interval)
        with suppress(StoreError):  # told of where the next one is claimed
            await self._app.kit.write(lambda tx: sources.put_off(tx, state.id, at, error))
        self._wake_at(at)

    def _tell(self, report: Report) -> None:
        self._checked(report)
        self._wake_at(report.again)
        if report.recovered:
            log.info("%s: answers again", report.source)
        if report.stories:
            counts = ", ".join(f"{number} {kind}" for kind, number in report.stories.items())
            quiet = report.first and not report.alerts
            first = " (first look: a baseline, nobody is alerted)" if quiet else ""
            log.info("%s: stories: %s; alerts: %d%s", report.source, counts, report.alerts, first)

    async def _judge(self) -> None:
        await volumes.judge(self._app)
        await look_back(self._app)

    async def _prune(self) -> None:
        await prune(self._app, self._clock())

    # --- the end -------------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._keep(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part of the service that dies takes the service along: better down than deaf."""
        if not task.cancelled() and task.exception() is not None:
            self._fault = task.exception()
            self.stop()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wind_down(self) -> None:
        """Let work in hand finish, for a while; then break it off, which puts it back."""
        log.info("stopping")
        self._scheduler.pause()
        self._app.outbox.stop()
        self._due.set()  # nothing more is: the loop that waits for it ends
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._send_home()
        self._scheduler.shutdown(wait=False)
        for fetcher in self._retired:
            await fetcher.aclose()
        await self._app.close()
