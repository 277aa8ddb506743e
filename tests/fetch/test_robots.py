"""robots.txt by RFC 9309, asked of real servers."""

from __future__ import annotations

import asyncio

import pytest

from monitor.fetch import AddressPolicy
from monitor.fetch.robots import MAX_BYTES, product_token
from tests.fetch.tools import Clock, body, make_fetcher, refused
from tests.servers import Handler, Request, answer, hang, pages, redirect, serve

FORBID = b"User-agent: *\nDisallow: /private\nAllow: /private/press\n"


def site(robots: bytes) -> Handler:
    """A site of which every page exists, with this answer for its robots file."""
    return lambda request: robots if request.target == "/robots.txt" else answer(b"page")


async def test_what_is_forbidden_is_not_asked_for() -> None:
    seen: list[Request] = []
    async with serve(site(answer(FORBID)), seen=seen) as url, make_fetcher() as fetcher:
        assert await body(fetcher, f"{url}/story", robots=True) == b"page"
        assert await body(fetcher, f"{url}/private/press/1", robots=True) == b"page"
        error = await refused(fetcher, f"{url}/private/x?token=1", robots=True)
        assert await body(fetcher, f"{url}/private/feed") == b"page"  # subscribed to: exempt
    assert str(error) == "robots.txt of 127.0.0.1 forbids /private/x"
    assert not error.retryable
    assert [request.target for request in seen] == [
        "/robots.txt",
        "/story",
        "/private/press/1",
        "/private/feed",
    ]


async def test_a_redirect_to_a_forbidden_page_is_not_followed() -> None:
    robots = answer(b"User-agent: *\nDisallow: /private\n")
    handler = pages({"/robots.txt": robots, "/a": redirect("/private")})
    async with serve(handler) as url, make_fetcher() as fetcher:
        assert "forbids /private" in str(await refused(fetcher, f"{url}/a", robots=True))


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 429, 451])
async def test_4xx_means_allowed(status: int) -> None:
    async with serve(site(answer(status=status))) as url, make_fetcher() as fetcher:
        assert await body(fetcher, f"{url}/private", robots=True) == b"page"


@pytest.mark.parametrize("status", [500, 503, 599])
async def test_5xx_means_not_now(status: int) -> None:
    clock = Clock()
    seen: list[Request] = []
    answers = [answer(status=status), answer(FORBID)]
    async with (
        serve(
            lambda r: answers[0] if r.target == "/robots.txt" else answer(b"page"), seen=seen
        ) as url,
        make_fetcher(clock) as fetcher,
    ):
        error = await refused(fetcher, f"{url}/a", robots=True)
        await refused(fetcher, f"{url}/b", robots=True)
        assert [request.target for request in seen] == ["/robots.txt"]
        answers.pop(0)
        assert error.retry_after is not None
        clock.time += error.retry_after
        assert await body(fetcher, f"{url}/a", robots=True) == b"page"
    assert "robots.txt of 127.0.0.1 cannot be read" in str(error)
    assert str(status) in str(error)
    assert error.retryable


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("asked", "seconds"), [("7200", 7_200), ("60", 300), ("999999", 86_400)])
async def test_retry_after_holds_for_the_robots_file_too(
    status: int, asked: str, seconds: float
) -> None:
    clock, seen = Clock(), list[Request]()
    busy = answer(status=status, headers={"Retry-After": asked})
    async with serve(site(busy), seen=seen) as url, make_fetcher(clock) as fetcher:
        error = await refused(fetcher, f"{url}/a", robots=True)
        clock.time += seconds - 30
        await refused(fetcher, f"{url}/a", robots=True)
        assert [request.target for request in seen] == ["/robots.txt"]
        clock.time += 31
        await refused(fetcher, f"{url}/a", robots=True)
        assert [request.target for request in seen] == ["/robots.txt"] * 2
    assert error.retry_after == pytest.approx(seconds, abs=1)


def _reset(request: Request) -> bytes:
    raise ConnectionResetError


@pytest.mark.parametrize(
    "handler", [_reset, lambda _: hang(), lambda _: redirect("http://127.0.0.2:9/robots.txt")]
)
async def test_no_answer_means_not_now(handler: Handler) -> None:
    async with serve(handler) as url, make_fetcher(timeout=0.3) as fetcher:
        error = await refused(fetcher, f"{url}/a", robots=True)
    assert "cannot be read" in str(error)
    assert error.retryable


async def test_it_is_read_once_a_day_even_when_many_ask() -> None:
    clock = Clock()
    seen: list[Request] = []

    def count() -> int:
        return sum(request.target == "/robots.txt" for request in seen)

    async with (
        serve(site(answer(FORBID)), seen=seen) as url,
        make_fetcher(clock, delay=0.0) as fetcher,
    ):
        asked = (body(fetcher, f"{url}/{number}", robots=True) for number in range(4))
        assert await asyncio.gather(*asked) == [b"page"] * 4
        clock.time += 86_000
        await fetcher.get(f"{url}/a", robots=True)
        assert count() == 1
        clock.time += 500
        await fetcher.get(f"{url}/a", robots=True)
        assert count() == 2


@pytest.mark.parametrize("hops", [5, 6])
async def test_five_redirects_are_followed_and_more_mean_none(hops: int) -> None:
    chain = {f"/{n}": redirect(f"/{n + 1}") for n in range(1, hops)}
    by_target = {"/robots.txt": redirect("/1"), **chain, f"/{hops}": answer(FORBID)}
    handler = pages(by_target | {"/private": answer(b"page")})
    async with serve(handler) as url, make_fetcher(max_redirects=0) as fetcher:
        if hops > 5:
            assert await body(fetcher, f"{url}/private", robots=True) == b"page"
        else:
            assert "forbids" in str(await refused(fetcher, f"{url}/private", robots=True))


async def test_each_port_has_its_own() -> None:
    async with (
        serve(site(answer(FORBID))) as strict,
        serve(site(answer(status=404))) as free,
        make_fetcher() as fetcher,
    ):
        await refused(fetcher, f"{strict}/private", robots=True)
        assert await body(fetcher, f"{free}/private", robots=True) == b"page"


async def test_crawl_delay_holds_for_feeds_as_well() -> None:
    clock = Clock()
    robots = b"User-agent: *\nCrawl-delay: 10\n"
    async with serve(site(answer(robots))) as url, make_fetcher(clock) as fetcher:
        await fetcher.get(f"{url}/a", robots=True)
        await fetcher.get(f"{url}/feed")
    assert all(10 <= pause <= 12.5 for pause in clock.slept[1:])
    assert len(clock.slept) == 2


async def test_the_robots_file_passes_the_gate() -> None:
    seen: list[Request] = []
    async with (
        serve(site(answer(FORBID)), seen=seen) as url,
        make_fetcher(policy=AddressPolicy()) as fetcher,
    ):
        error = await refused(fetcher, f"{url}/a", robots=True)
    assert "not a public address" in str(error)
    assert not seen


async def test_500_kib_are_read_and_no_half_line() -> None:
    padding = b"# padding\n" * (MAX_BYTES // 10)
    start = b"User-agent: *\nDisallow: /private\n"
    half = start + padding[: MAX_BYTES - len(start) - len(b"Disallow: /")] + b"Disallow: /x\n"
    endless = half + b"Disallow: /late\n" * 100_000
    async with serve(site(answer(endless))) as url, make_fetcher() as fetcher:
        assert await body(fetcher, f"{url}/late", robots=True) == b"page"
        await refused(fetcher, f"{url}/private", robots=True)


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [("news-monitor/1.0 (+https://x.example)", "news-monitor"), ("Bot", "bot"), ("1/2", "*")],
)
def test_product_token(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token
