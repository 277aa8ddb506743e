"""Feeds, and what real ones get wrong."""

from __future__ import annotations

import codecs
import datetime as dt
import json
import time
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest

from monitor.discover import FeedSource, parse_feed
from monitor.discover.feeddates import moment
from monitor.errors import DiscoverError
from monitor.models import Fetched, Link, Validators

URL = "https://example.org/news/feed.xml"
VIENTIANE = ZoneInfo("Asia/Vientiane")


async def _no_get(url: str) -> Fetched:
    raise AssertionError(f"a feed is one page, yet {url} was asked for")


def rss(*items: str, head: str = "") -> bytes:
    text = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>N</title>{head}{text}</channel></rss>'.encode()


def one(item: str, **options: Any) -> Link:
    (link,) = parse_feed(rss(item), URL, **options)
    return link


def test_an_rss_item_is_read_whole() -> None:
    link = one(
        "<title>Rail freight doubles</title><link>/a/1.html</link><guid>tag:1</guid>"
        "<pubDate>Tue, 03 Nov 2026 09:30:00 +0700</pubDate><author>KPL</author>"
        "<description>&lt;p&gt;More&lt;/p&gt;&lt;p&gt;trains&lt;/p&gt;</description>"
    )
    assert link == Link(
        url="https://example.org/a/1.html",
        title="Rail freight doubles",
        guid="tag:1",
        published=dt.datetime(2026, 11, 3, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=7))),
        summary="More trains",
        author="KPL",
    )
    assert isinstance(link.published, dt.datetime)
    assert link.published.utcoffset() == dt.timedelta(hours=7)


def test_an_atom_entry_is_read_whole() -> None:
    (link,) = parse_feed(
        b"""<?xml version="1.0"?>
        <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN" xml:base="https://a.example/x/">
        <entry><title type="html">&lt;b&gt;Mekong&lt;/b&gt; &amp;amp; rail</title>
        <id>urn:1</id><link rel="self" href="no"/><link href="1.html"/>
        <published>2026-11-03T00:00:00Z</published><updated>2026-11-04</updated>
        <author><name>Xinhua</name></author></entry></feed>""",
        URL,
    )
    assert link.url == "https://a.example/x/1.html"
    assert link.title == "Mekong & rail"
    assert link.guid == "urn:1"
    assert link.published == dt.datetime(2026, 11, 3, tzinfo=dt.UTC)
    assert link.updated == dt.date(2026, 11, 4)
    assert link.author == "Xinhua"
    assert link.language == "zh-CN"


def test_rdf_is_read() -> None:
    (link,) = parse_feed(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="https://example.org/"><title>N</title></channel>
        <item rdf:about="https://example.org/1"><title>T</title><link>https://example.org/1</link>
        <dc:date>2026-11-03T10:00:00+08:00</dc:date></item></rdf:RDF>""",
        URL,
    )
    assert link.url == "https://example.org/1"
    assert link.updated == dt.datetime(2026, 11, 3, 2, tzinfo=dt.UTC)


# --- identity ------------------------------------------------------------------------------------


def test_a_guid_that_several_items_bear_is_no_guid() -> None:
    links = parse_feed(
        rss(*(f"<link>/{n}</link><guid isPermaLink='false'>same</guid>" for n in range(3))), URL
    )
    assert [link.guid for link in links] == [None, None, None]
    assert len({link.url for link in links}) == 3


def test_items_of_one_address_come_once_and_the_first_wins() -> None:
    links = parse_feed(
        rss("<title>A</title><link>/1</link>", "<title>B</title><link>/1</link>"), URL
    )
    assert [(link.url, link.title) for link in links] == [("https://example.org/1", "A")]


def test_an_item_that_stands_twice_keeps_its_guid() -> None:
    (link,) = parse_feed(rss(*["<link>/1</link><guid isPermaLink='false'>g</guid>"] * 2), URL)
    assert link.guid == "g"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='true'>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='false'>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid>abc123</guid>", None),
        ("<guid>/1</guid><link>/1</link>", "https://example.org/1"),
        ("<link>/1</link><guid>/1</guid>", "https://example.org/1"),
        ("<link></link>", None),
        ("<title>No address</title>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>mailto:a@example.org</link>", None),
        ("<link>http://[bad</link>", None),
        ("<link>HTTP://Example.org/1</link>", "http://Example.org/1"),
        ("<link>ftp:///1</link>", None),
        ("<link>//cdn.example/1</link>", "https://cdn.example/1"),
        ("<link>\n  https://example.org/a b \n</link>", "https://example.org/a%20b"),
    ],
)
def test_the_address_of_an_item(item: str, url: str | None) -> None:
    assert [link.url for link in parse_feed(rss(item), URL)] == ([url] if url else [])


# --- text ----------------------------------------------------------------------------------------


def test_an_rdf_item_without_a_link_stands_where_it_says_it_is_about() -> None:
    body = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        b' xmlns="http://purl.org/rss/1.0/"><item rdf:about="https://example.org/a"/></rdf:RDF>'
    )
    assert [link.url for link in parse_feed(body, URL)] == ["https://example.org/a"]


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("AT&amp;amp;T in Laos", "AT&T in Laos"),
        ("<![CDATA[<b>Bold</b> claim]]>", "Bold claim"),
        ("2 &lt; 3", "2 < 3"),
        ("&amp;#8220;Golden&amp;#8221; days", "“Golden” days"),
        ("<![CDATA[a<script>alert(1)</script>b]]>", "ab"),
        ("<![CDATA[<?xml version='1.0' encoding='x'?><i>x</i>]]>", "x"),
        ("  中老铁路\n   开通 ", "中老铁路 开通"),
        ("", None),
    ],
)
def test_titles_are_plain_text(printed: str, title: str | None) -> None:
    assert one(f"<title>{printed}</title><link>/1</link>").title == title


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "gb2312", "big5"])
def test_charsets(charset: str) -> None:
    text = rss("<title>中老</title><link>/1</link>").decode()
    body = f'<?xml version="1.0" encoding="{charset}"?>{text}'.encode(charset)
    assert [link.title for link in parse_feed(body, URL)] == ["中老"]


def test_the_charset_of_http_counts_where_the_feed_names_none() -> None:
    body = rss("<title>中老</title><link>/1</link>").decode().encode("gbk")
    assert [link.title for link in parse_feed(body, URL, charset="gb2312")] == ["中老"]


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "published"),
    [
        ("2026-11-03", dt.date(2026, 11, 3)),
        ("Tue, 03 Nov 2026", dt.date(2026, 11, 3)),
        ("Tue, 03 Nov 2026 09:30:00 GMT", dt.datetime(2026, 11, 3, 9, 30, tzinfo=dt.UTC)),
        ("Tue, 03 Nov 2026 09:30:00 EST", dt.datetime(2026, 11, 3, 14, 30, tzinfo=dt.UTC)),
        ("Tue, 03 Nov 2026 09:30:00", dt.datetime(2026, 11, 3, 9, 30, tzinfo=VIENTIANE)),
        ("2026-11-03 09:30:00", dt.datetime(2026, 11, 3, 9, 30, tzinfo=VIENTIANE)),
        ("2026-11-03T09:30:00+08:00", dt.datetime(2026, 11, 3, 1, 30, tzinfo=dt.UTC)),
        ("2026-11-03T00:00:00Z", dt.datetime(2026, 11, 3, tzinfo=dt.UTC)),
        ("yesterday", None),
        ("", None),
        ("Tue, 03 Nov 2026 09:30:00 ICT", dt.datetime(2026, 11, 3, 9, 30, tzinfo=VIENTIANE)),
        ("Tue, 03 Nov 2026 09:30:00 -0000", dt.datetime(2026, 11, 3, 9, 30, tzinfo=dt.UTC)),
        ("2026-11-03T24:00:00Z", dt.datetime(2026, 11, 4, tzinfo=dt.UTC)),
        ("31 Feb 2026 09:30:00", None),
    ],
)
def test_dates_keep_what_is_printed(printed: str, published: dt.date | None) -> None:
    link = one(f"<link>/1</link><pubDate>{printed}</pubDate>", zone=VIENTIANE)
    assert link.published == published
    assert type(link.published) is type(published)


@pytest.mark.parametrize("year", [0, 10_000])
def test_a_year_that_no_calendar_has_is_no_date(year: int) -> None:
    assert moment("soon", time.struct_time((year, 1, 1, 0, 0, 0, 0, 1, 0)), None) is None


def test_a_time_without_an_offset_is_utc_where_nobody_knows() -> None:
    link = one("<link>/1</link><pubDate>2026-11-03 09:30:00</pubDate>")
    assert link.published == dt.datetime(2026, 11, 3, 9, 30, tzinfo=dt.UTC)


def test_a_publication_date_is_not_taken_for_an_update() -> None:
    link = one("<link>/1</link><pubDate>Tue, 03 Nov 2026 09:30:00 GMT</pubDate>")
    assert link.updated is None


# --- what is no feed -----------------------------------------------------------------------------


def test_a_feed_without_items_is_a_feed() -> None:
    assert parse_feed(rss(), URL) == []
    assert parse_feed(b'<feed xmlns="http://www.w3.org/2005/Atom"/>', URL) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"not a feed at all", "neither XML nor JSON"),
        (b"\x00\xff\xfe\x01" * 50, "neither XML nor JSON"),
        (b"<urlset><url/></urlset>", "the root <urlset>"),
        (b"<!DOCTYPE html><html><p>hello", "is an HTML page, not a feed"),
        (b"<HTML><p>hello", "set kind: page or give the feed's address"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "HTML page"),
        (b"{", "broken JSON"),
        (b"{}", "no JSON Feed"),
        (b'{"version": 2}', "no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "no list of items"),
        (b'{"a":' * 100_000, "nested too deep"),
    ],
)
def test_anything_else_is_refused_in_one_line(body: bytes, said: str) -> None:
    with pytest.raises(DiscoverError, match=said) as caught:
        parse_feed(body, URL)
    assert "\n" not in str(caught.value)


def test_a_page_that_names_its_feed_helps_us_to_name_it() -> None:
    body = (
        b'<html><head><link rel="alternate" type="text/html" href="/zh/">'
        b'<link rel="alternate" type="application/rss+xml" href="/rss.xml"></head>'
    )
    with pytest.raises(DiscoverError, match=r"address, https://example\.org/rss\.xml$"):
        parse_feed(body, URL)


LAUGHS = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<rss><channel><title>&c;</title></channel></rss>"""


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS.encode(),
        codecs.BOM_UTF16_LE + LAUGHS.encode("utf-16-le"),
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>',
        b'<!DOCTYPE r [<!entity x PUBLIC "p" "http://localhost/">]><rss>&x;</rss>',
        b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://localhost/">%p;]><rss/>',
        b"<!DOCTYPE r [<!ENTITY % p \"<!ENTITY q 'x'>\">%p;]><rss/>",
        b'<!DOCTYPE r [<!ENTITY x "' + b"x" * 1000 + b'">]><rss>&x;&x;</rss>',
        b"<!DOCTYPE r [<!ENTITY x unquoted>]><rss/>",
        b'<!DOCTYPE r [<!ENTITY x "<![CDATA["><!-- --><!ENTITY y "&x;">]><rss>&y;</rss>',
    ],
)
def test_entities_that_grow_or_reach_out_are_refused(body: bytes) -> None:
    with pytest.raises(DiscoverError, match="refused as an attack"):
        parse_feed(body, URL)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
        ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">',
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY copy "(c)">]>',
        '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN"'
        ' "http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent">]>',
        "<!DOCTYPE html>",
    ],
)
def test_a_harmless_doctype_passes(doctype: str) -> None:
    body = doctype.encode() + rss("<title>T</title><link>/1</link>")
    assert [link.title for link in parse_feed(body, URL)] == ["T"]


def test_a_story_about_entities_is_a_story() -> None:
    link = one("<link>/1</link><description><![CDATA[<!ENTITY a SYSTEM 'b'>]]></description>")
    assert link.url == "https://example.org/1"


def test_elements_nested_without_end_are_answered() -> None:
    body = b"<rss><channel><item><link>/1</link>" + b"<a>" * 30_000
    assert [link.url for link in parse_feed(body, URL)] == ["https://example.org/1"]


# --- JSON Feed -----------------------------------------------------------------------------------


def json_feed(*items: Any, **feed: Any) -> bytes:
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "items": items} | feed).encode()


def test_a_json_feed_is_read_whole() -> None:
    item = {
        "id": 7,
        "url": "/7",
        "title": "Dam\n opens",
        "content_html": "<p>Water<br>flows</p>",
        "date_published": "2026-11-03T09:30:00+07:00",
        "date_modified": "2026-11-04",
        "authors": [{"name": "A"}, {"name": "B"}, "junk"],
        "language": "lo",
    }
    (link,) = parse_feed(codecs.BOM_UTF8 + json_feed(item), URL)
    assert link == Link(
        url="https://example.org/7",
        title="Dam opens",
        guid="7",
        published=dt.datetime(2026, 11, 3, 2, 30, tzinfo=dt.UTC),
        updated=dt.date(2026, 11, 4),
        summary="Water flows",
        author="A, B",
        language="lo",
    )


def test_a_json_feed_lends_its_author_and_language() -> None:
    item = {"url": "/1", "date_published": "2026-11-03T09:30:00", "date_modified": "soon"}
    (link,) = parse_feed(
        json_feed(item, author={"name": "KPL"}, language="en"), URL, zone=VIENTIANE
    )
    assert (link.author, link.language, link.guid) == ("KPL", "en", None)
    assert link.published == dt.datetime(2026, 11, 3, 9, 30, tzinfo=VIENTIANE)
    assert link.updated is None


@pytest.mark.parametrize(
    ("item", "urls"),
    [
        ({"id": "https://example.org/id"}, ["https://example.org/id"]),
        ({"id": "7"}, []),
        ({"id": "7", "external_url": "https://other.example/"}, ["https://other.example/"]),
        ({"url": ["/1"]}, []),
        ("junk", []),
        (None, []),
    ],
)
def test_the_address_of_a_json_item(item: Any, urls: list[str]) -> None:
    assert [link.url for link in parse_feed(json_feed(item), URL)] == urls


# --- the source ----------------------------------------------------------------------------------


def fetched(body: bytes, charset: str | None = None) -> Fetched:
    return Fetched(URL, body, "application/rss+xml", charset, Validators())


def test_what_feedparser_raises_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[type[Exception]] = [ValueError, RecursionError]
    for error in errors:

        def fail(*args: object, error: type[Exception] = error, **kwargs: object) -> None:
            raise error("deep\ntrouble")

        monkeypatch.setattr(feedparser, "parse", fail)
        with pytest.raises(DiscoverError, match=r"^the feed cannot be read: [^\n]+$"):
            parse_feed(rss(), URL)


async def test_a_source_lends_its_zone_and_its_language() -> None:
    body = rss(
        "<link>/1</link><pubDate>2026-11-03 09:30</pubDate>", head="<language>en-us</language>"
    )
    source = FeedSource(url=URL, timezone="Asia/Vientiane", language="lo")
    (link,) = await source.links(fetched(body), _no_get)
    assert link.language == "lo"
    assert link.published == dt.datetime(2026, 11, 3, 9, 30, tzinfo=VIENTIANE)
    (link,) = await FeedSource(url=URL).links(fetched(body), _no_get)
    assert link.language == "en-us"
