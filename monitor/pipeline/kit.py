"""What the stages of the pipeline work with, and what they report."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from monitor.apart.pool import Pool
from monitor.fetch import Fetcher
from monitor.match import RuleSet
from monitor.models import Article, ChangeKind
from monitor.parse import Profile, parse_article
from monitor.pipeline.verdict import Look, Standards, Verdict
from monitor.settings import MonitorFile
from monitor.store import Store, Transaction

T = TypeVar("T")


class Parse(Protocol):
    """``parse_article`` somewhere beside the event loop."""

    async def __call__(
        self,
        html: bytes,
        url: str,
        /,
        *,
        charset: str | None = None,
        timezone: str | None = None,
        profile: Profile | None = None,
    ) -> Article: ...


IN_A_THREAD: Parse = Pool(parse_article)
LEASE = timedelta(minutes=10)  # on a source; renewed at every page


@dataclass(frozen=True, slots=True)
class Held:
    """What stories are held against, at one moment."""

    rules: RuleSet
    counting: RuleSet  # those of them that ask how many sites carry a story
    topic: RuleSet | None


@dataclass(slots=True)
class InForce:
    """What is held against stories now: exchanged as a whole, for work in hand too."""

    now: Held


@dataclass(frozen=True, slots=True)
class Kit:
    """What a look at a source, and at its pages, needs; ``app.py`` puts it together."""

    store: Store
    fetcher: Fetcher
    in_force: InForce
    parse: Parse
    profiles: Mapping[str, Profile]  # of sites' layouts, by host
    settings: MonitorFile
    clock: Callable[[], datetime]
    rng: random.Random
    record: Callable[[Look], Awaitable[Verdict]]  # judges a look and writes it down
    filed: Callable[[], None] = lambda: None  # called when something waits to be sent

    @property
    def held(self) -> Held:
        return self.in_force.now

    @property
    def standards(self) -> Standards:
        return Standards(self.settings, self.held.topic, self.rng)

    async def write(self, work: Callable[[Transaction], T], *, durable: bool = True) -> T:
        """``work`` in a transaction of its own, in a thread. Raises StoreError."""

        def run() -> T:
            with self.store.write(durable=durable) as tx:
                return work(tx)

        return await asyncio.to_thread(run)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """``work`` in a thread. Raises StoreError."""

        def run() -> T:
            with self.store.read() as tx:
                return work(tx)

        return await asyncio.to_thread(run)


@dataclass(slots=True)
class Report:
    """What one look at a source came to."""

    source: str
    outcome: str = "busy"  # then: looked, not modified, failed, not due
    first: bool = False  # a baseline: nobody is alerted
    recovered: bool = False  # it had failed before
    announced: int = 0  # links that wait now because of this look
    stories: Counter[ChangeKind] = field(default_factory=Counter)
    alerts: int = 0
    errors: list[str] = field(default_factory=list)
    again: datetime | None = field(default=None, compare=False)  # when it wants attention
