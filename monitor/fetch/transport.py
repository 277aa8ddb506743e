"""HTTP connections that go only where the gate lets them."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore
import httpx

from monitor.errors import FetchError
from monitor.fetch.gate import Address, AddressPolicy, parse_address
from monitor.text import one_line

# (host, port) -> the addresses it resolves to; raises OSError or UnicodeError where it does not.
Resolve = Callable[[str, int], Awaitable[list[str]]]

MAX_ADDRESSES = 8  # of one host that are tried; no honest name needs more
KEEPALIVE = 5.0  # seconds; long enough for the next page of the same host


async def system_resolve(host: str, port: int) -> list[str]:
    """Ask the operating system (hosts file, then DNS), which orders them as RFC 6724 says."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that is closed also where its TLS handshake is cancelled, as by a deadline;
    httpcore 1.0.9 closes it for errors only.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a host once, refuses it where *any* of its addresses is forbidden, and dials
    exactly an address that was checked, so that a second answer of the name server counts for
    nothing. The host's name stays what TLS checks and what the Host header says.
    """

    def __init__(self, policy: AddressPolicy, resolve: Resolve) -> None:
        self._policy, self._resolve = policy, resolve
        self._dialler = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._checked(host, port)
        # A dead address must leave time for the next one.
        share = None if timeout is None else timeout / len(addresses)
        last: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            try:
                return _Stream(
                    await self._dialler.connect_tcp(
                        str(address), port, share, local_address, socket_options
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError("no address to connect to")

    async def _checked(self, host: str, port: int) -> list[Address]:
        literal = parse_address(host)
        texts = [host] if literal else await self._resolved(host, port)
        addresses = [parse_address(text) for text in dict.fromkeys(texts)]
        for text, address in zip(dict.fromkeys(texts), addresses, strict=True):
            if address is None or not self._policy.permits(host, address):
                found = "" if literal else f", which resolves to {one_line(text, 60)}"
                raise FetchError(
                    f"refused to connect to {host}{found}: not a public address"
                    " (fetch.allow can permit it)",
                    retryable=False,
                )
        return [address for address in addresses if address][:MAX_ADDRESSES]

    async def _resolved(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label over 63 characters
            reason = getattr(error, "strerror", None) or error
            raise FetchError(f"{host}: the name does not resolve ({reason})") from error
        if not addresses:
            raise FetchError(f"{host}: the name resolves to no address")
        return addresses


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool whose every connection passes the gate.

    httpx has no public way to hand its transport a network backend. The parent's ``__init__`` is
    left out on purpose: should httpx rename ``_pool``, the first request fails instead of going
    out past the gate.
    """

    def __init__(self, policy: AddressPolicy, resolve: Resolve, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=None,  # the caller bounds what runs at once
            max_keepalive_connections=20,
            keepalive_expiry=KEEPALIVE,
            network_backend=GuardedBackend(policy, resolve),
        )
