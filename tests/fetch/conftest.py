"""Both ways over the wire: http:// is carried by aiohttp, https:// by httpcore."""

from __future__ import annotations

import ssl

import pytest

from tests.fetch.tools import certified
from tests.servers import LOOPBACK


@pytest.fixture(params=["http", "https"])
def tls(request: pytest.FixtureRequest) -> ssl.SSLContext | None:
    """What a test's server speaks; whoever uses it runs once over each transport."""
    return certified(LOOPBACK, "news.example") if request.param == "https" else None
