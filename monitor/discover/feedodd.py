"""Any feed that feedparser can read: ill-formed, in odd encodings, with odd elements."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
from feedparser.mixin import _FeedParserMixin

from monitor.discover.feeddates import moment
from monitor.discover.feeditem import Feed, Item, author_of, text_of
from monitor.discover.recognise import FEED_ROOTS
from monitor.discover.sniff import root_element
from monitor.discover.text import collapse
from monitor.errors import DiscoverError

_CDATA = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_TAG = re.compile(rb"""<[^<>"']*(?:"[^<"]*"[^<>"']*|'[^<']*'[^<>"']*)*+""")
_PLACE = re.compile(rb"<(?:[\w.-]+:)?(?:box|line|point|polygon|pos|poslist|ring)\b", re.IGNORECASE)
_CATEGORY = re.compile(rb"<[\w:.-]*(?:categor|keyword|subject|tags)", re.IGNORECASE)

# In the text of an author, feedparser seeks an e-mail address in a time that grows with the square
# of the text. What hides a long one from a measure is endless, so the search itself is held back.
_LONGEST_AUTHOR = 150
_seek_address: Any = _FeedParserMixin._sync_author_detail  # noqa: SLF001


def _seek_in_short(parser: Any, key: str = "author") -> None:
    if len(dict.get(parser._get_context(), key) or "") <= _LONGEST_AUTHOR:  # noqa: SLF001
        _seek_address(parser, key)


_FeedParserMixin._sync_author_detail = _seek_in_short  # noqa: SLF001


def read_odd(body: bytes, charset: str | None, zone: ZoneInfo | None) -> Feed:
    """The items of a feed and its language. Raises DiscoverError for what is no feed."""
    parsed = _run(body, charset)
    root = root_element(body)
    if not parsed.version and not parsed.entries and root != "channel":  # CDF, RSS 1.1
        raise no_feed(root)
    language = dict.get(parsed.feed, "language")
    return Feed([_item(entry, zone) for entry in parsed.entries], language or None)


def no_feed(root: str) -> DiscoverError:
    what = f"XML with the root <{root}>" if root else "neither XML nor JSON"
    if root in FEED_ROOTS:
        return DiscoverError(f"the answer is {what}, but in a namespace or an encoding of no feed")
    return DiscoverError(f"the answer is {what}, not a feed")


def _run(body: bytes, charset: str | None) -> Any:
    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    try:
        # A stream: feedparser takes bytes for a file's name. No Content-Location: it would make
        # URLs of guids that are none. No sanitising: only text leaves this room.
        return feedparser.parse(
            BytesIO(body),
            response_headers={"content-type": kind},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # What feedparser and the parsers under it were seen to raise on broken markup.
        raise DiscoverError(f"the feed cannot be read: {collapse(str(error))[:200]}") from error
    except RecursionError as error:
        raise DiscoverError("the feed cannot be read: its elements are nested too deep") from error


def _item(entry: Any, zone: ZoneInfo | None) -> Item:
    def field(name: str, kind: type = str) -> Any:
        # Past feedparser's own lookup, which takes one date for another and warns of it. An
        # element may bear the name of any field.
        value = dict.get(entry, name)
        return value if isinstance(value, kind) else None

    link, guid = field("link"), field("id")
    title = field("title_detail", dict) or {}
    speaks = dict.get(title, "value") == field("title")  # else it is another title's
    return Item(
        link=link,
        stands_in=bool(field("guidislink", object)) and link == guid,
        original=field("feedburner_origlink"),
        guid=guid,
        title=_text(field("title"), [title]),
        published=moment(field("published"), field("published_parsed", time.struct_time), zone),
        updated=moment(field("updated"), field("updated_parsed", time.struct_time), zone),
        summary=_text(
            field("summary"), [field("summary_detail", dict) or {}, *(field("content", list) or [])]
        ),
        author=author_of(field("author") or ""),
        language=field("language") or (dict.get(title, "language") if speaks else None),
    )


def _text(value: str | None, details: list[Any]) -> str | None:
    """``value`` as plain text: the one among ``details`` that holds it knows its type."""
    types = (dict.get(detail, "type") for detail in details if dict.get(detail, "value") == value)
    return text_of(value or "", is_html=next(types, "text/plain") != "text/plain")


def excess(body: bytes) -> str | None:
    """What of a body is more than feedparser reads in a second; None where nothing is."""
    for what, count, most in _measured(body):
        if count > most:
            return f"{count:,} {what}, at most {most:,}"
    return None


def _measured(body: bytes) -> Iterator[tuple[str, int, int]]:
    """What feedparser's time grows with, in the worst case, cheapest first."""
    yield "bytes", len(body), 2**21
    markup = _CDATA.sub(b"", body.replace(b"\0", b""))
    yield "tags", markup.count(b"<"), 8_000  # up to 55 µs each
    yield "entities", markup.count(b"&"), 50_000
    # From here on it grows with the square.
    yield "namespaces", markup.count(b"xmlns"), 1_000
    categories = len(_CATEGORY.findall(markup))
    yield "categories", categories, 3_000
    yield "categories", body.count(b",") if categories else 0, 5_000
    coordinates = sum(map(body.count, (b" ", b",", b"\n", b"\t"))) if _PLACE.search(markup) else 0
    yield "coordinates", coordinates, 200_000  # up to 80 bytes each
    tags = _TAG.findall(markup)
    yield "bytes in one tag", max(map(len, tags), default=0), 2**16
    attributes = [tag.count(b"=") + len(tag.split()) for tag in tags]
    yield "attributes in one tag", max(attributes, default=0), 2_000
    yield "attributes", sum(attributes), 60_000
