"""Data files and APIs: their stories by JMESPath, their times, and what they are wrapped in."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from monitor.discover import JsonSource
from monitor.discover.datadates import data_moment
from monitor.errors import DiscoverError
from monitor.models import Link, Moment
from tests.discover.tools import Shelf, fetched

URL = "https://www.site.example/world/ds_0a1b.json"
SHANGHAI = ZoneInfo("Asia/Shanghai")
XINHUA = {"items": "datasource", "link": "publishUrl", "title": "showTitle || title"}


def source(**keys: Any) -> JsonSource:
    return JsonSource(**{"url": URL, **XINHUA, **keys})


async def found(data: Any, *, charset: str | None = None, **keys: Any) -> list[Link]:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return await source(**keys).links(fetched(body, URL, charset), Shelf().get)


async def test_the_data_of_xinhua_s_lists() -> None:
    data = {
        "datasource": [
            {
                "title": "<a href='../20261103/0a/c.html'>中老铁路 &amp; 口岸</a>",
                "publishUrl": "../20261103/0a/c.html",
                "publishTime": "2026-11-03 14:36:59",
                "summary": "<p>累计发送</p><p>旅客</p>",
                "contentId": "20261103-0a",
            },
            {"showTitle": "Second", "title": "x", "publishUrl": "/world/20261102/0b/c.html"},
        ]
    }
    links = await found(
        data,
        date="publishTime",
        summary="summary",
        guid="contentId",
        timezone="Asia/Shanghai",
        language="zh",
    )
    assert links == [
        Link(
            url="https://www.site.example/20261103/0a/c.html",
            title="中老铁路 & 口岸",
            guid="20261103-0a",
            published=dt.datetime(2026, 11, 3, 14, 36, 59, tzinfo=SHANGHAI),
            summary="累计发送 旅客",
            language="zh",
        ),
        Link(
            url="https://www.site.example/world/20261102/0b/c.html",
            title="Second",
            published=dt.date(2026, 11, 2),
            language="zh",
        ),
    ]


async def test_an_address_may_be_put_together_and_the_list_be_the_whole() -> None:
    links = await found(
        [{"id": 7, "t": "Seven"}, {"id": None, "t": "None"}, {"id": 8}, "text", None],
        items="@",
        link="join('', ['/news/', to_string(id), '.html'])",
        title="t",
    )
    assert [link.url.rpartition("/")[2] for link in links] == ["7.html", "null.html"]


async def test_an_address_counts_once_and_a_guid_that_several_bear_not_at_all() -> None:
    rows = [
        {"publishUrl": "/1", "title": "One", "id": 1},
        {"publishUrl": "/1", "title": "One again", "id": 2},
        {"publishUrl": "/2", "title": "Two", "id": 5},
        {"publishUrl": "/3", "title": "Three", "id": 5},
        {"publishUrl": "mailto:x", "title": "Nowhere"},
    ]
    links = await found({"datasource": rows}, guid="id")
    assert [(link.title, link.guid) for link in links] == [
        ("One", "1"),
        ("Two", None),
        ("Three", None),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf \n", b"\n"),
        (b"callback(", b");\n"),
        (b"/**/ jQuery.cb_1(", b")"),
        (b"var list = ", b";"),
        (b"window.list=", b""),
    ],
)
async def test_simple_wrappers_are_taken_off(before: bytes, after: bytes) -> None:
    body = before + '{"datasource": [{"publishUrl": "/1", "title": "老挝"}]}'.encode() + after
    (link,) = await found(body)
    assert link.title == "老挝"


async def test_the_charset_of_the_answer_counts() -> None:
    body = '{"datasource": [{"publishUrl": "/1", "title": "老挝"}]}'.encode("gbk")
    (link,) = await found(body, charset="gb2312")
    assert link.title == "老挝"


async def test_an_empty_list_has_no_links() -> None:
    assert await found({"datasource": []}) == []


@pytest.mark.parametrize(
    ("body", "keys", "said"),
    [
        (b"", {}, "broken JSON: Expecting value"),
        (b"{", {}, "broken JSON"),
        (b'{"a": 1} {"b": 2}', {}, "more than one value, at character 8"),
        (b"<html><body>", {}, "HTML or XML, not JSON: set kind: page or kind: feed"),
        (b"[" * 100_000, {}, "nested too deep"),
        (b"[" * 10_000_000, {}, "more than 500,000 values"),
        (b"[" + b"1," * 600_000 + b"1]", {}, "more than 500,000 values"),
        (b"9" * 5_000, {}, "broken JSON: Exceeds the limit"),
        (b'{"data": 1}', {}, "items: 'datasource' gives no list; there are the keys data"),
        (b"{}", {}, "gives no list; there is an empty object"),
        (b"[1, 2]", {}, "gives no list; there is a list of 2"),
        (b"1", {}, "gives no list; there is one value"),
        (
            b'{"datasource": [{"url": "/1"}]}',
            {},
            "link: 'publishUrl' gives nothing in 1 items; there",
        ),
        (
            b'{"datasource": [{"publishUrl": "/1"}]}',
            {},
            "title: 'showTitle || title' gives nothing",
        ),
        (b'{"datasource": 1}', {"items": "sort(datasource)"}, "items: 'sort"),
    ],
)
async def test_what_gives_nothing_says_why(body: bytes, keys: dict[str, str], said: str) -> None:
    with pytest.raises(DiscoverError) as caught:
        await found(body, **keys)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "expression", "said"),
    [
        ("items", "a[", "not a JMESPath expression: Invalid jmespath expression: Incomplete"),
        ("link", "a b", "not a JMESPath expression: Unexpected token: b"),
        ("title", "$", "Unknown token $"),
        ("date", "first(@)", "JMESPath has no function first(), allowed: abs, avg"),
        ("summary", "a[?nope(@)].b", "JMESPath has no function nope()"),
        ("guid", "", "at least 1 character"),
        ("items", "a" * 301, "at most 300 characters"),
    ],
)
def test_a_wrong_expression_is_named(key: str, expression: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        source(**{key: expression})
    (error,) = caught.value.errors()
    assert error["loc"] == (key,)
    assert said in error["msg"]


@pytest.mark.parametrize("missing", ["items", "link", "title"])
def test_what_every_list_has_must_be_said(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        JsonSource.model_validate({"url": URL, **{k: v for k, v in XINHUA.items() if k != missing}})


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-03", dt.date(2026, 11, 3)),
        ("20261103", dt.date(2026, 11, 3)),
        ("2026年11月3日", dt.date(2026, 11, 3)),
        ("2026-11-03T10:00:00Z", dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        ("2026-11-03 18:00:00", dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        ("2026/11/3 18:00", dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        ("20261103T180000", dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        ("Tue, 03 Nov 2026 10:00:00 GMT", dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        ("Tuesday, 03-Nov-26 10:00:00 UTC", dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        (1793700000, dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        (1793700000123, dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        ("1793700000.5", dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC)),
        ("at 10:00 on 03/11/2026", dt.date(2026, 11, 3)),
        ("20261303", None),
        ("2026", None),
        (12345, None),
        (True, None),
        (["2026-11-03"], None),
        (None, None),
        (float("nan"), None),
        ("soon", None),
    ],
)
def test_times_of_data_files(value: object, moment: Moment | None) -> None:
    assert data_moment(value, SHANGHAI) == moment
