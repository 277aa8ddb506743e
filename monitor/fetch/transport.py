"""The one way out: every request leaves through here, and every connection through one gate."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType

import aiohttp

from monitor.fetch.core import Core
from monitor.fetch.exchange import Exchange, Request, Response
from monitor.fetch.gate import AddressPolicy
from monitor.fetch.names import Names, Resolve, SystemResolver
from monitor.fetch.plain import Plain
from monitor.fetch.proxy import Proxy
from monitor.fetch.url import Url

STRICT_ABOUT = 86_400.0  # seconds for which an origin that aiohttp misread is left to httpcore
MOST_ODD = 1_024  # origins that are remembered so


class Transport:
    """Sends each request by the library that does it best; sets no deadline, follows nothing.

    Raises FetchError where the gate refuses, otherwise one of ``faults.WIRE_ERRORS``.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        tls: ssl.SSLContext | None,
        timeout: float,
        resolve: Resolve | None = None,
        proxy: Proxy | None = None,
    ) -> None:
        self._system = SystemResolver()  # starts no thread before it is asked
        self.names = names = Names(policy, resolve or self._system)
        self._core = Core(names, tls, timeout, proxy)
        self._plain = None if proxy else Plain(names)
        self._odd: dict[bytes, float] = {}  # origin -> httpcore's until, by the loop's time

    def send(self, request: Request) -> Exchange:
        """The answer, for as long as the block lasts.

        Bytes behind a body (a 304 with a page, a comment of a cache) are an error to aiohttp and
        nothing to httpcore, which is then asked, once more for a GET.
        """
        return _Begun(self._begin, request)

    async def _begin(self, request: Request) -> tuple[Exchange, Response]:
        plain = None if self._is_odd(request.url) else self._plain
        if plain and (sent := plain.send(request)):
            try:
                return sent, await sent.__aenter__()
            except aiohttp.ClientResponseError:  # no sense in it
                self._remember(request.url)
                if request.method != "GET":
                    raise
        strict = self._core.send(request)
        return strict, await strict.__aenter__()

    def _is_odd(self, url: Url) -> bool:
        return self._odd.get(url.netloc, 0.0) > asyncio.get_running_loop().time()

    def _remember(self, url: Url) -> None:
        if len(self._odd) >= MOST_ODD:
            del self._odd[next(iter(self._odd))]
        self._odd[url.netloc] = asyncio.get_running_loop().time() + STRICT_ABOUT

    async def aclose(self) -> None:
        await self._core.aclose()
        if self._plain:
            await self._plain.aclose()
        self._system.close()


class _Begun:
    """A block around whichever exchange was begun; one of contextlib costs three times as much."""

    __slots__ = ("_begin", "_request", "_sent")

    def __init__(
        self, begin: Callable[[Request], Awaitable[tuple[Exchange, Response]]], request: Request
    ) -> None:
        self._begin, self._request = begin, request

    async def __aenter__(self) -> Response:
        self._sent, response = await self._begin(self._request)
        return response

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return await self._sent.__aexit__(kind, error, trace)
