"""Connections: kept for the next page, asked again when they went stale, few, closed at the end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from monitor.errors import FetchError
from monitor.fetch import AddressPolicy
from monitor.fetch.exchange import MAX_IDLE
from monitor.models import Validators
from tests.fetch.tools import body, certified, make_fetcher
from tests.servers import LOOPBACK
from tests.waiting import until

Tls = ssl.SSLContext | None
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n\r\n"


@dataclass
class Keeper:
    """A server that keeps its connections, until it was asked ``patience`` times on one."""

    answer: bytes = PAGE
    patience: int = 1_000
    url: str = ""
    opened: int = 0
    open: int = 0
    heads: list[bytes] = field(default_factory=list)

    @asynccontextmanager
    async def at(self, host: str = LOOPBACK, tls: Tls = None) -> AsyncIterator[Keeper]:
        server = await asyncio.start_server(self._converse, host, 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{port}"
        try:
            yield self
            await until(lambda: not self.open, "for the connections to be closed")
        finally:
            server.close()
            await server.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.open += 1
        try:
            for _ in range(self.patience):
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(self.answer)
                if b"connection: close" in self.heads[-1].lower():
                    break
        except (asyncio.IncompleteReadError, OSError):
            pass  # the client has left
        finally:
            self.open -= 1
            writer.close()


async def test_a_connection_serves_several_pages(tls: Tls) -> None:
    async with Keeper().at(tls=tls) as server, make_fetcher() as fetcher:
        for number in range(5):
            assert await body(fetcher, f"{server.url}/{number}") == b"page"
        assert (server.opened, server.open) == (1, 1)


@pytest.mark.parametrize("etag", ['"ascii"', '"\xe9"'])
async def test_a_304_leaves_the_connection_fit_for_more(etag: str, tls: Tls) -> None:
    async with Keeper(UNCHANGED).at(tls=tls) as server, make_fetcher() as fetcher:
        for _ in range(3):
            await fetcher.get(server.url, validators=Validators(etag))
        assert server.opened == 1


async def test_a_get_on_a_connection_that_was_closed_meanwhile_is_asked_again(tls: Tls) -> None:
    async with Keeper(patience=1).at(tls=tls) as server, make_fetcher() as fetcher:
        for number in range(3):
            assert await body(fetcher, f"{server.url}/{number}") == b"page"
        assert server.opened == 3


async def test_a_post_is_never_sent_twice(tls: Tls) -> None:
    async with Keeper(b"", patience=1).at(tls=tls) as server, make_fetcher() as fetcher:
        with pytest.raises(FetchError):
            await fetcher.post(server.url, body=b"", headers={})
        assert server.opened == 1


async def test_a_get_that_gets_nothing_over_a_new_connection_is_not_repeated(tls: Tls) -> None:
    async with Keeper(b"", patience=1).at(tls=tls) as server, make_fetcher() as fetcher:
        with pytest.raises(FetchError):
            await fetcher.get(server.url)
        assert server.opened == 1


async def test_few_connections_are_kept(tls: Tls) -> None:
    """A pass over thousands of hosts must not run out of file descriptors."""
    hosts = [f"127.0.{n // 200}.{n % 200 + 1}" for n in range(MAX_IDLE + 10)]
    context = certified(*hosts) if tls else None
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(Keeper().at(host, context)) for host in hosts]
        policy = AddressPolicy(["127.0.0.0/8"])
        fetcher = await stack.enter_async_context(make_fetcher(policy=policy))
        for _ in range(2):
            for server in servers:
                assert await body(fetcher, server.url) == b"page"
        assert 0 < sum(server.open for server in servers) <= MAX_IDLE + 1


async def test_a_fetcher_that_was_never_used_is_closed() -> None:
    await make_fetcher().aclose()


async def test_many_at_once_are_closed_with_the_fetcher(tls: Tls) -> None:
    async with Keeper().at(tls=tls) as server:
        fetcher = make_fetcher()
        posts = [fetcher.post(server.url, body=b"", headers={}) for _ in range(12)]
        assert {answer.status for answer in await asyncio.gather(*posts)} == {200}
        await fetcher.aclose()
