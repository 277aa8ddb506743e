"""Listing pages that go on: how far back a look reads, and where it stops."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.discover import PageSource
from monitor.errors import FetchError
from tests.discover.tools import Memory, Shelf, fetched

_SITE = "https://www.example.org"
URL = f"{_SITE}/news/index.htm"


def _page(*numbers: int, more: str = "") -> str:
    return "".join(f'<li><a href="/news/{n}.htm">Story {n}</a></li>' for n in numbers) + more


_LATER = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


async def _paged(first: str, shelf: Shelf, memory: Memory | None = None, **keys: Any) -> list[str]:
    source = PageSource(url=URL, selector="li a", **{"pages": 3, **keys})
    links = await source.links(fetched(first, URL), shelf.get, (memory or Memory(None)).past)
    return [str(link.title) for link in links]


async def test_the_first_look_reads_further_pages_as_many_as_asked_for() -> None:
    shelf = Shelf(
        {
            f"{_SITE}/news/p2.htm": _page(3, 4, more='<a rel="next nofollow" href="p3.htm">'),
            f"{_SITE}/news/p3.htm": _page(4, 5, more='<a rel="next" href="p4.htm">'),
        }
    )
    first = _page(1, 2, more='<link rel="next" href="p2.htm">')
    assert await _paged(first, shelf) == [f"Story {n}" for n in (1, 2, 3, 4, 5)]
    assert shelf.asked == [f"{_SITE}/news/p2.htm", f"{_SITE}/news/p3.htm"]
    assert await _paged(first, Shelf(), pages=1) == ["Story 1", "Story 2"]


@pytest.mark.parametrize(
    ("next_", "second"),
    [
        ("a.on", "/news/on.htm"),
        ("?p={page}", "/news/index.htm?p=2"),
        ("/all/{page}.html", "/all/2.html"),
        ("index_{page-1}.htm", "/news/index_1.htm"),
        (f"{_SITE}/x?page={{page}}", "/x?page=2"),
    ],
)
async def test_the_next_page_is_found_by_a_selector_or_a_form_of_address(
    next_: str, second: str
) -> None:
    first = _page(1, more='<a class="on" href="on.htm">On</a>')
    shelf = Shelf({_SITE + second: _page(2)})
    assert await _paged(first, shelf, pages=2, next=next_) == ["Story 1", "Story 2"]


@pytest.mark.parametrize(
    ("known", "asked"),
    [((), 2), ((1,), 0), ((5,), 0), ((11, 12, 13, 14, 15), 1)],
)
async def test_later_looks_go_on_where_all_is_new(known: tuple[int, ...], asked: int) -> None:
    shelf = Shelf(
        {
            f"{_SITE}/news/p2.htm": _page(11, 12, 13, 14, 15),
            f"{_SITE}/news/p3.htm": _page(21),
        }
    )
    memory = Memory(_LATER, {f"{_SITE}/news/{n}.htm" for n in known})
    await _paged(_page(1, 2, 3, 5), shelf, memory, next="p{page}.htm")
    assert len(shelf.asked) == asked


async def test_a_pinned_story_hides_no_gap_and_only_admitted_links_are_asked_for() -> None:
    shelf = Shelf({f"{_SITE}/news/p2.htm": _page(11)})
    memory = Memory(_LATER, {f"{_SITE}/news/5.htm"})
    found = await _paged(_page(1, 2, 3, 4, 5), shelf, memory, next="p{page}.htm", pages=2)
    assert found[-1] == "Story 11"
    none = await _paged(_page(1, 2), shelf, memory, next="p{page}.htm", include=("Laos",))
    assert none == ["Story 1", "Story 2"]
    assert memory.questions[-1] == []


@pytest.mark.parametrize(
    "second",
    [
        _page(1, 2),
        "no list",
        FetchError("HTTP 404", status=404, retryable=False),
        FetchError("HTTP 503", status=503),
    ],
)
async def test_a_list_that_ends_or_is_in_trouble_keeps_what_was_read(
    second: str | FetchError,
) -> None:
    shelf = Shelf({f"{_SITE}/news/p2.htm": second})
    assert await _paged(_page(1, 2), shelf, next="p{page}.htm") == ["Story 1", "Story 2"]
    assert shelf.asked == [f"{_SITE}/news/p2.htm"]


@pytest.mark.parametrize("more", ["", '<a rel=next href="mailto:x">', "<a rel=next>"])
async def test_a_page_that_leads_no_further_is_the_last(more: str) -> None:
    assert await _paged(_page(1, more=more), Shelf()) == ["Story 1"]


@pytest.mark.parametrize(
    ("keys", "key", "said"),
    [
        ({"pages": 0}, "pages", "greater than or equal to 1"),
        ({"pages": 21}, "pages", "less than or equal to 20"),
        ({"pages": 2, "next": "a > > b"}, "next", "not a CSS selector"),
        (
            {"pages": 2, "next": "ftp://x/{page}"},
            "next",
            "not a web address, allowed: https://…{page}",
        ),
        ({"next": "a.next"}, "next", "allowed: together with pages: 2 to 20"),
        ({"selector": "a" * 501}, "selector", "at most 500 characters"),
    ],
)
def test_mistakes_about_further_pages_are_named(keys: dict[str, Any], key: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PageSource.model_validate({"url": URL, **keys})
    (error,) = caught.value.errors()
    assert error["loc"] == (key,)
    assert said in error["msg"]
