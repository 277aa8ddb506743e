"""A Fetcher for tests, and a clock that passes only when something sleeps."""

from __future__ import annotations

import asyncio
import functools
import random
import ssl
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme

from monitor.errors import FetchError
from monitor.fetch import AddressPolicy, Fetcher
from monitor.models import Fetched
from tests.servers import LOOPBACK

NOW = datetime(2021, 1, 22, 12, 0, tzinfo=UTC)
NOW_HTTP = "Fri, 22 Jan 2021 12:00:00 GMT"
USER_AGENT = "news-monitor/1.0 (+https://monitor.example/about)"
AUTHORITY = trustme.CA()


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """A client's context that trusts ``authority`` alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


@functools.cache
def certified(*names: str, authority: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    """A server's context with a certificate for ``names``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


TLS = trusting(AUTHORITY)


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
