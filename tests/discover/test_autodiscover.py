"""What is found of a site, on a server of its own."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from monitor.discover import SOURCE_KINDS
from monitor.discover.autodiscover import MOST_REQUESTS, discover
from monitor.discover.offer import Offer, keys_of
from monitor.errors import FetchError
from monitor.models import Fetched
from tests.discover.tools import fetched
from tests.fetch.tools import make_fetcher
from tests.servers import Request, answer, redirect, serve

TIMES = ("Tue, 03 Nov 2026 10:00:00 +0700", "Mon, 02 Nov 2026 09:00:00 +0700")
NOW = dt.datetime(2026, 11, 4, tzinfo=dt.UTC)


def rss(*titles: str, dates: tuple[str, ...] = TIMES, name: str = "The Site") -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>/story/{title.replace(' ', '-')}</link>"
        f"<pubDate>{date}</pubDate></item>"
        for title, date in zip(titles, dates, strict=False)
    )
    return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()


def listing(*numbers: int, head: str = "", nav: str = "") -> bytes:
    items = "".join(
        f'<li><a href="/2026/11/0{n}/story.htm">Story number {n} of the month</a></li>'
        for n in numbers
    )
    return f"<html><head><title>The Site</title>{head}</head><body>{nav}<ul>{items}</ul>".encode()


def sitemap(base: str, *numbers: int, news: bool = True) -> bytes:
    def page(number: int) -> str:
        said = (
            f"<n:news><n:title>News {number}</n:title>"
            f"<n:publication_date>2026-11-0{number}T10:00:00Z</n:publication_date></n:news>"
        )
        return f"<url><loc>{base}/n/{number}</loc>{said if news else ''}</url>"

    pages = "".join(map(page, numbers))
    return f"<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{pages}</urlset>".encode()


class Site:
    """Files on a server by path, and what was asked for; ``{base}`` stands for its address."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files, self.base = files, ""
        self.seen: list[Request] = []

    @property
    def asked(self) -> list[str]:
        return [request.target for request in self.seen]

    def answer(self, request: Request) -> bytes:
        found = self.files.get(request.target)
        if found is None:
            return answer(status=404)
        if found.startswith(b"HTTP/"):
            return found
        return answer(found.replace(b"{base}", self.base.encode()))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with serve(self.answer, seen=self.seen) as self.base:
            yield

    async def offers(self, path: str = "/", now: dt.datetime | None = NOW) -> list[Offer]:
        async with self.open(), make_fetcher() as fetcher:

            async def get(url: str) -> Fetched:
                found = await fetcher.get(url, robots=False)
                assert isinstance(found, Fetched)
                return found

            offers = await discover(self.base + path, get, now)
        for offer in offers:  # what is offered can be written down
            SOURCE_KINDS[offer.kind].model_validate(offer.source)
        return offers


def shown(offers: list[Offer], site: Site) -> list[tuple[str, str, int]]:
    return [(offer.kind, offer.url.removeprefix(site.base), offer.count) for offer in offers]


ALTERNATES = """<base href="/en/">
<link rel="alternate" type="application/rss+xml" title="Comments on all" href="comments/feed">
<link rel="alternate" type="application/rss+xml" title="All &raquo; Feed" href="feed.xml">
<link rel="alternate" type="application/atom+xml" href="//{host}/x">
<link rel="alternate" type="application/json" href="/wp-json/1">
<link rel="alternate" hreflang="lo" href="/lo/">
<link rel="stylesheet" type="text/css" href="a.css">"""


async def test_a_site_with_all_there_is() -> None:
    site = Site(
        {
            "/": listing(1, 2, 3, head=ALTERNATES, nav='<nav><a href="/en/laos">Laos</a></nav>'),
            "/en/feed.xml": rss("One", "Two", name="The Site in English"),
            "/en/comments/feed": rss("Re One", "Re Two"),
            "/robots.txt": b"User-agent: *\nSitemap: {base}/all.xml\nsitemap: /news.xml # new\n",
            "/news.xml": sitemap("{base}", 2, 3),
            "/all.xml": sitemap("{base}", 1, 2, 3, news=False),
            "/en/laos": listing(3),
        }
    )
    offers = await site.offers()
    assert shown(offers, site) == [
        ("feed", "/en/feed.xml", 2),
        ("sitemap", "/news.xml", 2),
        ("page", "/", 3),
        ("page", "/en/laos", 1),
        ("sitemap", "/all.xml", 3),
        ("feed", "/en/comments/feed", 2),
    ]
    best, news, page, section, plain, comments = offers
    assert best.source == {"kind": "feed", "url": best.url, "name": "The Site in English"}
    assert best.title == "The Site in English"
    assert best.newest == dt.datetime(2026, 11, 3, 3, 0, tzinfo=dt.UTC)
    assert [link.title for link in best.links] == ["One", "Two"]
    assert best.note == "named by the page; full dates"
    assert news.note == "named in robots.txt; full dates"
    assert page.note == "the address itself; days only"
    assert section.note == "a section of the site; days only"
    assert plain.note == "named in robots.txt; few dates"
    assert comments.note.endswith("comments, not stories")
    assert len(site.asked) <= MOST_REQUESTS


async def test_a_feed_that_is_named_nowhere_is_found_where_many_have_it() -> None:
    site = Site({"/news": listing(1), "/rss.xml": rss("One", "Two")})
    offers = await site.offers("/news")
    assert shown(offers, site) == [("feed", "/rss.xml", 2), ("page", "/news", 1)]
    assert site.asked == [
        *("/news", "/robots.txt", "/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml"),
        *("/sitemap_index.xml", "/wp-sitemap.xml", "/feed/", "/rss.xml"),
    ]


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml"])
async def test_a_sitemap_that_is_named_nowhere_is_found_where_many_have_it(path: str) -> None:
    site = Site({"/": listing(1), path: sitemap("{base}", 1, 2)})
    assert shown(await site.offers(), site) == [("sitemap", path, 2), ("page", "/", 1)]


async def test_sitemaps_that_are_named_and_not_there_hide_no_others() -> None:
    files = {"/": listing(1), "/robots.txt": b"Sitemap: {base}/a.xml\nSitemap: {base}/b.xml\n"}
    files |= {"/sitemap.xml": redirect("/wp-sitemap.xml", 301)}
    site = Site(files | {"/wp-sitemap.xml": sitemap("{base}", 1, 2)})
    offers = await site.offers()
    assert shown(offers, site) == [("sitemap", "/wp-sitemap.xml", 2), ("page", "/", 1)]
    assert site.asked.count("/wp-sitemap.xml") == 1


async def test_a_list_that_goes_on_is_offered_with_further_pages() -> None:
    on = '<a rel="next" href="/?page=2">Older</a>'
    site = Site({"/": listing(1, 2, nav=on)})
    (offer,) = await site.offers()
    assert (offer.source["pages"], offer.count) == (3, 2)
    assert "/?page=2" not in site.asked
    (offer,) = await Site({"/": listing(1, 2)}).offers()
    assert "pages" not in offer.source


async def test_a_feed_or_a_page_gets_the_sitemap_that_bears_dates_for_an_archive() -> None:
    site = Site(
        {
            "/": listing(1, head=ALTERNATES, nav='<nav><a href="/en/laos">Laos</a></nav>'),
            "/en/feed.xml": rss("One", "Two"),
            "/en/laos": listing(3),
            "/robots.txt": b"Sitemap: {base}/news.xml\nSitemap: {base}/all.xml\n",
            "/news.xml": sitemap("{base}", 2, 3),
            "/all.xml": sitemap("{base}", 1, 2, 3, news=False),
        }
    )
    offers = await site.offers()
    archives = {
        offer.url.removeprefix(site.base): keys_of(offer, offers).get("archive", "")
        for offer in offers
    }
    assert {path: of.removeprefix(site.base) for path, of in archives.items()} == {
        "/en/feed.xml": "/news.xml",
        "/": "/news.xml",
        "/en/laos": "",
        "/news.xml": "",
        "/all.xml": "",
    }
    undated = [offer for offer in offers if not offer.url.endswith("/news.xml")]
    assert keys_of(offers[0], undated) == offers[0].source


async def test_never_is_more_asked_than_is_due() -> None:
    nav = "".join(f'<a href="/s{n}">World news {n}</a><a href="/f{n}/feed">x</a>' for n in range(9))
    robots = "".join(f"Sitemap: {{base}}/{n}.xml\n" for n in range(9)).encode()
    index = b"<sitemapindex><sitemap><loc>{base}/part-%d.xml</loc></sitemap></sitemapindex>"
    files = {
        "/": listing(1, nav=nav),
        "/robots.txt": robots,
        "/0.xml": index % 0,
        "/1.xml": index % 1,
    }
    site = Site(files | {f"/part-{n}.xml": sitemap("{base}", n, news=False) for n in range(9)})
    offers = await site.offers()
    assert shown(offers, site) == [
        ("page", "/", 1),
        ("sitemap", "/0.xml", 1),
        ("sitemap", "/1.xml", 1),
    ]
    assert len(site.asked) == MOST_REQUESTS
    assert len(set(site.asked)) == len(site.asked)


@pytest.mark.parametrize(
    ("body", "kind", "count", "more"),
    [
        (rss("One", "Two"), "feed", 2, {"name": "The Site"}),
        (b"{base}/1\n{base}/2\n", "sitemap", 2, {}),
        (sitemap("{base}", 1, 2), "sitemap", 2, {}),
        (b"<sitemapindex></sitemapindex>", "sitemap", 0, {}),
        (
            json.dumps({"datasource": [{"publishUrl": "/1.html", "title": "One"}] * 2}).encode(),
            "json",
            1,
            {"items": "datasource", "link": "publishUrl", "title": "title"},
        ),
        (
            b'{"version": "https://jsonfeed.org/version/1.1", "language": "lo", "items":'
            b' [{"id": "1", "url": "https://x.example/1"}]}',
            "feed",
            1,
            {"language": "lo"},
        ),
    ],
)
async def test_an_address_that_is_no_page_is_offered_and_no_other_asked_for(
    body: bytes, kind: str, count: int, more: dict[str, str]
) -> None:
    site = Site({"/x": body})
    (offer,) = await site.offers("/x")
    assert (offer.kind, offer.count) == (kind, count)
    assert offer.source == {"kind": kind, "url": f"{site.base}/x", **more}
    assert site.asked == ["/x"]


async def test_what_is_empty_left_or_broken_comes_last_or_not_at_all() -> None:
    head = "".join(
        f'<link rel=alternate type="application/rss+xml" href="/{name}">'
        for name in ("a", "b", "c")
    )
    site = Site(
        {
            "/": listing(1, 2, head=head),
            "/a": rss(),
            "/b": rss("Old", "Older", dates=("Fri, 05 Jan 2018 10:00:00 GMT",) * 2),
            "/c": b'{"version": "https://jsonfeed.org/version/1"',
            "/robots.txt": answer(b"<html>", status=500),
            "/sitemap_news.xml": b"<html>Not found, though it says 200",
        }
    )
    for now in (NOW, None):  # then the other offers tell what time it is
        offers = await site.offers(now=now)
        assert shown(offers, site) == [("page", "/", 2), ("feed", "/b", 2), ("feed", "/a", 0)]
        assert "frozen: its newest is of 2018-01-05" in offers[1].note
        assert offers[2].note == "named by the page; nothing in it"
        assert offers[2].newest is None


async def test_a_page_without_stories_or_words_may_still_have_a_feed() -> None:
    for body in (b"<html><body>no list", b"no markup"):
        site = Site({"/": body, "/feed/": rss("One")})
        assert shown(await site.offers(), site) == [("feed", "/feed/", 1)]


async def test_a_front_page_that_refuses_does_not_hide_the_rest() -> None:
    site = Site({"/": answer(status=403), "/feed/": rss("One")})
    assert shown(await site.offers(), site) == [("feed", "/feed/", 1)]
    site = Site({"/": answer(status=403)})
    with pytest.raises(FetchError, match="403"):
        await site.offers()


async def test_a_site_that_is_not_there_is_asked_once() -> None:
    asked: list[str] = []

    async def get(url: str) -> Fetched:
        asked.append(url)
        raise FetchError("no answer")

    with pytest.raises(FetchError, match="no answer"):
        await discover("https://site.example/", get)
    assert asked == ["https://site.example/"]


async def test_what_no_source_can_be_made_of_is_left_out() -> None:
    site = Site(
        {
            "/": listing(
                1, head='<link rel=alternate type="text/xml" href="http://me@127.0.0.1/f">'
            ),
            "/feed/": b'{"items": [{"url": 1}]}',
        }
    )
    assert shown(await site.offers(), site) == [("page", "/", 1)]
    site = Site({"/x.json": b'{"items": [{"url": 1}]}'})
    assert await site.offers("/x.json") == []


async def test_an_address_with_a_user_s_name_is_not_offered() -> None:
    async def get(url: str) -> Fetched:
        return fetched(rss("One"), url)

    assert await discover("https://me@site.example/", get) == []


async def test_a_page_that_names_itself_is_not_asked_for_again() -> None:
    head = '<link rel=alternate type="application/rss+xml" href="/#feed">' * 2
    site = Site({"/": listing(1, head=head)})
    assert shown(await site.offers(), site) == [("page", "/", 1)]
    assert site.asked.count("/") == 1


async def test_a_page_tells_its_language_and_its_links_theirs() -> None:
    page = listing(1).replace(b"<html>", b'<html lang="lo-LA">')
    site = Site(
        {"/": page, "/feed/": rss("One").replace(b"<item>", b"<language>en-us</language><item>")}
    )
    offers = await site.offers()
    assert [offer.source.get("language") for offer in offers] == ["en-us", "lo-LA"]


async def test_where_a_feed_has_moved_for_good_is_what_is_offered() -> None:
    site = Site({"/old": redirect("/new", 301), "/new": rss("One")})
    (offer,) = await site.offers("/old")
    assert offer.url == f"{site.base}/new"


async def test_the_data_behind_a_page_is_offered() -> None:
    data = {
        "datasource": [
            {"publishUrl": "/1.html", "title": "One", "publishTime": "2026-11-03 10:00:00"}
        ]
    }
    holder = '<ul data="datasource:0a1b2c3d4e5f" preview="ds_"></ul><ul data="datasource:no!"></ul>'
    site = Site(
        {
            "/world/": listing(1, nav=holder),
            "/world/ds_0a1b2c3d4e5f.json": json.dumps(data).encode(),
        }
    )
    offers = await site.offers("/world/")
    assert shown(offers, site) == [
        ("json", "/world/ds_0a1b2c3d4e5f.json", 1),
        ("page", "/world/", 1),
    ]
    assert offers[0].source["date"] == "publishTime"
    assert offers[0].title == "The Site"
