"""Sources that mean harm, or are broken: an answer or one clear line, soon and in little memory.

``MUTATIONS=10000 pytest tests/discover/test_hostile.py`` tries more of each kind.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.discover import JsonSource, PageSource, SitemapSource, Source
from monitor.discover.text import collapse
from monitor.errors import DiscoverError, FetchError
from monitor.models import Link
from tests.bounds import soon
from tests.discover.tools import Shelf, fetched

pytestmark = pytest.mark.at_full_speed

URL = "https://www.example.org/news/"
MUTATIONS = int(os.environ.get("MUTATIONS", "300"))
# Seconds of one processor, bytes. On a quiet machine it is half of that; tracing takes far longer.
_LONGEST, _MOST_MEMORY = 6.0 if sys.gettrace() or sys.getprofile() else 2.0, 50 * 2**20

_STORY = '<a href="/2026/11/03/%s">Four words are enough</a>'
_HOSTILE = {
    "nested divs": "<div>" * 100_000 + _STORY % 1,
    "a link in each": "".join("<div>" + _STORY % n for n in range(30_000)),
    "the same link in each": ("<div>" + _STORY % 1) * 30_000,
    "nested menus": "<nav>" * 50_000,
    "nested forms": "<form><p>" * 50_000 + _STORY % 1,
    "nested classes": '<div class="nav">' * 30_000,
    "a wide one in nested ones": "<div>" * 2_000 + "<i></i>" * 30_000,
    "a long address": _STORY % ("x" * 4_000_000),
    "a long class": f'<a class="{"x " * 1_000_000}">',
    "many attributes": f"<a {' '.join(f'a{n}=1' for n in range(300_000))}>",
    "no end of text": _STORY % 1 + "x" * 9_000_000,
    "only beginnings": "<" * 3_000_000,
}


async def _answer(source: Source, body: bytes | str, charset: str | None = None) -> Sequence[Link]:
    """Its links; none where it says in one line what is wrong."""
    try:
        return await source.links(fetched(body, source.url, charset), Shelf().get)
    except FetchError:
        return []  # of a further file, which the shelf has not
    except DiscoverError as error:
        said = str(error)
    assert said.isprintable()
    return []


async def _soon(source: Source, body: bytes | str, charset: str | None = None) -> Sequence[Link]:
    memory_before = _memory()
    links = await soon(_LONGEST, lambda: _answer(source, body, charset))
    assert _memory() - memory_before < _MOST_MEMORY
    return links


def _memory() -> int:
    """The most that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("selector", [None, "div", "div a ~ a"])
@pytest.mark.parametrize("html", _HOSTILE.values(), ids=_HOSTILE)
async def test_a_hostile_page_is_answered_soon(html: str, selector: str | None) -> None:
    links = await _soon(PageSource(url=URL, selector=selector), html)
    assert {link.title for link in links} <= {"Four words are enough"}


# --- mutations -----------------------------------------------------------------------------------

_SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><urlset
 xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://www.example.org/2026/11/03/rail?a=1&amp;b=2</loc><lastmod>2026-11-03</lastmod></url>
<url><loc>https://www.example.org/2</loc><lastmod>2026-11-03T10:00:00+07:00</lastmod><news:news>
<news:publication><news:name>KPL</news:name><news:language>lo</news:language></news:publication>
<news:publication_date>2026-11-03</news:publication_date><news:title>ລົດໄຟ</news:title></news:news>
</url></urlset>"""
_INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
<loc>https://www.example.org/a-2026-11.xml</loc><lastmod>2026-11-03</lastmod></sitemap></sitemapindex>"""
_DATA = json.dumps(
    {"list": [{"u": f"/{n}.html", "t": "<b>老挝</b> &amp; x", "d": 1793700000} for n in range(3)]}
)
_PAGES = [path.read_text("utf-8") for path in Path(__file__).parent.glob("layouts/*.html")]

_KINDS: dict[str, tuple[Sequence[Source], Sequence[str]]] = {
    "sitemap": ([SitemapSource(url=URL)], [_SITEMAP, _INDEX]),
    "json": ([JsonSource(url=URL, items="list", link="u", title="t", date="d", guid="t")], [_DATA]),
    "page": ([PageSource(url=URL), PageSource(url=URL, selector="li, h2, a", pages=2)], _PAGES),
}
_TOKENS = (
    *(b"<", b">", b"&", b'"', b"'", b"\0", b"\xff", b"\xef\xbb\xbf", b"]]>", b"<![CDATA[", b"<!--"),
    *(
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"&a;",
        b"&#0;",
        b"<?xml encoding='utf-16'?>",
        b"<div>" * 99,
    ),
    *(
        b"[",
        b"{",
        b"}",
        b"]" * 99,
        b",",
        b"\\ud800",
        b"1e999",
        b"-",
        b"NaN",
        b"http://[",
        b"\x1f\x8b",
    ),
    *(b"<base href='//['>", b"</url>", b"<loc>", b"\r\n" * 9, b"9" * 99, b"<a href=x>" * 99),
)


def _mutated(body: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 8)):
        start = rng.randrange(len(body) + 1)
        end = min(len(body), start + rng.choice((0, 1, 4, 64, 4096)))
        piece = rng.choice(
            (b"", rng.choice(_TOKENS), rng.randbytes(3), body[start:end] * 2, body[start:end][::-1])
        )
        body = body[:start] + piece + body[end:]
    return body


@pytest.mark.parametrize("kind", _KINDS)
async def test_mutations_are_answered_soon(kind: str) -> None:
    sources, samples = _KINDS[kind]
    found = 0
    for seed in range(MUTATIONS):
        rng = random.Random(seed)
        charset = rng.choice(("utf-8", "utf-8", "utf-16", "gb18030"))
        body = _mutated(rng.choice(samples).encode(charset), rng)
        links = await _soon(rng.choice(sources), body, rng.choice((charset, None)))
        found += bool(links)
        for link in links:
            assert link.url.startswith(("http://", "https://"))
            assert link.title is None or link.title == collapse(link.title)
    assert found > MUTATIONS / 50  # it is no test of refusals alone
