"""Feeds that others wrote to break readers: a result or a DiscoverError, nothing else."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.discover import parse_feed
from monitor.errors import DiscoverError
from monitor.models import Link, Moment

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
FEEDS = SHARED / "feeds"
URL = "https://example.org/feed.xml"

needs_feeds = pytest.mark.skipif(
    not FEEDS.is_dir(), reason=f"no {FEEDS}: set MONITOR_SHARED to the folder that holds feeds/"
)


def files(under: str) -> Iterator[Path]:
    return (path for path in sorted((FEEDS / under).rglob("*")) if path.is_file())


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        pytest.fail(f"a feed made us look up {args}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def answer(body: bytes) -> list[Link] | DiscoverError:
    try:
        links = parse_feed(body, URL)
    except DiscoverError as error:
        return error
    assert len({link.url for link in links}) == len(links)
    assert all(link.url.startswith(("http://", "https://")) for link in links)
    return links


@needs_feeds
@pytest.mark.parametrize("under", ["feedparser", "feedvalidator/survive"])
def test_every_file_gets_an_answer(under: str, offline: None) -> None:
    answers = [answer(path.read_bytes()) for path in files(under) if path.suffix != ".json"]
    assert len(answers) > 1000
    assert sum(isinstance(given, list) for given in answers) > 0.9 * len(answers)


@needs_feeds
def test_what_is_right_is_accepted(offline: None) -> None:
    refused = {
        path.name: str(given)
        for path in files("feedvalidator/accept")
        if isinstance(given := answer(path.read_bytes()), DiscoverError)
    }
    # XRD describes services; the validator knows it, yet it is no feed.
    assert refused == {"spec_noerr.xml": "the answer is XML with the root <xrds>, not a feed"}


def in_utc(moment: Moment | None) -> str | None:
    if isinstance(moment, dt.datetime):
        return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{moment:%Y-%m-%d}T00:00:00Z" if moment else None


@needs_feeds
def test_we_agree_with_feedparser_where_it_is_right() -> None:
    truth = json.loads((FEEDS / "feedparser" / "truth.json").read_text())
    compared = 0
    for name, feed in truth.items():
        wanted = {e["link"]: e for e in feed["entries"] if str(e["link"]).startswith("http")}
        if not wanted:
            continue
        body = (FEEDS / "feedparser" / name).read_bytes()
        found = {link.url: link for link in parse_feed(body, URL)}
        for url, entry in wanted.items():
            compared += 1
            assert url in found, name
            link = found[url]
            assert (link.title or None) == (entry["title"] or None), name
            assert in_utc(link.published) == entry["published"], name
            assert in_utc(link.updated) == entry["updated"], name
    assert compared > 50


SEED = b"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel xml:base="/x/">
<title>N</title><item><title><![CDATA[<b>A</b> &amp; b]]></title><link>a?b=1&amp;c=2</link>
<guid isPermaLink="false">1</guid><dc:date>2026-11-03T01:02:03+07:00</dc:date></item>
<item><title>&#x4e2d;</title><guid>https://example.org/2</guid>
<pubDate>Tue, 03 Nov 2026 09:30:00 GMT</pubDate></item></channel></rss>"""
JSON_SEED = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "url": "/1",
"title": "A", "date_published": "2026-11-03T01:02:03+07:00", "authors": [{"name": "B"}]}]}"""
PIECES = [
    b"",
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!--",
    b"<!ENTITY x 'y'>",
    b"\0",
    b"\xff",
    b"{",
    b"[" * 50,
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.sampled_from([SEED, JSON_SEED]),
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
