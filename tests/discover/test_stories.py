"""Links to stories among those of menus, pagers and everything else that a page leads to."""

from __future__ import annotations

import pytest

from monitor.discover import PageSource
from monitor.discover.shapes import is_list, is_slug, is_story
from tests.discover.tools import Shelf, fetched

_LAO = (
    "ທ່ານປະທານປະເທດ ຕ້ອນຮັບ ຄະນະຜູ້ແທນ ສປ ຈີນ",
    "ລາວ-ຈີນ ເຊັນສັນຍາ ຮ່ວມມື ດ້ານການຄ້າ",
    "ທາງລົດໄຟ ລາວ-ຈີນ ຂົນສົ່ງ ສິນຄ້າ ເພີ່ມຂຶ້ນ",
    "ນະຄອນຫຼວງວຽງຈັນ ຈັດງານ ບຸນທາດຫຼວງ",
)
_SECTIONS = (*("ການເມືອງ", "ເສດຖະກິດ", "ຕ່າງປະເທດ", "ວັດທະນະທຳ-ສັງຄົມ", "ກິລາ-ບັນເທີງ", "ວິທະຍາສາດ"),)


async def found(body: str, url: str = "https://site.example/") -> list[str]:
    """Ends of the addresses of what is taken for a story."""
    html = f"<html><body>{body}</body></html>"
    links = await PageSource(url=url).links(fetched(html, url), Shelf().get)
    return [link.url.removeprefix(url) for link in links]


def block(name: str, *links: tuple[str, str], around: str = "h3") -> str:
    items = "".join(f'<{around}><a href="{url}">{title}</a></{around}>' for url, title in links)
    return f'<div class="{name}">{items}</div>'


def stories(form: str, number: int = 5) -> tuple[tuple[str, str], ...]:
    return tuple((form.format(n=n), f"China and Laos sign deal number {n}") for n in range(number))


@pytest.mark.parametrize("name", ["mainmenu", "topnav", "sidebar", "col-md-3"])
@pytest.mark.parametrize("key", ["catid", "id"])
async def test_names_of_sections_in_lao_are_no_headlines(name: str, key: str) -> None:
    menu = block(name, *((f"News.aspx?{key}={n}", each) for n, each in enumerate(_SECTIONS, 1)))
    news = block("it", *((f"detail.aspx?id={94800 - n}", each) for n, each in enumerate(_LAO)))
    assert await found(menu + news) == [f"detail.aspx?id={94800 - n}" for n in range(4)]


async def test_pages_and_months_of_an_archive_are_no_stories() -> None:
    news = block("l", *stories("/story-{n}-laos-china-rail.html"))
    pages = block(
        "p",
        *(
            (f"/list-of-all-news-page-{n}.html", f"Go to page number {n} of list")
            for n in range(2, 7)
        ),
    )
    months = block(
        "ar", *((f"/archive/2026{n:02}.html", f"All stories of month {n}") for n in range(1, 7))
    )
    assert await found(news + pages + months) == [
        f"story-{n}-laos-china-rail.html" for n in range(5)
    ]


async def test_what_can_be_done_with_a_story_is_no_other() -> None:
    items = "".join(
        f'<div><h3><a href="/2026/11/03/story-{n}/">China and Laos sign deal number {n}</a></h3>'
        f'<a href="/2026/11/03/story-{n}/?share=facebook">Share this story on Facebook</a>'
        f'<a href="/2026/11/03/story-{n}/?format=print">Print this story on paper</a>'
        f'<a href="/2026/11/03/story-{n}/#comments">Leave a comment on it</a></div>'
        for n in range(4)
    )
    assert await found(items) == [f"2026/11/03/story-{n}/" for n in range(4)]


@pytest.mark.parametrize("end", ["index.html", ""])
async def test_channels_beside_dated_stories_are_none(end: str) -> None:
    titles = (
        "习近平系列重要讲话数据库",
        "领导人活动报道集锦",
        "全国人民代表大会常务",
        "中国新闻网站首页",
    )
    channels = block(
        "channel", *((f"/GB/{100_000 + n}/{end}", each) for n, each in enumerate(titles))
    )
    news = block("list", *stories("/n1/2026/1103/c1002-4036{n}.html"))
    assert await found(channels + news) == [f"n1/2026/1103/c1002-4036{n}.html" for n in range(5)]


async def test_what_stands_at_the_bottom_is_no_story() -> None:
    about = ("/about/20100101.shtml", "关于我们网站的一些说明")
    news = block("list", *stories("/n1/2026/1103/c1002-4036{n}.html"))
    assert len(await found(news + block("bottom", about))) == 5


@pytest.mark.parametrize("name", ["football", "navy-news", "shared", "bottom-news"])
async def test_names_that_begin_like_a_menu_s_are_not(name: str) -> None:
    more = block("list", *stories("/n1/2026/1102/c1002-4035{n}.html", 9))
    news = block(name, *stories("/n1/2026/1103/c1002-4036{n}.html"))
    assert len(await found(more + news)) == 14


async def test_short_slugs_are_stories_where_there_are_no_others() -> None:
    slugs = ("laos-china-trade", "kunming-train", "boten-gate-opens", "pakse-bridge")
    news = block("c", *((f"/news/{slug}", f"{slug} signed by two countries") for slug in slugs))
    about = '<p><a href="/about-us">About all of us here</a></p>'
    assert await found(news + about) == [f"news/{slug}" for slug in slugs]
    dated = block("d", *stories("/2026/11/03/{n}"))
    assert await found(news + dated) == [f"2026/11/03/{n}" for n in range(5)]


async def test_structures_without_a_day_count_where_few_bear_one() -> None:
    news = block("list", *stories("/page/13470{n}.shtml"))
    dated = block("top", *stories("/2026/11/03/{n}", 2))
    assert len(await found(news + dated)) == 7


async def test_of_one_form_all_count_though_few_of_them_show_a_day() -> None:
    shown = "".join(
        f'<li><a href="/page/1347{n}.shtml">China and Laos sign deal number {n}</a> 3/11/2026</li>'
        for n in range(5)
    )
    top = block("top", *stories("/page/1348{n}.shtml", 4))
    assert len(await found(f"<ul>{shown}</ul>{top}")) == 9


@pytest.mark.parametrize(
    ("path", "story", "slug", "list_"),
    [
        ("/story-0-laos-china-rail.html", True, False, False),
        ("/2026/11/03/asia/rail/index.html", True, False, False),
        ("/detail.aspx?id=7&catid=3", True, False, False),
        ("/detail.aspx?contentid=7", True, False, False),
        ("/news/laos-china-trade", False, True, False),
        ("/archives/20261", True, False, False),
        ("/news.aspx?catid=3", False, False, False),
        ("/news.aspx?pageid=2", False, False, False),
        ("/GB/100000/index.html", False, False, True),
        ("/index.php?id=12", True, False, False),
        ("/archive/2026/11/", False, False, True),
        ("/news/page/2/", False, False, True),
        ("/news/index_2.shtml", False, False, True),
        ("/tag/laos-china-railway-2026", False, False, True),
        ("/2026/11/03/x?share=x", False, False, True),
    ],
)
def test_the_shape_of_an_address(path: str, story: bool, slug: bool, list_: bool) -> None:
    url = f"https://site.example{path}"
    assert (is_story(url), is_slug(url), is_list(url)) == (story, slug, list_)
