"""Where a site says that its stories are listed, and which keys of its data list them."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from monitor.discover.jsonguess import guessed_keys
from monitor.discover.leads import (
    advertised,
    data_files,
    feed_title,
    language_of,
    named_sitemaps,
    sections,
    title_of,
)
from tests.discover.tools import fetched

BASE = "https://site.example/en/index.html"


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def test_feeds_are_known_by_their_type_or_their_address() -> None:
    html = """<link rel="alternate home" type="application/rss+xml; charset=utf-8" href=" a.xml ">
    <link rel=alternate type="application/feed+json" href=b><link rel=alternate href=c>
    <link rel=alternate type="text/xml" href="mailto:x"><a href="a.xml">RSS</a>
    <a href="/rss/world.xml">World</a><a href="/x?format=rss">X</a><a href="/feedback">No</a>
    <a href="/comments/feed/">C</a><a href="/x.atom"></a>"""
    leads = advertised(soup(html), BASE)
    paths = [lead.url.removeprefix("https://site.example") for lead in leads]
    assert paths == [
        "/en/a.xml",
        "/en/b",
        "/rss/world.xml",
        "/x?format=rss",
        "/x.atom",
        "/comments/feed/",
    ]
    assert [lead.title for lead in leads][2:5] == ["World", "X", None]


def test_sections_on_the_subject_come_first() -> None:
    html = """<a href="/">Laos</a><a href="/world/">World</a><a href="/en/index.html">China</a>
    <a href="/zh/laowo">老挝</a><a href="/en/asia">Asia-Pacific</a>
    <a href="/world/">International</a>
    <a href="https://other.example/china">China</a><a href="/lo">ຂ່າວ</a><a href="/sport">Sport</a>
    <a href="/1.html">Laos and China open a very long railway today</a>"""
    leads = sections(soup(html), BASE)
    assert [lead.title for lead in leads] == ["老挝", "Asia-Pacific", "World", "ຂ່າວ"]


def test_sitemaps_of_robots_are_read_as_people_write_them() -> None:
    robots = (
        b"\xef\xbb\xbfSITEMAP:https://a.example/1.xml\r\n # Sitemap: x\n"
        b" sitemap : 2-news.xml\nSitemap:\n\xff"
    )
    leads = named_sitemaps(robots, "https://site.example/robots.txt")
    assert [lead.url for lead in leads] == [
        "https://site.example/2-news.xml",
        "https://a.example/1.xml",
    ]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<rss><channel><title>A &amp;amp; B</title>", "A & B"),
        (b"<feed><title type='html'><![CDATA[ <b>A</b> ]]></title>", "A"),
        ('<?xml version="1.0" encoding="gb2312"?><rss><title>国际</title>'.encode("gbk"), "国际"),
        (b"<rss><title></title>", None),
        (b"<rss><channel>", None),
    ],
)
def test_the_title_of_a_feed(body: bytes, title: str | None) -> None:
    assert feed_title(fetched(body, BASE)) == title


def test_data_files_stand_beside_their_page() -> None:
    html = '<div data="datasource:0123456789" preview="x_"></div><p data="datasource:0123456789">'
    leads = data_files(soup(html), BASE)
    assert [lead.url.rpartition("/")[2] for lead in leads] == [
        "x_0123456789.json",
        "ds_0123456789.json",
    ]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (
            [{"imageUrl": "/1.jpg", "url": "/1", "headline": "One", "created_at": 1793700000}],
            {"items": "@", "link": "url", "title": "headline", "date": "created_at"},
        ),
        (
            {
                "menu": [{"link": "/a", "name": "A"}],
                "the data": {"list": [{"link": "/1", "name": "N", "abstract": "S"}] * 3},
            },
            {"items": '"the data".list', "link": "link", "title": "name", "summary": "abstract"},
        ),
        (
            [{"id": 1, "headline": "One", "path": "/story/1", "publishedAt": 1793700000000}],
            {"items": "@", "link": "path", "title": "headline", "date": "publishedAt"},
        ),
        (
            [{"imagePath": "/1.jpg", "webUri": "https://x.example/1", "title": "One"}],
            {"items": "@", "link": "webUri", "title": "title"},
        ),
        (
            [{"path": "/a", "permalink": "https://x.example/1", "title": "One"}],
            {"items": "@", "link": "permalink", "title": "title"},
        ),
        ([{"url": "/1", "title": "One"}, {"url": 2, "title": "Two"}], None),
        ([{"url": "/1", "title": " "}], None),
        ([1, 2], None),
        ({"a": {"b": {"c": {"d": {"e": [{"url": "/1", "title": "One"}]}}}}}, None),
        ([], None),
    ],
)
def test_the_keys_of_data_are_guessed(data: Any, keys: dict[str, str] | None) -> None:
    assert guessed_keys(data, BASE) == keys


@pytest.mark.parametrize(
    ("html", "title", "language"),
    [
        ("<html lang=lo><title> KPL \n News</title>", "KPL News", "lo"),
        ("<html lang='zh-Hans-CN'><title></title>", None, "zh-Hans-CN"),
        ("<html lang='English!'>", None, None),
        ("<p>", None, None),
    ],
)
def test_what_a_page_calls_itself(html: str, title: str | None, language: str | None) -> None:
    assert (title_of(soup(html)), language_of(soup(html))) == (title, language)
