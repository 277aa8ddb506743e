"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from monitor.discover.feeddates import known_moment, read_printed
from monitor.discover.feeditem import MOST_ITEMS, TOO_MANY, Feed, Item, author_of, text_of
from monitor.discover.text import http_url
from monitor.errors import DiscoverError
from monitor.models import Moment

_MOST_BYTES, _MOST_VALUES = 2**22, 100_000  # what is read stands in memory whole


def read_json_feed(body: bytes, zone: ZoneInfo | None) -> Feed:
    """The items of a feed and its language. Raises DiscoverError for other JSON and for none."""
    values = sum(map(body.count, (b",", b"[", b"{")))
    if len(body) > _MOST_BYTES or values > _MOST_VALUES:
        raise DiscoverError(
            f"the answer is JSON of {len(body):,} bytes and about {values:,} values,"
            f" a feed may have {_MOST_BYTES:,} and {_MOST_VALUES:,}"
        )
    feed = _loaded(body)
    if not _string(feed, "version").startswith("https://jsonfeed.org/version/"):
        raise DiscoverError(
            "the answer is JSON, but no JSON Feed: its version is not https://jsonfeed.org/version/…"
        )
    items = feed.get("items")
    if not isinstance(items, list):
        raise DiscoverError("the JSON Feed has no list of items")
    if len(items) > MOST_ITEMS:
        raise DiscoverError(TOO_MANY)
    author = _authors(feed)
    read = [_item(item, author, zone) for item in items if isinstance(item, dict)]
    return Feed(read, _string(feed, "language") or None)


def _loaded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise DiscoverError(f"the answer is broken JSON, not a feed: {error}") from error
    except RecursionError as error:
        raise DiscoverError("the answer is JSON nested too deep, not a feed") from error


def _item(item: dict[str, Any], author: str, zone: ZoneInfo | None) -> Item:
    number = item.get("id")  # a number, says the specification, is to be taken as text
    guid = str(number) if isinstance(number, (str, int)) else ""
    link = _string(item, "url")
    stands_in = not link and http_url("", guid) is not None
    summary = _string(item, "summary") or _string(item, "content_text")
    return Item(
        link=link or (guid if stands_in else _string(item, "external_url")) or None,
        stands_in=stands_in,
        guid=guid,
        title=text_of(_string(item, "title"), is_html=False),
        published=_moment(_string(item, "date_published"), zone),
        updated=_moment(_string(item, "date_modified"), zone),
        summary=text_of(summary, is_html=False)
        or text_of(_string(item, "content_html"), is_html=True),
        author=author_of(_authors(item) or author),
        language=_string(item, "language") or None,
    )


def _string(holder: Any, key: str) -> str:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def _authors(holder: dict[str, Any]) -> str:
    several = holder.get("authors")
    authors = several if isinstance(several, list) else [holder.get("author")]  # 1.0 had one
    return ", ".join(name for author in authors if (name := _string(author, "name").strip()))


def _moment(printed: str, zone: ZoneInfo | None) -> Moment | None:
    if known := known_moment(printed, zone):
        return known
    read = read_printed(printed.strip())
    return read.replace(tzinfo=zone or dt.UTC) if read and not read.tzinfo else read
