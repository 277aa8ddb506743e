"""One story, one address."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor import urls
from monitor.parse import parse_article
from monitor.urls import canonical_url, leads_home, without_fragment

pytestmark = pytest.mark.at_full_speed

STORY = "https://example.org/a/1.html"


@pytest.mark.parametrize(
    "url",
    [
        STORY,
        " http://example.org/a/1.html\n",
        "HTTP://WWW.Example.org:80/a/1.html",
        "https://example.org:443/a/1.html#comments",
        "https://m.example.org/a/1.html/",
        "https://www.m.example.org/a/./b/../1.html",
        "https://amp.example.org/a/1.html/amp/",
        "https://example.org/a/1.html?amp=1",
        "https://example.org./a/1.html?amp",
        "https://example.org/a/1.html?utm_source=x&utm_medium=y&fbclid=1&spm=C1.2",
        "https://example.org/a/1.html?from=timeline&isappinstalled=0",
        "https://example.org/a/1.html;jsessionid=0A1B?UTM_Source=x",
        "https://mobile.example.org/amp/a/1.html",
        "https://example.org/a/1.amp.html",
        "https://example.org/a/1.html.amp",
        "https://user:secret@example.org/%61/1%2Ehtml",
        "https://example.org/a/1.html?msclkid=1&gad_source=1&gad_campaignid=2&li_fat_id=3",
        "https://example.org/a/1.html?__twitter_impression=true&_openstat=x",
        "https://wap.example.org/a/1.html",
        "https://3g.example.org/a/1.html",
        "https://touch.example.org/a/1.html",
        "https://example.org//a///1.html",
        "https://example-org.cdn.ampproject.org/c/s/example.org/a/1.html",
        "https://example-org.cdn.ampproject.org/v/s/amp.example.org/a/1.html?amp=1",
        "https://www.google.com/amp/s/www.example.org/a/1.html",
        "https://www.google.com.hk/amp/example.org/a/1.html/amp/",
    ],
)
def test_addresses_of_one_story_are_one(url: str) -> None:
    assert canonical_url(url) == STORY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/b"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/", "https://example.org/index.html"),
        ("https://example.org/", "https://example.org:8080/"),
        ("https://example.org/", "https://en.example.org/"),
        ("https://example.org/detail.aspx?id=1", "https://example.org/detail.aspx?id=2"),
        ("https://example.org/?from=2026", "https://example.org/"),
        ("https://example.org/?share=3", "https://example.org/"),
        ("https://example.org/#/news/1", "https://example.org/#/news/2"),
        ("https://example.org/#!1", "https://example.org/#!2"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://en.m.example.org/a", "https://zh.m.example.org/a"),
        ("https://www.google.com/amp/s/example.org/a", "https://www.google.com/amp/s/example.la/a"),
        ("https://example.org/amp", "https://example.org/"),
        ("https://example.org/amp/", "https://example.org/"),
        ("https://example.org/ampere/1", "https://example.org/1"),
        ("https://example.org/a/amp/1", "https://example.org/a/1"),
        ("https://example.org/revamp", "https://example.org/rev"),
        ("https://www.la/", "https://la/"),
    ],
)
def test_addresses_of_two_pages_stay_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org?b=2&a=1", "https://example.org/?a=1&b=2"),
        ("http://例え.jp/老挝", "https://xn--r8jz45g.jp/%E8%80%81%E6%8C%9D"),
        ("http://[::1]:8080/x", "https://[::1]:8080/x"),
        ("http://m.com/x", "https://m.com/x"),
        (" not a url ", "not a url"),
        ("http://[bad", "http://[bad"),
        ("http://a:port/", "http://a:port/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("", ""),
        (" http://a.example/" + "x" * 4_000, "http://a.example/" + "x" * 4_000),
    ],
)
def test_the_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


_PIECES = st.sampled_from(
    [*"ab/:?&=;%.#@[]0 \\+中ກ\u0301\ud800", "amp", "www.", "m.", "%2561", "..", "utm_a", "http:"]
)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(["", "http://", "https://www.a.b/", "https://a.b/x?", "//"]),
    st.lists(_PIECES, max_size=20).map("".join) | st.text(max_size=30),
)
@example("HTTP://0", "/;/")
def test_folding_twice_changes_nothing(start: str, rest: str) -> None:
    once = canonical_url(start + rest)
    assert canonical_url(once) == once


_HOSTS = st.sampled_from(["", "www.", "m.", "mobile.", "amp.", "en."]).flatmap(
    lambda twin: st.sampled_from(["news.cn", "www.la", "a-b.example", "m.m.com", "localhost"]).map(
        lambda host: twin + host
    )
)
_ORDINARY = ("2026", "c.html", "a.b", "-x-", "_", "~", "camp", "%E8%80%81")
_SPECIAL = (
    ".",
    "..",
    ".x",
    "",
    "amp",
    "x.amp",
    "x.amp.html",
    "%41",
    "%e8",
    "%2F",
    "老挝",
    "+",
    ",",
)
_SEGMENTS = st.sampled_from([*_ORDINARY, *_SPECIAL, ";jsessionid=1"])
_KEPT = ("id=12", "a=1", "a1=1", "a=", "b=2", "a=-.", "from=12", "A=1")
_NOT_KEPT = ("utm_source=x", "from=rss", "amp=1", "amp", "", "a=%41", "a=1=2", "a=+", "a=~")
_PARAMETERS = st.sampled_from([*_KEPT, *_NOT_KEPT])


@settings(max_examples=1_000, deadline=None)
@given(
    st.sampled_from(["http", "https"]),
    _HOSTS,
    st.lists(_SEGMENTS, max_size=4),
    st.lists(_PARAMETERS, max_size=4),
    st.sampled_from(["", "/", "//", "#", "#x"]),
)
@example("https", "www.m.com", ["a.b"], ["a1=1", "a=1"], "")
@example("https", "en.news.cn", ["%FF", "%80"], ["a=.-"], "/")
def test_the_short_way_ends_where_the_long_one_does(
    scheme: str, host: str, path: list[str], query: list[str], end: str
) -> None:
    url = f"{scheme}://{host}{''.join('/' + part for part in path)}"
    for full in (url + end, url + "/?" + "&".join(query), url + "?" + "&".join(query) + end):
        assert canonical_url(full) == urls._fold_fully(full)


@pytest.mark.parametrize(
    "url",
    [
        "https://english.news.cn/20261103/0123456789abcdef0123456789abcdef/c.html",
        "https://www.example.org/2026/11/03/the-example-of-a-campaign/",
        "http://kpl.gov.la/En/detail.aspx?id=12",
        "https://laotiantimes.com/%E8%80%81%E6%8C%9D-12/?utm_source=rss",
    ],
)
def test_the_ordinary_address_goes_the_short_way(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folded = canonical_url(url)
    monkeypatch.setattr(urls, "_fold_fully", None)
    assert canonical_url(url) == folded


def test_a_fragment_that_is_a_page_of_its_own_stays() -> None:
    assert without_fragment("https://e.org/a#b") == "https://e.org/a"
    assert without_fragment("https://e.org/#/b") == "https://e.org/#/b"


@pytest.mark.parametrize("claimed", ["https://example.org/", "/", "https://other.example/a/1.html"])
def test_a_page_that_calls_itself_another_is_not_believed(claimed: str) -> None:
    """``rel=canonical`` of a careless template is the home page, of a copy its original."""
    html = f"""<link rel="canonical" href="{claimed}"><meta property="og:url" content="{claimed}">
    <h1>First night train leaves Vientiane</h1><p>{"The railway company said so. " * 9}</p>"""
    assert canonical_url(parse_article(html.encode(), STORY).url) == STORY


def test_a_mobile_twin_may_stand_behind_a_language() -> None:
    assert canonical_url("https://lo.m.example.org/a") == canonical_url("https://lo.example.org/a")


@pytest.mark.parametrize(
    ("link", "page", "home"),
    [
        (STORY, "https://example.org/", True),
        (STORY, "https://www.example.org", True),
        (STORY, "http://other.example/?from=dead", True),
        ("https://example.org/?p=12", "https://example.org/", True),
        ("https://example.org/?p=12", "https://example.org/?p=12", False),
        ("https://example.org/?p=12", STORY, False),
        ("https://example.org/", "https://example.org/", False),
        ("https://example.org/#/news/1", "https://example.org/", False),
        (STORY, "https://m.example.org/a/1.html", False),
        (STORY, "https://example.org/#/news/1", False),
    ],
)
def test_which_links_lead_to_a_home_page(link: str, page: str, home: bool) -> None:
    assert leads_home(link, page) is home
