"""What a source may say of itself, and how the kinds are told apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from monitor.discover import SOURCE_KINDS, AnySource, FeedSource, PageSource, Source

ANY: TypeAdapter[Source] = TypeAdapter(AnySource)


def test_every_row_bears_its_own_kind() -> None:
    for kind, cls in SOURCE_KINDS.items():
        source = ANY.validate_python({"kind": kind, "url": "https://example.org/"})
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
        ({"kind": "feeed"}, (), "'feed', 'page'"),
        ({"kind": None}, (), "'feed', 'page'"),
        ({"kind": ["feed"]}, (), "'feed', 'page'"),
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
