"""The service in this process: on its schedule, through changes of its files, to its end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import schedule
from monitor.app import utc_now
from monitor.errors import ConfigError
from monitor.outbox import Outbox
from monitor.pipeline import Report, check_source
from monitor.store import retention, sources
from monitor.work import service as module
from monitor.work.service import PAUSE, Service
from tests.mailserver import MailServer
from tests.newsroom import FEED, Site
from tests.servers import Request, hang, serve
from tests.waiting import until
from tests.work.house import House, running

Settle = Callable[..., Any]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


@pytest.fixture
def house(tmp_path: Path, site: Site) -> House:
    house = House(tmp_path)
    house.watch(site)
    return house


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten looks a second: no configuration may ask for so many."""
    soon = timedelta(seconds=0.1)
    monkeypatch.setattr(schedule, "next_poll", lambda now, *_args, **_more: now + soon)
    monkeypatch.setattr(module, "GRACE", 0.2)


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


async def test_a_changed_file_is_taken_up(house: House, site: Site) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        house.rules["railway"]["query"] = "ship"
        house.write()
        await until(lambda: service.app.config.rules[0].query == "ship")
        site.publish("a", "A train leaves")
        site.publish("b", "A ship leaves")
        await until(house.told)
    assert house.told() == ["A ship leaves"]


async def test_a_file_that_is_not_ours_is_left_alone(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with running(house) as (service, reports):
            await until(lambda: reports)
            (house.directory / "notes.txt").write_text("buy milk")
            house.rules["second"] = house.rules["railway"]
            house.write()
            await until(lambda: len(service.app.config.rules) == 2)
    assert caplog.text.count("configuration reloaded") == 1


async def test_sighup_reloads(house: House) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        before = service.app
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: service.app is not before)
        assert service.app.store is before.store
        assert service.app.kit.fetcher is before.kit.fetcher


async def test_a_wrong_configuration_leaves_the_last_good_one_in_force(
    house: House, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        house.rules["railway"]["query"] = "(train"
        house.write()
        await until(lambda: "the one before stays in force" in caplog.text)
        assert "rules.yaml:1: rules.railway.query: " in caplog.text
        assert service.app.config.rules[0].query == "train OR trains"
        site.publish("a", "A train leaves")
        await until(house.told)
        house.rules["railway"]["query"] = "ship"
        house.write()
        await until(lambda: service.app.config.rules[0].query == "ship")


def test_a_service_does_not_start_on_a_wrong_configuration(house: House) -> None:
    house.rules["railway"]["query"] = "(train"
    house.write()
    with pytest.raises(ConfigError):
        Service(house.directory, {})


@pytest.mark.parametrize("how", ["removed", "disabled"])
async def test_a_source_that_is_taken_out_is_not_asked_again(
    house: House, site: Site, how: str
) -> None:
    async with Site(host="127.0.0.2") as other:
        house.watch(other, "other")
        async with running(house) as (service, reports):
            await until(lambda: {report.source for report in reports} == {"laostimes", "other"})
            if how == "removed":
                del house.sources["laostimes"]
            else:
                house.sources["laostimes"]["enabled"] = False
            house.write()
            await until(lambda: list(service._enabled()) == ["other"])
            asked, seen = site.asked(), other.asked()
            await until(lambda: other.asked() >= seen + 2)
            assert site.asked() == asked


async def test_a_job_that_outlived_its_source_does_nothing(house: House, site: Site) -> None:
    house.sources["laostimes"]["enabled"] = False
    async with running(house) as (service, reports):
        await service._check("laostimes")
    assert (site.asked(), reports) == (0, [])


async def test_a_source_that_is_put_in_is_looked_at(house: House) -> None:
    async with Site(host="127.0.0.2") as other, running(house) as (_, reports):
        await until(lambda: reports)
        house.watch(other, "other")
        house.write()
        await until(lambda: "other" in {report.source for report in reports})


async def test_other_fetch_settings_take_effect_and_looks_in_hand_go_on(
    house: House, site: Site
) -> None:
    asked = asyncio.Event()

    def silent(_: Request) -> AsyncIterator[bytes]:
        asked.set()
        return hang()

    site.answers[FEED] = silent
    async with running(house) as (service, reports):
        await asked.wait()
        old = service.app.kit.fetcher
        house.fetch["timeout"] = "5s"
        house.write()
        await until(lambda: service.app.kit.fetcher is not old)
        assert reports == [], "it still waits"
    assert old._client.is_closed
    assert service.app.kit.fetcher._client.is_closed


async def test_another_database_waits_for_the_next_start(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        store = service.app.store
        house.store = "sqlite:///other.db"
        house.write()
        await until(lambda: "takes effect at the next start" in caplog.text)
        assert service.app.store is store
    assert not (house.home / "other.db").exists()


async def test_alerts_reach_a_channel_that_was_put_in_later(house: House, site: Site) -> None:
    async with MailServer() as mails, running(house) as (service, reports):
        await until(lambda: reports)
        house.mail(mails.port)
        house.rules["railway"]["channels"] = ["mail"]
        house.write()
        await until(lambda: "mail" in service.app.config.channels)
        site.publish("a", "A train leaves")
        await until(lambda: mails.mails)


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
        await until(lambda: caplog.text.count("laostimes: database") >= 2)
        count = len(reports)
        rename(service, "away", "sources")
        await until(lambda: len(reports) > count)


@pytest.mark.usefixtures("brief")
async def test_a_database_in_trouble_at_a_reload_stops_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        rename(service, "links", "away")
        await service.reload()
        assert "no such table: links" in caplog.text
        rename(service, "away", "links")
        count = len(reports)
        await until(lambda: len(reports) > count)


@pytest.mark.usefixtures("brief")
async def test_a_source_in_other_hands_is_tried_again(house: House) -> None:
    house.write()
    service = Service(house.directory, {})
    with service.app.store.write() as tx:
        sources.register(tx, "laostimes", house.sources["laostimes"]["url"])
        sources.claim(tx, "laostimes", utc_now(), 60 * PAUSE)
    await service.app.close()
    async with running(house) as (service, reports):
        await until(lambda: [report.outcome for report in reports][:2] == ["busy"] * 2)
        with service.app.store.write() as tx:
            sources.release(tx, "laostimes")
        await until(lambda: reports[-1].outcome == "looked")


async def test_a_fault_of_our_own_leaves_the_source_its_interval(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = check_source
    faults = iter([LookupError("what?")])

    async def choke(*args: Any) -> Report:
        for fault in faults:
            raise fault
        return await whole(*args)

    monkeypatch.setattr(module, "check_source", choke)
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
