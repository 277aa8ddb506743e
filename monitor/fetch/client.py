"""GET what strangers publish, POST to webhooks: every request of the program starts here."""

from __future__ import annotations

import asyncio
import random
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from http.cookiejar import CookieJar
from types import TracebackType
from typing import Self

from monitor.errors import FetchError
from monitor.fetch.answer import NOTHING_KNOWN, Answer, Ask, Redirect, judge, reply
from monitor.fetch.exchange import Request, Response
from monitor.fetch.faults import wire
from monitor.fetch.gate import AddressPolicy, check_url
from monitor.fetch.names import Resolve
from monitor.fetch.politeness import Hosts
from monitor.fetch.proxy import Proxy
from monitor.fetch.robots import MAX_BYTES, Known, RobotsGate
from monitor.fetch.transport import Transport
from monitor.fetch.url import Url
from monitor.models import Fetched, NotModified, Validators

ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
OVERLOADED = frozenset({429, 503})  # with Retry-After: it holds for all that we want of the host
ROBOTS_REDIRECTS = 5  # RFC 9309 §2.3.1.2: at least

_USER_AGENT = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,299}")


class Fetcher:
    """The way out. ``clock`` gives monotonic seconds, ``now`` the time with its zone.

    ``timeout`` bounds each request as a whole, in seconds, from resolving the name to the last
    byte; the wait for a host's turn is not counted. ``max_bytes`` bounds each body, decoded.
    ``proxy`` is an address as ``Proxy.parse`` takes it; the environment's counts for nothing.
    A Fetcher belongs to one event loop; close it, or use ``async with``. Two that
    share what is ``known`` of hosts take turns with each other.
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
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        known: Known | None = None,
    ) -> None:
        if not _USER_AGENT.fullmatch(user_agent):
            raise ValueError("user_agent must be 1 to 300 printable ASCII characters")
        self._timeout, self._max_bytes, self._max_redirects = timeout, max_bytes, max_redirects
        self._now, self.proxy = now, proxy
        self._agent = (b"User-Agent", user_agent.encode("ascii"))
        self.known = known or Known()
        self._hosts = Hosts(delay, clock, sleep, rng, self.known.hosts)
        self._robots = RobotsGate(
            user_agent, self._read_robots, self._hosts.slow_down, clock, self.known.robots
        )
        self._transport = Transport(
            policy or AddressPolicy(),
            tls,
            timeout,
            resolve,
            Proxy.parse(proxy) if proxy else None,
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
        await self._transport.aclose()

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        robots: bool = False,
        accept: str = ACCEPT,
        cookies: CookieJar | None = None,
    ) -> Fetched | NotModified:
        """Fetch ``url``, in turn, following redirects; with ``robots``, where robots.txt allows.

        ``cookies``, the caller's jar, is asked for cookies and given those that come; without one
        there are none. Raises FetchError for all but 2xx with a body and, where ``validators``
        were sent, 304.
        """
        target = check_url(url)
        known = validators or NOTHING_KNOWN
        ask = Ask(accept, self._max_bytes, validators=known, cookies=cookies)
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
        with wire(target.host, seconds):
            given = [
                (name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()
            ]
            sent = [self._agent, (b"Accept-Encoding", b"identity"), *given]
            async with (
                asyncio.timeout(seconds) as limit,
                self._transport.send(Request("POST", target, sent, body)) as response,
            ):
                deadline = limit.when()
                limit.reschedule(None)  # the verdict is in: only its explanation may come late
                return await reply(response, self._now(), deadline)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Those that another client may dial for ``host``; none where that is the proxy's to know.

        Raises FetchError.
        """
        if self.proxy:
            await self._transport.names.vet(host, port)
            return []
        return [str(address) for address in await self._transport.names.addresses(host, port)]

    async def _follow(
        self, url: Url, ask: Ask, redirects: int, *, robots: bool = False
    ) -> Fetched | NotModified:
        target, moved_to, settled = url, None, False
        for _ in range(redirects + 1):
            if robots:
                await self._robots.check(target)
            try:
                found = await self._visit(target, ask)
            except FetchError as error:
                error.redirected = target != url
                raise
            if not isinstance(found, Redirect):
                moved = moved_to not in (None, url)
                return replace(found, moved_to=str(moved_to)) if moved else found
            target = found.url
            settled = settled or not found.permanent
            moved_to = moved_to if settled else target
        raise FetchError(f"{url.host} redirects more than {redirects} times", status=302)

    async def _visit(self, url: Url, ask: Ask) -> Fetched | NotModified | Redirect:
        """One GET in the host's turn: what it gave, or where it sends us."""
        async with self._hosts.turn(url):
            with wire(url.host, self._timeout):
                request = Request("GET", url, [self._agent, *ask.headers(url)])
                async with (
                    asyncio.timeout(self._timeout),
                    self._transport.send(request) as response,
                ):
                    return await self._judged(url, response, ask)

    async def _judged(
        self, url: Url, response: Response, ask: Ask
    ) -> Fetched | NotModified | Redirect:
        try:
            return await judge(url, response, ask, self._now())
        except FetchError as error:
            if error.status in OVERLOADED and error.retry_after:
                self._hosts.close(url, error.retry_after)
            raise

    async def _read_robots(self, url: Url) -> bytes:
        ask = Ask("text/plain, */*;q=0.5", MAX_BYTES, cut=True)
        redirects = max(ROBOTS_REDIRECTS, self._max_redirects)
        found = await self._follow(url, ask, redirects)
        return found.body if isinstance(found, Fetched) else b""
