"""What attackers write in titles, names and matched words goes out on every channel as text."""

from __future__ import annotations

import io
import json
import os
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import etree

from monitor.deliver import Outlets, Told
from monitor.deliver.feed import FeedChannel
from monitor.deliver.mail import compose
from monitor.models import Match, Message, Span
from monitor.text import one_line
from tests.builders import NOW, article, message
from tests.contracts.test_channels import BENCHES
from tests.deliver.tools import collection
from tests.fetch.tools import make_fetcher

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
PAYLOADS = SHARED / "feeds" / "payloads"
TAGS = {
    *("html", "head", "body", "meta", "title", "style", "h1", "h2", "h3", "p", "a", "mark", "div"),
    *("table", "tbody", "tr", "td", "th", "ul", "ol", "li", "b", "strong", "br", "hr", "span"),
}

MANY = 50  # that go out as one

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason=f"no {PAYLOADS}: set MONITOR_SHARED to the folder with feeds/"
)


def payloads() -> list[str]:
    names = ("xss.json", "naughty.json") if PAYLOADS.is_dir() else ()
    texts = [text for name in names for text in json.loads((PAYLOADS / name).read_text("utf-8"))]
    return [
        *texts,
        "x" * 10_000,
        "\u202e中老铁路\u2066",
        "\U0001f684" * 3_000,
        "\r\nBcc: x@x.example",
    ]


def hostile(number: int, text: str) -> Message:
    """An alert on a story that says ``text`` wherever a stranger can."""
    story = article(
        title=text, source=text, authors=(text,), site=text, body=(text, "a train"), section=text,
        url=f"https://x.example/?{text[:500]}",
    )  # fmt: skip
    spans = (
        Span("title", 0, 0, len(text), text, text),
        Span("author", 0, 0, len(text), text, text, text),
        Span("body", 0, 0, len(text), text, text),
    )
    return message(id=f"msg_{number}", article=story, match=Match("railway", spans), source=text)


def harmless(html: str) -> None:
    """Tags of ours alone, nothing that runs, links to the web alone."""
    for element in etree.HTML(html or "<p/>").iter():
        assert element.tag in TAGS
        assert not [name for name in element.attrib if str(name).startswith("on")]
        assert str(element.get("href", "https://")).startswith(("https://", "http://"))
        assert element.get("src") is None


@pytest.mark.at_full_speed
@pytest.mark.parametrize("kind", sorted(BENCHES))
async def test_every_channel_tells_of_it(kind: str, tmp_path: Path) -> None:
    every = [hostile(number, text) for number, text in enumerate(payloads())]
    together: list[Told] = [
        collection(*every[start : start + MANY], id=f"msg_c{start}")
        for start in range(0, len(every), MANY)
    ]
    told = [*together, *every[::MANY], *every[-4:]]  # all of them, some by themselves, too
    async with BENCHES[kind](tmp_path) as bench, make_fetcher() as http:
        out = Outlets(http, bench.out.get("console") or io.StringIO(), tmp_path, NOW)
        for one in told:
            await bench.channel.send(one, out)
        last = bench.channel.items if isinstance(bench.channel, FeedChannel) else len(told)
        assert len(bench.received()) == last, "one each, none breaks into two"


@pytest.mark.at_full_speed
def test_no_mail_holds_more_than_text() -> None:
    for number, text in enumerate(payloads()):
        mail = compose(hostile(number, text), "monitor@embassy.example", ["a@embassy.example"])
        again = [name for name, _ in headers(mail)]
        assert len(again) == len(set(again)) == 10, text
        html = mail.get_body(("html",))
        assert html is not None
        harmless(html.get_content())


def headers(mail: EmailMessage) -> list[tuple[str, str]]:
    """As a receiver reads them from the bytes."""
    head = mail.as_bytes().partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    pairs = (line.partition(b":") for line in head.split(b"\r\n"))
    return [(name.decode(), value.decode()) for name, _, value in pairs]


@pytest.mark.at_full_speed
async def test_no_feed_holds_more_than_text(tmp_path: Path) -> None:
    async with BENCHES["feed"](tmp_path) as bench, make_fetcher() as http:
        channel = bench.channel.model_copy(update={"items": 500})
        texts = payloads()
        every = [hostile(number, text) for number, text in enumerate(texts)]
        out = Outlets(http, io.StringIO(), tmp_path, NOW)
        await channel.send(collection(*every), out)
        feed = json.loads((tmp_path / "all.json").read_bytes())
    assert len(feed["items"]) == min(500, len(texts))
    for item in feed["items"]:
        harmless(item["content_html"])
        assert item["title"] == one_line(item["title"])
        assert item.get("url", "https://").startswith("https://")
    etree.fromstring((tmp_path / "all.atom").read_bytes())
