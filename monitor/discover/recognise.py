"""What an answer is, where nobody has said."""

from __future__ import annotations

import codecs

from monitor.discover.sniff import root_element
from monitor.discover.text import http_url

FEED_ROOTS = ("rss", "feed", "rdf", "channel")
SITEMAP_ROOTS = ("urlset", "sitemapindex")
GZIP = b"\x1f\x8b"
_JSON_FEED = b"https://jsonfeed.org/version/"
_LONGEST_LINE = 2_048  # of a list of addresses


def kind_of(body: bytes) -> str:
    """``feed``, ``sitemap``, ``json`` or, for all else, ``page``."""
    root = root_element(body)
    text = body.removeprefix(codecs.BOM_UTF8).lstrip()
    if text[:1] in (b"{", b"["):
        return "feed" if _JSON_FEED in text.replace(b"\\/", b"/") else "json"
    if body.startswith(GZIP) or root in SITEMAP_ROOTS or _begins_with_address(text):
        return "sitemap"
    return "feed" if root in FEED_ROOTS else "page"


def _begins_with_address(text: bytes) -> bool:
    first = text[:_LONGEST_LINE].split(None, 1)[:1]
    return bool(first) and http_url("", first[0].decode("utf-8", "replace")) is not None
