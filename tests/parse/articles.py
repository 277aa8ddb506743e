"""Articles for tests of what is made of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitor.models import Article, Dateline

URL = "https://www.news.example/2026/bridge.html"
EAST = dt.timezone(dt.timedelta(hours=8))
FULL = Article(
    url=f"{URL}?from=rss",
    canonical=URL,
    title="Bridge opens at Boten",
    source="Xinhua",
    updated=dt.datetime(2026, 11, 18, 9, 30, tzinfo=EAST),
    published=dt.datetime(2026, 11, 17, 20, 5, tzinfo=EAST),
    dateline=Dateline(place="VIENTIANE", date=dt.date(2026, 11, 17), agency="Xinhua"),
    body=("VIENTIANE, Nov. 17 (Xinhua) -- A bridge was opened.", "It is for trucks."),
    language="en",
    site="news.example",
    authors=("Li Na", "Bounmy Keo"),
    section="Business",
    keywords=("bridge", "Boten"),
    image="https://img.news.example/桥.jpg",
)
BARE = Article(url=URL, title="Bridge opens", body=("A bridge was opened.",))


def with_(**changes: Any) -> Article:
    """``FULL`` with other values."""
    return FULL.model_copy(update=changes)
