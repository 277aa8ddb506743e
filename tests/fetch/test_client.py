"""What each status and header of an answer comes to, and what is said to ask for it."""

from __future__ import annotations

import gzip
import ssl

import pytest

from monitor.fetch import Answer
from monitor.models import Fetched, NotModified, Validators
from tests.fetch.tools import NOW_HTTP, USER_AGENT, body, make_fetcher, refused
from tests.servers import Request, answer, pages, redirect, serve

Tls = ssl.SSLContext | None


async def test_a_page(tls: Tls) -> None:
    text = "<p>老挝</p>".encode("gbk")
    headers = {
        "Content-Type": "Text/HTML; charset=gbk",
        "ETag": '"abc"',
        "Last-Modified": NOW_HTTP,
        "Cache-Control": "max-age=300",
    }
    given = answer(text, headers=headers)
    async with serve(lambda _: given, tls=tls) as url, make_fetcher() as fetcher:
        found = await fetcher.get(url + "/feed#top")
    assert found == Fetched(
        url=f"{url}/feed",
        body=text,
        content_type="text/html",
        charset="gbk",
        validators=Validators('"abc"', NOW_HTTP),
        fresh_for=300.0,
    )


async def test_what_a_get_says(tls: Tls) -> None:
    seen: list[Request] = []
    site = pages({"/a?b=%e4+c&d": answer(b"x", headers={"Set-Cookie": "id=1; Path=/"})})
    async with serve(site, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        await fetcher.get(f"{url}/a?b=%e4+c&d", accept="application/rss+xml")
        await fetcher.get(f"{url}/a?b=%e4+c&d")
    first, second = (dict(request.headers) for request in seen)
    assert first == {
        "host": url.partition("//")[2],
        "user-agent": USER_AGENT,
        "accept": "application/rss+xml",
        "accept-encoding": "gzip, deflate, br, zstd",
    }
    assert "text/html" in second.pop("accept")
    assert second.items() <= first.items()  # no cookie, no Referer, no condition


@pytest.mark.parametrize(
    "target", ["/?", "/a?", "/%7euser/%41/", "/a;b=c/@:!$&'()*+,=", "/?q=a|b^c`{}[]", "//x//y"]
)
async def test_an_address_is_asked_for_as_it_stands(target: str, tls: Tls) -> None:
    """aiohttp would clean some of them up; those are carried by httpcore."""
    seen: list[Request] = []
    async with (
        serve(lambda _: answer(b"x"), seen=seen, tls=tls) as url,
        make_fetcher() as fetcher,
    ):
        await fetcher.get(url + target)
    assert [request.target for request in seen] == [target]


def weird(etag: bytes, status: bytes = b"304 Not Modified") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nETag: " + etag + b"\r\nExpires: 0\r\n\r\n"


async def test_validators_are_echoed_and_a_304_renews_them(tls: Tls) -> None:
    answers = [weird(b'W/"\xe9"'), answer(status=304, headers={"Cache-Control": "max-age=60"})]
    seen: list[Request] = []
    asked = Validators('W/"\xff, old"', "some time ago")
    async with (
        serve(lambda _: answers.pop(0), seen=seen, tls=tls) as url,
        make_fetcher() as fetcher,
    ):
        renewed = await fetcher.get(url, validators=asked)
        same = await fetcher.get(url, validators=asked)
    assert seen[0].headers["if-none-match"] == 'W/"\xff, old"'
    assert seen[0].headers["if-modified-since"] == "some time ago"
    assert renewed == NotModified(Validators('W/"\xe9"', "some time ago"), 0.0)
    assert same == NotModified(asked, 60.0)


@pytest.mark.parametrize("validators", [None, Validators()])
async def test_a_304_nobody_asked_for(validators: Validators | None, tls: Tls) -> None:
    async with serve(lambda _: answer(status=304), tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url, validators=validators)
    assert str(error) == "127.0.0.1 answers 304 Not Modified"
    assert error.retryable


@pytest.mark.parametrize(
    ("status", "retryable", "reason"),
    [
        (300, False, "300 Multiple Choices"),
        (301, False, "301 Moved Permanently"),
        (400, False, "400 Bad Request"),
        (401, False, "401 Unauthorized"),
        (403, True, "403 Forbidden"),
        (404, False, "404 Not Found"),
        (408, True, "408 Request Timeout"),
        (410, False, "410 Gone"),
        (429, True, "429 Too Many Requests"),
        (451, False, "451 Unavailable For Legal Reasons"),
        (500, True, "500 Internal Server Error"),
        (503, True, "503 Service Unavailable"),
        (599, True, "599"),
        (204, True, "204 No Content without content"),
        (206, True, "206 Partial Content without content"),
    ],
)
async def test_statuses(status: int, retryable: bool, reason: str, tls: Tls) -> None:
    given = answer(status=status, headers={"Retry-After": "77"})
    async with serve(lambda _: given, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == f"127.0.0.1 answers {reason}"
    assert (error.status, error.retryable, error.retry_after) == (status, retryable, 77.0)
    assert error.challenge is None


async def test_any_2xx_with_a_body_and_an_empty_200(tls: Tls) -> None:
    site = pages({"/203": answer(b"via a proxy", 203), "/200": answer()})
    async with serve(site, tls=tls) as url, make_fetcher() as fetcher:
        assert await body(fetcher, f"{url}/203") == b"via a proxy"
        assert await body(fetcher, f"{url}/200") == b""


@pytest.mark.parametrize("status", [200, 403, 503])
async def test_a_challenge_is_named(status: int, tls: Tls) -> None:
    page = gzip.compress(b"<html><head><title>Just a moment...</title>")
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    given = answer(page, status, headers)
    async with serve(lambda _: given, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1 shows a challenge page (Cloudflare) instead of its content"
    assert (error.status, error.retryable, error.challenge) == (status, True, "Cloudflare")


async def test_a_long_content_length_is_believed_at_once(tls: Tls) -> None:
    given = answer(b"x", headers={"Content-Length": str(50 * 2**20)})
    async with serve(lambda _: given, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url)
    assert str(error) == "127.0.0.1 sends more than 10 MiB"
    assert not error.retryable


async def test_validators_that_no_server_gave(tls: Tls) -> None:
    seen: list[Request] = []
    async with serve(pages({}), seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        error = await refused(fetcher, url, validators=Validators("老挝"))
        broken = await refused(fetcher, url, validators=Validators('"a"\r\nX: y'))
    assert str(error).startswith("127.0.0.1: 'latin-1' codec")
    assert str(broken).startswith("127.0.0.1")
    assert not seen


async def test_a_post(tls: Tls) -> None:
    seen: list[Request] = []
    given = answer(b"try\r\n\x1b[31mlater", 503, {"Retry-After": "9", "Set-Cookie": "a=b"})
    async with serve(lambda _: given, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        headers = {"Content-Type": "application/json"}
        said = await fetcher.post(f"{url}/hook", body=b'{"a": 1}', headers=headers)
        await fetcher.post(f"{url}/hook", body=b"", headers={})
    assert said == Answer(503, "try [31mlater", 9.0)
    first, second = seen
    assert (first.method, first.target, first.body) == ("POST", "/hook", b'{"a": 1}')
    assert dict(first.headers) == {
        "host": url.partition("//")[2],
        "user-agent": USER_AGENT,
        "accept-encoding": "identity",
        "content-type": "application/json",
        "content-length": "8",
    }
    assert second.headers["content-length"] == "0"
    assert "cookie" not in second.headers


async def test_a_large_post(tls: Tls) -> None:
    seen: list[Request] = []
    async with serve(lambda _: answer(), seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        await fetcher.post(url, body=b"x" * 2**21, headers={})
    assert len(seen[0].body) == 2**21


async def test_a_post_follows_no_redirect(tls: Tls) -> None:
    given = redirect("http://127.0.0.1/", 307)
    async with serve(lambda _: given, tls=tls) as url, make_fetcher() as fetcher:
        assert await fetcher.post(url, body=b"", headers={}) == Answer(307)


async def test_the_reason_is_short(tls: Tls) -> None:
    given = answer(b"x" * 10_000, 400)
    async with serve(lambda _: given, tls=tls) as url, make_fetcher() as fetcher:
        said = await fetcher.post(url, body=b"", headers={})
    assert len(said.reason) == 500


MOVES = {
    "/new": answer(b"here", headers={"ETag": '"1"'}),
    "/301": redirect("/new", 301),
    "/308": redirect("/301", 308),
    "/302": redirect("/301", 302),
    "/303": redirect("/new", 303),
    "/307": redirect("/302", 307),
    "/301-302": redirect("/302", 301),
    "/round": redirect("/about", 301),
    "/about": redirect("/round", 308),
}


@pytest.mark.parametrize(
    ("path", "moved_to"),
    [
        ("/new", None),
        ("/301", "/new"),
        ("/308", "/new"),
        ("/302", None),
        ("/303", None),
        ("/307", None),
        ("/301-302", "/302"),
    ],
)
async def test_a_move_counts_as_far_as_it_is_permanent(
    path: str, moved_to: str | None, tls: Tls
) -> None:
    def site(request: Request) -> bytes:
        known = "if-none-match" in request.headers and request.target == "/new"
        return answer(status=304) if known else MOVES[request.target]

    async with serve(site, tls=tls) as url, make_fetcher() as fetcher:
        found = await fetcher.get(url + path)
        same = await fetcher.get(url + path, validators=found.validators)
    expected = url + moved_to if moved_to else None
    assert isinstance(found, Fetched)
    assert found.url == f"{url}/new"
    assert found.moved_to == expected
    assert same == NotModified(found.validators, moved_to=expected)


async def test_who_comes_home_has_not_moved() -> None:
    visits: list[str] = []

    def site(request: Request) -> bytes:
        visits.append(request.target)
        return answer(b"here") if visits.count("/round") == 2 else MOVES[request.target]

    async with serve(site) as url, make_fetcher() as fetcher:
        found = await fetcher.get(f"{url}/round")
    assert visits == ["/round", "/about", "/round"]
    assert found.moved_to is None


@pytest.mark.parametrize("user_agent", ["", " monitor", "mon\nitor", "监测", "x" * 301])
async def test_an_impossible_user_agent(user_agent: str) -> None:
    with pytest.raises(ValueError, match="user_agent must be"):
        make_fetcher(user_agent=user_agent)
