"""One request at a time to a host, and a pause between two."""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import httpx

JITTER = 0.25  # of the delay, added at random, so that visits do not fall into step
LONGEST_CRAWL_DELAY = 30.0  # seconds; more would starve a source
KEPT = 4_096  # hosts that are remembered


class Entry(Protocol):
    """Something in a ``Table``."""

    @property
    def busy(self) -> bool: ...


E = TypeVar("E", bound=Entry)


class Table(Generic[E]):
    """Entries by key, the least recently used forgotten beyond ``limit``, unless they are busy."""

    def __init__(self, make: Callable[[], E], limit: int = KEPT) -> None:
        self._make, self._limit = make, limit
        self._entries: OrderedDict[str, E] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, key: str) -> E:
        if key not in self._entries:
            self._forget()
            self._entries[key] = self._make()
        self._entries.move_to_end(key)
        return self._entries[key]

    def _forget(self) -> None:
        surplus = len(self._entries) - self._limit + 1
        idle = (
            [key for key, entry in self._entries.items() if not entry.busy] if surplus > 0 else []
        )
        for key in idle[:surplus]:
            del self._entries[key]


@dataclass
class Host:
    """What we owe one host."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0  # requests that hold or want the lock
    ready_at: float = 0.0  # by the clock; not before
    crawl_delay: float = 0.0  # seconds, from its robots file

    @property
    def busy(self) -> bool:
        return self.waiting > 0


class Hosts:
    """Gives every request to a host its turn; hosts do not wait for one another.

    ``clock`` gives monotonic seconds; ``delay`` is the least number of seconds between the end of
    one request and the start of the next.
    """

    def __init__(
        self,
        delay: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
    ) -> None:
        self._delay, self._clock, self._sleep, self._rng = delay, clock, sleep, rng
        self._hosts = Table(Host)

    @asynccontextmanager
    async def turn(self, url: httpx.URL) -> AsyncIterator[None]:
        """Wait until the host may be asked again, and keep others from it meanwhile."""
        host = self._hosts[host_key(url)]
        host.waiting += 1
        try:
            async with host.lock:
                wait = host.ready_at - self._clock()
                if wait > 0:
                    await self._sleep(wait)
                try:
                    yield
                finally:
                    host.ready_at = self._clock() + self._pause(host)
        finally:
            host.waiting -= 1

    def slow_down(self, url: httpx.URL, crawl_delay: float | None) -> None:
        """Heed the Crawl-delay, in seconds, of a host's robots file; None: it has none."""
        self._hosts[host_key(url)].crawl_delay = min(crawl_delay or 0.0, LONGEST_CRAWL_DELAY)

    def _pause(self, host: Host) -> float:
        return max(self._delay, host.crawl_delay) * (1 + self._rng.uniform(0, JITTER))


def host_key(url: httpx.URL) -> str:
    """The server behind ``url``: http and https on their own ports are one."""
    host = url.host.rstrip(".")
    return host if url.port is None else f"{host}:{url.port}"
