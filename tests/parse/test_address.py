"""The address that a page names as its own, where it may be believed."""

from __future__ import annotations

import pytest

from monitor.parse import Profile, parse_article
from tests.parse.pages import page, parse

URL = "https://m.news.example/2026/story.html?from=list"
WWW = "https://www.news.example/2026/story.html"


def _link(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (_link(WWW), WWW),
        (_link("/2026/story.html"), "https://m.news.example/2026/story.html"),
        ('<meta property="og:url" content="https://news.example/s">', "https://news.example/s"),
        ('<meta property="og:url" content="/a">' + _link("/b"), "https://m.news.example/b"),
        (_link("https://www.news.example/"), None),
        (_link("https://www.news.example/en/"), None),
        (_link("/index.html"), None),
        (_link("https://other.example/2026/story.html"), None),
        (_link("javascript:void(0)"), None),
        (_link("http://["), None),
        (_link(""), None),
        ('<link rel="alternate" href="/feed">', None),
        ("", None),
    ],
)
def test_canonical(head: str, expected: str | None) -> None:
    assert parse(page(head=head), URL).canonical == expected


def test_a_home_page_may_name_itself() -> None:
    home = "https://news.example/"
    assert parse(page(head=_link(home)), home).canonical == home


def test_hosts_of_one_profile_are_one_site() -> None:
    profile = Profile(hosts=("news.example", "news.test"))
    html = page(head=_link("https://en.news.test/story"))
    assert parse_article(html, URL, profile=profile).canonical == "https://en.news.test/story"
    assert parse_article(html, URL).canonical is None
