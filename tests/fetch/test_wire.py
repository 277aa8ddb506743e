"""Servers that misbehave, on real sockets, in clear text and over TLS."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from monitor.errors import FetchError
from monitor.models import Validators
from tests.fetch.tools import Clock, body, certified, make_fetcher, refused
from tests.servers import LOOPBACK, Handler, Request, answer, hang, pages, redirect, serve

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

Tls = ssl.SSLContext | None


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


async def test_a_dripping_server_is_cut_off(tls: Tls) -> None:
    loop = asyncio.get_running_loop()
    async with serve(lambda _: drip(), tls=tls) as url, make_fetcher(timeout=0.3) as fetcher:
        started = loop.time()
        error = await refused(fetcher, url)
        assert loop.time() - started < 3
    assert str(error) == "127.0.0.1 gives no whole answer within 0.3 s"
    assert error.retryable


@pytest.mark.parametrize("pieces", [(), (b"HTTP/1.1 200 OK\r\n",), (HEAD, b"<html>")])
async def test_a_server_that_hangs(pieces: tuple[bytes, ...], tls: Tls) -> None:
    async with serve(lambda _: hang(*pieces), tls=tls) as url, make_fetcher(timeout=0.2) as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1 gives no whole answer within 0.2 s"


@pytest.mark.parametrize("packed", [False, True])
async def test_50_mb_and_a_bomb_fill_no_memory(packed: bool, tls: Tls) -> None:
    mib = bytes(2**20)
    if packed:
        bomb = answer(gzip.compress(mib * 64), headers={"Content-Encoding": "gzip"})
    async with (
        serve(lambda _: bomb if packed else flood(mib, 50), tls=tls) as url,
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


async def test_an_error_page_without_end_is_not_waited_for(tls: Tls) -> None:
    head = b"HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\n\r\n"
    endless = lambda _: flood(b"x" * 2**16, 800, head)  # noqa: E731
    async with serve(endless, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1 answers 503 Service Unavailable"


async def test_an_error_page_that_breaks_off_keeps_its_status(tls: Tls) -> None:
    broken = answer(b"not packed", 404, {"Content-Encoding": "gzip"})
    async with serve(lambda _: broken, tls=tls) as url, make_fetcher() as fetcher:
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
        lambda _: answer(b"body", headers={"Content-Encoding": "zstd"}),
        lambda _: answer(b"body", headers={"Content-Encoding": "compress"}),
    ],
)
async def test_garbage(handler: Handler, tls: Tls) -> None:
    async with serve(handler, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error).startswith("127.0.0.1")
    assert error.status is None


async def test_nobody_listens(tls: Tls) -> None:
    async with serve(pages({}), tls=tls) as url:
        pass
    async with make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1: no connection: Connection refused"
    assert error.retryable


async def test_one_bad_source_never_stops_another(tls: Tls) -> None:
    async with (
        serve(lambda _: hang(), tls=tls) as bad,
        serve(pages({"/": answer(b"good")}), tls=tls) as good,
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


async def test_redirects_are_followed_up_to_five(tls: Tls) -> None:
    seen: list[Request] = []
    chain = {f"/{n}": redirect(f"{n + 1}", status) for n, status in enumerate((301, 302, 303, 307))}
    site = pages(chain | {"/4": redirect("/5?x#part", 308), "/5?x": answer(b"end")})
    async with serve(site, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        found = await fetcher.get(f"{url}/0")
    assert getattr(found, "url", None) == f"{url}/5?x"
    assert [request.target for request in seen] == ["/0", "/1", "/2", "/3", "/4", "/5?x"]
    assert not any("referer" in request.headers for request in seen)


async def test_a_redirect_loop_ends(tls: Tls) -> None:
    seen: list[Request] = []
    async with serve(lambda _: redirect("/"), seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1 redirects more than 5 times"
    assert len(seen) == 6


async def test_a_redirect_leads_from_http_to_https_and_back() -> None:
    seen: list[Request] = []
    answers = {"/back": answer(b"here")}
    async with (
        serve(pages(answers), seen=seen) as plain,
        serve(pages(answers), seen=seen, tls=certified(LOOPBACK)) as safe,
        make_fetcher() as fetcher,
    ):
        answers |= {"/": redirect(f"{safe}/safe"), "/safe": redirect(f"{plain}/back")}
        assert await body(fetcher, f"{plain}/") == b"here"
    assert [request.target for request in seen] == ["/", "/safe", "/back"]


@pytest.mark.parametrize("pieces", [(HEAD,), (answer(b"half", headers={"Content-Length": "9"}),)])
async def test_a_post_is_answered_once_the_status_is_in(
    pieces: tuple[bytes, ...], tls: Tls
) -> None:
    loop = asyncio.get_running_loop()
    async with serve(lambda _: hang(*pieces), tls=tls) as url, make_fetcher() as fetcher:
        started = loop.time()
        given = await fetcher.post(url, body=b"x", headers={}, timeout=0.8)
        assert loop.time() - started < 3
    assert given.status == 200


async def test_a_post_without_answer(tls: Tls) -> None:
    async with serve(lambda _: hang(), tls=tls) as url, make_fetcher() as fetcher:
        with pytest.raises(FetchError, match=r"gives no whole answer within 0.2 s"):
            await fetcher.post(url, body=b"x", headers={}, timeout=0.2)


async def test_posts_are_not_delayed(tls: Tls) -> None:
    clock = Clock()
    seen: list[Request] = []
    async with (
        serve(lambda _: answer(b"ok"), seen=seen, tls=tls) as url,
        make_fetcher(clock, delay=60.0) as fetcher,
    ):
        await fetcher.get(url)
        await fetcher.post(url, body=b"1", headers={})
        await fetcher.post(url, body=b"2", headers={})
    assert [request.body for request in seen] == [b"", b"1", b"2"]
    assert not clock.slept


OK, KNOWN = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 304 Not Modified\r\n"


@pytest.mark.parametrize(
    ("given", "body"),
    [
        (OK + b"Content-Length: 2\r\n\r\nhi<!-- cached -->", b"hi"),
        (OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nhi<!-- cached -->", b"hi"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n<!-- -->", b"hi"),
        (KNOWN + b"Content-Length: 5\r\n\r\nhello", None),
        (KNOWN + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", None),
    ],
)
async def test_bytes_behind_a_body_are_left_unread(
    given: bytes, body: bytes | None, tls: Tls
) -> None:
    """Whoever sends them does so with every answer: the second time nothing is asked twice."""
    seen: list[Request] = []
    async with serve(lambda _: given, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        found = [await fetcher.get(url, validators=Validators('"a"')) for _ in range(2)]
    assert [getattr(each, "body", None) for each in found] == [body, body]
    assert len(seen) == (2 if tls else 3)


async def test_a_redirect_with_more_than_it_says_is_followed(tls: Tls) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 2\r\n\r\nhello"
    site = pages({"/a": moved, "/b": answer(b"page")})
    async with serve(site, tls=tls) as url, make_fetcher() as fetcher:
        assert await body(fetcher, f"{url}/a") == b"page"


async def test_a_post_is_not_repeated_for_bytes_behind_its_answer() -> None:
    seen: list[Request] = []
    given = OK + b"Content-Length: 2\r\n\r\nhi<!-- -->"
    async with serve(lambda _: given, seen=seen) as url, make_fetcher() as fetcher:
        with pytest.raises(FetchError):
            await fetcher.post(url, body=b"x", headers={})
        assert (await fetcher.post(url, body=b"x", headers={})).status == 200
    assert len(seen) == 2


async def test_a_body_that_is_packed_for_the_way_is_unpacked() -> None:
    packed = gzip.compress(b"news")
    head = OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n"
    given = head + b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n"
    async with serve(lambda _: given) as url, make_fetcher() as fetcher:
        assert await body(fetcher, url) == b"news"
