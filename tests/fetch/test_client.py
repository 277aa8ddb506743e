"""What each status and header of an answer comes to."""

from __future__ import annotations

import gzip

import httpx
import pytest
from pytest_httpx import HTTPXMock

from monitor.fetch import Answer
from monitor.models import Fetched, NotModified, Validators
from tests.fetch.tools import NOW_HTTP, USER_AGENT, body, make_fetcher, refused

URL = "https://news.example/feed"


async def test_a_page(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        content="<p>老挝</p>".encode("gbk"),
        headers={
            "Content-Type": "Text/HTML; charset=gbk",
            "ETag": '"abc"',
            "Last-Modified": NOW_HTTP,
            "Cache-Control": "max-age=300",
        },
    )
    async with make_fetcher() as fetcher:
        found = await fetcher.get(URL + "#top")
    assert found == Fetched(
        url=URL,
        body="<p>老挝</p>".encode("gbk"),
        content_type="text/html",
        charset="gbk",
        validators=Validators('"abc"', NOW_HTTP),
        fresh_for=300.0,
    )


async def test_what_a_get_says(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(content=b"x", headers={"Set-Cookie": "id=1; Path=/"})
    httpx_mock.add_response(content=b"x")
    async with make_fetcher() as fetcher:
        await fetcher.get(URL, accept="application/rss+xml")
        await fetcher.get(URL)
    first, second = (dict(request.headers) for request in httpx_mock.get_requests())
    assert first == {
        "host": "news.example",
        "user-agent": USER_AGENT,
        "accept": "application/rss+xml",
        "accept-encoding": "gzip, deflate",
        "connection": "keep-alive",
    }
    assert "text/html" in second.pop("accept")
    assert second.items() <= first.items()  # no cookie, no Referer, no condition


async def test_validators_are_echoed_and_a_304_renews_them(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        status_code=304, headers=[(b"ETag", b'W/"\xe9"'), (b"Expires", NOW_HTTP.encode())]
    )
    httpx_mock.add_response(status_code=304, headers={"Cache-Control": "max-age=60"})
    asked = Validators('W/"\xff, old"', "some time ago")
    async with make_fetcher() as fetcher:
        renewed = await fetcher.get(URL, validators=asked)
        same = await fetcher.get(URL, validators=asked)
    raw = dict(httpx_mock.get_requests()[0].headers.raw)
    assert raw[b"If-None-Match"] == b'W/"\xff, old"'
    assert raw[b"If-Modified-Since"] == b"some time ago"
    assert renewed == NotModified(Validators('W/"\xe9"', "some time ago"), 0.0)
    assert same == NotModified(asked, 60.0)


@pytest.mark.parametrize("validators", [None, Validators()])
async def test_a_304_nobody_asked_for(httpx_mock: HTTPXMock, validators: Validators) -> None:
    httpx_mock.add_response(status_code=304)
    async with make_fetcher() as fetcher:
        error = await refused(fetcher, URL, validators=validators)
    assert str(error) == "news.example answers 304 Not Modified"
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
async def test_statuses(httpx_mock: HTTPXMock, status: int, retryable: bool, reason: str) -> None:
    httpx_mock.add_response(status_code=status, headers={"Retry-After": "77"})
    async with make_fetcher() as fetcher:
        error = await refused(fetcher, URL)
    assert str(error) == f"news.example answers {reason}"
    assert (error.status, error.retryable, error.retry_after) == (status, retryable, 77.0)


async def test_any_2xx_with_a_body_and_an_empty_200(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=203, content=b"via a proxy")
    httpx_mock.add_response(status_code=200)
    async with make_fetcher() as fetcher:
        assert await body(fetcher, URL) == b"via a proxy"
        assert await body(fetcher, URL) == b""


@pytest.mark.parametrize("status", [200, 403, 503])
async def test_a_challenge_is_named(httpx_mock: HTTPXMock, status: int) -> None:
    page = gzip.compress(b"<html><head><title>Just a moment...</title>")
    httpx_mock.add_response(
        status_code=status,
        content=page,
        headers={"Content-Type": "text/html", "Content-Encoding": "gzip"},
    )
    async with make_fetcher() as fetcher:
        error = await refused(fetcher, URL)
    assert str(error) == "news.example shows a challenge page (Cloudflare) instead of its content"
    assert (error.status, error.retryable) == (status, True)


async def test_a_long_content_length_is_believed_at_once(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(content=b"x", headers={"Content-Length": str(50 * 2**20)})
    async with make_fetcher() as fetcher:
        error = await refused(fetcher, URL)
    assert str(error) == "news.example sends more than 10 MiB"
    assert not error.retryable


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (httpx.ReadTimeout(""), "gives no whole answer within 10 s"),
        (httpx.ReadError(""), "the connection broke off"),
        (httpx.RemoteProtocolError("illegal\r\nheader"), "illegal header"),
        (httpx.ConnectError(""), "no connection: refused"),
        (httpx.InvalidURL("odd"), "odd"),
        (httpx.StreamClosed(), "closed"),
        (OSError(24, "Too many open files"), "Too many open files"),
        (UnicodeError("label too long"), "label too long"),
        (ValueError(), "ValueError"),
    ],
)
async def test_whatever_the_wire_raises(
    httpx_mock: HTTPXMock, raised: Exception, reason: str
) -> None:
    httpx_mock.add_exception(raised)
    httpx_mock.add_exception(raised)
    async with make_fetcher() as fetcher:
        error = await refused(fetcher, URL)
        assert str(error).startswith("news.example")
        assert reason in str(error)
        assert error.retryable
        assert error.status is None
        with pytest.raises(type(error), match=r"^news.example"):
            await fetcher.post(URL, body=b"", headers={})


async def test_validators_that_no_server_gave(httpx_mock: HTTPXMock) -> None:
    async with make_fetcher() as fetcher:
        error = await refused(fetcher, URL, validators=Validators("老挝"))
    assert str(error).startswith("news.example: 'latin-1' codec")
    assert not httpx_mock.get_requests()


async def test_a_post(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        status_code=503, text="try\r\n\x1b[31mlater", headers={"Retry-After": "9"}
    )
    async with make_fetcher() as fetcher:
        answer = await fetcher.post(
            URL, body=b'{"a": 1}', headers={"Content-Type": "application/json"}
        )
    assert answer == Answer(503, "try [31mlater", 9.0)
    (request,) = httpx_mock.get_requests()
    assert request.method == "POST"
    assert request.content == b'{"a": 1}'
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == USER_AGENT
    assert "cookie" not in request.headers


async def test_a_post_follows_no_redirect(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=307, headers={"Location": "http://127.0.0.1/"})
    async with make_fetcher() as fetcher:
        assert await fetcher.post(URL, body=b"", headers={}) == Answer(307)


async def test_the_reason_is_short(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=400, content=b"x" * 10_000)
    async with make_fetcher() as fetcher:
        answer = await fetcher.post(URL, body=b"", headers={})
    assert len(answer.reason) == 500


@pytest.mark.parametrize("user_agent", ["", " monitor", "mon\nitor", "监测", "x" * 301])
async def test_an_impossible_user_agent(user_agent: str) -> None:
    with pytest.raises(ValueError, match="user_agent must be"):
        make_fetcher(user_agent=user_agent)
