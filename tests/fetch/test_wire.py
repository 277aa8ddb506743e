"""Servers that misbehave, on real sockets."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import tracemalloc
from collections.abc import AsyncIterator

import pytest
import trustme

from monitor.errors import FetchError
from monitor.fetch import AddressPolicy, system_resolve
from tests.fetch.tools import Clock, body, make_fetcher, refused
from tests.servers import LOOPBACK, Request, answer, hang, pages, redirect, serve

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


async def drip() -> AsyncIterator[bytes]:
    """Never silent for long, never done."""
    yield HEAD
    while True:
        yield b"x"
        await asyncio.sleep(0.02)


async def flood(piece: bytes, times: int, head: bytes = HEAD) -> AsyncIterator[bytes]:
    yield head
    for _ in range(times):
        yield piece


async def test_a_dripping_server_is_cut_off() -> None:
    loop = asyncio.get_running_loop()
    async with serve(lambda _: drip()) as url, make_fetcher(timeout=0.3) as fetcher:
        started = loop.time()
        error = await refused(fetcher, url)
        assert loop.time() - started < 3
    assert str(error) == "127.0.0.1 gives no whole answer within 0.3 s"
    assert error.retryable


@pytest.mark.parametrize("pieces", [(), (b"HTTP/1.1 200 OK\r\n",), (HEAD, b"<html>")])
async def test_a_server_that_hangs(pieces: tuple[bytes, ...]) -> None:
    async with serve(lambda _: hang(*pieces)) as url, make_fetcher(timeout=0.2) as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1 gives no whole answer within 0.2 s"


async def test_a_name_server_that_hangs() -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async with make_fetcher(timeout=0.1, resolve=never) as fetcher:
        error = await refused(fetcher, "http://news.example/")
    assert str(error) == "news.example gives no whole answer within 0.1 s"


@pytest.mark.parametrize("packed", [False, True])
async def test_50_mb_and_a_bomb_fill_no_memory(packed: bool) -> None:
    mib = bytes(2**20)
    if packed:
        bomb = answer(gzip.compress(mib * 64), headers={"Content-Encoding": "gzip"})
    async with (
        serve(lambda _: bomb if packed else flood(mib, 50)) as url,
        make_fetcher() as fetcher,
    ):
        tracemalloc.start()
        try:
            error = await refused(fetcher, url)
            grown = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert str(error) == "127.0.0.1 sends more than 10 MiB"
    assert grown < 20 * 2**20


async def test_an_error_page_without_end_is_not_waited_for() -> None:
    head = b"HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\n\r\n"
    async with serve(lambda _: flood(b"x" * 2**16, 800, head)) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1 answers 503 Service Unavailable"


async def test_an_error_page_that_breaks_off_keeps_its_status() -> None:
    broken = answer(b"not packed", 404, {"Content-Encoding": "gzip"})
    async with serve(lambda _: broken) as url, make_fetcher() as fetcher:
        assert (await refused(fetcher, url)).status == 404


def _reset(request: Request) -> bytes:
    raise ConnectionResetError


async def _reset_midway() -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    raise ConnectionResetError


@pytest.mark.parametrize(
    "handler",
    [
        _reset,
        lambda _: _reset_midway(),
        lambda _: b"",
        lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        lambda _: CHUNKED + b"5\r\nhal",
        lambda _: CHUNKED + b"not hexadecimal\r\n",
        lambda _: b"SSH-2.0-OpenSSH_9.6\r\n",
        lambda _: b"\x00\xff\r\n\r\n",
        lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        lambda _: b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        lambda _: b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
        lambda _: b"HTTP/1.1 999999 OK\r\n\r\n",
        lambda _: answer(b"body", headers={"Content-Encoding": "br"}),
        lambda _: answer(b"body", headers={"Content-Encoding": "gzip"}),
    ],
)
async def test_garbage(handler: object) -> None:
    async with serve(handler) as url, make_fetcher() as fetcher:  # type: ignore[arg-type]
        error = await refused(fetcher, url)
    assert str(error).startswith("127.0.0.1")
    assert error.status is None


async def test_nobody_listens() -> None:
    async with serve(pages({})) as url:
        pass
    async with make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error).startswith("127.0.0.1: no connection")
    assert error.retryable


async def test_one_bad_source_never_stops_another() -> None:
    async with (
        serve(lambda _: hang()) as bad,
        serve(pages({"/": answer(b"good")})) as good,
        make_fetcher() as fetcher,
    ):
        hanging = asyncio.create_task(fetcher.get(bad))
        assert await body(fetcher, good) == b"good"
        assert not hanging.done()
        hanging.cancel()
        assert isinstance(
            (await asyncio.gather(hanging, return_exceptions=True))[0], asyncio.CancelledError
        )
        assert await body(fetcher, good) == b"good"


async def test_redirects_are_followed_up_to_five() -> None:
    seen: list[Request] = []
    chain = {f"/{n}": redirect(f"{n + 1}", status) for n, status in enumerate((301, 302, 303, 307))}
    site = pages(chain | {"/4": redirect("/5?x#part", 308), "/5?x": answer(b"end")})
    async with serve(site, seen=seen) as url, make_fetcher() as fetcher:
        found = await fetcher.get(f"{url}/0")
    assert getattr(found, "url", None) == f"{url}/5?x"
    assert [request.target for request in seen] == ["/0", "/1", "/2", "/3", "/4", "/5?x"]
    assert not any("referer" in request.headers for request in seen)


async def test_a_redirect_loop_ends() -> None:
    seen: list[Request] = []
    async with serve(lambda _: redirect("/"), seen=seen) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1 redirects more than 5 times"
    assert len(seen) == 6


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:9/",
        "http://[::1]:9/",
        "http://[::ffff:7f00:2]:9/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0:9/",
        "http://127.2:9/",
        "http://2130706434:9/",
        "http://localhost:9/",
        "file:///etc/passwd",
        "http://x:99999/",
        "http://x:port/",
        "http://good\\@bad/",
        "http://user:secret@x/",
        "http://ｅx./",
        "http://[x/",
        "\xff\xfe",
    ],
)
async def test_a_redirect_leads_nowhere_else(location: str) -> None:
    site = pages({"/": redirect(location)})
    async with (
        serve(site) as url,
        make_fetcher(resolve=system_resolve) as fetcher,
    ):
        error = await refused(fetcher, f"{url}/")
    assert "secret" not in str(error)


class Names:
    """A name server that answers each question with the next of its answers."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.answers.pop(0)


def port_of(url: str) -> str:
    return url.rpartition(":")[2]


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["64:ff9b::7f00:1"], ["fec0::1"], ["no address"]],
)
async def test_a_name_that_leads_inside_is_refused(addresses: list[str]) -> None:
    seen: list[Request] = []
    async with (
        serve(pages({}), seen=seen) as url,
        make_fetcher(policy=AddressPolicy(), resolve=Names(addresses, addresses)) as fetcher,
    ):
        target = f"http://news.example:{port_of(url)}/"
        error = await refused(fetcher, target)
        with pytest.raises(FetchError, match=r"refused to connect to news.example"):
            await fetcher.post(target, body=b"", headers={})
    assert f"resolves to {addresses[-1]}: not a public address" in str(error)
    assert not error.retryable
    assert not seen


async def test_the_address_checked_is_the_address_dialled() -> None:
    """DNS rebinding: a second answer of the name server is never asked for."""
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    seen: list[Request] = []
    async with (
        serve(pages({"/": answer(b"here")}), seen=seen) as url,
        make_fetcher(resolve=names) as fetcher,
    ):
        target = f"http://news.example:{port_of(url)}/"
        assert await body(fetcher, target) == b"here"
        assert names.asked == [("news.example", int(port_of(url)))]
        assert seen[0].headers["host"] == f"news.example:{port_of(url)}"
        error = await refused(fetcher, target)
    assert "resolves to 127.0.0.2" in str(error)
    assert len(seen) == 1


async def test_a_host_that_the_operator_allows() -> None:
    policy = AddressPolicy(["mail.internal"])
    async with (
        serve(pages({"/": answer(b"here")})) as url,
        make_fetcher(policy=policy, resolve=Names([LOOPBACK], [LOOPBACK])) as fetcher,
    ):
        assert await body(fetcher, f"http://mail.internal:{port_of(url)}/") == b"here"
        error = await refused(fetcher, f"http://other.internal:{port_of(url)}/")
    assert "fetch.allow" in str(error)


async def test_the_next_address_is_tried() -> None:
    policy = AddressPolicy(["127.0.0.0/8"])
    async with serve(pages({"/": answer(b"here")})) as url:
        names = Names(["127.0.0.3", "127.0.0.3", LOOPBACK])
        async with make_fetcher(policy=policy, resolve=names) as fetcher:
            assert await body(fetcher, f"http://news.example:{port_of(url)}/") == b"here"


async def _unknown(host: str, port: int) -> list[str]:
    raise OSError(-2, "Name or service not known")


async def _too_long(host: str, port: int) -> list[str]:
    raise UnicodeError("label too long")


async def _nothing(host: str, port: int) -> list[str]:
    return []


@pytest.mark.parametrize(
    ("resolve", "reason"),
    [
        (_unknown, "news.example: the name does not resolve (Name or service not known)"),
        (_too_long, "news.example: the name does not resolve (label too long)"),
        (_nothing, "news.example: the name resolves to no address"),
    ],
)
async def test_a_name_without_address(resolve: object, reason: str) -> None:
    async with make_fetcher(resolve=resolve) as fetcher:
        error = await refused(fetcher, "http://news.example/")
    assert str(error) == reason
    assert error.retryable


async def test_the_environment_s_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Request] = []
    async with serve(pages({}), seen=seen) as proxy, serve(pages({"/": answer(b"here")})) as url:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        async with make_fetcher() as fetcher:
            assert await body(fetcher, url) == b"here"
    assert not seen


def certified(*names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS context with a certificate for ``names``, and a client's that trusts it."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client


async def test_tls_checks_the_name_though_an_address_is_dialled() -> None:
    server, client = certified("news.example")
    site = pages({"/": answer(b"here")})
    names = Names([LOOPBACK], [LOOPBACK])
    async with (
        serve(site, tls=server) as url,
        make_fetcher(tls=client, resolve=names) as fetcher,
    ):
        assert await body(fetcher, f"https://news.example:{port_of(url)}/") == b"here"
        error = await refused(fetcher, f"https://other.example:{port_of(url)}/")
    assert str(error).startswith("other.example: its certificate is not trusted: ")
    assert "other.example" in str(error).partition(":")[2]
    assert error.retryable


async def test_a_certificate_of_nobody_we_trust() -> None:
    server, _ = certified(LOOPBACK)
    async with serve(pages({}), tls=server) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
        plain = await refused(fetcher, url.replace("https", "http"))
    assert str(error).startswith("127.0.0.1: its certificate is not trusted: ")
    assert plain.status is None


async def test_tls_to_a_server_without() -> None:
    async with serve(pages({})) as url, make_fetcher(timeout=0.3) as fetcher:
        error = await refused(fetcher, url.replace("http", "https"))
    assert str(error).startswith("127.0.0.1")


@pytest.mark.parametrize("pieces", [(HEAD,), (answer(b"half", headers={"Content-Length": "9"}),)])
async def test_a_post_is_answered_once_the_status_is_in(pieces: tuple[bytes, ...]) -> None:
    loop = asyncio.get_running_loop()
    async with serve(lambda _: hang(*pieces)) as url, make_fetcher() as fetcher:
        started = loop.time()
        given = await fetcher.post(url, body=b"x", headers={}, timeout=0.8)
        assert loop.time() - started < 3
    assert given.status == 200


async def test_a_post_without_answer() -> None:
    async with serve(lambda _: hang()) as url, make_fetcher() as fetcher:
        with pytest.raises(FetchError, match=r"gives no whole answer within 0.2 s"):
            await fetcher.post(url, body=b"x", headers={}, timeout=0.2)


async def test_posts_are_not_delayed() -> None:
    clock = Clock()
    seen: list[Request] = []
    async with (
        serve(lambda _: answer(b"ok"), seen=seen) as url,
        make_fetcher(clock, delay=60.0) as fetcher,
    ):
        await fetcher.get(url)
        await fetcher.post(url, body=b"1", headers={})
        await fetcher.post(url, body=b"2", headers={})
    assert [request.body for request in seen] == [b"", b"1", b"2"]
    assert not clock.slept
