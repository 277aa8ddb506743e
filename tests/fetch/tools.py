"""A Fetcher for tests, and a clock that passes only when something sleeps."""

from __future__ import annotations

import asyncio
import random
import ssl
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.errors import FetchError
from monitor.fetch import AddressPolicy, Fetcher
from monitor.models import Fetched
from tests.servers import LOOPBACK

NOW = datetime(2021, 1, 22, 12, 0, tzinfo=UTC)
NOW_HTTP = "Fri, 22 Jan 2021 12:00:00 GMT"
USER_AGENT = "news-monitor/1.0 (+https://monitor.example/about)"
TLS = ssl.create_default_context()  # made once: it reads every root certificate


class Clock:
    """Monotonic seconds; ``sleep`` moves it on and returns at once."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


def make_fetcher(clock: Clock | None = None, **changes: Any) -> Fetcher:
    clock = clock or Clock()
    settings: dict[str, Any] = {
        "user_agent": USER_AGENT,
        "clock": clock,
        "now": lambda: NOW,
        "rng": random.Random(7),
        "sleep": clock.sleep,
        "policy": AddressPolicy([LOOPBACK]),
        "tls": TLS,
        "timeout": 10.0,
    }
    return Fetcher(**{**settings, **changes})


async def body(fetcher: Fetcher, url: str, **changes: Any) -> bytes:
    found = await fetcher.get(url, **changes)
    assert isinstance(found, Fetched)
    return found.body


async def refused(fetcher: Fetcher, url: str, **changes: Any) -> FetchError:
    """The error of a GET that must fail: one line of printable text."""
    with pytest.raises(FetchError) as caught:
        await fetcher.get(url, **changes)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 400
    return caught.value
