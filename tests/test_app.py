"""The parts, put together as the configuration says."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from monitor import __version__, app
from monitor.config import Config, load_config
from monitor.errors import FetchError, StoreError
from monitor.store import revision, sources
from monitor.store.sources import Watched
from tests.builders import Clock
from tests.newsroom import FEED, Site
from tests.work.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.write()
    return house


def load(house: House) -> Config:
    house.write()
    return load_config(house.directory, {})


async def test_what_is_built_is_what_is_configured(house: House, clock: Clock) -> None:
    house.fetch |= {"contact": "desk@embassy.example", "allow": ["127.0.0.1"], "per_run": 7}
    async with Site() as site, Site(host="127.0.0.2") as other:
        built = app.build(load(house), clock=clock)
        await built.kit.fetcher.get(site.base + FEED)
        with pytest.raises(FetchError, match=r"127\.0\.0\.2: not a public address"):
            await built.kit.fetcher.get(other.base + FEED)
        await built.close()
    agent = site.seen[0].headers["user-agent"]
    assert agent == f"ChinaLaosMonitor/{__version__} (+desk@embassy.example)"
    assert [one.id for one in built.kit.held.rules] == ["railway"]
    assert built.kit.held.topic is None
    assert built.kit.settings.fetch.per_run == 7
    assert (built.kit.clock, built.outbox.clock) == (clock, clock)
    assert (built.outbox.console, built.outbox.home) == (sys.stdout, house.home)
    assert built.outbox.channels.keys() == {"out"}


async def test_parts_that_are_given_are_used(house: House) -> None:
    first = app.build(load(house))
    screen = io.StringIO()
    second = app.build(load(house), store=first.store, fetcher=first.kit.fetcher, console=screen)
    assert second.store is first.store
    assert second.kit.fetcher is second.outbox.http is first.kit.fetcher
    assert second.outbox.console is screen
    await first.close()


def test_without_a_contact_the_program_still_says_what_it_is() -> None:
    assert app.user_agent(None) == f"ChinaLaosMonitor/{__version__}"


def test_a_store_is_opened_at_today_s_schema_and_closed(house: House, clock: Clock) -> None:
    config = load(house)
    with app.opened(config.settings.store, config.home) as store, store.write() as tx:
        sources.register(tx, {"a": Watched("https://a.example/")})
    with app.database(config.settings.store, config.home) as engine:
        assert revision(engine) is not None
    store = app.open_store(config.settings.store, config.home, clock=clock)
    with store.read() as tx:
        assert list(sources.states(tx)) == ["a"]
    store.close()


def test_a_store_that_is_none_of_ours_is_refused(house: House) -> None:
    config = load(house)
    with app.database(config.settings.store, config.home) as engine, engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(StoreError, match="something else"):
        app.open_store(config.settings.store, config.home)


def test_the_clock_tells_utc() -> None:
    assert app.utc_now().utcoffset() is not None
    assert str(app.utc_now().tzinfo) == "UTC"


def test_what_ships_is_found_in_a_checkout() -> None:
    assert (app.starter() / "monitor.yaml").is_file()
    assert app.shipped("site", "samples/site").is_dir()
