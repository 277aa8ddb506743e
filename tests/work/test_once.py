"""One pass, for cron."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor import app as assembly
from monitor.apart.pool import Pool
from monitor.app import App
from monitor.config import load_config
from monitor.errors import StoreError
from monitor.pipeline.kit import Report
from monitor.store import tables
from monitor.work.once import run_once
from tests.builders import Clock
from tests.newsroom import FEED, Site
from tests.servers import answer, hang, serve
from tests.work.house import House


@asynccontextmanager
async def opened(house: House, clock: Clock) -> AsyncIterator[App]:
    house.write()
    app = assembly.build(load_config(house.directory, {}), clock=clock, rng=random.Random(7))
    yield app
    await app.close()


async def test_it_looks_at_every_source_then_sends(tmp_path: Path, clock: Clock) -> None:
    house = House(tmp_path)
    async with Site() as site, Site(host="127.0.0.2") as other:
        house.watch(site)
        house.watch(other, "other")
        async with opened(house, clock) as app:
            done: list[Report] = []
            first = await run_once(app, app.config.sources, done=done.append)
            assert [report.source for report in first] == ["laostimes", "other"]
            assert sorted(report.source for report in done) == ["laostimes", "other"]
            site.publish("a", "A train leaves")
            assert (await run_once(app, app.config.sources))[0].outcome == "not due"
            again = await run_once(app, app.config.sources, early=True)
            assert [report.alerts for report in again] == [1, 0]
    assert house.told() == ["A train leaves"]


async def test_processes_are_there_for_pages_alone(tmp_path: Path, clock: Clock) -> None:
    house = House(tmp_path, parse={})
    async with Site() as site:
        house.watch(site)
        async with opened(house, clock) as app:
            assert isinstance(app.parser, Pool)
            await run_once(app, app.config.sources)
            assert app.parser.pids == set()
            site.publish("a", "A train leaves")
            await run_once(app, app.config.sources, early=True)
            assert len(app.parser.pids) == 1
        assert app.parser.pids == set()
    assert house.told() == ["A train leaves"]


async def test_a_host_that_hangs_holds_up_no_other(tmp_path: Path, clock: Clock) -> None:
    house = House(tmp_path, fetch={"concurrency": 4, "timeout": "1s"})
    order: list[str] = []
    async with Site() as site, serve(lambda _: hang(), host="127.0.0.2") as bad:
        for number in range(4):
            house.sources[f"bad{number}"] = {"kind": "feed", "url": f"{bad}/{number}"}
        house.watch(site)
        async with opened(house, clock) as app:
            await run_once(app, app.config.sources, done=lambda report: order.append(report.source))
    assert order == ["laostimes", "bad0", "bad1", "bad2", "bad3"]


async def test_a_source_that_fails_stops_no_other(tmp_path: Path, clock: Clock) -> None:
    house = House(tmp_path)
    async with Site() as site, Site(host="127.0.0.2") as bad:
        bad.answers[FEED] = answer(status=500)
        house.watch(bad, "bad")
        house.watch(site)
        async with opened(house, clock) as app:
            reports = await run_once(app, app.config.sources)
    assert {report.source: report.outcome for report in reports} == {
        "bad": "failed",
        "laostimes": "looked",
    }


async def test_it_lets_go_of_what_is_past_its_time(tmp_path: Path, clock: Clock) -> None:
    house = House(tmp_path)
    async with Site() as site:
        house.watch(site)
        site.publish("a", "A ship leaves")
        async with opened(house, clock) as app:
            await run_once(app, app.config.sources)
            clock.pass_(days=3 * 366)
            await run_once(app, app.config.sources)
            with app.store.read() as tx:
                assert tx.scalars(select(tables.stories.c.pruned_at)).all() == [clock()]


async def test_trouble_with_the_database_is_said_when_all_else_is_done(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    async with Site() as site, Site(host="127.0.0.2") as other:
        house.watch(site)
        house.watch(other, "other")
        async with opened(house, clock) as app:
            await run_once(app, app.config.sources)
            other.publish("a", "A train leaves")
            clock.pass_(minutes=1)
            with app.store.write() as tx:
                tx.exec_driver_sql(
                    "CREATE TRIGGER full BEFORE UPDATE OF checked_at ON sources"
                    " WHEN new.id = 'laostimes' BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
                )
            with pytest.raises(StoreError, match="disk is full"):
                await run_once(app, app.config.sources, early=True)
    assert house.told() == ["A train leaves"]


async def test_what_was_claimed_and_not_looked_at_is_put_back(tmp_path: Path, clock: Clock) -> None:
    house = House(tmp_path, fetch={"concurrency": 1})
    asked = asyncio.Event()

    def ask(_: object) -> AsyncIterator[bytes]:
        asked.set()
        return hang()

    async with serve(ask, host="127.0.0.2") as bad:
        for number in range(3):
            house.sources[f"bad{number}"] = {"kind": "feed", "url": f"{bad}/{number}"}
        async with opened(house, clock) as app:
            looking = asyncio.create_task(run_once(app, app.config.sources))
            await asked.wait()
            assert claimed(app) == 3
            looking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await looking
            assert claimed(app) == 0


def claimed(app: App) -> int:
    with app.store.read() as tx:
        return tx.scalar(select(func.count(tables.sources.c.lease_until))) or 0
