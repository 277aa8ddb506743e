"""Sitemaps: which pages they name, which of them are new, and which files are read for it."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from collections.abc import Iterable
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest

from monitor.discover import SitemapSource
from monitor.discover.sitemapfile import parse_sitemap
from monitor.errors import DiscoverError, FetchError
from monitor.models import Link
from tests.bounds import at_most
from tests.builders import gzipped
from tests.discover.tools import Memory, Shelf, fetched

SITE = "https://news.example"
URL = f"{SITE}/sitemap.xml"
NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def page(path: str, lastmod: str = "", more: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{SITE}{path}</loc>{changed}{more}</url>"


def urlset(*pages: str) -> str:
    return f'<?xml version="1.0"?><urlset {XMLNS} {NEWS}>{"".join(pages)}</urlset>'


def index(*files: tuple[str, str]) -> str:
    named = (
        f"<sitemap><loc>{SITE}{path}</loc>"
        + (f"<lastmod>{changed}</lastmod>" if changed else "")
        + "</sitemap>"
        for path, changed in files
    )
    return f"<sitemapindex {XMLNS}>{''.join(named)}</sitemapindex>"


async def found(
    body: str | bytes,
    *,
    shelf: Shelf | None = None,
    memory: Memory | None = None,
    source: SitemapSource | None = None,
) -> list[Link]:
    source = source or SitemapSource(url=URL)
    past = (memory or Memory(None)).past
    return await source.links(fetched(body, URL), (shelf or Shelf()).get, past)


def paths(links: Iterable[Link]) -> list[str]:
    return [link.url.removeprefix(SITE) for link in links]


# --- one file ------------------------------------------------------------------------------------


async def test_a_page_has_its_address_and_the_day_of_its_last_change() -> None:
    (link,) = await found(urlset(page("/2026/11/19/rail?a=1&amp;b=2", "2026-11-20T10:00:00+07:00")))
    assert link == Link(
        url=f"{SITE}/2026/11/19/rail?a=1&b=2",
        published=dt.date(2026, 11, 19),
        updated=dt.datetime(2026, 11, 20, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=7))),
    )


async def test_a_news_sitemap_gives_title_time_and_language() -> None:
    said = (
        "<news:news><news:publication><news:name>KPL</news:name><news:language>lo</news:language>"
        "</news:publication><news:publication_date>2026-11-20 09:30</news:publication_date>"
        "<news:title>ລົດໄຟ &amp; ຂົວ</news:title></news:news>"
        "<image:image xmlns:image='i'><image:title>A picture</image:title></image:image>"
    )
    body = urlset(page("/1", more=said))
    (link,) = await found(body, source=SitemapSource(url=URL, timezone="Asia/Vientiane"))
    assert link == Link(
        url=f"{SITE}/1",
        title="ລົດໄຟ & ຂົວ",
        published=dt.datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Vientiane")),
        language="lo",
    )
    (link,) = await found(body, source=SitemapSource(url=URL, language="zh"))
    assert link.language == "zh"


@pytest.mark.parametrize(
    "body",
    [
        f"<urlset><url><loc>\n {SITE}/a?b=1&c=2 </loc></url></urlset>",
        f"<urlset><url><loc><![CDATA[{SITE}/a?b=1&c=2]]></loc></url></urlset>",
        f"<s:urlset xmlns:s='x'><s:url><s:loc>{SITE}/a?b=1&amp;c=2</s:loc></s:url></s:urlset>",
        f"<urlset>junk &no; <url><x/><loc>{SITE}/a?b=1&#38;c=2</loc></url><url/><url><loc>x",
        f"\ufeff{SITE}/a?b=1&c=2\r\n\r\nnot an address\r\n{SITE}/a?b=1&c=2",
        "<urlset><!-- <url/> --><url><loc>/a?b=1&amp;c=2</loc><!-- --></url></urlset><url/>",
    ],
)
async def test_what_sites_make_of_the_format_is_read(body: str) -> None:
    expected = f"{SITE}/a?b=1&c=2"
    assert [link.url for link in await found(body)] == [expected]
    assert [link.url for link in await found(gzipped(body.encode()))] == [expected]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
async def test_other_encodings_are_read(encoding: str) -> None:
    (link,) = await found(urlset(page("/ລາວ")).encode(encoding))
    assert link.url == f"{SITE}/ລາວ"


async def test_an_empty_sitemap_has_no_links() -> None:
    assert await found(urlset()) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "neither XML nor a list of addresses"),
        (b"Not found", "neither XML nor a list of addresses"),
        (b"<html><body>", "an HTML page, not a sitemap: set kind: page"),
        (b"<rss version='2.0'/>", "a feed, not a sitemap: set kind: feed"),
        (b"<opml/>", "XML with the root <opml>, not a sitemap"),
        (b"<urlset a='" + b"x" * 70_000 + b"'/>", "a tag without end: refused as an attack"),
        (b"<urlset><url><loc>x:y</loc></url></urlset>", "names pages, but none that can be read"),
        (b"<?xml version='1.0' encoding='utf-16'?><urlset><loc>", "but none that can be read"),
        (b"\x1f\x8b\x08 broken", "gzip file is broken"),
        (gzipped(urlset().encode())[:-12], "gzip file ends too early"),
        (gzipped(b" " * 21 * 2**20), "unpacks to more than 20 MiB"),
        (b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><urlset/>', "refused as an attack"),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset/>',
            "refused as an attack",
        ),
    ],
)
async def test_what_is_no_sitemap_says_so(body: bytes, said: str) -> None:
    with pytest.raises(DiscoverError, match=said) as caught:
        await found(body)
    assert "\n" not in str(caught.value)


# --- what is new ---------------------------------------------------------------------------------


async def test_the_first_look_takes_the_newest() -> None:
    pages = [page(f"/{n}", f"2026-11-{n % 28 + 1:02}T10:{n % 60:02}:00Z") for n in range(1_200)]
    links = await found(urlset(*pages))
    assert len(links) == 1_000
    dates = [str(link.updated) for link in links]
    assert dates == sorted(dates, reverse=True)
    assert min(dates) >= "2026-11-05"


async def test_later_looks_take_what_is_newer_and_a_margin() -> None:
    body = urlset(
        page("/old", "2026-11-01"),
        page("/2026/11/02/old-by-its-address"),
        page("/cached", "2026-11-19T00:00:00Z"),
        page("/new", "2026-11-20T11:00:00Z"),
        page("/2026/11/20/new-by-its-address"),
        page("/today", "2026-11-20"),
    )
    memory = Memory(NOW)
    assert paths(await found(body, memory=memory)) == [
        "/2026/11/20/new-by-its-address",
        "/today",
        "/new",
        "/cached",
    ]
    assert memory.questions == [[], [f"{SITE}/old", f"{SITE}/2026/11/02/old-by-its-address"]]


async def test_a_page_that_is_new_with_an_old_day_is_new() -> None:
    memory = Memory(NOW, {f"{SITE}/1", f"{SITE}/2"})
    pages = [page("/1", "2021-03-01"), page("/2", "2026-11-20"), page("/draft", "2021-04-01")]
    body = urlset(*pages, page("/older", "2020-01-01"))
    assert paths(await found(body, memory=memory)) == ["/2", "/draft", "/older"]
    many = (page(f"/many/{n}", "2021-03-02") for n in range(1_000))
    assert paths(await found(urlset(*pages, *many), memory=memory)) == ["/2"], "too many to tell"


async def test_of_an_index_only_files_that_were_read_before_tell_what_is_new_in_them() -> None:
    shelf = Shelf(
        {
            f"{SITE}/a.xml": urlset(
                page("/1", "2021-03-01"),
                page("/draft", "2021-04-01"),
                page("/left-out-at-first", "2020-04-01"),
            ),
            f"{SITE}/b.xml": urlset(page("/never-read", "2021-04-01")),
        }
    )
    body = index(("/a.xml", ""), ("/b.xml", ""))
    memory = Memory(NOW, {f"{SITE}/1"})
    assert paths(await found(body, shelf=shelf, memory=memory)) == ["/draft"]


async def test_undated_pages_are_new_where_no_look_saw_them() -> None:
    memory = Memory(NOW, {f"{SITE}/2", f"{SITE}/3"})
    assert paths(await found(urlset(*map(page, ("/1", "/2", "/3", "/4"))), memory=memory)) == [
        "/1",
        "/4",
    ]


async def test_of_a_long_undated_list_both_ends_count() -> None:
    pages = [page(f"/{n}") for n in range(3_000)]
    first = await found(urlset(*pages))
    assert paths(first)[:4] == ["/0", "/2999", "/1", "/2998"]
    assert len(first) == 1_000
    memory = Memory(NOW, {link.url for link in first})
    longer = urlset(page("/new"), *pages, page("/newer"))
    assert paths(await found(longer, memory=memory)) == ["/new", "/newer"]
    assert len(await found(longer, memory=Memory(NOW))) == 1_000  # all its addresses changed


async def test_a_change_that_all_pages_share_is_not_believed() -> None:
    pages = [page(f"/{n}", "2026-11-20T12:00:00Z") for n in range(10)]
    links = await found(urlset(*pages))
    assert {link.updated for link in links} == {None}
    memory = Memory(NOW, {link.url for link in links})
    assert await found(urlset(*pages), memory=memory) == []
    assert len(await found(urlset(*pages[:9]), memory=memory)) == 9


async def test_patterns_count_before_the_number_does() -> None:
    pages = [page(f"/sport/{n}", "2026-11-20") for n in range(1_500)]
    source = SitemapSource(url=URL, include=("/laos/",), exclude=("video",))
    body = urlset(*pages, page("/laos/1", "2026-11-02"), page("/laos/video/2", "2026-11-02"))
    assert paths(await found(body, source=source)) == ["/laos/1"]


async def test_pages_that_list_stories_are_none() -> None:
    lists = ("/", "", "/category/world/", "/tag/laos", "/authors/x", "/topics/")
    body = urlset(*(page(path, "2026-11-20") for path in (*lists, "/vintage/1", "/tags.html")))
    assert paths(await found(body)) == ["/vintage/1", "/tags.html"]


# --- an index ------------------------------------------------------------------------------------


async def test_an_index_leads_to_the_files_that_changed() -> None:
    shelf = Shelf(
        {
            f"{SITE}/new.xml": urlset(page("/new", "2026-11-20T11:00:00Z")),
            f"{SITE}/newer.xml.gz": gzipped(
                urlset(page("/newer", "2026-11-20T11:30:00Z")).encode()
            ),
            f"{SITE}/undated.xml": urlset(page("/undated")),
        }
    )
    body = index(
        ("/old.xml", "2026-10-01"),
        ("/old-2026-10.xml", ""),
        ("/old/2025.xml", ""),
        ("/new.xml", "2026-11-20T11:00:00Z"),
        ("/newer.xml.gz", "2026-11-20T11:30:00Z"),
        ("/undated.xml", ""),
    )
    links = await found(body, shelf=shelf, memory=Memory(NOW))
    assert paths(links) == ["/newer", "/new", "/undated"]
    assert shelf.asked == [f"{SITE}/{name}" for name in ("newer.xml.gz", "new.xml", "undated.xml")]


async def test_files_of_news_and_of_this_month_come_first_and_the_number_is_bounded() -> None:
    names = [f"/part-{n}.xml" for n in range(30)]
    months = ["/a-2026-09.xml", "/a-2026-11.xml", "/a_202610.xml", "/a-2026.xml"]
    shelf = Shelf({f"{SITE}/news.xml": urlset()})
    await found(index(*((name, "") for name in (*names, *months, "/news.xml"))), shelf=shelf)
    asked = [url.removeprefix(SITE) for url in shelf.asked]
    assert asked[:5] == ["/news.xml", "/a-2026.xml", "/a-2026-11.xml", "/a_202610.xml", months[0]]
    assert asked[5:] == [f"/part-{n}.xml" for n in (0, 1, 29, 2, 28)]


async def test_files_of_anything_but_stories_are_not_read() -> None:
    others = [
        *("category-sitemap.xml", "post_tag-sitemap2.xml", "wp-sitemap-taxonomies-post_tag-1.xml"),
        *("author-sitemap.xml", "wp-sitemap-users-1.xml", "video-sitemap.xml", "images.xml"),
    ]
    shelf = Shelf(
        {f"{SITE}/post-sitemap.xml": urlset(page("/1")), f"{SITE}/vintages.xml": urlset()}
    )
    names = (*others, "post-sitemap.xml", "vintages.xml")
    assert paths(await found(index(*((f"/{name}", "") for name in names)), shelf=shelf)) == ["/1"]
    assert sorted(shelf.asked) == [f"{SITE}/post-sitemap.xml", f"{SITE}/vintages.xml"]


async def test_a_first_look_reads_no_more_files_than_it_needs() -> None:
    full = urlset(*(page(f"/{n}", "2026-11-20") for n in range(999)), page("/x", "2026-11-21"))
    shelf = Shelf({f"{SITE}/{name}.xml": full for name in "ab"})
    body = index(("/a.xml", "2026-11-20"), ("/b.xml", "2026-11-19"))
    assert len(await found(body, shelf=shelf)) == 1_000
    assert shelf.asked == [f"{SITE}/a.xml"]


async def test_an_index_in_an_index_is_followed_and_no_further() -> None:
    shelf = Shelf(
        {
            f"{SITE}/two.xml": index(("/three.xml", ""), ("/pages.xml", ""), ("/two.xml", "")),
            f"{SITE}/three.xml": index(("/four.xml", "")),
            f"{SITE}/pages.xml": urlset(page("/1")),
        }
    )
    assert paths(await found(index(("/two.xml", ""), ("/two.xml", "")), shelf=shelf)) == ["/1"]
    assert sorted(shelf.asked) == [f"{SITE}/{name}.xml" for name in ("pages", "three", "two")]


async def test_a_file_in_trouble_costs_its_own_pages_only() -> None:
    body = index(("/a.xml", ""), ("/b.xml", ""), ("mailto:x", ""))
    shelf = Shelf({f"{SITE}/a.xml": "<html>", f"{SITE}/b.xml": urlset(page("/1"))})
    assert paths(await found(body, shelf=shelf)) == ["/1"]
    with pytest.raises(FetchError, match="503"):
        await found(body, shelf=Shelf({f"{SITE}/a.xml": FetchError("HTTP 503", status=503)}))
    assert await found(index(("/a.xml", "2026-01-01")), shelf=shelf, memory=Memory(NOW)) == []


# --- large and hostile ---------------------------------------------------------------------------


def test_fifty_thousand_pages_are_read_in_no_time() -> None:
    body = urlset(
        *(
            page(f"/2026/11/20/story-number-{n}", f"2026-11-20T10:{n % 60:02}:00Z")
            for n in range(50_000)
        )
    )
    read = at_most(3, lambda: parse_sitemap(body.encode(), URL, None))
    assert len(read.entries) == 50_000


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"<urlset>" + b"<url><loc>/1</loc></url>" * 150_000, 50_000),
        (b"<urlset>" + b"<a/>" * 1_600_000, 0),
        (b"<urlset>" + b"<a>" * 1_000_000, 0),
        (b"<urlset><url><loc>/" + b"&" * 1_100_000 + b"</loc></url></urlset>", 1),
        (b"<urlset><url><loc>/" + b"&" * 300_000 + b"</loc></url></urlset>", 1),
        (b"https://a.example/1" + b"\n" * 10_000_000, 1),
        (b"<urlset><url><loc>/" + b"x" * 11_000_000 + b"</loc></url></urlset>", 1),
        (b"https://a.example/1\n" * 150_000, 50_000),
    ],
)
def test_a_file_without_end_is_read_so_far(body: bytes, count: int) -> None:
    assert len(at_most(6, lambda: parse_sitemap(body, URL, None)).entries) == count


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset><url><loc>" + b"&" * 1_000_000 + b"</loc></url></urlset>",
        b"<urlset><url><loc>" + b"&" * 300_000 + b"</loc></url></urlset>",
        b"https://a.example/1" + b"\n" * 10_000_000,
    ],
)
def test_a_file_without_end_takes_little_memory(body: bytes) -> None:
    tracemalloc.start()
    with suppress(DiscoverError):
        parse_sitemap(body, URL, None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 2**20
