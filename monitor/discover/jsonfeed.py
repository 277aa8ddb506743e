"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from monitor.discover.feeddates import read_printed
from monitor.discover.text import collapse, http_url, plain_text
from monitor.errors import DiscoverError
from monitor.models import Link, Moment


def parse_json_feed(body: bytes, url: str, zone: ZoneInfo | None) -> list[Link]:
    """The items that have an address. Raises DiscoverError for other JSON and for none."""
    try:
        feed = json.loads(body)
    except ValueError as error:
        raise DiscoverError(f"the answer is broken JSON, not a feed: {error}") from error
    except RecursionError as error:
        raise DiscoverError("the answer is JSON nested too deep, not a feed") from error
    if not _string(feed, "version").startswith("https://jsonfeed.org/version/"):
        raise DiscoverError(
            "the answer is JSON, but no JSON Feed: its version is not https://jsonfeed.org/version/…"
        )
    items = feed.get("items")
    if not isinstance(items, list):
        raise DiscoverError("the JSON Feed has no list of items")
    links = (_link(item, feed, url, zone) for item in items if isinstance(item, dict))
    return [link for link in links if link]


def _link(item: dict[str, Any], feed: Any, base: str, zone: ZoneInfo | None) -> Link | None:
    guid = item.get("id")  # a number, says the specification, is to be taken as text
    guid = collapse(str(guid)) if isinstance(guid, (str, int)) else ""
    address = (
        http_url(base, _string(item, "url"))
        if _string(item, "url")
        else http_url("", guid) or http_url(base, _string(item, "external_url") or "about:")
    )
    if address is None:
        return None
    summary = _string(item, "summary") or _string(item, "content_text")
    return Link(
        url=address,
        title=collapse(_string(item, "title")) or None,
        guid=guid or None,
        published=_moment(_string(item, "date_published"), zone),
        updated=_moment(_string(item, "date_modified"), zone),
        summary=collapse(summary) or plain_text(_string(item, "content_html")) or None,
        author=_authors(item) or _authors(feed) or None,
        language=_string(item, "language") or _string(feed, "language") or None,
    )


def _string(holder: Any, key: str) -> str:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def _authors(holder: dict[str, Any]) -> str:
    several = holder.get("authors")
    authors = several if isinstance(several, list) else [holder.get("author")]  # 1.0 had one
    names = (collapse(_string(author, "name")) for author in authors)
    return ", ".join(name for name in names if name)


def _moment(printed: str, zone: ZoneInfo | None) -> Moment | None:
    try:
        return dt.date.fromisoformat(printed)
    except ValueError:
        read = read_printed(printed.strip())
    if read is None:
        return None
    return read if read.tzinfo else read.replace(tzinfo=zone or dt.UTC)
