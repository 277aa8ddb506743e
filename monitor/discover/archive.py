"""How the archive of a source is read, to fill its gaps."""

from __future__ import annotations

from monitor.discover.base import Source
from monitor.discover.feed import FeedSource
from monitor.discover.jsondata import JsonSource
from monitor.discover.page import PageSource
from monitor.discover.recognise import kind_of
from monitor.discover.sitemap import SitemapSource
from monitor.models import Fetched

_PAGES = 10  # of a listing
_SHARED = (
    *("id", "name", "timezone", "language", "include", "exclude", "robots", "cookies"),
    "validators",
)


def archive_of(source: Source, answer: Fetched) -> Source:
    """The source that reads ``answer``, which came from the archive of ``source``, as its own."""
    url, kind = source.archive or source.url, kind_of(answer.body)
    if kind == "page" and isinstance(source, PageSource):
        return source.model_copy(update={"url": url, "pages": max(source.pages, _PAGES)})
    if kind == "json" and isinstance(source, JsonSource):
        return source.model_copy(update={"url": url})
    shared = {name: getattr(source, name) for name in _SHARED}
    if kind == "feed":
        return FeedSource(url=url, **shared)
    if kind == "sitemap":
        return SitemapSource(url=url, **shared)
    return PageSource(url=url, pages=_PAGES, **shared)
