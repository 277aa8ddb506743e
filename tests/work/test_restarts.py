"""No start floods anybody: the first, one after a backup was put back, one with other rules or
channels, one with another time. And nothing that is new is lost by it."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.pipeline import backfill
from monitor.pipeline.kit import Report
from monitor.store import overview
from monitor.work.backfill import look_back
from monitor.work.once import run_once
from monitor.work.upkeep import catch_up
from tests.builders import Clock
from tests.newsroom import Site
from tests.servers import answer, serve
from tests.waiting import until
from tests.work.house import House, running
from tests.work.test_once import opened

YEAR = timedelta(days=366)


class Office:
    """A house, a site that it watches, and passes over it, each of a process of its own."""

    def __init__(self, home: Path, site: Site, clock: Clock) -> None:
        self.house, self.site, self.clock = House(home), site, clock
        self.house.watch(site)

    async def look(self, **past: float) -> list[Report]:
        """A pass, after some time; an hour unless it is said."""
        self.clock.pass_(**(past or {"hours": 1}))
        async with opened(self.house, self.clock) as app:
            return await run_once(app, app.config.sources)

    def sent(self, name: str = "alerts") -> list[Any]:
        """What a file channel was sent, each as often as it was."""
        path = self.house.home / f"{name}.jsonl"
        return [*map(json.loads, path.read_text("utf-8").splitlines())] if path.exists() else []

    def titles(self, name: str = "alerts") -> list[str]:
        return [told["article"]["title"] for told in self.sent(name)]

    def publish(self, *titles: str) -> None:
        for title in titles:
            self.site.publish(title.lower().replace(" ", "-"), title)

    @property
    def database(self) -> Path:
        return self.house.home / "monitor.db"


@pytest.fixture
async def office(tmp_path: Path, clock: Clock) -> AsyncIterator[Office]:
    async with Site() as site:
        yield Office(tmp_path, site, clock)


async def test_the_first_start_tells_nobody_nor_does_the_second(office: Office) -> None:
    office.publish(*(f"Train {number}" for number in range(30)))
    (first,) = await office.look()
    assert first.first
    await office.look()
    assert office.sent() == []
    office.publish("A new train")
    await office.look()
    assert office.titles() == ["A new train"]


async def test_after_a_backup_is_put_back_what_came_since_is_told_under_the_same_ids(
    office: Office,
) -> None:
    await office.look()
    office.publish("Train before")
    await office.look()
    backup = office.database.with_suffix(".backup")
    shutil.copy(office.database, backup)
    office.publish("Train after", "Train later")
    await office.look()
    before = ids(office)
    shutil.copy(backup, office.database)
    await office.look()
    await office.look()
    again = ids(office)[len(before) :]
    assert sorted(again) == sorted(before[1:])
    assert len(again) == 2


def ids(office: Office) -> list[tuple[str, str]]:
    """Of what was sent, with its title."""
    return [(told["id"], told["article"]["title"]) for told in office.sent()]


async def test_another_query_tells_nobody_of_what_is_old(office: Office) -> None:
    await office.look()
    office.publish("A ship leaves", "A train leaves")
    await office.look()
    office.house.rules["railway"]["query"] = "train OR ship"
    await office.look()
    office.publish("Another ship leaves")
    await office.look()
    assert office.titles() == ["A train leaves", "Another ship leaves"]


async def test_a_rule_that_asks_for_it_tells_of_what_is_old_as_one(office: Office) -> None:
    await office.look()
    office.publish("A ship leaves", "A ship arrives", "A train leaves")
    await office.look()
    office.house.rules["ships"] = {"query": "ship", "channels": ["out"], "backfill": "7d"}
    await office.look()
    await office.look()
    _, told = office.sent()
    assert told["type"] == "alerts.backfill"
    assert {one["article"]["title"] for one in told["alerts"]} == {
        "A ship leaves",
        "A ship arrives",
    }


async def test_the_service_looks_back_for_a_rule_that_is_added(house: House, site: Site) -> None:
    async with running(house):
        await until(house.looked)
        site.publish("a", "A ship leaves")  # some time in 2026, by its own date
        site.publish("b", "A train leaves")
        await until(lambda: house.told() == ["A train leaves"])
        house.rules["ships"] = {"query": "ship", "channels": ["later"], "backfill": "5000d"}
        house.channels["later"] = {"kind": "file", "path": "later.jsonl"}
        house.write()
        await until(lambda: waits(house, "later"))


def waits(house: House, channel: str) -> bool:
    store = house.database()
    with store.read() as tx:
        found = any(one.channel == channel for one in overview.list_deliveries(tx))
    store.close()
    return found


async def test_trouble_with_the_database_puts_looking_back_off(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office.house.rules["railway"]["backfill"] = "7d"
    office.house.rules["railway"]["query"] = "ship"
    await office.look()
    office.publish("A train leaves")
    await office.look()
    office.house.rules["railway"]["query"] = "train"

    def fail(*_: object, **__: object) -> None:
        raise StoreError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(backfill, "look_back", fail)
        await office.look()
    assert "new rules have not looked back in the archive: disk full" in caplog.text
    async with opened(office.house, office.clock) as app:
        await look_back(app)
    await office.look()
    assert office.titles() == ["A train leaves"]


async def test_another_channel_is_told_of_nothing_old(office: Office) -> None:
    await office.look()
    office.publish("A train leaves")
    await office.look()
    office.house.channels["other"] = {"kind": "file", "path": "other.jsonl"}
    office.house.rules["railway"]["channels"] = ["out", "other"]
    await office.look()
    assert office.sent("other") == []
    office.publish("Another train leaves")
    await office.look()
    assert office.titles("other") == ["Another train leaves"]
    assert len(office.sent()) == 2


async def test_a_channel_with_another_address_is_told_of_nothing_twice(office: Office) -> None:
    await office.look()
    office.publish("A train leaves")
    await office.look()
    office.house.channels["out"]["path"] = "moved.jsonl"
    await office.look()
    assert office.sent("moved") == []


async def test_a_clock_that_jumps_ahead_floods_nobody(office: Office) -> None:
    await office.look()
    office.publish("A train leaves")
    await office.look()
    (late,) = await office.look(days=366)
    assert late.outcome == "not modified"
    office.publish("A train of next year")
    await office.look(hours=12)
    assert office.titles() == ["A train leaves", "A train of next year"]


async def test_a_clock_that_was_ahead_loses_nothing_when_it_is_set_right(office: Office) -> None:
    await office.look()
    office.publish("A train leaves")
    await office.look()
    office.publish("A train of next year")
    await office.look(days=366)
    await office.look(days=-366)
    office.publish("A train of today")
    await office.look()
    assert office.titles() == ["A train leaves", "A train of next year", "A train of today"]


@pytest.mark.parametrize("held", ["by its hours", "by its receiver", "in a digest"])
async def test_what_a_clock_that_was_ahead_put_off_goes_out(office: Office, held: str) -> None:
    seen: list[bytes] = []
    down = held == "by its receiver"

    def receiver(request: Any) -> bytes:
        if down:
            return answer(status=503)
        seen.append(request.body)
        return answer()

    async with serve(receiver) as base:
        office.house.hook(f"{base}/hook")
        office.house.rules["railway"]["channels"] = ["hook"]
        if held == "by its hours":
            office.house.channels["hook"] |= {"quiet": "00:00-23:59", "timezone": "UTC"}
        if held == "in a digest":
            office.house.rules["railway"]["when"] = "digest"
        await office.look()
        office.publish("A train leaves")
        await office.look(days=366)
        assert seen == []
        down = False
        await office.look(days=-366)
        await office.look()
        assert len(seen) == (held == "by its receiver"), "what was held waits for its turn"
        await office.look(days=1)
    assert len(seen) == 1


async def test_a_clock_that_is_minutes_ahead_breaks_no_hours(office: Office) -> None:
    office.house.channels["out"] |= {"quiet": "00:00-11:00", "timezone": "UTC"}
    await office.look()
    office.publish("A train leaves")
    await office.look(minutes=30)
    await office.look(minutes=-20)
    assert office.titles() == []
    await office.look(hours=2)
    assert office.titles() == ["A train leaves"]


async def test_what_was_sent_in_the_future_counts_for_no_limit(office: Office) -> None:
    office.house.channels["out"]["throttle"] = 1
    await office.look()
    office.publish("A train of next year")
    await office.look(days=366)
    await office.look(days=-366)
    office.publish("A train of today")
    await office.look()
    assert office.titles() == ["A train of next year", "A train of today"]


async def test_what_was_not_taken_in_the_future_goes_on(office: Office) -> None:
    async with serve(lambda _: answer(status=503)) as base:
        office.house.hook(f"{base}/hook")
        escalate = {"after": "30m", "to": ["out"]}
        office.house.rules["railway"] |= {"channels": ["hook"], "escalate": escalate}
        await office.look()
        office.publish("A train leaves")
        await office.look(days=366)
        await office.look(days=-366)
        assert office.titles() == []
        await office.look()
    assert office.titles() == ["A train leaves"]


async def test_trouble_with_the_database_leaves_it_put_off(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await office.look()
    async with opened(office.house, office.clock) as app:

        def fail(**_: object) -> None:
            raise StoreError("disk full")

        with monkeypatch.context() as patch:
            patch.setattr(app.store, "read", fail)
            await catch_up(app, office.clock())
        assert "put off is not sent: disk full" in caplog.text
