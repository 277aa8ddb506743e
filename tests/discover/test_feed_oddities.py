"""What real feeds do that no specification foresees."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from monitor.discover import FeedSource, parse_feed
from monitor.errors import DiscoverError
from monitor.models import Fetched, Link, Validators

URL = "https://example.org/news/feed.xml"
NAMESPACES = (
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
ODD = "<date>2026-11-03</date>"  # which only feedparser reads


def rss(*items: str) -> bytes:
    text = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<rss version="2.0"{NAMESPACES}><channel><title>N</title>{text}</channel></rss>'.encode()
    )


@pytest.fixture(params=["plain", "odd"])
def either(request: pytest.FixtureRequest) -> str:
    """What to put into a second item, so that both readers are asked."""
    return ODD if request.param == "odd" else ""


def first(item: str, either: str) -> Link:
    return parse_feed(rss(item, f"<link>/other</link>{either}"), URL)[0]


@pytest.mark.parametrize(
    ("item", "url"),
    [
        # An empty link, and a guid that leads to the story whatever isPermaLink says.
        ("<link/><guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid>https://example.org/g</guid><link></link>", "https://example.org/g"),
        (
            "<link/><guid isPermaLink='false'>https://example.org/?p=1</guid>",
            "https://example.org/?p=1",
        ),
        ("<link/><guid>abc</guid>", "https://example.org/other"),
        # None at all.
        ("<guid isPermaLink='False'>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='TRUE'>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='0'>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='false'>g</guid>", "https://example.org/other"),
        # Links that are no links to the story.
        ("<link>/1</link><atom:link rel='self' href='/feed'/>", "https://example.org/1"),
        ("<atom:link rel='hub' href='/hub'/><link>/1</link>", "https://example.org/1"),
        ("<link>/1</link><comments>/1#comments</comments>", "https://example.org/1"),
        (
            "<link>/1</link><enclosure url='/1.mp3' length='1' type='audio/mpeg'/>",
            "https://example.org/1",
        ),
        ("<link>/1</link><media:content url='/1.jpg'/>", "https://example.org/1"),
        ("<link>/1</link><source url='/other.xml'>Other</source>", "https://example.org/1"),
        # What FeedBurner hides.
        (
            "<link>https://feedproxy.example/~r/1</link>"
            "<feedburner:origLink>https://example.org/1</feedburner:origLink>",
            "https://example.org/1",
        ),
        (
            "<link>/1</link><feedburner:origLink>javascript:alert(1)</feedburner:origLink>",
            "https://example.org/1",
        ),
        # Ampersands that were escaped twice, and slashes too many.
        ("<link>https://example.org/?a=1&amp;amp;b=2</link>", "https://example.org/?a=1&b=2"),
        ("<link>https:////example.org/1</link>", "https://example.org/1"),
        ("<link><![CDATA[ https://example.org/中老 ]]></link>", "https://example.org/中老"),
    ],
)
def test_the_way_to_the_story(item: str, url: str, either: str) -> None:
    assert first(item, either).url == url


@pytest.mark.parametrize(
    ("item", "summary"),
    [
        ("<description>D</description><content:encoded>C</content:encoded>", "D"),
        ("<content:encoded>C</content:encoded><description>D</description>", "D"),
        ("<content:encoded>&lt;p&gt;C&lt;/p&gt;</content:encoded>", "C"),
        ("<description/><content:encoded>C</content:encoded>", None),
        ("<description>D</description><itunes:summary>S</itunes:summary>", "D"),
        ("<description>D</description><media:description>M</media:description>", "D"),
        ("<atom:summary type='html'>&lt;b&gt;S&lt;/b&gt;</atom:summary>", "S"),
        ("<description>" + "word " * 5000 + "</description>", ("word " * 1000).strip()),
    ],
)
def test_a_summary_comes_before_contents(item: str, summary: str | None, either: str) -> None:
    assert first(f"<link>/1</link>{item}", either).summary == summary


@pytest.mark.parametrize(
    ("item", "author"),
    [
        ("<dc:creator>KPL</dc:creator>", "KPL"),
        ("<author>news@kpl.example (KPL)</author>", "news@kpl.example (KPL)"),
        ("<author>KPL &lt;news@kpl.example&gt;</author>", "KPL <news@kpl.example>"),
        ("<author>&lt;b&gt;KPL&lt;/b&gt;</author>", "KPL"),
        ("<author>A</author><dc:creator>Tom &amp;amp; Jerry</dc:creator>", "Tom & Jerry"),
        ("<itunes:author>ຂປລ</itunes:author>", "ຂປລ"),
        ("<author><name>A</name><email>a@b.example</email></author>", "A (a@b.example)"),
        ("<author/>", None),
    ],
)
def test_authors_are_plain_text(item: str, author: str | None, either: str) -> None:
    assert first(f"<link>/1</link>{item}", either).author == author


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt; claim", "Bold claim"),  # escaped twice
        ("&amp;lt;5% of trucks", "<5% of trucks"),
        ("Rail &amp;nbsp; road", "Rail road"),
        ("ä¸­è\x80\x81", "中老"),  # UTF-8 that was read as Latin 1
        ("\x93Golden\x94 days", "“Golden” days"),  # Windows' own quotes
        ("A<!-- no -->B<?no?>C", "ABC"),
        ("<![CDATA[A]]> &amp; <![CDATA[B]]>", "A & B"),
    ],
)
def test_titles_are_plain_text(printed: str, title: str, either: str) -> None:
    assert first(f"<link>/1</link><title>{printed}</title>", either).title == title


def test_pictures_have_no_say_in_titles(either: str) -> None:
    picture = "<media:content url='/1.jpg'><media:title>Picture</media:title></media:content>"
    assert first(f"<link>/1</link>{picture}<title>T</title>", either).title == "T"
    assert first(f"<link>/1</link><title>T</title>{picture}", either).title == "T"


def test_an_item_has_a_language_of_its_own(either: str) -> None:
    spoken = "<link>/1</link><title xml:lang='en'>T</title><dc:language>lo</dc:language>"
    assert first(spoken, either).language == "lo"
    assert first("<link>/1</link><title xml:lang='zh_CN'>T</title>", either).language == "zh-CN"


def test_an_element_may_bear_the_name_of_a_field_of_feedparser() -> None:
    fields = ("title_detail", "summary_detail", "published_parsed", "author_detail", "guidislink")
    item = "".join(f"<{field}>x</{field}>" for field in fields)
    assert [link.url for link in parse_feed(rss(f"<link>/1</link>{item}"), URL)] == [
        "https://example.org/1"
    ]


# --- the source -----------------------------------------------------------------------------------


async def nothing(url: str) -> Fetched:
    raise AssertionError(url)


def fetched(body: bytes) -> Fetched:
    return Fetched(URL, body, "application/rss+xml", None, Validators())


@pytest.mark.parametrize(
    ("body", "threads"),
    [
        (rss("<link>/1</link>"), 0),
        (rss(f"<link>/1</link>{ODD}"), 1),
        (rss("<link>/1</link><description>" + "long " * 50_000 + "</description>"), 1),
    ],
)
async def test_only_what_takes_time_takes_a_thread(
    body: bytes, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_thread, used = asyncio.to_thread, []

    def counted(*args: Any) -> Awaitable[Any]:
        used.append(args)
        return to_thread(*args)

    monkeypatch.setattr(asyncio, "to_thread", counted)
    (link,) = await FeedSource(url=URL).links(fetched(body), nothing)
    assert link.url == "https://example.org/1"
    assert len(used) == threads


async def test_a_body_that_is_no_feed_is_refused_by_the_source_too() -> None:
    with pytest.raises(DiscoverError, match="HTML page"):
        await FeedSource(url=URL).links(fetched(b"<html><p>hello"), nothing)
