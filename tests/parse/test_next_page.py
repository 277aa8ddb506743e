"""Where a story goes on, and its pages as one Article."""

from __future__ import annotations

import time

import pytest

from monitor.models import Article
from monitor.parse import Profile
from monitor.parse.nextpage import is_twin, joined, may_go_on, next_page
from monitor.parse.profile import Layout
from tests.parse.pages import PARAGRAPHS, page, parse

URL = "http://news.example/2026/c_1234.htm"


def link(href: str, text: str = "下一页") -> bytes:
    return page(above=f'<div class="pages"><a href="{href}">{text}</a></div>')


@pytest.mark.parametrize(
    ("href", "there"),
    [
        ("c_1234_2.htm", "http://news.example/2026/c_1234_2.htm"),
        ("/2026/c_1234-2.htm#top", "http://news.example/2026/c_1234-2.htm"),
        (
            "https://www.news.example/2026/c_1234_1.htm",
            "https://www.news.example/2026/c_1234_1.htm",
        ),
        ("?page=2", f"{URL}?page=2"),
        ("c_1235.htm", None),  # the next story
        ("c_1234_3.htm", None),  # not the next page
        ("c_1234.htm", None),
        ("#", None),
        ("javascript:next()", None),
        ("http://other.example/2026/c_1234_2.htm", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_without_a_profile_a_link_to_the_numbered_twin_leads_on(
    href: str, there: str | None
) -> None:
    assert next_page(link(href), URL) == there


def test_on_the_second_page_the_third_comes_next() -> None:
    url = "http://news.example/c_1234_2.htm"
    assert next_page(link("c_1234_3.htm"), url) == "http://news.example/c_1234_3.htm"
    for href in ("c_1234.htm", "c_1234_1.htm", "c_1234_2.htm", "c_1234_4.htm"):
        assert next_page(link(href), url) is None
    assert is_twin("http://a.la/s?id=1&page=2", "http://a.la/s?id=1&page=3")
    assert not is_twin("http://a.la/s?id=1&page=2", "http://a.la/s?id=2&page=3")


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_the_words_are_known_in_every_charset(charset: str) -> None:
    html = link("c_1234_2.htm").decode().encode(charset)
    assert next_page(html, URL, charset=charset)
    assert next_page(link("c_1234_2.htm", "下一頁").decode().encode("big5"), URL, charset="big5")


def test_a_profile_says_which_link_leads_on() -> None:
    profile = Profile(hosts=("news.example",), next=".pages")
    assert next_page(link("other-name.html", "More"), URL, profile) == (
        "http://news.example/2026/other-name.html"
    )
    assert next_page(link("http://other.example/2", "More"), URL, profile) is None
    assert next_page(link(URL, "More"), URL, profile) is None
    html = page(head='<base href="/x/">', above='<a class="n" href="2.html">2</a>')
    profile = Profile(hosts=("news.example",), layouts=(Layout(next="a.n"),))
    assert next_page(html, URL, profile) == "http://news.example/x/2.html"


def test_a_page_that_says_nothing_of_it_is_not_parsed_again() -> None:
    assert not may_go_on(page(), None)
    assert not may_go_on(page(), Profile(hosts=("news.example",)))
    assert next_page(page(), URL) is None
    assert next_page("下一页".encode(), URL) is None
    start = time.perf_counter()
    may_go_on(b"<p>text</p>" * 1_000_000, None)
    assert time.perf_counter() - start < 0.5


def story(title: str, *paragraphs: str, above: str = "") -> Article:
    return parse(page("".join(f"<p>{text}</p>" for text in paragraphs), title=title, above=above))


TITLE = "Bridge opens after two years of work"
FIRST = story(TITLE, *PARAGRAPHS[:2])


@pytest.mark.parametrize("title", [TITLE, f"{TITLE} (2)", f"{TITLE}（第2页）"])
def test_pages_are_joined_in_order_and_nothing_stands_there_twice(title: str) -> None:
    whole = joined(FIRST, story(title, PARAGRAPHS[0], PARAGRAPHS[2]))
    assert whole is not None
    assert whole.body == PARAGRAPHS
    assert (whole.title, whole.url) == (FIRST.title, FIRST.url)


def test_another_story_and_the_same_page_are_not_joined() -> None:
    assert joined(FIRST, story("Another bridge is planned", PARAGRAPHS[2])) is None
    assert joined(FIRST, story(f"{TITLE}, and a second one is planned", PARAGRAPHS[2])) is None
    assert joined(FIRST, FIRST) is None


def test_what_the_last_page_alone_prints_is_kept() -> None:
    printed = "<p>Source: Xinhua Updated: 2026-11-18</p><p>By Li Wei</p>"
    whole = joined(FIRST, story(TITLE, PARAGRAPHS[2], above=printed))
    assert whole is not None
    assert whole.source == "Xinhua"
    assert str(whole.updated) == "2026-11-18"
    assert whole.authors == ("Li Wei",)
