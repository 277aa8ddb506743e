"""Cookies: none, unless a jar is passed; never beyond it, never to another host."""

from __future__ import annotations

import ssl
from http.cookiejar import CookieJar

from monitor.models import Validators
from tests.fetch.test_names import NameServer, named
from tests.fetch.tools import body, make_fetcher
from tests.servers import LOOPBACK, Request, answer, pages, redirect, serve

Tls = ssl.SSLContext | None


def door(request: Request) -> bytes:
    """Lets in who brings the cookie back that it hands out on the way."""
    if "id=7" in request.headers.get("cookie", ""):
        return answer(b"welcome", headers={"Set-Cookie": "seen=1"})
    return answer(
        status=302, headers={"Location": "/again", "Set-Cookie": "id=7; Path=/; HttpOnly"}
    )


async def test_a_jar_keeps_cookies_from_hop_to_hop_and_page_to_page(tls: Tls) -> None:
    seen: list[Request] = []
    jar = CookieJar()
    async with serve(door, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        assert await body(fetcher, f"{url}/", cookies=jar) == b"welcome"
        assert await body(fetcher, f"{url}/page", cookies=jar) == b"welcome"
    said = [request.headers.get("cookie") for request in seen]
    assert said == [None, "id=7", "id=7; seen=1"]
    assert {cookie.name for cookie in jar} == {"id", "seen"}


async def test_a_jar_serves_one_look_and_no_other(tls: Tls) -> None:
    seen: list[Request] = []
    site = pages({"/": answer(b"x", headers={"Set-Cookie": "id=7"})})
    async with serve(site, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        await fetcher.get(f"{url}/", cookies=CookieJar())
        await fetcher.get(f"{url}/", cookies=CookieJar())
        await fetcher.get(f"{url}/")
        await fetcher.post(f"{url}/", body=b"", headers={})
    assert not any("cookie" in request.headers for request in seen)


async def test_cookies_go_to_no_other_host(tls: Tls) -> None:
    seen: list[Request] = []
    names = NameServer([LOOPBACK], [LOOPBACK])
    async with (
        serve(lambda r: answers[r.target], seen=seen, tls=tls) as url,
        make_fetcher(resolve=names) as fetcher,
    ):
        leaving = {"Location": f"{url}/b", "Set-Cookie": "id=7; Domain=127.0.0.1"}
        answers = {"/a": answer(status=302, headers=leaving), "/b": answer(b"x")}
        await fetcher.get(f"{named(url)}/a", cookies=CookieJar())
    assert len(seen) == 2
    assert not any("cookie" in request.headers for request in seen)


async def test_bytes_beyond_ascii_come_back_as_they_were(tls: Tls) -> None:
    jar, seen = CookieJar(), list[Request]()
    odd = b"HTTP/1.1 304 Not Modified\r\nSet-Cookie: \xff=;=\r\nSet-Cookie: a=\xe9\r\n\r\n"
    async with serve(lambda _: odd, seen=seen, tls=tls) as url, make_fetcher() as fetcher:
        await fetcher.get(url, cookies=jar, validators=Validators('"1"'))
        await fetcher.get(url, cookies=jar, validators=Validators('"1"'))
    assert "a=\xe9" in seen[1].headers["cookie"]


async def test_no_cookie_of_the_robots_file_is_kept() -> None:
    seen: list[Request] = []
    jar = CookieJar()
    robots = answer(b"User-agent: *\n", headers={"Set-Cookie": "robot=1; Path=/"})
    site = pages({"/robots.txt": robots, "/a": redirect("/b"), "/b": answer(b"x")})
    async with serve(site, seen=seen) as url, make_fetcher() as fetcher:
        await fetcher.get(f"{url}/a", robots=True, cookies=jar)
    assert not list(jar)
    assert not any("cookie" in request.headers for request in seen)
