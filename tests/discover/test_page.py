"""Listing pages: with a selector, without one, and what is printed around a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from monitor.discover import PageSource
from monitor.discover.datadates import shown_day
from monitor.discover.text import printed_date, url_date
from monitor.errors import DiscoverError
from monitor.models import Fetched, Link
from tests.discover.tools import fetched

URL = "https://www.example.org/news/index.htm"


async def _no_get(url: str) -> Fetched:
    raise AssertionError(f"one page was enough, yet {url} was asked for")


async def listing(
    html: str | bytes,
    selector: str | None = None,
    *,
    charset: str | None = None,
    language: str | None = None,
) -> Sequence[Link]:
    source = PageSource(url=URL, selector=selector, language=language)
    return await source.links(fetched(html, URL, charset), _no_get)


# --- with a selector -----------------------------------------------------------------------------


async def test_items_give_address_title_and_date() -> None:
    links = await listing(
        """<ul class="news-story">
        <li><a href="/detail.aspx?id=1"><img src="1.jpg"></a>
            <h3><a href="/detail.aspx?id=1">Railway   carries\n fruit</a></h3>
            <p class="uk-text-muted">3/11/2026</p></li>
        <li><a href="/detail.aspx?id=2">Dam opens</a><p>no day</p></li></ul>
        <a href="/about">About</a>""",
        "ul.news-story li",
        language="en",
    )
    assert links == [
        Link(
            url="https://www.example.org/detail.aspx?id=1",
            title="Railway carries fruit",
            published=dt.date(2026, 11, 3),
            language="en",
        ),
        Link(url="https://www.example.org/detail.aspx?id=2", title="Dam opens", language="en"),
    ]


async def test_a_selected_link_takes_the_date_of_its_own_item() -> None:
    links = await listing(
        """<ul><li><span>2026-11-03</span> <a href="a.htm">One</a></li>
        <li><span>2026年11月4日</span> <a href="b.htm">Two</a></li>
        <li><a href="c.htm">Three</a></li></ul>""",
        "li a",
    )
    assert [link.published for link in links] == [
        dt.date(2026, 11, 3),
        dt.date(2026, 11, 4),
        None,
    ]


async def test_the_day_in_an_address_counts_before_the_printed_one() -> None:
    (link,) = await listing('<p>1/1/2020 <a href="/2026-11/03/c_1.htm">One</a>', "a")
    assert link.published == dt.date(2026, 11, 3)


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ('<a href="/1">Xi meets…</a>', "Xi meets…"),
        ('<a href="/1" title="Xi meets Thongloun">Xi meets…</a>', "Xi meets Thongloun"),
        ('<a href="/1" title="Xi meets Thongloun">Xi meets...</a>', "Xi meets Thongloun"),
        ('<a href="/1" title="Opens in a new window">Xi meets</a>', "Xi meets"),
        ('<a href="/1" title="From the attribute"><img></a>', "From the attribute"),
        ('<a href="/1"><h2>The headline</h2><p>and much of the story</p></a>', "The headline"),
        ('<h2>The headline</h2><a href="/1"><img></a>', "The headline"),
        ('<a href="/1"><img></a><a href="/1">Behind a picture</a>', "Behind a picture"),
        ('<a href="/tag">Rail</a><h3><a href="/1">The headline</a></h3>', "The headline"),
    ],
)
async def test_the_title_of_an_item(item: str, title: str) -> None:
    links = await listing(f"<div class=item>{item}</div>", "div.item")
    assert [(link.url, link.title) for link in links] == [("https://www.example.org/1", title)]


async def test_a_selected_headline_may_stand_inside_its_link() -> None:
    (link,) = await listing('<a href="/1"><h2>The headline</h2></a>', "h2")
    assert (link.url, link.title) == ("https://www.example.org/1", "The headline")


async def test_what_leads_to_no_page_is_skipped() -> None:
    links = await listing(
        """<a href="#top">Top of page</a><a href="mailto:a@example.org">Write</a>
        <a href="javascript:void(0)">More</a><a>No address</a><a href="/1#comments">One</a>
        <a href="/1">Comments</a><a href="//cdn.example/2">Two</a><a href="#/news/3">Three</a>
        <a href="/4"></a>""",
        "a",
    )
    assert [(link.url, link.title) for link in links] == [
        ("https://www.example.org/1", "One"),
        ("https://cdn.example/2", "Two"),
    ]


async def test_the_base_element_is_respected() -> None:
    (link,) = await listing('<base href="/zh/"><a href="1.htm">One</a>', "a")
    assert link.url == "https://www.example.org/zh/1.htm"
    (link,) = await listing('<base href="about:blank"><a href="1.htm">One</a>', "a")
    assert link.url == "https://www.example.org/news/1.htm"


@pytest.mark.parametrize(
    ("encoding", "charset", "meta"),
    [
        ("utf-8", None, ""),
        ("gb18030", "gb2312", ""),
        ("gb18030", None, '<meta charset="gb2312">'),
        ("gbk", "GBK", ""),
        ("big5", "big5", ""),
        ("utf-16", "utf-16", ""),
        ("utf-8", "utf-8", '<meta charset="gb2312">'),
    ],
)
async def test_charsets(encoding: str, charset: str | None, meta: str) -> None:
    html = f'<html><head>{meta}</head><body><a href="/1">中老鐵路</a>'
    (link,) = await listing(html.encode(encoding), "a", charset=charset)
    assert link.title == "中老鐵路"


async def test_xhtml_is_html() -> None:
    html = '<?xml version="1.0" encoding="utf-8"?>\n<!-- x -->' + " " * 600
    (link,) = await listing(html + '<html><body><a href="/1">One</a></body></html>', "a")
    assert link.title == "One"


# --- without one ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/2026-11/03/c_1.htm",
        "/20261103/0a1b/c.html",
        "/a/202611/03/WS65.html",
        "/n3/2026/1103/c90000-1.html",
        "/2026/11/03/rail-opens/",
        "/page/202611/1301234.shtml",
        "/detail.aspx?id=7{n}",
        "/rail-link-opens-today-{n}",
        "/t20261103_117{n}.html",
    ],
)
async def test_links_that_look_like_stories_are_found(path: str) -> None:
    items = "".join(
        f'<li><a href="{path.format(n=n)}{"" if "{n}" in path else f"?n={n}"}">'
        f"Railway link number {n} opens</a></li>"
        for n in range(3)
    )
    chrome = (
        '<nav><a href="/2026/11/03/menu.htm">A menu with many words</a></nav>'
        '<p><a href="/about-the-long-name-of-us">About all of us here</a></p>'
        '<p><a href="/2026/11/03/x.htm">Short</a></p><p><a href="/2026/11/03/y.htm"></a></p>'
        '<p><a href="https://other.example/2026/11/03/z.htm">Four words from elsewhere</a></p>'
    )
    links = await listing(f"{chrome}<ul>{items}</ul>")
    assert [link.title for link in links] == [f"Railway link number {n} opens" for n in range(3)]


async def test_a_teaser_may_have_a_header_and_a_page_may_nest_menus() -> None:
    links = await listing(
        '<header><nav><a href="/2026/11/03/menu.htm">A menu with many words</a></nav></header>'
        '<article><header><h2><a href="/2026/11/03/1.htm">Four words are enough</a></h2></header>'
        "</article>"
    )
    assert [link.title for link in links] == ["Four words are enough"]


@pytest.mark.parametrize("title", ["中老铁路今日正式开通运营", "ລົດໄຟລາວຈີນເປີດບໍລິການ"])
async def test_headlines_without_blanks_are_headlines(title: str) -> None:
    (link,) = await listing(f'<a href="https://m.example.org/2026/11/03/1.htm">{title}</a>')
    assert (link.title, link.published) == (title, dt.date(2026, 11, 3))


_PLAIN_LIST = "".join(
    f'<li><a href="/page/202611/13470{n}.shtml">Story number {n} of today</a>'
    f'<a href="/page/202611/13470{n}.shtml">Read more</a></li>'
    for n in range(10, 13)
)


async def test_addresses_like_those_of_others_make_stories_of_lonely_and_short_headlines() -> None:
    links = await listing(
        """<div class="hero"><a href="/page/202611/1347099.shtml">Dam opens</a></div>
        <p><a href="/page/202611/1347098.shtml">Boten</a> <a href="/about/2026.shtml">About us</a>
        <a href="/page/202611/1347097.shtml">Read more</a></p>"""
        + _PLAIN_LIST
    )
    assert [link.title for link in links] == [
        "Dam opens",
        *(f"Story number {n} of today" for n in range(10, 13)),
    ]


async def test_a_form_or_a_menu_around_the_whole_page_is_no_menu() -> None:
    links = await listing(f'<form><div class="menu-page">{_PLAIN_LIST}</div></form>')
    assert len(links) == 3
    links = await listing(
        f'<div id="left-menu">{_PLAIN_LIST}</div>' + "<a href=/2026/11/03/x>a b c d</a>" * 9
    )
    assert [link.title for link in links] == ["a b c d"]


# --- nothing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "selector", "said"),
    [
        ("<a href='/1'>One</a><a>x</a>", "li a", "'li a' matched nothing; the page has 1 links"),
        ("<li>x</li><li>y</li>", "li", "matched 2 elements, but none holds"),
        ("<a href='/1'>One</a>", None, "none of the page's 1 links looks like a story: give a sel"),
        ("<rss><channel/></rss>", "a", "is a feed, not a page: set kind: feed"),
        ("<?xml version='1.0'?><feed/>", None, "set kind: feed"),
        ("<urlset/>", None, "is a sitemap, not a page: set kind: sitemap"),
        ("", None, "holds no HTML"),
        ("plain words", "a", "holds no HTML"),
        (b"\xff\xfe<\0\0\0a", "a", "holds no HTML|matched nothing"),
        (b"<a href='/1'>", None, "holds no HTML|none of the page's"),
    ],
)
async def test_nothing_found_says_why(html: str | bytes, selector: str | None, said: str) -> None:
    with pytest.raises(DiscoverError, match=said) as caught:
        await listing(html, selector)
    assert "\n" not in str(caught.value)


async def test_a_charset_that_hides_the_markup_is_no_crash() -> None:
    with pytest.raises(DiscoverError, match="holds no HTML"):
        await listing(b"<a href='/1'>", None, charset="utf-16")


@pytest.mark.parametrize("selector", [None, "div", "a"])
async def test_a_page_nested_without_end_is_answered(selector: str | None) -> None:
    html = '<div><a href="/2026/11/03/1.htm">Four words are enough</a>' * 500
    (link,) = await listing(html + "<div>" * 500, selector)
    assert link.title == "Four words are enough"


async def test_the_many_links_around_a_link_are_not_its_item() -> None:
    links = await listing("<p>2026-11-03</p>" + '<a href="/1">One</a>' * 50, "a")
    assert [link.published for link in links] == [None]


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://e.org/2021-01/22/c_1.htm", dt.date(2021, 1, 22)),
        ("https://e.org/20261103/c.html", dt.date(2026, 11, 3)),
        ("https://e.org/2026/11/03/x", dt.date(2026, 11, 3)),
        ("https://e.org/2026-11-03-x", dt.date(2026, 11, 3)),
        ("https://e.org/x?date=2026-11-03", dt.date(2026, 11, 3)),
        ("https://e.org/page/202611/1301234.shtml", None),
        ("https://e.org/2026/02/31/20260301/x", dt.date(2026, 3, 1)),
        ("https://e.org/202611031/x", None),
        ("https://20261103.e.org/", None),
    ],
)
def test_the_day_in_an_address(url: str, day: dt.date | None) -> None:
    assert url_date(url) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 2026-11-03 10:00", dt.date(2026, 11, 3)),
        ("[2026/11/3]", dt.date(2026, 11, 3)),
        ("2026年11月3日", dt.date(2026, 11, 3)),
        ("3/11/2026", dt.date(2026, 11, 3)),
        ("03.11.2569", dt.date(2026, 11, 3)),
        ("31/02/2026", None),
        ("version 1.2.3", None),
        ("tel. 021 212 345", None),
    ],
)
def test_the_day_in_a_text(text: str, day: dt.date | None) -> None:
    assert printed_date(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Updated: November 3, 2026 10:00", dt.date(2026, 11, 3)),
        ("Nov. 03, 2026", dt.date(2026, 11, 3)),
        ("3rd Nov 2026", dt.date(2026, 11, 3)),
        ("03 NOVEMBER 2026", dt.date(2026, 11, 3)),
        ("31 June 2026", None),
        ("Novelties of 3, 2026", None),
        ("3/11/2026, not November 4, 2026", dt.date(2026, 11, 3)),
    ],
)
def test_the_day_in_words(text: str, day: dt.date | None) -> None:
    assert shown_day(text) == day


async def test_what_is_marked_for_machines_counts_first() -> None:
    source = PageSource(url=URL, selector="h3", timezone="Asia/Vientiane")
    html = """<article><h3><a href="/2026/11/02/1.htm">One</a></h3><a href="/author/x">X</a>
    <time datetime="soon">soon</time><time datetime="2026-11-03T09:30">today</time></article>
    <article><h3><a href="2.htm">Two</a></h3><p>3 Nov 2026</p></article>"""
    one, two = await source.links(fetched(html, URL), _no_get)
    assert str(one.published) == "2026-11-03 09:30:00+07:00"
    assert two.published == dt.date(2026, 11, 3)


async def test_a_page_of_many_links_is_walked_once() -> None:
    links = "".join(
        f'<a href="/2026/11/20/story-number-{n}">Four words of headline {n}</a>' for n in range(900)
    )
    found = await listing(f"<html><body><ul>{'<i></i>' * 25_000}{links}</ul></body></html>")
    assert len(found) == 900
