"""Waiting for what other tasks, threads and processes bring about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

LONGEST = 20.0  # seconds, for a machine that is busy with other things


async def until(what: Callable[[], object], what_for: str = "") -> None:
    """Return as soon as ``what`` gives something true; how often it is asked changes nothing."""
    try:
        async with asyncio.timeout(LONGEST):
            while not what():  # noqa: ASYNC110 - no event tells of another process
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited {LONGEST:g} s in vain {what_for}") from None
