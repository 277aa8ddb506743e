"""The service in this process: on its schedule, through changes of its files, to its end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from monitor.app import App, utc_now
from monitor.discover import Source
from monitor.models import SourceState
from monitor.outbox import Outbox
from monitor.pipeline import check
from monitor.pipeline.kit import Kit, Report
from monitor.store import retention, sources
from monitor.store.sources import Watched
from monitor.work import service as module
from monitor.work.service import PAUSE, Service
from tests.builders import Clock
from tests.mailserver import MailServer
from tests.newsroom import FEED, Site
from tests.servers import hang, serve
from tests.waiting import until
from tests.work.house import House, running

Settle = Callable[..., Any]


async def test_it_looks_again_and_again_and_tells_what_is_new(house: House, site: Site) -> None:
    site.publish("old", "An old train story")
    async with MailServer() as mails:
        house.mail(mails.port)
        house.rules["railway"]["channels"] = ["out", "mail"]
        async with running(house) as (_, reports):
            await until(lambda: reports)
            site.publish("new", "A new train leaves")
            await until(lambda: mails.mails and house.told())
    assert house.told() == ["A new train leaves"]
    assert [mail.message["Subject"] for mail in mails.mails] == ["[railway] A new train leaves"]
    assert house.in_hand() == []


async def test_a_look_that_failed_is_not_the_last(house: House, site: Site) -> None:
    site.answers[FEED] = b"nonsense"
    async with running(house) as (_, reports):
        await until(lambda: [report.outcome for report in reports] == ["failed"])
        del site.answers[FEED]
        await until(lambda: reports[-1].outcome == "looked")


# --- hosts -------------------------------------------------------------------------------------


async def test_a_host_that_hangs_holds_up_no_other(house: House) -> None:
    house.fetch |= {"concurrency": 4, "timeout": "20s"}
    async with serve(lambda _: hang(), host="127.0.0.2") as bad:
        for number in range(6):
            house.sources[f"bad{number}"] = {"kind": "feed", "url": f"{bad}/{number}"}
        async with running(house) as (service, reports):
            await until(lambda: len(reports) >= 4)
            assert {report.source for report in reports} == {"laostimes"}
            await until(lambda: len(service._in_hand - {"laostimes"}) == 6)
            assert service._places.taken <= 2
    assert house.in_hand() == [], "those in line are put back, too"


class Hands:
    """Who is looked at, and who is twice at once; looks last until ``let_go``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: Counter[str] = Counter()
        self.twice: set[str] = set()
        self.let_go = asyncio.Event()
        monkeypatch.setattr(module, "check", self.check)

    async def check(self, source: Source, state: SourceState, kit: Kit) -> Report:
        self.now[source.id] += 1
        if self.now[source.id] > 1:
            self.twice.add(source.id)
        await self.let_go.wait()
        self.now[source.id] -= 1
        return await check(source, state, kit)


async def test_a_source_in_hand_is_not_taken_again_when_its_lease_runs_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", timedelta(0))
    hands = Hands(monkeypatch)
    async with running(house) as (service, reports):
        await until(lambda: hands.now["laostimes"])
        await until(lambda: service._in_hand and not service._due.is_set())
        for _ in range(3):
            service._due.set()
            await until(lambda: not service._due.is_set())
        hands.let_go.set()
        await until(lambda: len(reports) >= 2)
    assert hands.twice == set()


async def test_leases_are_renewed_for_as_long_as_it_takes(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In line for a host that hangs, too: `monitor once` beside the service leaves them alone."""
    monkeypatch.setattr(module, "RENEW_EVERY", PAUSE / 300)
    house.fetch["concurrency"] = 8
    house.watch(site, "second", url=f"{site.base}{FEED}?again")
    hands = Hands(monkeypatch)
    async with running(house) as (service, _):
        await until(lambda: len(service._in_hand) == 2)

        def leases() -> list[str]:
            with service.app.store.read() as tx:
                return list(tx.exec_driver_sql("SELECT lease_until FROM sources").scalars())

        before = leases()
        await until(lambda: min(leases()) > max(before))
        hands.let_go.set()


# --- trouble -----------------------------------------------------------------------------------


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", PAUSE / 600)


def rename(service: Service, table: str, to: str) -> None:
    with service.app.store.write() as tx:
        tx.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")


@pytest.mark.usefixtures("brief")
async def test_a_database_in_trouble_is_tried_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        rename(service, "sources", "away")
        await until(lambda: caplog.text.count("no source can be claimed: database") >= 2)
        count = len(reports)
        rename(service, "away", "sources")
        await until(lambda: len(reports) > count)


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("table", ["sources", "deliveries"])
async def test_a_database_in_trouble_at_a_reload_stops_nothing(
    table: str, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        rename(service, table, "away")
        await service.reload()
        assert f"no such table: {table}" in caplog.text
        rename(service, "away", table)
        count = len(reports)
        await until(lambda: len(reports) > count)


async def test_after_a_sleep_what_was_due_is_sent_before_it_goes_on_to_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[App] = []

    async def escalate(app: App) -> int:
        went.append(app)
        return 0

    monkeypatch.setattr(module, "escalate", escalate)
    house.write()
    clock = Clock()
    service = Service(house.directory, {}, clock=clock)
    for minutes, times in ((0, 1), (1, 2), (120, 2), (1, 3)):
        clock.pass_(minutes=minutes)
        await service._sync()
        assert len(went) == times
    await service.app.close()


async def test_a_source_in_other_hands_is_taken_up_when_it_is_put_back(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SYNC_EVERY", PAUSE / 60)
    house.write()
    service = Service(house.directory, {})
    with service.app.store.write() as tx:
        sources.register(tx, {"laostimes": Watched(house.sources["laostimes"]["url"])})
        sources.claim(tx, utc_now(), 60 * PAUSE, among=["laostimes"])
    await service.app.close()
    async with Site(host="127.0.0.2") as other:
        house.watch(other, "other")
        async with running(house) as (service, reports):
            await until(lambda: len(reports) > 1)
            assert {report.source for report in reports} == {"other"}
            with service.app.store.write() as tx:
                sources.release(tx, "laostimes")
            await until(lambda: "laostimes" in {report.source for report in reports})


async def test_a_fault_of_our_own_leaves_the_source_its_interval(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = check
    faults = iter([LookupError("what?")])

    async def choke(*args: Any) -> Report:
        for fault in faults:
            raise fault
        return await whole(*args)

    monkeypatch.setattr(module, "check", choke)
    async with running(house) as (_, reports):
        await until(lambda: reports)
    assert "laostimes: the monitor broke on it: LookupError: what?" in caplog.text


async def test_better_down_than_deaf(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def die(_: Outbox) -> None:
        raise LookupError("what?")

    monkeypatch.setattr(Outbox, "serve", die)
    house.write()
    with pytest.raises(LookupError):
        await Service(house.directory, {}).run()


async def test_old_stories_are_pruned_in_portions(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    portions = iter([1_000, 3, 0])
    asked: list[dict[str, Any]] = []

    def prune(*_: object, **settings: Any) -> int:
        asked.append(settings)
        return next(portions)

    house.write()
    service = Service(house.directory, {})
    with monkeypatch.context() as patch:
        patch.setattr(retention, "prune", prune)
        await service._prune()
    kept = service.app.config.settings.retention
    assert asked == [{"keep": kept.stories, "keep_off_topic": kept.off_topic}] * 3
    rename(service, "stories", "away")
    await service._prune()
    assert "old stories not pruned: database" in caplog.text
    await service.app.close()


async def test_what_is_past_its_time_is_let_go_soon_after_the_start(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta() < module.PRUNE_SOON < timedelta(minutes=10)
    asked: list[object] = []
    monkeypatch.setattr(retention, "prune", lambda *_, **keep: asked.append(keep))
    monkeypatch.setattr(module, "PRUNE_SOON", timedelta())
    async with running(house):
        await until(lambda: asked)


# --- the end -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it(house: House, number: signal.Signals) -> None:
    house.write()
    reports: list[Report] = []
    service = Service(house.directory, {}, checked=reports.append)
    task = asyncio.create_task(service.run())
    await until(lambda: reports)
    os.kill(os.getpid(), number)
    await asyncio.wait_for(task, 10)


async def test_what_hangs_at_the_end_is_put_back(
    house: House, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Site(host="127.0.0.2") as slow, serve(lambda _: hang()) as base:
        slow.answers[FEED] = lambda _: hang()
        house.watch(slow, "slow")
        house.hook(base)
        house.rules["railway"]["channels"] = ["hook"]
        async with running(house) as (_, reports):
            await until(lambda: reports)
            site.publish("a", "A train leaves")
            await until(lambda: len(house.in_hand()) == 2, "for a look and a delivery in hand")
    assert house.in_hand() == []
    assert "slow: put back" in caplog.text
    assert "Traceback" not in caplog.text


async def test_what_is_nearly_done_at_the_end_is_finished(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE", 20)
    hold = asyncio.Event()
    async with MailServer(hold=hold) as mails:
        house.mail(mails.port)
        house.rules["railway"]["channels"] = ["mail"]
        async with Site(host="127.0.0.3") as site:
            house.watch(site)
            async with running(house) as (service, reports):
                await until(lambda: reports)
                site.publish("a", "A train leaves")
                await mails.arrived.wait()
                service.stop()
                hold.set()
    assert len(mails.mails) == 1
    assert house.in_hand() == []
