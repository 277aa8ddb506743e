"""Turn the body of a source into links to stories.

A source kind is one file here and one row of ``SOURCE_KINDS``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Discriminator

from monitor.discover.archive import archive_of
from monitor.discover.base import FIRST_LOOK, Get, Past, Source
from monitor.discover.feed import FeedSource, parse_feed
from monitor.discover.jsondata import JsonSource
from monitor.discover.page import PageSource
from monitor.discover.recognise import kind_of
from monitor.discover.sitemap import SitemapSource

SOURCE_KINDS: dict[str, type[Source]] = {
    "feed": FeedSource,
    "sitemap": SitemapSource,
    "page": PageSource,
    "json": JsonSource,
}

if TYPE_CHECKING:
    AnySource = Source
else:
    # Whatever kind a row above names, told apart by its ``kind``.
    AnySource = Annotated[Union[tuple(SOURCE_KINDS.values())], Discriminator("kind")]  # noqa: UP007

__all__ = [
    "FIRST_LOOK",
    "SOURCE_KINDS",
    "AnySource",
    "FeedSource",
    "Get",
    "JsonSource",
    "PageSource",
    "Past",
    "SitemapSource",
    "Source",
    "archive_of",
    "kind_of",
    "parse_feed",
]
