"""Damaged feeds: links or a DiscoverError, within a second and 50 MB, nothing else.

A short run is part of the suite. ``MONITOR_MUTANTS=10000`` asks for a long one.
"""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.discover import parse_feed
from monitor.errors import DiscoverError

MUTANTS = int(os.environ.get("MONITOR_MUTANTS", "400"))
SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES = Path(__file__).parents[2] / "samples" / "site"
URL = "https://example.org/feed.xml"

SEED = b"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel xml:base="/x/">
<title>N</title><item><title><![CDATA[<b>A</b> &amp; b]]></title><link>a?b=1&amp;c=2</link>
<guid isPermaLink="false">1</guid><dc:date>2026-11-03T01:02:03+07:00</dc:date></item>
<item><title>&#x4e2d;</title><guid>https://example.org/2</guid>
<pubDate>Tue, 03 Nov 2026 09:30:00 GMT</pubDate></item></channel></rss>"""
ATOM_SEED = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="lo"><title>N</title>
<entry><title type="html">&lt;b>A&lt;/b></title><link href="/1"/><id>tag:a,2026:1</id>
<updated>2026-11-03T01:02:03+07:00</updated><author><name>B</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>C</p></div></content>
</entry></feed>"""
JSON_SEED = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "url": "/1",
"title": "A", "date_published": "2026-11-03T01:02:03+07:00", "authors": [{"name": "B"}]}]}"""
PIECES = [
    *(b"", b"<", b">", b"&", b"'", b'"', b"]]>", b"<!--", b"-->", b"<?", b"\0", b"\xff", b"{"),
    *(
        b"[" * 50,
        b"<a>" * 50,
        b"<!ENTITY x 'y'>",
        b"<!DOCTYPE x [",
        b"<![CDATA[",
        b"&#0;",
        b"=" * 9,
    ),
    *(b"<item>", b"</item>", b"<title>", b"xmlns=''", b"xml:base='//['", b"\xc3\xa9", b"\xe4\xb8"),
]


def answer(body: bytes) -> None:
    """Ask for the links, and hold the answer to what it promises."""
    began = time.process_time()
    links, said = [], "links"
    try:
        links = parse_feed(body, URL)
    except DiscoverError as error:
        said = str(error)
    assert said
    assert "\n" not in said
    assert len({link.url for link in links}) == len(links)
    assert all(link.url.startswith(("http://", "https://")) for link in links)
    assert time.process_time() - began < 1


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.sampled_from([SEED, ATOM_SEED, JSON_SEED]),
    cuts=st.lists(
        st.tuples(st.integers(0, 700), st.integers(0, 40), st.sampled_from(PIECES)), max_size=6
    ),
    chance=st.integers(0, 2**32),
)
def test_damaged_feeds_get_an_answer(
    seed: bytes, cuts: list[tuple[int, int, bytes]], chance: int
) -> None:
    body = bytearray(seed)
    for start, length, piece in cuts:
        body[start : start + length] = piece
    for _ in range(chance % 4):
        at = random.Random(chance).randrange(max(1, len(body)))
        body[at : at + 1] = bytes([chance % 256])
    answer(bytes(body))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_garbage_gets_an_answer(body: bytes) -> None:
    answer(body)


def seeds() -> list[bytes]:
    """Our own feeds, and those of others where they are at hand."""
    folders = [SAMPLES, SHARED / "feeds" / "feedparser", SHARED / "feeds" / "feedvalidator"]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.xml"))]
    return [SEED, ATOM_SEED, JSON_SEED, *(path.read_bytes() for path in paths)]


def mutants(count: int, rng: random.Random) -> Iterator[bytes]:
    """Feeds with cuts, stray pieces, flipped bytes, and parts of each other."""
    bodies = seeds()
    for _ in range(count):
        body, other = bytearray(rng.choice(bodies)), rng.choice(bodies)
        for _ in range(rng.randint(1, 8)):
            at, length = rng.randrange(len(body) + 1), rng.choice((0, 1, 1, 5, 40))
            start = rng.randrange(len(other) + 1)
            byte = bytes([rng.randrange(256)])
            strays = (rng.choice(PIECES), byte, other[start : start + 60], body[at:] * 2)
            body[at : at + length] = rng.choice(strays)
        yield bytes(body)


def memory() -> int:
    """Megabytes that are resident, by the kernel's word; 0 where it gives none."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * resource.getpagesize() >> 20 if pages.exists() else 0


def test_mutants_get_an_answer() -> None:
    before = memory()
    for body in mutants(MUTANTS, random.Random(2026)):
        try:
            answer(body)
            assert memory() - before < 50
        except BaseException as error:
            error.add_note(repr(body))
            raise


def test_samples_are_among_the_seeds() -> None:
    assert len(seeds()) > 3


@pytest.mark.skipif(not (SHARED / "feeds").is_dir(), reason=f"no {SHARED / 'feeds'}")
def test_the_feeds_of_others_are_among_the_seeds() -> None:
    assert len(seeds()) > 3000
