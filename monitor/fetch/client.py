"""GET what strangers publish, POST to webhooks: every request of the program starts here."""

from __future__ import annotations

import asyncio
import random
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

from monitor.errors import FetchError
from monitor.fetch.answer import Answer, Ask, judge, reply
from monitor.fetch.decode import ACCEPTED
from monitor.fetch.faults import wire
from monitor.fetch.gate import AddressPolicy, check_url
from monitor.fetch.politeness import Hosts
from monitor.fetch.robots import MAX_BYTES, RobotsGate
from monitor.fetch.transport import GuardedTransport, Resolve, system_resolve
from monitor.models import Fetched, NotModified, Validators

ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
ROBOTS_REDIRECTS = 5  # RFC 9309 §2.3.1.2: at least

_USER_AGENT = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,299}")


class Fetcher:
    """The way out. ``clock`` gives monotonic seconds, ``now`` the time with its zone.

    ``timeout`` bounds each request as a whole, in seconds, from resolving the name to the last
    byte; the wait for a host's turn is not counted. ``max_bytes`` bounds each body, decoded.
    A Fetcher belongs to one event loop; close it, or use ``async with``.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        rng: random.Random,
        policy: AddressPolicy | None = None,
        delay: float = 1.0,
        timeout: float = 30.0,
        max_bytes: int = 10 * 2**20,
        max_redirects: int = 5,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if not _USER_AGENT.fullmatch(user_agent):
            raise ValueError("user_agent must be 1 to 300 printable ASCII characters")
        self._timeout, self._max_bytes, self._max_redirects = timeout, max_bytes, max_redirects
        self._now = now
        self._hosts = Hosts(delay, clock, sleep, rng)
        self._robots = RobotsGate(user_agent, self._read_robots, self._hosts.slow_down, clock)
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(
                policy or AddressPolicy(),
                resolve,
                tls or httpx.create_ssl_context(trust_env=False),
            ),
            headers={"User-Agent": user_agent},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # none is ever kept
            timeout=timeout,
            trust_env=False,  # a proxy from the environment would go round the gate
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        robots: bool = False,
        accept: str = ACCEPT,
    ) -> Fetched | NotModified:
        """Fetch ``url``, in turn, following redirects; with ``robots``, where robots.txt allows.

        Raises FetchError for all but 2xx with a body and, where ``validators`` were sent, 304.
        """
        target = check_url(url)
        ask = Ask(accept, self._max_bytes, validators=validators)
        return await self._follow(target, ask, self._max_redirects, robots=robots)

    async def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        timeout: float | None = None,
    ) -> Answer:
        """Send ``body``. Follows no redirect and waits for no turn.

        Raises FetchError only where there was no answer; 404 and 503 are answers.
        """
        target = check_url(url)
        seconds = self._timeout if timeout is None else timeout
        sent = {"Accept-Encoding": "identity", **headers}
        with wire(target.host, seconds):
            async with (
                asyncio.timeout(seconds) as limit,
                self._client.stream(
                    "POST", target, content=body, headers=sent, timeout=seconds
                ) as response,
            ):
                deadline = limit.when()
                limit.reschedule(None)  # the verdict is in: only its explanation may come late
                return await reply(response, self._now(), deadline)

    async def _follow(
        self, url: httpx.URL, ask: Ask, redirects: int, *, robots: bool = False
    ) -> Fetched | NotModified:
        target = url
        for _ in range(redirects + 1):
            if robots:
                await self._robots.check(target)
            found = await self._visit(target, ask)
            if not isinstance(found, httpx.URL):
                return found
            target = found
        raise FetchError(f"{url.host} redirects more than {redirects} times", status=302)

    async def _visit(self, url: httpx.URL, ask: Ask) -> Fetched | NotModified | httpx.URL:
        """One GET in the host's turn: what it gave, or where it sends us."""
        async with self._hosts.turn(url):
            with wire(url.host, self._timeout):
                headers = [
                    (b"Accept", ask.accept.encode("ascii")),
                    (b"Accept-Encoding", ACCEPTED.encode("ascii")),
                    *ask.conditions,
                ]
                async with (
                    asyncio.timeout(self._timeout),
                    self._client.stream("GET", url, headers=headers) as response,
                ):
                    return await judge(url, response, ask, self._now())

    async def _read_robots(self, url: httpx.URL) -> bytes:
        ask = Ask("text/plain, */*;q=0.5", MAX_BYTES, cut=True)
        redirects = max(ROBOTS_REDIRECTS, self._max_redirects)
        found = await self._follow(url, ask, redirects)
        return found.body if isinstance(found, Fetched) else b""
