"""The bench of feeds reads what it says it reads."""

from __future__ import annotations

import json

import pytest

from monitor.discover.feedplain import read_plain
from tests.bench import feeds, newsstand


def test_every_reader_finds_every_item(capsys: pytest.CaptureFixture[str]) -> None:
    assert feeds.main(["--rounds", "1", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert [row["feed"] for row in told["feeds"]] == list(feeds.feeds())
    assert all(row["ours ms"] > 0 for row in told["feeds"])
    assert told["wrong"] == []


def test_it_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert feeds.main(["--rounds", "1"]) == 0
    assert "feedparser / ours" in capsys.readouterr().out


@pytest.mark.parametrize("name", list(feeds.feeds()))
def test_its_feeds_are_ordinary(name: str) -> None:
    feed = read_plain(feeds.feeds()[name], None, None)
    assert len(feed.items) == newsstand.ITEMS
    assert all(item.link and item.title and item.summary for item in feed.items)
    assert all(item.published or item.updated for item in feed.items)
