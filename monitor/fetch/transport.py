"""The one way out: every request leaves through here, and every connection through one gate."""

from __future__ import annotations

import ssl
from contextlib import AbstractAsyncContextManager

from monitor.fetch.core import Core
from monitor.fetch.exchange import Request, Response
from monitor.fetch.gate import AddressPolicy
from monitor.fetch.names import Names, Resolve, SystemResolver
from monitor.fetch.plain import Plain
from monitor.fetch.proxy import Proxy


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

    def send(self, request: Request) -> AbstractAsyncContextManager[Response]:
        """The answer, for as long as the block lasts."""
        if self._plain and self._plain.carries(request):
            return self._plain.send(request)
        return self._core.send(request)

    async def aclose(self) -> None:
        await self._core.aclose()
        if self._plain:
            await self._plain.aclose()
        self._system.close()
