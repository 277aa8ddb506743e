"""Many tasks, few transactions: what is brought one by one is flushed together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from monitor.batch import Batcher


class Flusher:
    """Doubles numbers, a batch at a time; the first batch waits until it is let go."""

    def __init__(self, *bad: int) -> None:
        self.bad, self.batches = bad, []  # type: tuple[int, ...], list[list[int]]
        self.started, self.go_on = threading.Event(), threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.started.set()
        assert self.go_on.wait(10)
        if set(self.bad) & set(items):
            raise ValueError("disk is full")
        return [2 * item for item in items]


async def brought(flusher: Flusher, first: int, *others: int) -> list[int | BaseException]:
    """What each of several tasks got; the others come while the first is being flushed."""
    batcher = Batcher(flusher, linger=0)
    tasks = [asyncio.create_task(batcher.put(first))]
    await asyncio.to_thread(flusher.started.wait)
    tasks += [asyncio.create_task(batcher.put(item)) for item in others]
    await asyncio.sleep(0)
    flusher.go_on.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_comes_during_a_flush_goes_together_into_the_next() -> None:
    flusher = Flusher()
    assert await brought(flusher, 1, 2, 3, 4) == [2, 4, 6, 8]
    assert flusher.batches == [[1], [2, 3, 4]]


async def test_an_item_fails_for_itself_alone() -> None:
    flusher = Flusher(3)
    one, two, three, four = await brought(flusher, 1, 2, 3, 4)
    assert (one, two, four) == (2, 4, 8)
    assert isinstance(three, ValueError)
    assert flusher.batches == [[1], [2, 3, 4], [2], [3], [4]]


async def test_a_task_that_was_cancelled_stops_no_other() -> None:
    flusher = Flusher()
    batcher = Batcher(flusher, linger=0)
    first = asyncio.create_task(batcher.put(1))
    await asyncio.to_thread(flusher.started.wait)
    gone, stays = asyncio.create_task(batcher.put(2)), asyncio.create_task(batcher.put(3))
    await asyncio.sleep(0)
    gone.cancel()
    flusher.go_on.set()
    assert (await first, await stays) == (2, 6)
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_it_starts_anew_after_a_rest() -> None:
    flusher = Flusher()
    flusher.go_on.set()
    batcher = Batcher(flusher, linger=0)
    assert [await batcher.put(1), await batcher.put(2)] == [2, 4]
    assert flusher.batches == [[1], [2]]


async def test_enough_are_not_kept_waiting_for_more() -> None:
    flusher = Flusher()
    flusher.go_on.set()
    batcher = Batcher(flusher, linger=60, enough=2)
    for _ in range(2):
        waiting = [batcher.put(item) for item in (1, 2)]
        assert await asyncio.wait_for(asyncio.gather(*waiting), 10) == [2, 4]
    assert flusher.batches == [[1, 2], [1, 2]]
