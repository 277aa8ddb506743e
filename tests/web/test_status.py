"""The status page: what it says, and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from monitor import app as house
from monitor.config import load_config
from monitor.discover import FeedSource
from monitor.errors import MonitorError
from monitor.models import Health, SourceState
from monitor.store import sources
from monitor.store.sources import Watched
from monitor.web import served

FILES = {
    "monitor.yaml": "web: {listen: '127.0.0.1:0'}\nchannels: {here: {kind: console}}\n",
    "sources.yaml": "sources: {feed: {kind: feed, url: 'https://news.example/feed'}}\n",
    "rules.yaml": "rules: {laos: {query: Laos, channels: [here]}}\n",
}


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[house.App]:
    config = tmp_path / "config"
    config.mkdir()
    for name, text in FILES.items():
        (config / name).write_text(text)
    built = house.build(load_config(config, {}))
    yield built
    await built.close()


async def test_status_names_what_fails(app: house.App) -> None:
    now = house.utc_now()
    assert isinstance(app.config.sources[0], FeedSource)
    with app.store.write() as tx:
        sources.register(tx, {"feed": Watched("https://news.example/feed")})
        failing = SourceState("feed", checked_at=now, failures=1, error="HTTP 500")
        ill = replace(failing, health=Health.FAILING)
        sources.record(tx, [ill], keep_until={})
    async with served(lambda: app, "127.0.0.1:0") as base, httpx.AsyncClient() as client:
        status = (await client.get(f"{base}/status")).json()
        health = await client.get(f"{base}/healthz")
    assert status["sources"] == {
        "enabled": 1,
        "failing": {"feed": "HTTP 500"},
        "ill": {"feed": "failing"},
        "last_look": now.isoformat(),
    }
    assert status["rules"] == 1
    assert (health.status_code, health.json()) == (200, {"ok": True})


async def test_unhealthy_without_a_database(app: house.App) -> None:
    with app.store.write() as tx:
        tx.exec_driver_sql("DROP TABLE sources")
    async with served(lambda: app, "127.0.0.1:0") as base, httpx.AsyncClient() as client:
        health = await client.get(f"{base}/healthz")
    assert health.status_code == 503
    assert "sources" in health.json()["error"]


async def test_other_names_and_other_methods_are_refused(app: house.App) -> None:
    async with served(lambda: app, "127.0.0.1:0") as base, httpx.AsyncClient() as client:
        foreign = await client.get(f"{base}/status", headers={"Host": "evil.example"})
        changed = await client.post(f"{base}/status")
        local = await client.get(f"{base}/healthz", headers={"Host": "localhost:8420"})
    assert (foreign.status_code, changed.status_code, local.status_code) == (421, 405, 200)


async def test_a_port_that_is_taken_is_named(app: house.App) -> None:
    async with served(lambda: app, "127.0.0.1:0") as base:
        assert base is not None
        taken = base.removeprefix("http://")
        with pytest.raises(MonitorError, match=f"cannot serve the status at {taken}"):
            async with served(lambda: app, taken):
                pass


async def test_nothing_is_served_unless_asked(app: house.App) -> None:
    async with served(lambda: app, None) as base:
        assert base is None
