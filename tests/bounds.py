"""Bounds of processor time, which hold on a machine that shares its processors, too."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

TRIES = 3  # what else runs makes work take longer at times, and never shorter


def at_most(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` gives, of which the fastest of a few tries takes less than so long."""
    for last in range(TRIES):
        began = time.process_time()
        result = work()
        if (spent := time.process_time() - began) < seconds or last == TRIES - 1:
            break
    assert spent < seconds
    return result


async def soon(seconds: float, work: Callable[[], Awaitable[T]]) -> T:
    """The same of what is awaited."""
    for last in range(TRIES):
        began = time.process_time()
        result = await work()
        if (spent := time.process_time() - began) < seconds or last == TRIES - 1:
            break
    assert spent < seconds
    return result
