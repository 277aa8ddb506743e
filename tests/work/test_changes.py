"""The service takes up what changes while it runs: its files, and what other processes wrote."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from monitor.apart.pool import Pool
from monitor.errors import ConfigError
from monitor.models import SourceState
from monitor.store import sources
from monitor.store.sources import Watched
from monitor.work import service as module
from monitor.work.service import Service
from tests.mailserver import MailServer
from tests.newsroom import FEED, PARAGRAPHS, Site
from tests.servers import Request, answer, hang
from tests.waiting import until
from tests.work.house import House, running


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
        refused = service.app.refused
        assert refused is not None
        assert "rules.railway.query" in refused, "the status page shows it"
        site.publish("a", "A train leaves")
        await until(house.told)
        house.rules["railway"]["query"] = "ship"
        house.write()
        await until(lambda: service.app.config.rules[0].query == "ship")
        assert service.app.refused is None


@pytest.mark.parametrize(
    ("ours", "said"), [(False, "allowed: title"), (True, "LookupError: what?")]
)
async def test_no_configuration_stops_a_service(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch, ours: bool, said: str
) -> None:
    def choke(*_: object, **__: object) -> None:
        raise LookupError("what?")

    async with running(house) as (service, reports):
        await until(lambda: reports)
        if ours:
            monkeypatch.setattr("monitor.app.build", choke)
        house.watch(site, **({"max_age": "2d"} if ours else {"prefilter": "no"}))
        house.write()
        await until(lambda: service.app.refused)
        assert said in str(service.app.refused)
        site.publish("a", "A train leaves")
        await until(house.told)


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
            await until(lambda: "laostimes" not in service._in_hand)  # what had begun ends
            asked, seen = site.asked(), other.asked()
            await until(lambda: other.asked() >= seen + 2)
            assert site.asked() == asked


async def test_a_source_claimed_after_it_was_taken_out_is_put_back(
    house: House, site: Site
) -> None:
    """Another process, with the file as it was, still watches it."""
    house.sources["laostimes"]["enabled"] = False
    async with running(house) as (service, reports):
        with service.app.store.write() as tx:
            sources.watch(tx, {"laostimes": Watched(house.sources["laostimes"]["url"])})
        service._due.set()
        await until(lambda: service._places.taken == 0 and not service._due.is_set())
    assert (site.asked(), reports, house.in_hand()) == (0, [], [])


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
    with pytest.raises(RuntimeError, match="closed"):
        await old.get(site.base + FEED)


async def test_a_way_out_that_is_replaced_is_closed_when_its_last_look_ends(
    house: House, site: Site
) -> None:
    """Until then it takes turns with the new one: one request at a time to a host."""
    hold, now, most = asyncio.Event(), 0, 0

    async def slow(_: Request) -> AsyncIterator[bytes]:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await hold.wait()
        now -= 1
        yield answer(site.feed())

    site.answers |= {FEED: slow, f"{FEED}?again": slow}
    async with running(house) as (service, reports):
        await until(lambda: now)
        old = service.app.kit.fetcher
        house.fetch["contact"] = "desk@monitor.example"
        house.watch(site, "second", url=f"{site.base}{FEED}?again")
        house.write()
        await until(lambda: service.app.kit.fetcher is not old and "second" in service._in_hand)
        assert service._retired == [old]
        hold.set()
        await until(lambda: {report.source for report in reports} == {"laostimes", "second"})
        await until(lambda: not service._retired)
        with pytest.raises(RuntimeError, match="closed"):
            await old.get(site.base + FEED)
    assert most == 1


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


async def test_another_status_page_waits_for_the_next_start(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(house) as (_, reports):
        await until(lambda: reports)
        house.web = {"listen": "127.0.0.1:8420"}
        house.write()
        await until(lambda: "web.listen has changed" in caplog.text)


async def test_another_number_of_workers_waits_for_the_next_start(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        parser = service.app.parser
        house.parse = {"workers": 3}
        house.write()
        await until(lambda: "parse.workers has changed" in caplog.text)
        await until(lambda: service.app.config.settings.parse.workers == 3)
        assert service.app.parser is parser


async def test_a_changed_profile_is_taken_up_by_processes_that_run(
    house: House, site: Site
) -> None:
    house.parse = {"workers": 1}
    house.profile("elsewhere.example")
    async with running(house) as (service, reports):
        await until(lambda: reports)
        site.publish("a", "A train leaves")
        await until(lambda: house.told() == ["A train leaves"])
        assert isinstance(service.app.parser, Pool)
        pids = service.app.parser.pids
        house.profile("127.0.0.1", title="p:nth-of-type(2)")
        await until(lambda: "127.0.0.1" in service.app.config.profiles)
        site.publish("b", "A bus leaves", ("A ship, no train, leaves", *PARAGRAPHS))
        await until(lambda: house.told() == ["A train leaves", "A ship, no train, leaves"])
        assert service.app.parser.pids == pids


async def test_what_waits_for_a_channel_taken_out_is_named(
    house: House, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    house.mail(1)  # nothing listens there
    house.rules["railway"]["channels"] = ["mail"]
    async with running(house) as (_, reports):
        await until(lambda: reports)
        site.publish("a", "A train leaves")
        await until(lambda: "mail: alert msg_" in caplog.text)
        del house.channels["mail"]
        house.rules["railway"]["channels"] = ["out"]
        house.write()
        await until(lambda: "1 alerts wait for channel mail" in caplog.text)


async def test_it_sees_what_another_process_did(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`monitor once` brought a source forward that the service had put off."""
    monkeypatch.setattr(module, "SYNC_EVERY", timedelta(seconds=1))
    house.fetch["interval"] = "1h"
    async with running(house) as (service, reports):
        await until(lambda: reports)
        with service.app.store.write() as tx:
            sources.record(tx, [SourceState("laostimes")], keep_until={})
        await until(lambda: len(reports) > 1)


async def test_a_recovery_is_said(
    house: House, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site.answers[FEED] = b"nonsense"
    site.publish("a", "A train leaves")
    async with running(house) as (_, reports):
        await until(lambda: reports)
        del site.answers[FEED]
        await until(lambda: "laostimes: answers again" in caplog.text)
        await until(lambda: "a baseline, nobody is alerted" in caplog.text)


async def test_alerts_reach_a_channel_that_was_put_in_later(house: House, site: Site) -> None:
    async with MailServer() as mails, running(house) as (service, reports):
        await until(lambda: reports)
        house.mail(mails.port)
        house.rules["railway"]["channels"] = ["mail"]
        house.write()
        await until(lambda: "mail" in service.app.config.channels)
        site.publish("a", "A train leaves")
        await until(lambda: mails.mails)
