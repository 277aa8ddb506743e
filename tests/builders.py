"""Makers of the values that travel: what a test does not care about is filled in."""

from __future__ import annotations

import dataclasses
import gzip
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor import dedupe
from monitor.alert import Alert
from monitor.models import (
    Article,
    Change,
    ChangeKind,
    CountedStory,
    Dateline,
    Link,
    Match,
    Message,
    Rule,
    Span,
    VolumeAlert,
    VolumeKind,
)
from monitor.routing import Way
from monitor.store.stories import Batch

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
URL = "https://laostimes.example/2026/11/20/night-train/"
TITLE = "First night train leaves Vientiane for Kunming"
BODY = (
    "VIENTIANE, Nov. 20 (Xinhua) -- The first night train of the China-Laos Railway left here "
    "on Friday evening.",
    "It will reach Kunming in the morning, the railway company said.",
)


class Clock:
    """The time, which passes when a test says so."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def article(**changes: Any) -> Article:
    said: dict[str, Any] = {
        "url": URL,
        "title": TITLE,
        "source": "Xinhua",
        "updated": date(2026, 11, 20),
        "published": datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
        "dateline": Dateline(place="VIENTIANE", date=date(2026, 11, 20), agency="Xinhua"),
        "body": BODY,
        "language": "en",
        "site": "laostimes.example",
    }
    return Article(**(said | changes))


def link(url: str = URL, title: str | None = TITLE, **changes: Any) -> Link:
    return dataclasses.replace(Link(url, title), **changes)


def rule(id_: str = "railway", query: str = "train", **changes: Any) -> Rule:
    said: dict[str, Any] = {"name": id_.title(), "channels": ("mail", "hook")}
    return Rule(id=id_, query=query, **(said | changes))


def match(rule_id: str = "railway", term: str = "train", story: Article | None = None) -> Match:
    """A match on every place where ``term`` stands in ``story``, letter for letter."""
    story = story or article()
    texts = [("title", 0, story.title), *(("body", i, text) for i, text in enumerate(story.body))]
    return Match(
        rule_id,
        tuple(
            Span(field, index, start, start + len(term), term, term)
            for field, index, text in texts
            if (start := text.find(term)) >= 0
        ),
    )


def message(**changes: Any) -> Message:
    story = changes.get("article") or article()
    said: dict[str, Any] = {
        "id": "msg_" + "0123456789abcdef" * 2,
        "rule": "railway",
        "label": "China–Laos Railway",
        "reason": "new story",
        "correction": False,
        "first_id": None,
        "story": 7,
        "revision": 1,
        "source": "The Lao Times",
        "article": story,
        "match": match(story=story),
        "created_at": NOW,
    }
    return Message(**(said | changes))


def volume_alert(**changes: Any) -> VolumeAlert:
    """Fourteen stories where three are usual, two of them listed."""
    said: dict[str, Any] = {
        "id": "msg_" + "00112233445566" * 2,
        "rule": "railway-spike",
        "label": "Much on the railway",
        "kind": VolumeKind.SPIKE,
        "condition": "3x over 28d",
        "reason": "spike: 14 stories in 24 h, 3 expected",
        "number": 14,
        "expected": 3.04,
        "since": NOW - timedelta(days=1),
        "stories": (
            CountedStory(8, "A second train", "https://kpl.example/2", "KPL", NOW),
            CountedStory(7, TITLE, URL, "The Lao Times", NOW - timedelta(hours=2)),
        ),
        "more": 12,
        "created_at": NOW,
    }
    return VolumeAlert(**(said | changes))


def alert(
    one: Rule, why: Match, reason: str = "new story", *, at: datetime = NOW, **changes: Any
) -> Alert:
    """An alert that goes out at once on each channel of its rule."""
    ways = tuple(Way(channel, ("",), at) for channel in dict.fromkeys(one.channels))
    return Alert(one, why, reason, **({"ways": ways} | changes))


def batch(story: Article | None = None, *rules: Rule, **changes: Any) -> Batch:
    """What a new story leaves behind that each of ``rules`` matches and alerts on."""
    story = story or article()
    found = [match(one.id, story=story) for one in rules]
    said: dict[str, Any] = {
        "key": dedupe.canonical_url(story.url),
        "source": "laostimes",
        "source_name": "The Lao Times",
        "article": story,
        "change": Change(ChangeKind.NEW, "not seen before"),
        "content_key": dedupe.content_key(story),
        "sketch": dedupe.sketch(story),
        "on_topic": True,
        "matches": found,
        "alerts": [
            alert(one, why, at=changes.get("now", NOW))
            for one, why in zip(rules, found, strict=True)
        ],
        "now": NOW,
    }
    return Batch(**(said | changes))


def correction(of: int, story: Article, *rules: Rule, **changes: Any) -> Batch:
    """What a correction of story ``of`` leaves behind."""
    found = [match(one.id, story=story) for one in rules]
    return batch(
        story,
        change=Change(ChangeKind.REVISED, "title changed", of),
        matches=found,
        alerts=[
            alert(
                one,
                why,
                "corrected: title changed",
                at=changes.get("now", NOW),
                correction=True,
            )
            for one, why in zip(rules, found, strict=True)
        ],
        **changes,
    )


def gzipped(data: bytes) -> bytes:
    """The same bytes at any time: they stand in the names of tests."""
    return gzip.compress(data, mtime=0)
