"""The operator's proxy: from the configuration alone, and still behind the gate."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from monitor import app
from monitor.errors import FetchError
from monitor.fetch import AddressPolicy, Proxy
from monitor.fetch import names as fetch_names
from monitor.settings import FetchSettings
from tests.fetch.h2server import H2Server, Reply
from tests.fetch.test_names import NameServer
from tests.fetch.tools import body, certified, make_fetcher, refused
from tests.servers import LOOPBACK, Request, answer, pages, redirect, serve

Tls = ssl.SSLContext | None


@dataclass
class Tunnels:
    """A proxy that leads every CONNECT to ``port`` on loopback, and forwards nothing else."""

    port: int = 0
    status: bytes = b"200 Established"
    heads: list[str] = field(default_factory=list)
    url: str = ""

    @asynccontextmanager
    async def run(self, tls: Tls = None) -> AsyncIterator[Tunnels]:
        tasks: list[asyncio.Task[None]] = []

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.append(asyncio.create_task(self._lead(reader, writer)))

        server = await asyncio.start_server(connected, LOOPBACK, 0, ssl=tls)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await server.wait_closed()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
        writer.write(b"HTTP/1.1 " + self.status + b"\r\n\r\n")
        if self.status.startswith(b"200"):
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self.port)
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(reader, far_writer))
                both.create_task(_copy(far_reader, writer))
        writer.close()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(2**16):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    finally:
        sink.close()


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


async def test_the_environment_s_proxy_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tls: Tls
) -> None:
    seen: list[Request] = []
    site = pages({"/": answer(b"here")})
    async with serve(pages({}), seen=seen) as proxy, serve(site, tls=tls) as url:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.setenv("NO_PROXY", "")
        async with make_fetcher() as fetcher:
            assert await body(fetcher, f"{url}/") == b"here"
            await fetcher.post(f"{url}/", body=b"", headers={})
    assert not seen


@pytest.mark.parametrize("safe", [False, True])
async def test_a_page_in_clear_text_is_asked_of_the_proxy(safe: bool) -> None:
    seen: list[Request] = []
    tls = certified(LOOPBACK) if safe else None
    async with serve(lambda _: answer(b"by proxy"), seen=seen, tls=tls) as proxy:
        given = proxy.replace("://", "://bob:p%40ss@")
        async with make_fetcher(proxy=given, resolve=NameServer(["8.8.8.8"])) as fetcher:
            assert await body(fetcher, "http://news.example/a?b#c") == b"by proxy"
    (request,) = seen
    assert request.target == "http://news.example/a?b"
    assert request.headers["host"] == "news.example"
    assert base64.b64decode(request.headers["proxy-authorization"].split()[1]) == b"bob:p@ss"


@pytest.mark.parametrize("safe", [False, True])
async def test_https_goes_through_a_tunnel_and_is_checked_to_its_end(safe: bool) -> None:
    tls = certified(LOOPBACK) if safe else None
    async with (
        H2Server(lambda _: Reply(b"here")) as server,
        Tunnels(port_of(server.url)).run(tls) as proxy,
        make_fetcher(proxy=proxy.url, resolve=NameServer(["8.8.8.8"], ["8.8.8.8"])) as fetcher,
    ):
        assert await body(fetcher, "https://news.example/a") == b"here"
        error = await refused(fetcher, "https://stranger.example/a")
    assert proxy.heads[0].startswith("CONNECT news.example:443 HTTP/1.1\r\n")
    assert server.seen[0].headers[":authority"] == "news.example"
    assert "certificate is not trusted" in str(error)


async def test_a_proxy_that_refuses() -> None:
    async with (
        Tunnels(status=b"407 Who are you").run() as proxy,
        make_fetcher(proxy=proxy.url, resolve=NameServer(["8.8.8.8"])) as fetcher,
    ):
        error = await refused(fetcher, "https://news.example/")
    assert str(error) == "news.example: the proxy refuses: 407 Who are you"


@pytest.mark.parametrize("url", ["http://127.0.0.2/", "https://[::1]/", "http://169.254.169.254/"])
async def test_the_gate_holds_for_addresses_before_a_proxy(url: str) -> None:
    seen: list[Request] = []
    async with (
        serve(pages({}), seen=seen) as proxy,
        make_fetcher(proxy=proxy, policy=AddressPolicy()) as fetcher,
    ):
        error = await refused(fetcher, url)
    assert "not a public address" in str(error)
    assert not seen


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_and_for_names_that_resolve_here(scheme: str) -> None:
    seen: list[Request] = []
    names = NameServer(["8.8.8.8", "10.0.0.1"])
    async with (
        serve(pages({}), seen=seen) as proxy,
        make_fetcher(proxy=proxy, resolve=names) as fetcher,
    ):
        error = await refused(fetcher, f"{scheme}://inside.example/")
        with pytest.raises(FetchError, match="not a public address"):
            await fetcher.post("http://10.0.0.1/", body=b"", headers={})
    assert "resolves to 10.0.0.1" in str(error)
    assert not seen


async def test_and_for_redirects() -> None:
    seen: list[Request] = []
    inside = redirect("http://10.0.0.1/")
    async with (
        serve(lambda _: inside, seen=seen) as proxy,
        make_fetcher(proxy=proxy, resolve=NameServer(["8.8.8.8"])) as fetcher,
    ):
        error = await refused(fetcher, "http://news.example/")
    assert "not a public address" in str(error)
    assert len(seen) == 1


async def _unknown(host: str, port: int) -> list[str]:
    raise OSError(-2, "Name or service not known")


async def _never(host: str, port: int) -> list[str]:
    await asyncio.Event().wait()
    return []


@pytest.mark.parametrize("resolve", [_unknown, _never])
async def test_a_name_that_only_the_proxy_knows_is_left_to_it(
    resolve: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_names, "LOCAL_PATIENCE", 0.05)
    async with (
        serve(lambda _: answer(b"by proxy")) as proxy,
        make_fetcher(proxy=proxy, resolve=resolve) as fetcher,
    ):
        assert await body(fetcher, "http://news.example/") == b"by proxy"


async def test_a_proxy_that_is_not_there() -> None:
    async with serve(pages({})) as proxy:
        pass
    async with make_fetcher(proxy=proxy, resolve=NameServer(["8.8.8.8"])) as fetcher:
        error = await refused(fetcher, "http://news.example/")
    assert str(error) == "news.example: no connection: Connection refused"


async def test_the_configuration_names_it() -> None:
    seen: list[Request] = []
    async with serve(lambda _: answer(b"by proxy"), seen=seen) as proxy:
        settings = FetchSettings.model_validate({"proxy": proxy, "allow": ["news.invalid"]})
        async with app.make_fetcher(settings) as fetcher:
            assert await body(fetcher, "http://news.invalid/") == b"by proxy"
    assert seen[0].target == "http://news.invalid/"


def test_the_configuration_says_what_is_no_proxy() -> None:
    with pytest.raises(ValueError, match=r"not the address of a proxy, allowed: http://"):
        FetchSettings.model_validate({"proxy": "socks5://proxy.example"})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "proxy.example",
        "proxy.example:3128",
        "socks5://proxy.example:1080",
        "http://",
        "http://proxy.example/path",
        "http://proxy.example/?query",
        "http://proxy.example:99999",
        "http://127.1:3128",
        "http://bob:hunter2@/",
        "http://bob:hunter2@a b/",
    ],
)
def test_what_is_no_proxy(url: str) -> None:
    with pytest.raises(ValueError, match=r"not the address of a proxy, allowed: http://") as caught:
        Proxy.parse(url)
    assert "hunter2" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    proxy = Proxy.parse("https://bob:hunter2@proxy.example:3128")
    assert proxy.auth == (b"bob", b"hunter2")
    assert "hunter2" not in repr(proxy)
    assert Proxy.parse("http://[::1]:3128").host == "::1"
