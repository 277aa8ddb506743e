"""One request at a time to a host, and a pause between two."""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from monitor.errors import FetchError
from monitor.fetch.url import Url

JITTER = 0.25  # of the delay, added at random, so that visits do not fall into step
LONGEST_CRAWL_DELAY = 30.0  # seconds; more would starve a source
LONGEST_CLOSED = 86_400.0  # seconds; the URL that said so is left alone for as long as it said
KEPT = 4_096  # hosts that are remembered


@dataclass
class Shared:
    """Something that one task at a time may use."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0  # by how many tasks, the one that has it included

    async def __aenter__(self) -> None:
        self.wanted += 1
        taken = False
        try:
            taken = await self.lock.acquire()
        finally:
            self.wanted -= not taken

    async def __aexit__(self, *_: object) -> None:
        self.lock.release()
        self.wanted -= 1


S = TypeVar("S", bound=Shared)


class Table(Generic[S]):
    """Shared things by key; beyond ``limit`` the least recently used that nobody wants goes."""

    def __init__(self, make: Callable[[], S], limit: int = KEPT) -> None:
        self._make, self._limit = make, limit
        self._entries: OrderedDict[str, S] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, key: str) -> S:
        if key not in self._entries:
            self._make_room()
            self._entries[key] = self._make()
        self._entries.move_to_end(key)
        return self._entries[key]

    def _make_room(self) -> None:
        surplus = max(0, len(self._entries) - self._limit + 1)
        idle = (key for key, entry in self._entries.items() if not entry.wanted)
        for key in list(islice(idle, surplus)):
            del self._entries[key]


@dataclass
class Host(Shared):
    """What we owe one host."""

    ready_at: float = float("-inf")  # by the clock; not before
    closed_until: float = float("-inf")  # by the clock: it asked to be left alone
    crawl_delays: dict[str, float] = field(default_factory=dict)  # seconds, from its robots files

    @property
    def crawl_delay(self) -> float:
        """What its robots files ask for; http and https may have one each."""
        return max(self.crawl_delays.values(), default=0.0)


class Hosts:
    """Gives every request to a host its turn; hosts do not wait for one another.

    ``clock`` gives monotonic seconds; ``delay`` is the least number of seconds between the end of
    one request and the start of the next; ``hosts`` is what is known of them.
    """

    def __init__(
        self,
        delay: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
        hosts: Table[Host] | None = None,
    ) -> None:
        self._delay, self._clock, self._sleep, self._rng = delay, clock, sleep, rng
        self._hosts = Table(Host) if hosts is None else hosts

    @asynccontextmanager
    async def turn(self, url: Url) -> AsyncIterator[None]:
        """Wait until the host may be asked again, and keep others from it meanwhile.

        Raises FetchError where it asked to be left alone for longer.
        """
        host = self._hosts[host_key(url)]
        async with host:
            now = self._clock()
            if host.closed_until > now:
                closed = host.closed_until - now
                raise FetchError(f"{url.host} asked to be left alone for now", retry_after=closed)
            if host.ready_at > now:
                await self._sleep(host.ready_at - now)
            try:
                yield
            finally:
                host.ready_at = self._clock() + self._pause(host)

    def close(self, url: Url, seconds: float) -> None:
        """Heed what an overloaded host asks for, be it with the answer to one URL alone."""
        host = self._hosts[host_key(url)]
        host.closed_until = max(host.closed_until, self._clock() + min(seconds, LONGEST_CLOSED))

    def slow_down(self, url: Url, crawl_delay: float | None) -> None:
        """Heed the Crawl-delay, in seconds, of a host's robots file; None: it has none."""
        host = self._hosts[host_key(url)]
        host.crawl_delays[url.scheme] = min(crawl_delay or 0.0, LONGEST_CRAWL_DELAY)
        if host.crawl_delay > self._delay:  # it holds between that file and the first page, too
            host.ready_at = max(host.ready_at, self._clock() + self._pause(host))

    def _pause(self, host: Host) -> float:
        return max(self._delay, host.crawl_delay) * (1 + self._rng.uniform(0, JITTER))


def host_key(url: Url) -> str:
    """The server behind ``url``: http and https on their own ports are one, any other port is
    another, as it is to robots.txt (RFC 9309 §2.3)."""
    host = url.host.rstrip(".")
    return host if url.port is None else f"{host}:{url.port}"
