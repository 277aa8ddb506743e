"""The service as a process of its own, and the signals it gets."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from pathlib import Path

import pytest

from tests.newsroom import FEED, Site
from tests.servers import Request, hang, serve
from tests.waiting import until
from tests.work.house import House

LONGEST_END = 10.0  # seconds that SIGTERM may take


async def start(house: House) -> Process:
    house.write()
    command = [sys.executable, "-m", "monitor", "--config", str(house.directory), "run"]
    return await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def end(process: Process, number: signal.Signals = signal.SIGTERM) -> str:
    """What the process said on its way to exit status 0."""
    process.send_signal(number)
    async with asyncio.timeout(LONGEST_END):
        _, said = await process.communicate()
    assert process.returncode == 0
    return said.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_well(tmp_path: Path, number: signal.Signals) -> None:
    house = House(tmp_path, parse={})
    async with Site() as site:
        house.watch(site)
        site.publish("old", "An old story")
        process = await start(house)
        await until(lambda: site.asked(FEED) >= 2)
        site.publish("a", "A train leaves")
        await until(lambda: house.told() == ["A train leaves"])
        workers = children(process.pid)
        assert workers, "a page was read"
        said = await end(process, number)
    assert "Traceback" not in said
    assert house.in_hand() == []
    await until(lambda: not any(map(alive, workers)), "for the workers to end")


async def test_what_hangs_is_put_back_within_ten_seconds(tmp_path: Path) -> None:
    house = House(tmp_path)
    calls: list[Request] = []
    async with (
        Site() as site,
        Site(host="127.0.0.2") as slow,
        serve(lambda _: hang(), seen=calls) as base,
    ):
        slow.answers[FEED] = lambda _: hang()
        house.watch(slow, "slow")
        house.watch(site)
        house.hook(base)
        house.rules["railway"]["channels"] = ["hook"]
        process = await start(house)
        await until(lambda: site.asked(FEED) >= 1)
        site.publish("a", "A train leaves")
        await until(lambda: len(house.in_hand()) >= 2 and calls)
        said = await end(process)
    assert house.in_hand() == []
    assert "Traceback" not in said


async def test_a_changed_rule_and_sighup(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with Site() as site:
        house.watch(site)
        process = await start(house)
        await until(lambda: house.told() == [] and site.asked(FEED) >= 1)
        house.rules["railway"]["query"] = "(ship"
        house.write()
        process.send_signal(signal.SIGHUP)
        await until(lambda: site.asked(FEED) >= 2)
        site.publish("a", "A train leaves")
        await until(lambda: house.told() == ["A train leaves"], "under the last good rules")
        house.rules["railway"]["query"] = "ship"
        house.write()
        process.send_signal(signal.SIGHUP)
        asked = site.asked(FEED)
        await until(lambda: site.asked(FEED) >= asked + 2)
        site.publish("b", "A ship leaves")
        await until(lambda: "A ship leaves" in house.told())
        said = await end(process)
    assert "the one before stays in force" in said
    assert "rules.railway.query" in said
