"""So many sources side by side, and so many of one host."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

LINGER = 0.05  # seconds in which more places may get free, so that one transaction serves many
A_HOST = 8  # an eighth of all places


def host_of(url: str) -> str:
    return urlsplit(url).netloc.lower()


class Places(Generic[T]):
    """Counts the sources in hand. Those of a host that has its share stand in line, for it is
    asked one thing at a time: a host that hangs must not hold up all others."""

    def __init__(self, total: int) -> None:
        self.total, self.taken = total, 0
        self._of_host: Counter[str] = Counter()
        self._lines: dict[str, deque[T]] = {}  # by host; each in turn
        self._full: dict[str, deque[T]] = {}  # of hosts that have their share
        self._freed = asyncio.Event()

    @property
    def free(self) -> int:
        return self.total - self.taken

    def line_up(self, host: str, items: Iterable[T]) -> None:
        line = self._full.pop(host, None) or self._lines.pop(host, deque())
        line.extend(items)
        self._place(host, line)

    def admit(self) -> list[tuple[str, T]]:
        """Give free places to those in line: one of each host, then the next of each."""
        admitted = []
        while self._lines and self.free > 0:
            host = next(iter(self._lines))
            line = self._lines.pop(host)
            admitted.append((host, line.popleft()))
            self.taken += 1
            self._of_host[host] += 1
            self._place(host, line)
        return admitted

    def clear(self) -> list[T]:
        """Send all home that stand in line."""
        lines = [*self._lines.values(), *self._full.values()]
        self._lines, self._full = {}, {}
        return [item for line in lines for item in line]

    async def some(self) -> int:
        """How many places are free, as soon as one is: more where more soon are."""
        await self._freed_until(lambda: self.free > 0)
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                await self._freed_until(lambda: self.free >= self.total // 2)
        return self.free

    async def thinned(self) -> None:
        """Wait until no more stand in line, those of full hosts apart, than half the places."""
        await self._freed_until(lambda: sum(map(len, self._lines.values())) <= self.total // 2)

    @contextmanager
    def given_back(self, host: str) -> Iterator[None]:
        """One place is free again at the end of the block."""
        try:
            yield
        finally:
            self.give_back(host)

    def give_back(self, host: str) -> None:
        self.taken -= 1
        self._of_host[host] -= 1
        if line := self._full.pop(host, None):
            self._place(host, line)
        if not self._of_host[host]:
            del self._of_host[host]
        self._freed.set()

    def _place(self, host: str, line: deque[T]) -> None:
        if line:
            has_share = self._of_host[host] >= max(1, self.total // A_HOST)
            (self._full if has_share else self._lines)[host] = line

    async def _freed_until(self, enough: Callable[[], object]) -> None:
        while not enough():
            self._freed.clear()
            await self._freed.wait()
