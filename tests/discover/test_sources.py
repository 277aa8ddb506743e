"""What a source may say of itself, and how the kinds are told apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from monitor.discover import (
    FIRST_LOOK,
    SOURCE_KINDS,
    AnySource,
    FeedSource,
    JsonSource,
    PageSource,
    SitemapSource,
    Source,
    archive_of,
    kind_of,
)
from monitor.models import Link
from tests.discover.tools import fetched

NEEDED = {"json": {"items": "@", "link": "url", "title": "title"}}
ANY: TypeAdapter[Source] = TypeAdapter(AnySource)


def test_every_row_bears_its_own_kind() -> None:
    for kind, cls in SOURCE_KINDS.items():
        keys = NEEDED.get(kind, {})
        source = ANY.validate_python({"kind": kind, "url": "https://example.org/", **keys})
        assert type(source) is cls
        assert source.kind == kind


def test_a_full_source_is_read() -> None:
    source = ANY.validate_python(
        {
            "kind": "page",
            "id": "kpl-en",
            "url": "https://kpl.gov.la/En/News.aspx?cat=9",
            "name": "KPL",
            "interval": "30m",
            "timezone": "Asia/Vientiane",
            "language": "en",
            "tags": ["laos"],
            "selector": "ul.news-story li",
            "unverified": True,
        }
    )
    assert isinstance(source, PageSource)
    assert source.interval == dt.timedelta(minutes=30)
    assert source.enabled
    assert ANY.validate_python(source) is source


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        ({"kind": "feeed"}, (), "'feed', 'sitemap', 'page', 'json'"),
        ({"kind": None}, (), "'feed', 'sitemap', 'page', 'json'"),
        ({"kind": ["feed"]}, (), "'feed', 'sitemap', 'page', 'json'"),
        ({"url": "ftp://example.org/"}, ("page", "url"), "http://"),
        ({"url": "example.org/feed"}, ("page", "url"), "http://"),
        ({"timezone": "Laos/Vientiane"}, ("page", "timezone"), "such as Asia/Vientiane"),
        ({"timezone": "../etc"}, ("page", "timezone"), "such as Asia/Vientiane"),
        ({"timezone": "Asia"}, ("page", "timezone"), "such as Asia/Vientiane"),
        ({"timezone": "x" * 5000}, ("page", "timezone"), "such as Asia/Vientiane"),
        ({"interval": "often"}, ("page", "interval"), "6h"),
        ({"language": "English!"}, ("page", "language"), "pattern"),
        ({"id": "KPL EN"}, ("page", "id"), "pattern"),
        ({"selector": "li > > a"}, ("page", "selector"), "not a CSS selector"),
        ({"selectr": "li"}, ("page", "selectr"), "not permitted"),
    ],
)
def test_a_mistake_is_named(change: dict[str, Any], key: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ANY.validate_python({"kind": "page", "url": "https://example.org/"} | change)
    (error,) = caught.value.errors()
    assert error["loc"] == key
    assert said in error["msg"]


def test_a_missing_kind_is_named() -> None:
    with pytest.raises(ValidationError, match="kind"):
        ANY.validate_python({"url": "https://example.org/"})


def test_editors_learn_the_kinds_from_the_schema() -> None:
    assert set(ANY.json_schema()["discriminator"]["mapping"]) == set(SOURCE_KINDS)


def test_a_source_is_frozen() -> None:
    source = FeedSource(url="https://example.org/feed")
    with pytest.raises(ValidationError, match="frozen"):
        source.url = "https://example.org/other"  # type: ignore[misc]


async def test_before_the_first_look_nothing_is_known() -> None:
    assert FIRST_LOOK.since is None
    assert await FIRST_LOOK.known(["https://example.org/1"]) == set()


# --- which links it lets through -----------------------------------------------------------------

RAIL = Link("https://example.org/world/rail.htm", "Railway to Vientiane")
VIDEO = Link("https://example.org/video/rail.htm", "Railway to Vientiane")
UNTITLED = Link("https://example.org/world/1.htm")


@pytest.mark.parametrize(
    ("include", "exclude", "admitted"),
    [
        ((), (), [RAIL, VIDEO, UNTITLED]),
        (("(?i)VIENTIANE",), (), [RAIL, VIDEO]),
        (("/world/",), (), [RAIL, UNTITLED]),
        (("nothing", r"\d\.htm"), (), [UNTITLED]),
        ((), ("/video/", "Z"), [RAIL, UNTITLED]),
        (("Railway",), ("/video/",), [RAIL]),
        ((r"\Qa(", "rail"), (), [RAIL, VIDEO]),
        (("万象",), (), []),
    ],
)
def test_patterns_are_held_against_address_and_title(
    include: tuple[str, ...], exclude: tuple[str, ...], admitted: list[Link]
) -> None:
    source = FeedSource(url="https://example.org/feed", include=include, exclude=exclude)
    assert [link for link in (RAIL, VIDEO, UNTITLED) if source.admits(link)] == admitted


def test_a_title_that_is_no_text_breaks_no_pattern() -> None:
    source = FeedSource(url="https://example.org/feed", include=("老挝",))
    assert source.admits(Link("https://example.org/\ud800", "老挝\udfff"))


# --- whether robots.txt is asked -----------------------------------------------------------------


@pytest.mark.parametrize("kind", SOURCE_KINDS)
def test_the_key_robots_goes_before_the_custom_of_the_kind(kind: str) -> None:
    keys = {"kind": kind, "url": "https://example.org/", **NEEDED.get(kind, {})}
    assert ANY.validate_python(keys).obeys_robots == (kind != "feed")
    for said in (True, False):
        assert ANY.validate_python({**keys, "robots": said}).obeys_robots == said


# --- what an answer is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<rss/>", "feed"),
        (b"<?xml version='1.0'?><rdf:RDF/>", "feed"),
        (b'\xef\xbb\xbf {"version": "https:\\/\\/jsonfeed.org\\/version\\/1"}', "feed"),
        (b'[{"url": "/1"}]', "json"),
        (b"<sitemapindex/>", "sitemap"),
        (b"\x1f\x8b\x08", "sitemap"),
        (b"https://example.org/1\nhttps://example.org/2", "sitemap"),
        (b"<!DOCTYPE html><html>", "page"),
        (b"words", "page"),
        (b"", "page"),
    ],
)
def test_the_kind_of_an_answer(body: bytes, kind: str) -> None:
    assert kind_of(body) == kind


ARCHIVE = "https://example.org/archive"


@pytest.mark.parametrize(
    ("body", "cls"),
    [(b"<rss/>", FeedSource), (b"<urlset/>", SitemapSource), (b"<html>", PageSource)],
)
def test_an_archive_is_read_as_its_source_s_own(body: bytes, cls: type[Source]) -> None:
    source = FeedSource(
        id="a", url="https://example.org/feed", archive=ARCHIVE, language="lo", include=("x",)
    )
    archive = archive_of(source, fetched(body, ARCHIVE))
    assert type(archive) is cls
    assert (archive.id, archive.url, archive.language) == ("a", ARCHIVE, "lo")
    assert archive.include == ("x",)


def test_an_archive_of_the_same_kind_is_read_in_the_same_way() -> None:
    page = PageSource(url="https://example.org/", selector="h3 a", archive=ARCHIVE)
    read = archive_of(page, fetched(b"<html>", ARCHIVE))
    assert isinstance(read, PageSource)
    assert (read.url, read.selector, read.pages) == (ARCHIVE, "h3 a", 10)
    data = JsonSource(url="https://example.org/", archive=ARCHIVE, **NEEDED["json"])
    again = archive_of(data, fetched(b"[]", ARCHIVE))
    assert isinstance(again, JsonSource)
    assert (again.url, again.items) == (ARCHIVE, "@")
