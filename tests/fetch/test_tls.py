"""Certificates, and HTTP/2 where the server speaks it."""

from __future__ import annotations

import asyncio
import struct

import pytest
import trustme

from monitor.models import NotModified, Validators
from tests.fetch.h2server import H2Server, Reply
from tests.fetch.test_names import NameServer, named
from tests.fetch.tools import body, certified, make_fetcher, refused
from tests.servers import LOOPBACK, Request, answer, pages, serve


async def test_the_name_is_checked_though_an_address_is_dialled() -> None:
    site = pages({"/": answer(b"here")})
    names = NameServer([LOOPBACK], [LOOPBACK])
    async with (
        serve(site, tls=certified("news.example")) as url,
        make_fetcher(resolve=names) as fetcher,
    ):
        assert await body(fetcher, f"{named(url)}/") == b"here"
        error = await refused(fetcher, f"{named(url, 'other.example')}/")
    assert str(error).startswith("other.example: its certificate is not trusted: ")
    assert "other.example" in str(error).partition(":")[2]
    assert error.retryable


async def test_a_certificate_of_nobody_we_trust() -> None:
    stranger = certified(LOOPBACK, authority=trustme.CA())
    async with serve(pages({}), tls=stranger) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
        plain = await refused(fetcher, url.replace("https", "http"))
    assert str(error).startswith("127.0.0.1: its certificate is not trusted: ")
    assert plain.status is None


async def test_tls_to_a_server_without() -> None:
    async with serve(pages({})) as url, make_fetcher(timeout=0.3) as fetcher:
        error = await refused(fetcher, url.replace("http", "https"))
    assert str(error).startswith("127.0.0.1")


async def test_a_handshake_that_never_ends_leaves_nothing_open() -> None:
    held: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    server = await asyncio.start_server(lambda *pair: held.append(pair), LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    async with make_fetcher(timeout=0.2) as fetcher:
        error = await refused(fetcher, f"https://{LOOPBACK}:{port}/")
        ((reader, writer),) = held
        assert await reader.read() != b""  # a greeting, and then the end: it hung up
    assert str(error) == "127.0.0.1 gives no whole answer within 0.2 s"
    writer.close()
    server.close()
    await server.wait_closed()


# --- HTTP/2 -------------------------------------------------------------------------------------


async def test_http2_is_spoken_where_the_server_has_it() -> None:
    big = b"x" * 3 * 2**20
    async with H2Server(lambda _: Reply(big)) as server, make_fetcher() as fetcher:
        for path in ("/a", "/b?c=%20d"):
            assert await body(fetcher, server.url + path, accept="application/rss+xml") == big
    assert [request.target for request in server.seen] == ["/a", "/b?c=%20d"]
    assert server.connections == 1
    said = server.seen[0].headers
    assert said[":authority"] == server.url.removeprefix("https://")
    assert said["accept"] == "application/rss+xml"
    assert {"cookie", "referer", "connection", "host"}.isdisjoint(said)


async def test_validators_are_echoed_to_the_byte_over_http2() -> None:
    def page(request: Request) -> Reply:
        if "if-none-match" in request.headers:
            return Reply(status=304, headers=((b"etag", b'W/"\xe9"'),))
        return Reply(b"page", headers=((b"etag", b'W/"\xe9"'), (b"content-type", b"text/html")))

    async with H2Server(page) as server, make_fetcher() as fetcher:
        found = await fetcher.get(server.url)
        again = await fetcher.get(server.url, validators=found.validators)
    assert again == NotModified(Validators('W/"\xe9"'))
    assert server.seen[1].headers["if-none-match"] == 'W/"\xe9"'
    assert server.connections == 1


async def test_a_post_over_http2() -> None:
    def echo(request: Request) -> Reply:
        return Reply(request.body[-7:], status=503, headers=((b"retry-after", b"9"),))

    async with H2Server(echo) as server, make_fetcher() as fetcher:
        given = await fetcher.post(server.url, body=b"x" * 100_000 + b"the end", headers={})
        empty = await fetcher.post(server.url, body=b"", headers={})
    assert (given.status, given.reason, given.retry_after) == (503, "the end", 9.0)
    assert empty.status == 503
    assert len(server.seen[0].body) == 100_007


async def test_http1_is_spoken_to_a_server_that_asks_for_it() -> None:
    site = pages({"/": answer(b"1.1")})
    async with serve(site, tls=certified(LOOPBACK)) as url, make_fetcher() as fetcher:
        assert await body(fetcher, f"{url}/") == b"1.1"


async def test_a_body_that_was_not_read_is_in_no_later_answer_s_way() -> None:
    def site(request: Request) -> Reply:
        return Reply(b"x" * 40 * 2**20 if request.target == "/big" else b"small")

    async with H2Server(site) as server, make_fetcher(timeout=5.0) as fetcher:
        for _ in range(2):
            assert "sends more than" in str(await refused(fetcher, f"{server.url}/big"))
            assert await body(fetcher, f"{server.url}/small") == b"small"


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


async def test_a_get_that_is_reset_is_asked_once_more_over_a_new_connection() -> None:
    def site(request: Request) -> Reply:
        return Reply(b"page") if len(server.seen) == 1 else Reply(raw=frame(0x3, 0, 3, b"\0\0\0\7"))

    async with H2Server(site) as server, make_fetcher(timeout=5.0) as fetcher:
        assert await body(fetcher, f"{server.url}/a") == b"page"
        await refused(fetcher, f"{server.url}/b")
    assert [request.target for request in server.seen] == ["/a", "/b", "/b"]
    assert server.connections == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"\xff" * 64,
        frame(0x0, 0, 1, b"data before headers"),
        frame(0x1, 0x4, 1, b"\xff\xff\xff\xff no HPACK"),
        frame(0x1, 0x4, 2, b"\x88"),
        frame(0x1, 0x4, 1, b"\x88") + frame(0x0, 0x8, 1, b"\xff padding beyond the end"),
        frame(0x1, 0x4, 1, b"\x88") + frame(0x6, 0, 1, b"a ping on a stream"),
        frame(0x1, 0x4, 1, b"\x88") + frame(0x1, 0x4, 1, b"\x88"),
        frame(0x1, 0x4, 1, b"\x88") + frame(0x3, 0, 1, b"\0\0\0\2"),
        frame(0x1, 0x4, 1, b"\x48\x03abc"),
        frame(0x1, 0x0, 1, b"\x88") + frame(0x9, 0, 1, b"\x40\x01a\x01b") * 9000,
        frame(0x3, 0, 1, b"\0\0\0\7"),
        frame(0x7, 0, 0, b"\0\0\0\0\0\0\0\1"),
        frame(0x4, 0, 0, b"\0\4\xff\xff\xff\xff"),
        frame(0x8, 0, 0, b"\0\0\0\0"),
    ],
)
async def test_garbage_over_http2(raw: bytes) -> None:
    async with H2Server(lambda _: Reply(raw=raw)) as server, make_fetcher(timeout=0.3) as fetcher:
        error = await refused(fetcher, server.url)
    assert str(error).startswith("127.0.0.1")
    assert error.retryable
