"""kill -9 at every step, at any of its turns, once or several times in a row; then a restart."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import app as assembly
from monitor.config import load_config
from monitor.models import DeliveryStatus
from monitor.store import overview
from monitor.work.once import run_once
from tests.faults.ledger import Arrived, Verdict, judge
from tests.faults.nursery import Nest, nursery
from tests.mailserver import MailServer
from tests.newsroom import Site
from tests.servers import Request, answer, serve
from tests.work.house import House

LEASES_OVER = timedelta(minutes=15)
STORIES = 3
ENOUGH = 12  # passes in which a restarted monitor is done with everything


@dataclass
class Stage:
    """A site, its receivers, and a monitor's folder after the first look."""

    site: Site
    nest: Nest
    mails: MailServer
    calls: list[Request]
    template: Path
    folder: Path
    number: int = 0
    titles: list[str] = field(default_factory=list)
    settled: dict[str, int] = field(default_factory=dict)  # recorded as sent -> how often it was
    on_call: Callable[[], None] = lambda: None

    def answer(self, _request: Request) -> bytes:
        self.on_call()
        return answer()

    def fresh(self) -> House:
        """A monitor's folder as it was after the first look, and new stories on the site."""
        self.number += 1
        self.calls.clear()
        self.mails.mails.clear()
        self.settled.clear()
        home = self.folder / f"{self.number}"
        shutil.copytree(self.template, home)
        self.titles = [f"Train {self.number}-{n} leaves" for n in range(STORIES)]
        for title in self.titles:
            self.site.publish(title.replace(" ", "-").lower(), title)
        return House(home)

    def settle(self, house: House) -> None:
        """A process died. What it had written down must not be sent any more."""
        with closing(sqlite3.connect(house.home / "monitor.db")) as database:
            rows = database.execute("SELECT id FROM deliveries WHERE status = 'sent'").fetchall()
        times = Counter(delivery for one in self.arrived() for delivery, _ in one.told)
        for (delivery,) in rows:
            self.settled.setdefault(delivery, times[delivery])

    def verdict(self) -> Verdict:
        arrived = self.arrived()
        verdict = judge(arrived, self.titles)
        times = Counter(delivery for one in arrived for delivery, _ in one.told)
        verdict.recorded = sum(times[one] > before for one, before in self.settled.items())
        return verdict

    def arrived(self) -> list[Arrived]:
        mail, hook, desk = Arrived(), Arrived(), Arrived()
        mail.mails(self.mails.mails, self.titles)
        for call in self.calls:
            (hook if call.target == "/hook" else desk).hook(call)
        return [mail, hook, desk]

    def clear(self, house: House) -> None:
        for title in self.titles:
            del self.site.titles[title.replace(" ", "-").lower()]
        shutil.rmtree(house.home)


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    calls: list[Request] = []
    staged: list[Stage] = []
    async with (
        Site() as site,
        MailServer() as mails,
        serve(lambda request: staged[0].answer(request), seen=calls) as base,
        nursery() as nest,
    ):
        house = House(folder / "template")
        house.home.mkdir()
        house.watch(site)
        house.mail(mails.port)
        house.hook(base + "/hook")
        house.channels["desk"] = house.channels["hook"] | {"url": base + "/desk"}
        house.rules["railway"]["channels"] = ["mail", "hook"]
        house.rules["gathered"] = {"query": "train", "channels": ["desk"], "group": "5m"}
        house.write()
        site.publish("old", "An old train story")
        await a_pass(house)
        staged.append(Stage(site, nest, mails, calls, house.home, folder))
        yield staged[0]


async def a_pass(house: House, ahead: timedelta = timedelta()) -> bool:
    """One pass by a monitor whose clock is ``ahead``; whether everything was sent."""
    config = load_config(house.directory, {})
    clock = lambda: datetime.now(UTC) + ahead  # noqa: E731
    app = assembly.build(config, clock=clock, rng=random.Random(7))
    await run_once(app, app.config.sources, early=True)
    with app.store.read() as tx:
        left = {one.status for one in overview.list_deliveries(tx)} - {DeliveryStatus.SENT}
    await app.close()
    return not left


async def recover(house: House, ahead: timedelta) -> None:
    """Passes, each when the leases and waits of the last one are over, until all is sent."""
    for _ in range(ENOUGH):
        ahead += LEASES_OVER
        if await a_pass(house, ahead):
            return


async def kill(at: Stage, step: str, dice: random.Random) -> tuple[bool, Verdict]:
    """Kill a monitor at ``step``, and let it recover; whether it came so far, and what became of
    the alerts."""
    house, ahead, died = at.fresh(), timedelta(), False
    if dice.random() < 0.5:  # at what a restart finds: things half done, and bundles that are due
        await at.nest.end_of(await at.nest.begin(house.directory, "story stored", 1))
    for _ in range(dice.choice((1, 1, 2, 3))):
        turn = dice.randint(1, 3)
        pid = await at.nest.begin(house.directory, step, turn, ahead.total_seconds())
        died |= await at.nest.end_of(pid) == -signal.SIGKILL
        at.settle(house)
        ahead += LEASES_OVER
    await recover(house, ahead)
    verdict = at.verdict()
    at.clear(house)
    return died, verdict


async def kills(step: str, runs: int, dice: random.Random, folder: Path) -> Verdict:
    """``runs`` deaths at ``step``."""
    whole = Verdict()
    async with stage(folder) as at:
        while whole.runs < runs:
            died, verdict = await kill(at, step, dice)
            verdict.runs = int(died)
            whole.add(verdict)
    return whole


async def together(runs: int, dice: random.Random, folder: Path) -> Verdict:
    """Two processes on one database."""
    whole = Verdict()
    async with stage(folder) as at:
        for _ in range(runs):
            house = at.fresh()
            both = [await at.nest.begin(house.directory) for _ in range(dice.choice((2, 2, 3)))]
            for pid in both:
                assert await at.nest.end_of(pid) == 0
            await recover(house, timedelta())
            whole.add(at.verdict())
            at.clear(house)
    return whole
