"""One story, one address."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.urls import canonical_url, without_fragment

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
        "https://user:secret@example.org/%61/1%2Ehtml",
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
        ("https://example.org/amp", "https://example.org/"),
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


def test_a_fragment_that_is_a_page_of_its_own_stays() -> None:
    assert without_fragment("https://e.org/a#b") == "https://e.org/a"
    assert without_fragment("https://e.org/#/b") == "https://e.org/#/b"
