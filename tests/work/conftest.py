"""A site, and a service that looks at it ten times a second."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor import schedule
from monitor.work import service as module
from tests.newsroom import Site
from tests.work.house import House


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

    def plan(now: datetime, *_args: object, **_more: object) -> schedule.Plan:
        return schedule.Plan(now + timedelta(seconds=0.1), "in haste")

    monkeypatch.setattr(schedule, "next_poll", plan)
    monkeypatch.setattr(module, "GRACE", 0.2)
