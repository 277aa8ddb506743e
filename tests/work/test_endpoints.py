"""A channel that dies, from its receiver's last word to what its owners hear, and its return."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monitor import app as assembly
from monitor.app import App
from monitor.config import load_config
from monitor.models import DeliveryStatus
from monitor.store import Store, channels, outbox, overview, stories
from monitor.work.endpoints import look_at_channels
from tests.builders import Clock, article, batch, rule
from tests.servers import Request, answer, serve
from tests.work.house import House

SENT, FAILED = DeliveryStatus.SENT, DeliveryStatus.FAILED


@dataclass
class Desk:
    """A service without its loops: stories are filed, what waits is sent, channels are judged."""

    app: App
    house: House
    clock: Clock
    answers: dict[str, int]
    seen: list[Request]
    filed: int = field(default=0)

    @property
    def store(self) -> Store:
        return self.app.store

    async def story(self) -> None:
        """One more, an hour later: sent, and the channels looked at."""
        self.clock.pass_(hours=1)
        self.filed += 1
        one = article(url=f"https://laostimes.example/{self.filed}", title=f"Train {self.filed}")
        with self.store.write() as tx:
            stories.write(tx, batch(one, rule(channels=("hook",)), now=self.clock()))
        await self.look()

    async def look(self) -> None:
        await self.app.outbox.drain()
        await look_at_channels(self.app, self.clock())
        await self.app.outbox.drain()

    def heard(self) -> list[tuple[str, str]]:
        told = self.house.owners_heard()
        return [(each["type"], each["health"]) for each in told]

    def statuses(self) -> list[str]:
        with self.store.read() as tx:
            every = [one for one in overview.list_deliveries(tx) if one.channel == "hook"]
        return [one.status for one in reversed(every)]

    def retry(self) -> int:
        with self.store.write() as tx:
            return outbox.retry(tx, self.clock(), channel="hook")


@asynccontextmanager
async def desk_of(tmp_path: Path, clock: Clock, **hook: Any) -> AsyncIterator[Desk]:
    answers, seen = {"status": 200}, list[Request]()
    async with serve(lambda _: answer(status=answers["status"]), seen=seen) as base:
        house = House(tmp_path)
        house.hook(f"{base}/hook")
        house.channels["hook"] |= hook
        house.tell_owners()
        house.health["channels"] = ["hook", "owners"]
        house.write()
        app = assembly.build(load_config(house.directory, {}), clock=clock, rng=random.Random(7))
        yield Desk(app, house, clock, answers, seen)
        await app.close()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[Desk]:
    async with desk_of(tmp_path, clock) as desk:
        yield desk


async def test_a_receiver_that_is_gone_is_left_alone_and_its_owners_hear_once(desk: Desk) -> None:
    await desk.story()
    desk.answers["status"] = 410
    await desk.story()
    assert desk.heard() == [("channel.ill", "gone")]
    for _ in range(3):
        await desk.story()
    assert len(desk.seen) == 2, "nothing is sent there any more"
    assert desk.heard() == [("channel.ill", "gone")], "one word, and not on the channel itself"
    assert desk.statuses() == [SENT, FAILED, FAILED, FAILED, FAILED]
    (word,) = desk.house.owners_heard()
    assert word["channel"]["id"] == "hook"
    assert "monitor channel enable hook" in word["detail"]


async def test_it_goes_on_when_it_is_opened_and_what_was_given_up_is_sent(desk: Desk) -> None:
    desk.answers["status"] = 410
    await desk.story()
    await desk.story()
    desk.answers["status"] = 200
    assert desk.retry() == 2
    await desk.look()
    assert desk.statuses() == [FAILED, FAILED], "it is closed still"
    with desk.store.write() as tx:
        assert channels.open_(tx, "hook")
    await desk.look()
    assert len(desk.heard()) == 1, "nothing has been taken yet"
    assert desk.retry() == 2
    desk.clock.pass_(minutes=1)
    await desk.look()
    assert desk.statuses() == [SENT, SENT]
    assert desk.heard() == [("channel.ill", "gone"), ("channel.recovered", "gone")]


async def test_it_goes_on_at_another_address(desk: Desk, tmp_path: Path) -> None:
    desk.answers["status"] = 410
    await desk.story()
    desk.answers["status"] = 200
    desk.house.channels["hook"]["url"] += "/new"
    desk.house.write()
    config = load_config(desk.house.directory, {})
    desk.app = assembly.build(
        config, store=desk.store, fetcher=desk.app.kit.fetcher, clock=desk.clock
    )
    await desk.story()
    assert desk.seen[-1].target == "/hook/new"
    assert desk.statuses() == [FAILED, SENT]
    assert desk.heard() == [("channel.ill", "gone"), ("channel.recovered", "gone")]


async def test_alerts_that_were_given_up_are_told_of(tmp_path: Path, clock: Clock) -> None:
    async with desk_of(tmp_path, clock, url="http://10.0.0.1/hook") as desk:
        await desk.story()
        await desk.story()
        assert desk.heard() == [("channel.ill", "failing")]
        (word,) = desk.house.owners_heard()
    assert "an alert was given up: refused to connect to 10.0.0.1" in word["detail"]


async def test_a_day_in_which_nothing_is_taken_is_told_of(desk: Desk) -> None:
    desk.answers["status"] = 503
    await desk.story()
    desk.clock.pass_(hours=23)
    await desk.look()
    assert desk.heard() == []
    desk.clock.pass_(hours=2)
    await desk.look()
    await desk.look()
    assert desk.heard() == [("channel.ill", "failing")]
    desk.answers["status"] = 200
    desk.clock.pass_(days=1)
    await desk.look()
    assert desk.heard() == [("channel.ill", "failing"), ("channel.recovered", "failing")]
