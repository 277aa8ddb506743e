"""What many tasks bring one by one, done in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batcher(Generic[T, R]):
    """Hands items to ``flush``, in a thread: all that came while it was busy with the last ones,
    and for ``linger`` seconds before, or until they are ``enough``.

    ``flush`` returns a result for each item, in their order. A batch over which it raises is tried
    item by item, so that an item fails for itself alone.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[T]], Sequence[R]],
        *,
        linger: float = 0.01,
        enough: int = 1_000,
        threads: Executor | None = None,
    ) -> None:
        self._flush, self._linger, self._enough = flush, linger, enough
        self._threads = threads  # or those of the event loop
        self._full = asyncio.Event()
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, item: T) -> R:
        """What ``flush`` made of ``item``."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._waiting) >= self._enough:
            self._full.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work_off())
        return await future

    async def _work_off(self) -> None:
        while self._waiting:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._linger):
                    await self._full.wait()
            self._full.clear()
            batch, self._waiting = self._waiting, []
            if not await self._done(batch) and len(batch) > 1:
                for one in batch:
                    await self._done([one])

    async def _done(self, batch: list[tuple[T, asyncio.Future[R]]]) -> bool:
        """Flush ``batch``; a lone item's task hears of an error, a larger batch's do not."""
        items = [item for item, _ in batch]
        loop = asyncio.get_running_loop()
        (outcome,) = await asyncio.gather(
            loop.run_in_executor(self._threads, self._flush, items), return_exceptions=True
        )
        if isinstance(outcome, BaseException):
            if len(batch) == 1 and not batch[0][1].done():
                batch[0][1].set_exception(outcome)
            return False
        for (_, future), result in zip(batch, outcome, strict=True):
            if not future.done():  # its task was cancelled
                future.set_result(result)
        return True
