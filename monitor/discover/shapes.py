"""What the addresses of stories look like, and those of lists. Pure."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from monitor.discover.text import url_date

_NUMBERED = re.compile(r"\d{4,}|[0-9a-f]{16,}|\d\d[^/]*$", re.IGNORECASE)
# What an id may be of, besides of a story.
_OTHERS = "ad|author|cat|category|channel|class|column|item|menu|page|section|tag|type|user"
_QUERY_ID = re.compile(rf"(?:^|&)(?!(?:{_OTHERS})_?id=)\w*id=\d+", re.IGNORECASE)
_SLUG = re.compile(r"(?:[^\W_]+[-_]){3,}")
_SHORT_SLUG = re.compile(r"[^\W\d_]+(?:[-_][^\W_]+)+")
_FIGURES = re.compile(r"[0-9a-f]{16,}|\d+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-_][^\W\d_]+)+")

_INDEX = re.compile(r"/(?:author|tag|categor(?:y|ie)|topic|search)s?/", re.IGNORECASE)
_FRONT = re.compile(r"/(?:index|default|home)\.\w+$", re.IGNORECASE)
_PAGES = re.compile(  # of a list: /list-page-2.html /page/2/ /index_2.shtml
    r"(?:[-_/]page[-_/]?|/(?:index|list|home|default)[-_]?)\d{1,3}(?:\.\w+)?/?$", re.IGNORECASE
)
_MONTHS = re.compile(r"/archives?/20\d\d(?:[/-]?\d\d)?(?:\.\w+)?/?$", re.IGNORECASE)
_ACTION = re.compile(r"(?:^|&)(?:share|replytocom)=", re.IGNORECASE)


def is_story(url: str) -> bool:
    """Whether an address has a day, a number or a long slug, as a story's has."""
    parts, dated = urlsplit(url), url_date(url) is not None
    if _is_list(parts, dated=dated):
        return False
    numbered = dated or _NUMBERED.search(parts.path) or _QUERY_ID.search(parts.query)
    return bool(numbered or _SLUG.search(_last(parts.path)))


def is_slug(url: str) -> bool:
    """Whether an address ends in a few words, as that of a story may, and of much else."""
    return not is_list(url) and _SHORT_SLUG.fullmatch(_last(urlsplit(url).path)) is not None


def is_list(url: str) -> bool:
    """Whether an address is that of a list of stories, or of what can be done with one."""
    return _is_list(urlsplit(url), dated=url_date(url) is not None)


def _is_list(parts: SplitResult, *, dated: bool) -> bool:
    if _ACTION.search(parts.query) or _PAGES.search(parts.path) or _MONTHS.search(parts.path):
        return True
    if dated:
        return False
    front = _FRONT.search(parts.path) and not _QUERY_ID.search(parts.query)
    return bool(front or _INDEX.search(parts.path))


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def form(url: str) -> str:
    """What addresses of one making share: ``/page/0/0.shtml``."""
    parts = urlsplit(url)
    return _WORDS.sub("a", _FIGURES.sub("0", f"{parts.hostname}{parts.path}?{parts.query}"))
