"""What attackers write into feeds comes out as plain text, and links lead to the web alone."""

from __future__ import annotations

import json
import os
import re
from html import escape
from pathlib import Path

import pytest

from monitor.discover import parse_feed
from monitor.errors import DiscoverError
from monitor.models import Link

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
PAYLOADS = SHARED / "feeds" / "payloads"
URL = "https://example.org/feed.xml"
# What XML 1.0 cannot hold.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MARKUP = re.compile(
    r"<(?:script|img|svg|iframe|a|b|p|div|body|style|input|math|form|object|embed|video)\b",
    re.IGNORECASE,
)

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason=f"no {PAYLOADS}: set MONITOR_SHARED to the folder with feeds/"
)


def payloads() -> list[str]:
    names = ("xss.json", "naughty.json") if PAYLOADS.is_dir() else ()
    return [text for name in names for text in json.loads((PAYLOADS / name).read_text("utf-8"))]


def rss(text: str, *, odd: bool = False) -> bytes:
    title = f"<title>{text}</title><description>{text}</description><dc:creator>{text}</dc:creator>"
    return (
        '<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<item><link>/1</link>{title}{'<date/>' * odd}</item>"
        f"<item><link>{text}</link><guid>{text}</guid></item></channel></rss>"
    ).encode()


def json_feed(text: str) -> bytes:
    item = {"url": "/1", "title": text, "content_html": text, "author": {"name": text}}
    hidden = {"url": text, "id": text, "external_url": text}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item, hidden]}
    return json.dumps(feed).encode()


def hold(links: list[Link]) -> None:
    for link in links:
        assert re.match(r"https?://[^/]", link.url)
        for text in filter(None, (link.title, link.summary, link.author, link.guid)):
            assert text == " ".join(text.split())
            assert not re.search("[\x00-\x1f\x7f\ud800-\udfff]", text)
        for text in filter(None, (link.title, link.summary)):
            assert not MARKUP.search(text), text


@pytest.mark.parametrize("odd", [False, True])
def test_escaped_payloads_come_out_as_text(odd: bool) -> None:
    for payload in payloads():
        once = escape(UNWRITABLE.sub("", payload), quote=False)
        links = parse_feed(rss(once, odd=odd), URL)
        assert links[0].url == "https://example.org/1"
        hold(links)
        hold(parse_feed(rss(escape(once, quote=False), odd=odd), URL))


def test_bare_payloads_come_out_as_text_or_not_at_all() -> None:
    for payload in payloads():
        body = rss(payload.encode("utf-8", "replace").decode())
        try:
            hold(parse_feed(body, URL))
        except DiscoverError as error:
            assert "\n" not in str(error)  # noqa: PT017


def test_json_payloads_come_out_as_text() -> None:
    for payload in payloads():
        links = parse_feed(json_feed(payload), URL)
        assert links[0].url == "https://example.org/1"
        hold(links)


def test_the_payloads_are_all_there() -> None:
    assert len(payloads()) > 700
