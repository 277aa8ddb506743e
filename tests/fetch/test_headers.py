"""What headers mean, well-formed or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch import headers as meaning
from monitor.fetch.challenge import challenger
from monitor.fetch.exchange import Headers
from monitor.models import Validators
from tests.fetch.tools import NOW, NOW_HTTP

WEEK = 7 * 86_400.0


def having(headers: Mapping[str, str]) -> Headers:
    return Headers((name.encode(), value.encode()) for name, value in headers.items())


def in_seconds(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("value", "media", "charset"),
    [
        ("text/html; charset=utf-8", "text/html", "utf-8"),
        ("Text/HTML;CHARSET=GB2312", "text/html", "GB2312"),
        ('text/html; charset="gbk"', "text/html", "gbk"),
        ("text/html; charset='big5'", "text/html", "big5"),
        ("text/html; x=y ; charset = gb18030 ; z", "text/html", "gb18030"),
        ("application/rss+xml", "application/rss+xml", None),
        ("text/html; charset=", "text/html", None),
        ("text/html; charset=;", "text/html", None),
        ("text/html; charset=\xff\xfe", "text/html", None),
        ("text/html; notcharset=utf-8", "text/html", None),
        ("; charset=utf-8", "", "utf-8"),
        ("junk", "", None),
        ("text/html, text/plain", "", None),
        ("/", "", None),
        ("", "", None),
    ],
)
def test_content_type(value: str, media: str, charset: str | None) -> None:
    headers = Headers([(b"Content-Type", value.encode("latin-1"))])
    assert meaning.content_type(headers) == (media, charset)


def test_no_content_type() -> None:
    assert meaning.content_type(Headers()) == ("", None)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("99999999", WEEK),
        ("9" * 5000, WEEK),
        (in_seconds(90), 90.0),
        (in_seconds(-90), 0.0),
        (in_seconds(90 * 86_400), WEEK),
        ("Fri, 22 Jan 2021 12:00:30 -0000", 30.0),
        ("Fri, 22 Jan 2021 19:00:30 +0700", 30.0),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("Fri, 99 Jan 2021 12:00:00 GMT", None),
        ("Fri, 22 Jan 99999999999 12:00:00 GMT", None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    headers = Headers([(b"retry-after", value.encode())])
    assert meaning.retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"Cache-Control": "max-age=600"}, 600.0),
        ({"Cache-Control": 'public, Max-Age="600", must-revalidate'}, 600.0),
        ({"Cache-Control": "max-age=600", "Age": "200"}, 400.0),
        ({"Cache-Control": "max-age=600", "Age": "900"}, 0.0),
        ({"Cache-Control": "max-age=600", "Age": "junk"}, 600.0),
        ({"Cache-Control": "s-maxage=600"}, 0.0),
        ({"Cache-Control": "max-age=99999999"}, WEEK),
        ({"Cache-Control": "max-age=" + "9" * 5000, "Age": "9" * 5000}, 0.0),
        ({"Cache-Control": "max-age=-1"}, 0.0),
        ({"Cache-Control": "no-store, max-age=600"}, 0.0),
        ({"Cache-Control": "max-age=600, no-cache", "Expires": in_seconds(60)}, 0.0),
        ({"Cache-Control": 'max-age=600, no-cache="Set-Cookie"'}, 0.0),
        ({"Expires": in_seconds(300)}, 300.0),
        ({"Expires": in_seconds(300), "Date": in_seconds(100)}, 200.0),
        ({"Expires": in_seconds(300), "Date": "junk"}, 300.0),
        ({"Expires": in_seconds(300), "Age": "250"}, 50.0),
        ({"Expires": in_seconds(-300)}, 0.0),
        ({"Expires": "0"}, 0.0),
        ({"Expires": in_seconds(999), "Cache-Control": "max-age=60"}, 60.0),
        ({"Expires": in_seconds(86_400 * 365)}, WEEK),
    ],
)
def test_fresh_for(headers: dict[str, str], seconds: float) -> None:
    assert meaning.fresh_for(having(headers), NOW) == seconds


def test_validators_go_back_byte_for_byte() -> None:
    given_back = Headers([(b"ETAG", b'W/"a\xe9,b"'), (b"Last-Modified", b"yesterday")])
    kept = meaning.validators(given_back)
    assert meaning.conditions(kept) == [
        (b"If-None-Match", b'W/"a\xe9,b"'),
        (b"If-Modified-Since", b"yesterday"),
    ]
    assert meaning.conditions(Validators()) == []
    assert meaning.validators(having({"ETag": " "})) == Validators()


odd = st.one_of(st.binary(max_size=60), st.from_regex(r"[a-zA-Z]{3}, \d+ \w+ \d+ [\d:]+ .*").map(
    lambda text: text.encode("latin-1", "replace")
), st.sampled_from([NOW_HTTP.encode(), b"max-age=5", b"text/html;charset="]))  # fmt: skip


@given(odd, odd, odd)
def test_no_header_is_odd_enough(one: bytes, two: bytes, three: bytes) -> None:
    names = (b"Expires", b"Retry-After", b"Date", b"Cache-Control", b"Content-Type", b"Age")
    headers = Headers([(name, value) for name in names for value in (one, two, three)])
    assert 0 <= meaning.fresh_for(headers, NOW) <= WEEK
    wait = meaning.retry_after(headers, NOW)
    assert wait is None or 0 <= wait <= WEEK
    media, _ = meaning.content_type(headers)
    assert media == media.lower()


HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("headers", "body", "who"),
    [
        ({"CF-Mitigated": "challenge"}, b"", "Cloudflare"),
        ({"x-amzn-waf-action": "captcha"}, b"", "AWS WAF"),
        (HTML, b"<html><TITLE>Just a moment...</TITLE>", "Cloudflare"),
        (HTML, b"<title>\n Making sure you&#39;re not a bot!\n</title>", "Anubis"),
        (HTML, b'<script id="anubis_challenge" type="application/json">', "Anubis"),
        (HTML, "<title>安全验证</title>".encode(), "a bot check"),
        ({}, b"<title>DDoS-Guard</title>", "DDoS-Guard"),
        (HTML, b"<title>Just a moment: Laos opens its railway</title>", None),
        (HTML, b"<p>Just a moment...</p>", None),
        (HTML, b"<title></title>", None),
        (HTML, b" " * 20_000 + b"<title>Just a moment...</title>", None),
        ({"Content-Type": "application/rss+xml"}, b"<title>Just a moment...</title>", None),
        ({"CF-Mitigated": "other"}, b"", None),
    ],
)
def test_challenges(headers: dict[str, str], body: bytes, who: str | None) -> None:
    assert challenger(having(headers), body) == who


@pytest.mark.parametrize("label", ["idna", "undefined", "rot13", "base64"])
def test_codecs_that_are_no_charsets_are_left_out(label: str) -> None:
    found = having({"Content-Type": f"text/html; charset={label}"})
    assert meaning.content_type(found) == ("text/html", None)


def test_a_validator_that_no_server_would_take_back_is_left_out() -> None:
    found = having({"ETag": f'"{"a" * 5_000}"', "Last-Modified": "b" * 5_000})
    assert meaning.validators(found) == Validators()


def test_headers_are_found_by_names_in_whatever_case() -> None:
    found = Headers([(b"ETag", b" one "), (b"etag", b"two"), (b"Location", "/老挝".encode())])
    assert found.first("ETAG") == "one"
    assert found.get("Etag") == " one , two"
    assert found.get("Location") == "/老挝"
    assert found.get("location-of") == ""
    assert found.first("Via") is None


def test_bytes_that_are_no_utf_8_are_read_as_latin_1() -> None:
    assert Headers([(b"Location", b"/caf\xe9")]).get("Location") == "/café"
