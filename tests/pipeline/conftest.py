"""One source's way through the house, on a site that publishes, corrects and fails."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from monitor.app import make_kit
from monitor.discover import Source
from monitor.fetch import AddressPolicy, Fetcher
from monitor.match import RuleSet
from monitor.models import ChangeKind, SourceState
from monitor.pipeline import check_source
from monitor.pipeline.kit import Held, InForce, Kit, Report
from monitor.settings import MonitorFile
from monitor.store import Store, links, overview, sources, stories
from tests.builders import Clock, rule
from tests.fetch.tools import make_fetcher
from tests.newsroom import Site

NEW, REVISED, SAME, COPY = ChangeKind.NEW, ChangeKind.REVISED, ChangeKind.SAME, ChangeKind.COPY
RULES = (rule("railway", "train OR trains"), rule("debt", "debt OR loan"))
DAY = timedelta(days=1)


class NewsDesk:
    """A site, a store, and what looks from one to the other."""

    def __init__(self, site: Site, store: Store, clock: Clock, fetcher: Fetcher) -> None:
        self.site, self.store, self.clock, self.fetcher = site, store, clock, fetcher
        self.filed = 0

    def kit(self, **changes: Any) -> Kit:
        def filed() -> None:
            self.filed += 1

        rules = changes.pop("rules", None) or RuleSet.compile(RULES)
        said: dict[str, Any] = {
            "store": self.store,
            "fetcher": self.fetcher,
            "in_force": InForce(Held(rules, RuleSet.compile([]), changes.pop("topic", None))),
            "profiles": {},
            "settings": MonitorFile(),
            "clock": self.clock,
            "rng": random.Random(7),
            "filed": filed,
        }
        return make_kit(**(said | changes))

    async def look(
        self, source: Source | None = None, *, early: bool = False, **changes: Any
    ) -> Report:
        """Look again, an interval later."""
        self.clock.pass_(hours=2)
        kit = self.kit(**changes)
        return await check_source(source or self.site.source(), kit, early=early)

    def state(self, name: str = "laostimes") -> SourceState:
        with self.store.read() as tx:
            found = sources.state(tx, name)
        assert found is not None
        return found

    def stories(self) -> dict[str, stories.Story]:
        """By title."""
        with self.store.read() as tx:
            return {story.article.title: story for story in stories.listing(tx)}

    def alerts(self) -> list[tuple[str, str, str]]:
        """Rule, title and reason, the oldest first."""
        with self.store.read() as tx:
            listed = overview.list_alerts(tx)
        return [(one.rule, one.article.title, one.reason) for one in reversed(listed)]

    def backlog(self, name: str = "laostimes") -> links.Backlog:
        with self.store.read() as tx:
            return links.backlogs(tx).get(name, links.Backlog())


@pytest.fixture
async def desk(sqlite_store: Store, clock: Clock) -> AsyncIterator[NewsDesk]:
    loopback = AddressPolicy(["127.0.0.0/8"])
    async with Site() as site, make_fetcher(timeout=0.3, policy=loopback) as fetcher:
        yield NewsDesk(site, sqlite_store, clock, fetcher)
