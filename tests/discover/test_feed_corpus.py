"""Feeds that others wrote to break readers: a result or a DiscoverError, nothing else."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from monitor.discover import parse_feed
from monitor.discover.feed import read_any
from monitor.discover.feeddoubts import UnsureError
from monitor.discover.feeditem import Feed, Item, author_of, text_of
from monitor.discover.feedodd import read_odd
from monitor.discover.feedplain import read_plain
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


def read(body: bytes) -> Feed | str:
    """The items with and without an address, as links are made of them."""
    try:
        return read_any(body, URL, None, None)
    except DiscoverError as error:
        return str(error)


Said = tuple[str | None, ...]


def of_item(item: Item) -> Said:
    times = in_utc(item.published), in_utc(item.updated)
    return (item.link or None, item.guid or None, item.title, *times, item.author)


def of_truth(entry: dict[str, str | None]) -> Said:
    title = text_of(entry["title"] or "", is_html=False)
    times = entry["published"], entry["updated"]
    return (
        entry["link"] or None,
        entry["id"] or None,
        title,
        *times,
        author_of(entry["author"] or ""),
    )


@needs_feeds
def test_we_agree_with_feedparser_wherever_it_is_right() -> None:
    truth = json.loads((FEEDS / "feedparser" / "truth.json").read_text("utf-8"))
    other = set()
    for name, wanted in truth.items():
        feed = read((FEEDS / "feedparser" / name).read_bytes())
        items, language = ([], None) if isinstance(feed, str) else feed
        said = [of_item(item) for item in items]
        if (
            said != [of_truth(entry) for entry in wanted["entries"]]
            or language != wanted["language"]
        ):
            other.add(name)
    assert len(truth) > 1600
    # Of a script that breaks out of its comment, feedparser keeps a part in the title.
    assert other == {"wellformed/sanitize/entry_title_crazy.xml"}


@needs_feeds
@pytest.mark.parametrize("under", ["feedparser", "feedvalidator"])
def test_we_read_ourselves_what_feedparser_reads(under: str) -> None:
    others, sure = set(), 0
    for path in files(under):
        body = path.read_bytes()
        with suppress(UnsureError, DiscoverError):
            plain = read_plain(body, None, None)
            sure += 1
            if plain != read_odd(body, None, None):
                others.add(path.name)
    assert others == set()
    assert sure > 900  # of those that have items at all, most
