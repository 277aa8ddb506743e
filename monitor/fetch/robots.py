"""robots.txt (RFC 9309): whether a page may be read, and how slowly."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

from monitor.errors import FetchError
from monitor.fetch.politeness import Host, Shared, Table
from monitor.fetch.robotsfile import Rules, parse
from monitor.fetch.url import Url

MAX_BYTES = 500 * 1024  # RFC 9309 §2.5: at least so much is read
KEPT_FOR = 86_400.0  # seconds; §2.4
RETRY_UNREACHABLE = 300.0  # seconds until a robots file without an answer is asked for again

_TOKEN = re.compile(r"[A-Za-z_-]+")  # a product token, RFC 9309 §2.2.1

EVERYTHING = Rules()  # is allowed


@dataclass
class Robots(Shared):
    """The robots file of one origin, as last seen."""

    until: float = float("-inf")  # by the clock; asked for again after
    rules: Rules = EVERYTHING
    unreachable: str | None = None  # why there was no answer: nothing is allowed for now


@dataclass(frozen=True)
class Known:
    """What is known of hosts and origins, by all who ask them."""

    hosts: Table[Host] = field(default_factory=lambda: Table(Host))
    robots: Table[Robots] = field(default_factory=lambda: Table(Robots))


class RobotsGate:
    """Asks each origin's robots file, once a day.

    ``read`` fetches a robots file's first MAX_BYTES, following redirects, or raises FetchError;
    ``slow_down`` is told each origin's Crawl-delay in seconds, None where it has none;
    ``known`` files need not be asked for again.
    """

    def __init__(
        self,
        user_agent: str,
        read: Callable[[Url], Awaitable[bytes]],
        slow_down: Callable[[Url, float | None], None],
        clock: Callable[[], float],
        known: Table[Robots] | None = None,
    ) -> None:
        self._agent = product_token(user_agent)
        self._read, self._slow_down, self._clock = read, slow_down, clock
        self._known = Table(Robots) if known is None else known

    async def check(self, url: Url) -> None:
        """Raise FetchError where ``url`` is forbidden, or where it cannot be known for now."""
        origin = url.at("/robots.txt")
        robots = self._known[str(origin)]
        async with robots:
            if self._clock() >= robots.until:
                await self._look(origin, robots)
        if robots.unreachable:
            raise FetchError(
                f"robots.txt of {url.host} cannot be read, so no page is: {robots.unreachable}",
                retry_after=max(0.0, robots.until - self._clock()),
            )
        if not robots.rules.permit(url.raw_path):
            raise FetchError(f"robots.txt of {url.host} forbids {_shown(url)}", retryable=False)

    async def _look(self, origin: Url, robots: Robots) -> None:
        robots.rules, robots.unreachable, kept_for = EVERYTHING, None, KEPT_FOR
        try:
            robots.rules = parse(_whole_lines(await self._read(origin)), self._agent)
        except FetchError as error:
            # §2.3.1: 4xx, or redirects without end, is "no rules"; 5xx or no answer is "keep out".
            # 429 says neither, but where it names a time, it is to be heeded.
            asked = error.retry_after or 0.0
            busy = error.status == HTTPStatus.TOO_MANY_REQUESTS and asked
            if error.status is None or error.status >= 500 or busy:
                robots.unreachable = str(error)
                kept_for = min(max(RETRY_UNREACHABLE, asked), KEPT_FOR)
        robots.until = self._clock() + kept_for
        if not robots.unreachable:
            self._slow_down(origin, robots.rules.crawl_delay)


def product_token(user_agent: str) -> str:
    """The name by which robots files call us: "monitor" of "monitor/1.0 (+https://…)"."""
    match = _TOKEN.match(user_agent)
    return match[0].lower() if match else "*"


def _shown(url: Url) -> str:
    """Its path as people read it."""
    return unquote(url.raw_path.partition(b"?")[0].decode("ascii"))


def _whole_lines(body: bytes) -> bytes:
    """Half a line, "Disallow: /" of "Disallow: /x", could forbid everything."""
    return body if len(body) < MAX_BYTES else body[: body.rfind(b"\n") + 1]
