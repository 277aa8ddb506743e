"""How to be a good guest, rule by rule, as a server sees it that writes down every request.

What belongs to the schedule (intervals, restarts, memory of moves) is tested where that is.
"""

from __future__ import annotations

import asyncio
import ssl
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from monitor.errors import FetchError
from monitor.models import Fetched, NotModified, Validators
from tests.fetch.test_politeness import Gate
from tests.fetch.tools import NOW, USER_AGENT, Clock, body, make_fetcher, refused
from tests.servers import Request, answer, pages, redirect, serve

Tls = ssl.SSLContext | None
WEEK = 7 * 86_400.0


def http_date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


async def test_1_after_the_first_look_every_get_is_conditional_to_the_byte(tls: Tls) -> None:
    """Quotes, odd bytes and dates that are none included; both are taken anew from each answer."""
    answers = [
        b'HTTP/1.1 200 OK\r\nETag:  W/"\xe8\x80\x81, 1" \r\nLast-Modified: yesterday\r\n\r\nnews',
        b"HTTP/1.1 304 Not Modified\r\nETag: unquoted\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nLast-Modified: today\r\n\r\nnews",
    ]
    seen: list[Request] = []
    known = None
    async with (
        serve(lambda _: answers.pop(0), seen=seen, tls=tls) as url,
        make_fetcher() as fetcher,
    ):
        for _ in range(3):
            known = (await fetcher.get(url, validators=known)).validators
    sent = [(r.headers.get("if-none-match"), r.headers.get("if-modified-since")) for r in seen]
    assert sent == [
        (None, None),
        ('W/"\xe8\x80\x81, 1"', "yesterday"),
        ("unquoted", "yesterday"),
    ]
    assert known == Validators(None, "today")


@pytest.mark.parametrize("odd", [b"\x01", b"\x7f", b"\x1b", b"\t", b"\x0b", b"\x0c", b"\0", b"\r"])
async def test_1_no_validator_keeps_a_source_from_being_asked_again(odd: bytes, tls: Tls) -> None:
    """As the server wrote it, or not at all where no library puts such a byte in a header."""
    etag = b'"a' + odd + b'b"'
    given = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nETag: " + etag + b"\r\n\r\nx"
    seen: list[Request] = []
    async with serve(lambda _: given, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        try:
            found = await fetcher.get(url)
        except FetchError:
            assert odd in b"\0\r\x0b\x0c"  # no HTTP
            return
        seen.clear()
        await fetcher.get(url, validators=found.validators)
    echoed = {"if-none-match": etag.decode("latin-1")} if odd not in b"\x0b\x0c" else {}
    assert {k: v for k, v in seen[0].headers.items() if k.startswith("if-")} == echoed


@pytest.mark.parametrize(
    ("validators", "sent"),
    [
        (Validators(etag='"1"'), {"if-none-match"}),
        (Validators(last_modified="today"), {"if-modified-since"}),
        (Validators(), set()),
    ],
)
async def test_2_one_validator_or_none_is_sent_where_a_source_is_told_so(
    validators: Validators, sent: set[str], tls: Tls
) -> None:
    seen: list[Request] = []
    async with serve(lambda _: answer(b"x"), seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        await fetcher.get(url, validators=validators)
    assert {name for name in seen[0].headers if name.startswith("if-")} == sent


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=1800"}, 1800.0),
        ({"Expires": http_date(900)}, 900.0),
        ({"Expires": http_date(900), "Cache-Control": "max-age=60"}, 60.0),
        ({"Cache-Control": "max-age=99999999"}, WEEK),
        ({"Cache-Control": "no-cache, max-age=60"}, 0.0),
        ({}, 0.0),
    ],
)
@pytest.mark.parametrize("status", [200, 304])
async def test_5_what_a_server_calls_fresh_is_told(
    status: int, headers: dict[str, str], seconds: float, tls: Tls
) -> None:
    given = answer(b"", status, headers)
    async with serve(lambda _: given, tls=tls) as url, make_fetcher() as fetcher:
        found = await fetcher.get(url, validators=Validators('"1"'))
    assert found.fresh_for == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (http_date(3_600), 3_600.0),
        (http_date(30 * 86_400), WEEK),
        ("99999999", WEEK),
        (http_date(-60), 0.0),
        ("soon", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_5_retry_after_is_told_in_seconds(
    status: int, value: str, seconds: float | None, tls: Tls
) -> None:
    given = answer(b"", status, {"Retry-After": value})
    async with serve(lambda _: given, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert (error.status, error.retryable, error.retry_after) == (status, True, seconds)


@pytest.mark.parametrize("status", [429, 503])
async def test_5_retry_after_holds_for_all_that_is_wanted_of_a_host(status: int, tls: Tls) -> None:
    clock, seen = Clock(), list[Request]()
    site = {"/busy": answer(status=status, headers={"Retry-After": "3600"}), "/b": answer(b"x")}
    async with (
        serve(pages(site), seen=seen, tls=tls) as url,
        serve(pages(site), tls=tls) as other,
        make_fetcher(clock) as fetcher,
    ):
        await refused(fetcher, f"{url}/busy")
        error = await refused(fetcher, f"{url}/b")
        assert await body(fetcher, f"{other}/b") == b"x"
        assert [request.target for request in seen] == ["/busy"]
        assert error.retryable
        assert error.retry_after == pytest.approx(3_600, abs=9)
        clock.time += 3_600
        assert await body(fetcher, f"{url}/b") == b"x"
    assert str(error) == "127.0.0.1 asked to be left alone for now"


async def test_5_no_page_closes_its_host_for_more_than_a_day(tls: Tls) -> None:
    clock = Clock()
    site = {"/busy": answer(status=503, headers={"Retry-After": "9999999"}), "/b": answer(b"x")}
    async with serve(pages(site), tls=tls) as url, make_fetcher(clock) as fetcher:
        assert (await refused(fetcher, f"{url}/busy")).retry_after == WEEK
        clock.time += 86_400
        assert await body(fetcher, f"{url}/b") == b"x"


async def test_6_who_we_are_is_said_and_nothing_about_anybody_else(tls: Tls) -> None:
    seen: list[Request] = []
    cookie = {"Set-Cookie": "id=7; Path=/", "Location": "/feed?a=1&b"}
    site = {
        "/robots.txt": answer(b"", headers=cookie),
        "/": answer(status=301, headers=cookie),
        "/feed?a=1&b": answer(b"x", headers=cookie),
    }
    async with serve(pages(site), seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        for _ in range(2):
            await fetcher.get(f"{url}/", robots=True)
    targets = ["/robots.txt", *["/", "/feed?a=1&b"] * 2]
    assert [request.target for request in seen] == targets  # no added query arguments
    for request in seen:
        assert request.headers["user-agent"] == USER_AGENT
        assert "gzip" in request.headers["accept-encoding"]
        assert {"cookie", "referer", "from", "origin"}.isdisjoint(request.headers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_7_a_move_is_told_where_it_is_said_to_be_permanent(status: int, tls: Tls) -> None:
    site = {"/old": redirect("/new", status), "/new": answer(b"x")}
    async with serve(pages(site), tls=tls) as url, make_fetcher() as fetcher:
        found = await fetcher.get(f"{url}/old")
    assert isinstance(found, Fetched)
    assert found.url == f"{url}/new"
    assert found.moved_to == (f"{url}/new" if status in (301, 308) else None)


async def test_8_gone_elsewhere_is_told_from_gone(tls: Tls) -> None:
    site = {"/old": redirect("/gone", 302), "/gone": answer(status=410)}
    async with serve(pages(site), tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, f"{url}/old")
    assert (error.status, error.redirected) == (410, True)


async def test_8_gone_is_told_from_what_may_come_back(tls: Tls) -> None:
    site = {"/gone": answer(status=410), "/busy": answer(status=500)}
    async with serve(pages(site), tls=tls) as url, make_fetcher() as fetcher:
        gone, busy = [await refused(fetcher, url + path) for path in site]
    assert (gone.status, gone.retryable, gone.redirected) == (410, False, False)
    assert (busy.status, busy.retryable) == (500, True)


async def test_9_a_host_is_asked_one_thing_at_a_time_by_whoever_asks(tls: Tls) -> None:
    """Feeds, pages, robots files and redirects of every source share the host's turn."""
    gate = Gate()
    async with serve(gate, tls=tls) as url, make_fetcher() as fetcher:
        feeds = [asyncio.create_task(body(fetcher, f"{url}/feed/{n}")) for n in range(4)]
        paged = [
            asyncio.create_task(body(fetcher, f"{url}/{n}", robots=True, accept="text/html"))
            for n in range(4)
        ]
        await gate.arrived.wait()
        gate.open.set()
        assert await asyncio.gather(*feeds, *paged) == [b"ok"] * 8
    assert gate.most == 1
    assert gate.served == 9  # the robots file, once


@pytest.mark.parametrize(
    ("robots", "least"),
    [(answer(status=404), 1.0), (answer(b"User-agent: *\nCrawl-delay: 7\n"), 7.0)],
)
async def test_9_between_two_requests_there_is_a_pause_of_no_fixed_length(
    robots: bytes, least: float, tls: Tls
) -> None:
    clock = Clock()
    times: list[float] = []

    def site(request: Request) -> bytes:
        times.append(clock())
        return robots if request.target == "/robots.txt" else answer(b"x")

    async with serve(site, tls=tls) as url, make_fetcher(clock) as fetcher:
        await fetcher.get(f"{url}/0", robots=True)
        visits = [fetcher.get(f"{url}/{n}", robots=True) for n in range(1, 6)]
        await asyncio.gather(*visits)
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert len(set(gaps)) == 6
    assert all(least <= gap <= least * 1.25 for gap in gaps)


async def test_10_robots_holds_for_pages_and_not_for_what_was_subscribed_to(tls: Tls) -> None:
    seen: list[Request] = []
    site = {"/robots.txt": answer(b"User-agent: *\nDisallow: /"), "/feed": answer(b"feed")}
    async with serve(pages(site), seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        assert await body(fetcher, f"{url}/feed") == b"feed"
        error = await refused(fetcher, f"{url}/page", robots=True)
    assert str(error) == "robots.txt of 127.0.0.1 forbids /page"
    assert [request.target for request in seen] == ["/feed", "/robots.txt"]


async def test_11_a_challenge_is_reported_and_asked_once(tls: Tls) -> None:
    seen: list[Request] = []
    page = answer(
        b"<title>Making sure you&#39;re not a bot!</title>", headers={"Content-Type": "text/html"}
    )
    async with serve(lambda _: page, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert error.challenge == "Anubis"
    assert error.retryable
    assert len(seen) == 1


async def test_a_304_is_not_asked_for_a_second_time(tls: Tls) -> None:
    seen: list[Request] = []
    async with (
        serve(lambda _: answer(status=304), seen=seen, tls=tls) as url,
        make_fetcher() as fetcher,
    ):
        found = await fetcher.get(url, validators=Validators('"1"'))
    assert isinstance(found, NotModified)
    assert len(seen) == 1
