"""Several threads that start at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def race(number: int, run: Callable[[int], T]) -> list[T]:
    """What ``run`` gives for 0, 1, … in as many threads, all at the line before one starts."""
    line = threading.Barrier(number, timeout=30)

    def runner(index: int) -> T:
        line.wait()
        return run(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(runner, range(number)))
