"""kill -9 at every step: nothing is lost, and a repeat comes only in the last window."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import app as assembly
from monitor.config import load_config
from monitor.work.once import run_once
from tests.faults.victim import STEPS
from tests.mailserver import MailServer
from tests.newsroom import FEED, Site
from tests.servers import Request, answer, serve
from tests.work.house import House

ROOT = Path(__file__).parents[2]
LEASES_OVER = timedelta(minutes=15)


class Scene:
    """A site, a monitor's folder, and receivers who note what they accept."""

    def __init__(self, site: Site, house: House, mails: MailServer, calls: list[Request]) -> None:
        self.site, self.house, self.mails, self.calls = site, house, mails, calls

    def tell(self, *channels: str) -> None:
        self.house.rules["railway"]["channels"] = list(channels)
        self.house.write()

    async def spawn(self, step: str = "") -> Process:
        command = [sys.executable, "-m", "tests.faults.victim", str(self.house.directory)]
        return await asyncio.create_subprocess_exec(*command, *([step] if step else []), cwd=ROOT)

    async def restart(self) -> None:
        """A pass by a monitor that starts when every lease has run out."""
        later = lambda: datetime.now(UTC) + LEASES_OVER  # noqa: E731
        config = load_config(self.house.directory, {})
        app = assembly.build(config, clock=later, rng=random.Random(7))
        await run_once(app, app.config.sources)
        await app.close()

    def received(self) -> dict[str, list[str]]:
        """The ids under which alerts arrived, by channel."""
        return {
            "mail": [
                mail.message["Message-ID"].strip("<>").split("@")[0] for mail in self.mails.mails
            ],
            "hook": [call.headers["webhook-id"] for call in self.calls],
        }


@asynccontextmanager
async def scene_of(tmp_path: Path, answers: Any = lambda _: answer()) -> AsyncIterator[Scene]:
    calls: list[Request] = []
    async with Site() as site, MailServer() as mails, serve(answers, seen=calls) as base:
        house = House(tmp_path)
        house.watch(site)
        house.mail(mails.port)
        house.hook(base)
        scene = Scene(site, house, mails, calls)
        scene.tell("mail", "hook")
        site.publish("old", "An old train story")
        first = assembly.build(load_config(house.directory, {}))
        await run_once(first, first.config.sources)
        await first.close()
        site.publish("new", "A new train leaves")
        yield scene


@pytest.mark.parametrize("step", [s for s in list(STEPS)[:8] if s != "bundle joined"])
async def test_before_anything_is_sent_it_arrives_once(tmp_path: Path, step: str) -> None:
    async with scene_of(tmp_path) as scene:
        victim = await scene.spawn(step)
        assert await victim.wait() == -signal.SIGKILL
        assert scene.received() == {"mail": [], "hook": []}
        await scene.restart()
        received = scene.received()
        assert [len(ids) for ids in received.values()] == [1, 1]
        await scene.restart()
        assert scene.received() == received
        assert scene.house.in_hand() == []


@pytest.mark.parametrize("channel", ["mail", "hook"])
@pytest.mark.parametrize(("step", "times"), [("receiver accepted", 2), ("acceptance recorded", 1)])
async def test_a_repeat_bears_the_same_id_and_comes_only_where_it_must(
    tmp_path: Path, step: str, times: int, channel: str
) -> None:
    async with scene_of(tmp_path) as scene:
        scene.tell(channel)
        victim = await scene.spawn(step)
        assert await victim.wait() == -signal.SIGKILL
        assert len(scene.received()[channel]) == 1
        await scene.restart()
        ids = scene.received()[channel]
        assert (len(ids), len(set(ids))) == (times, 1)
        if channel == "mail":
            assert len({mail.raw for mail in scene.mails.mails}) == 1, "the same mail"


async def test_a_receiver_whose_answer_nobody_hears_gets_it_again(tmp_path: Path) -> None:
    victims: list[Process] = []

    def kill(_: Request) -> bytes:
        if victims:
            os.kill(victims.pop().pid, signal.SIGKILL)
        return answer()

    async with scene_of(tmp_path, kill) as scene:
        scene.tell("hook")
        victims.append(victim := await scene.spawn())
        assert await victim.wait() == -signal.SIGKILL
        await scene.restart()
        first, second = scene.calls
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.body == second.body


async def test_two_processes_on_one_database_do_no_work_twice(tmp_path: Path) -> None:
    """Both begin on no database at all, and on the same source."""
    calls: list[Request] = []
    async with Site() as site, serve(lambda _: answer(), seen=calls) as base:
        house = House(tmp_path)
        house.watch(site)
        house.hook(base)
        house.rules["railway"]["channels"] = ["hook"]
        house.write()
        scene = Scene(site, house, MailServer(), calls)
        for number in range(4):
            site.publish(f"{number}", f"Train number {number} leaves")
        for _ in range(2):
            both = [await scene.spawn() for _ in range(2)]
            assert [await process.wait() for process in both] == [0, 0]
            site.publish("new", "A new train leaves")
        ids = scene.received()["hook"]
        assert len(ids) == len(set(ids)) == 1
        assert [site.asked(f"/{number}") for number in range(4)] == [1] * 4
        assert site.asked(FEED) <= 4
        assert house.in_hand() == []
