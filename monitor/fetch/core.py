"""https://, proxies, and whatever aiohttp would not send to the byte, by httpcore.

HTTP/2 where the server chooses it (ALPN, RFC 7301), HTTP/1.1 elsewhere.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus

import certifi
import httpcore

from monitor.fetch.dial import GuardedBackend
from monitor.fetch.exchange import KEEPALIVE, MAX_IDLE, Headers, Request, Response
from monitor.fetch.names import Names
from monitor.fetch.proxy import Proxy


class Core:
    """A pool of connections, each of which passed the gate.

    ``timeout`` is what the addresses of one host may take together, in seconds. Through a proxy
    the gate is held against each host's name before it is asked for. Without ``tls`` the
    authorities are those of certifi.
    """

    def __init__(
        self, names: Names, tls: ssl.SSLContext | None, timeout: float, proxy: Proxy | None = None
    ) -> None:
        self._names, self._tls, self._timeout, self._proxy = names, tls, timeout, proxy
        self._pool: httpcore.AsyncConnectionPool | None = None

    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Response]:
        url = request.url
        target = httpcore.URL(
            scheme=url.scheme.encode(),
            host=url.raw_host.encode(),
            port=url.port,
            target=url.raw_path,
        )
        if self._proxy:
            await self._names.vet(url.host, target.origin.port)
        body = _Body()
        try:
            async with aclosing(await self._answered(request, target)) as response:
                chunks = body.read(response)
                yield Response(response.status, Headers(response.headers), chunks)
                if response.status == HTTPStatus.NOT_MODIFIED:  # empty, but not yet read
                    await anext(chunks, None)
        finally:
            if not body.whole:
                await self._drop(target.origin)

    async def _answered(self, request: Request, target: httpcore.URL) -> httpcore.Response:
        """The head of the answer.

        A connection that was kept may be closed by the server at any moment; a GET is then asked
        once more over a new one (RFC 9110 §9.2.2).
        """
        dialled = False

        async def watch(event: str, _: object) -> None:
            nonlocal dialled
            dialled = dialled or event == "connection.connect_tcp.started"

        asked = self._asked(request, target)
        asked.extensions["trace"] = watch
        try:
            return await self._opened().handle_async_request(asked)
        except (httpcore.NetworkError, httpcore.RemoteProtocolError):
            if dialled or request.method != "GET":
                raise
        await self._drop(target.origin)
        return await self._opened().handle_async_request(self._asked(request, target))

    def _asked(self, request: Request, target: httpcore.URL) -> httpcore.Request:
        headers = [(b"Host", request.url.netloc), *request.headers]
        if request.method != "GET":
            headers.append((b"Content-Length", b"%d" % len(request.body)))
        extensions = {"timeout": {"connect": self._timeout}}
        return httpcore.Request(
            request.method, target, headers=headers, content=request.body, extensions=extensions
        )

    def _opened(self) -> httpcore.AsyncConnectionPool:
        """The pool; to read the authorities takes as long as 50 requests, which some never make."""
        if self._pool is None:
            tls = self._tls or ssl.create_default_context(cafile=certifi.where())
            proxy, names = self._proxy, self._names
            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=tls,
                proxy=proxy.for_httpcore(tls) if proxy else None,
                max_connections=None,  # the caller bounds what runs at once
                max_keepalive_connections=MAX_IDLE,
                keepalive_expiry=KEEPALIVE,
                http2=True,
                network_backend=GuardedBackend(names.of_proxy(proxy.host) if proxy else names),
            )
        return self._pool

    async def aclose(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()

    async def _drop(self, origin: httpcore.Origin) -> None:
        """Close what is left of a broken-off exchange.

        Over HTTP/2 httpcore keeps the connection, on which the rest of the body would use up the
        window of the answers that follow.
        """
        for connection in self._opened().connections:
            if connection.is_idle() and connection.can_handle_request(origin):
                await connection.aclose()


class _Body:
    """Tells whether the body was read to its end."""

    whole = False

    async def read(self, response: httpcore.Response) -> AsyncIterator[bytes]:
        async for chunk in response.aiter_stream():
            yield chunk
        self.whole = True
