"""Rules on how many stories come, judged by the service and by one pass."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.pipeline import volumes as judging
from monitor.pipeline.kit import Kit
from monitor.work import service as module
from monitor.work import volumes
from monitor.work.once import run_once
from tests.builders import Clock
from tests.newsroom import Site
from tests.waiting import until
from tests.work.house import House, running
from tests.work.test_once import opened


def counting(house: House) -> None:
    house.rules["many"] = {"query": "train", "count": ">= 2 in 24h", "channels": ["out"]}


def heard(house: House) -> list[dict[str, Any]]:
    """What the file channel was sent of how many stories came."""
    path = house.home / "alerts.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [told for told in map(json.loads, lines) if told["type"] == "alert.count"]


async def test_the_service_tells_as_the_stories_come_in(house: House, site: Site) -> None:
    counting(house)
    async with running(house):
        await until(house.looked)
        site.publish("a", "A train leaves")
        site.publish("b", "Another train leaves")
        await until(lambda: heard(house))
    (told,) = heard(house)
    assert told["number"] == 2
    assert {story["title"] for story in told["stories"]} == {
        "A train leaves",
        "Another train leaves",
    }


async def test_a_rule_that_is_added_counts_the_archive_while_the_service_runs(
    house: House, site: Site
) -> None:
    async with running(house) as (service, _):
        await until(house.looked)
        site.publish("a", "A train leaves")
        await until(lambda: house.told() == ["A train leaves"])
        counting(house)
        house.write()
        await until(lambda: any(rule.volume for rule in service.app.config.rules))
        await until(lambda: ready(house))
        site.publish("b", "Another train leaves")
        await until(lambda: heard(house))
    assert heard(house)[0]["number"] == 2


def ready(house: House) -> bool:
    store = house.database()
    with store.read() as tx:
        number: int = tx.exec_driver_sql("SELECT count(*) FROM episodes").scalar_one()
    store.close()
    return number > 0


async def test_the_service_judges_on_a_schedule(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "JUDGE_SOON", timedelta(seconds=0.1))
    monkeypatch.setattr(module, "JUDGE_EVERY", timedelta(seconds=0.1))
    judged = list[Kit]()

    def judge_all(kit: Kit) -> int:
        judged.append(kit)
        return 0

    monkeypatch.setattr(judging, "judge_all", judge_all)
    async with running(house):
        await until(lambda: len(judged) > 1)


async def test_one_pass_judges_after_it_looked(tmp_path: Path, clock: Clock) -> None:
    house = House(tmp_path)
    counting(house)
    async with Site() as site:
        house.watch(site)
        async with opened(house, clock) as app:
            await run_once(app, app.config.sources)
            site.publish("a", "A train leaves")
            site.publish("b", "Another train leaves")
            clock.pass_(hours=2)
            await run_once(app, app.config.sources, early=True)
            await run_once(app, app.config.sources, early=True)
    assert [told["number"] for told in heard(house)] == [2]


async def test_trouble_with_the_database_is_told_and_costs_one_turn(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(tmp_path)
    counting(house)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("disk full")

    async with opened(house, clock) as app:
        with monkeypatch.context() as patch:
            patch.setattr(judging, "judge_all", fail)
            patch.setattr(judging, "prepare", fail)
            await volumes.judge(app)
            await volumes.prepare(app)
        assert caplog.text.count("disk full") == 2
        await volumes.prepare(app)
        await volumes.judge(app)
    assert ready(house)
