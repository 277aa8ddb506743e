"""So many sources side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Places:
    """Counts the sources in hand; whoever claims more waits until it is worth a transaction."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._taken = 0
        self._freed = asyncio.Event()

    async def some(self) -> int:
        """How many are free, once half of them are."""
        while (free := self.total - self._taken) < max(1, self.total // 2):
            self._freed.clear()
            await self._freed.wait()
        return free

    def take(self, number: int) -> None:
        self._taken += number

    @contextmanager
    def given_back(self) -> Iterator[None]:
        """One place is free again at the end of the block."""
        try:
            yield
        finally:
            self._taken -= 1
            self._freed.set()
