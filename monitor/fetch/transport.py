"""The one way out: every request leaves through here, and every connection through one gate."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import httpx

from monitor.fetch.core import Core
from monitor.fetch.exchange import Request, Response
from monitor.fetch.gate import AddressPolicy
from monitor.fetch.names import Names, Resolve, SystemResolver
from monitor.fetch.plain import Plain
from monitor.fetch.proxy import Proxy

STRICT_ABOUT = 86_400.0  # seconds for which an origin that aiohttp misread is left to httpcore
MOST_ODD = 1_024  # origins that are remembered so


class Transport:
    """Sends each request by the library that does it best; sets no deadline, follows nothing.

    Raises FetchError where the gate refuses, otherwise one of ``faults.WIRE_ERRORS``.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        tls: ssl.SSLContext,
        timeout: float,
        resolve: Resolve | None = None,
        proxy: Proxy | None = None,
    ) -> None:
        self._system = SystemResolver()  # starts no thread before it is asked
        names = Names(policy, resolve or self._system)
        self._core = Core(names, tls, timeout, proxy)
        self._plain = None if proxy else Plain(names)
        self._odd: dict[bytes, float] = {}  # origin -> httpcore's until, by the loop's time

    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Response]:
        """The answer, for as long as the block lasts.

        Bytes behind a body (a 304 with a page, a comment of a cache) are an error to aiohttp and
        nothing to httpcore, which is then asked, once more for a GET.
        """
        async with AsyncExitStack() as stack:
            yield await self._begun(request, stack)

    async def _begun(self, request: Request, stack: AsyncExitStack) -> Response:
        if self._plain and not self._is_odd(request.url) and self._plain.carries(request):
            try:
                return await stack.enter_async_context(self._plain.send(request))
            except aiohttp.ClientResponseError:  # no sense in it
                self._remember(request.url)
                if request.method != "GET":
                    raise
        return await stack.enter_async_context(self._core.send(request))

    def _is_odd(self, url: httpx.URL) -> bool:
        return self._odd.get(url.netloc, 0.0) > asyncio.get_running_loop().time()

    def _remember(self, url: httpx.URL) -> None:
        if len(self._odd) >= MOST_ODD:
            del self._odd[next(iter(self._odd))]
        self._odd[url.netloc] = asyncio.get_running_loop().time() + STRICT_ABOUT

    async def aclose(self) -> None:
        await self._core.aclose()
        if self._plain:
            await self._plain.aclose()
        self._system.close()
