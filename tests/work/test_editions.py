"""Digests that are never silent: by the service, and by a pass for cron."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import app as assembly
from monitor.config import load_config
from monitor.work.once import run_once
from tests.builders import Clock
from tests.newsroom import Site
from tests.waiting import until
from tests.work.house import House, running

SAY = {"empty": "say", "at": "07:00"}


def heard(house: House) -> list[Any]:
    path = house.home / "alerts.jsonl"
    return [*map(json.loads, path.read_text("utf-8").splitlines())] if path.exists() else []


def quiet(folder: Path, **digest: Any) -> House:
    house = House(folder)
    house.channels["out"]["digest"] = digest
    house.rules["railway"]["when"] = "digest"
    return house


async def passed(house: House, clock: Clock) -> None:
    house.write()
    app = assembly.build(load_config(house.directory, {}), clock=clock, rng=random.Random(7))
    await run_once(app, app.config.sources, early=True)
    await app.close()


async def test_a_pass_says_that_nothing_was_found(tmp_path: Path, clock: Clock) -> None:
    house = quiet(tmp_path, **SAY)
    await passed(house, clock)
    assert heard(house) == [], "it is not yet time"
    clock.pass_(hours=20)
    await passed(house, clock)
    await passed(house, clock)
    (digest,) = heard(house)
    assert (digest["type"], digest["alerts"]) == ("alerts.digest", [])
    assert digest["due_at"] == "2026-11-21T00:00:00+00:00", "07:00 in Vientiane"
    clock.pass_(days=1)
    await passed(house, clock)
    assert [each["due_at"][8:10] for each in heard(house)] == ["21", "22"]


async def test_a_host_that_slept_says_it_once(tmp_path: Path, clock: Clock) -> None:
    house = quiet(tmp_path, **SAY)
    await passed(house, clock)
    clock.pass_(days=5)
    await passed(house, clock)
    assert len(heard(house)) == 1


async def test_a_weekly_digest_comes_on_its_day(tmp_path: Path, clock: Clock) -> None:
    house = quiet(tmp_path, **SAY, days="mon")
    for _ in range(10):  # from a Friday on
        await passed(house, clock)
        clock.pass_(days=1)
    assert [each["due_at"][:10] for each in heard(house)] == ["2026-11-23"]


async def test_what_is_found_goes_out_with_it(tmp_path: Path, clock: Clock) -> None:
    house = quiet(tmp_path, **SAY)
    async with Site() as site:
        house.watch(site)
        await passed(house, clock)
        site.publish("a", "A train leaves")
        clock.pass_(minutes=5)
        await passed(house, clock)
        clock.pass_(hours=20)
        await passed(house, clock)
    (digest,) = heard(house)
    assert [each["article"]["title"] for each in digest["alerts"]] == ["A train leaves"]


async def test_a_channel_that_skips_is_silent(tmp_path: Path, clock: Clock) -> None:
    house = quiet(tmp_path, **SAY)
    await passed(house, clock)
    house.channels["out"]["digest"] = {"at": "07:00"}
    clock.pass_(hours=1)
    await passed(house, clock)
    clock.pass_(days=2)
    await passed(house, clock)
    assert heard(house) == [], "what was opened is taken back"


async def test_the_service_keeps_the_next_one_open(house: House) -> None:
    house.channels["out"]["digest"] = {"at": "07:00"}
    async with running(house) as (service, reports):
        await until(lambda: reports)
        house.channels["out"]["digest"] = SAY
        house.write()
        await until(lambda: waiting(house))
        soon = service._clock() + timedelta(days=1)
        assert all(due <= soon for due in waiting(house))


def waiting(house: House) -> list[Any]:
    store = house.database()
    try:
        with store.read() as tx:
            rows = tx.exec_driver_sql("SELECT due_at FROM bundles").scalars().all()
    finally:
        store.close()
    return [datetime.fromisoformat(row).replace(tzinfo=UTC) for row in rows]
