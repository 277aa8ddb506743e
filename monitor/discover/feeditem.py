"""An item of a feed as both readers hand it over, and the Link that it becomes."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.discover.text import collapse, http_url, plain_text
from monitor.models import Link, Moment

MOST_ITEMS = 5_000  # of a feed; those that offer all they ever had have no more
TOO_MANY = f"the feed has more than {MOST_ITEMS:,} items: look for one of the newest alone"
LONGEST_TEXT = 5_000  # characters of a title or summary; full stories stand on their pages
_LONGEST_MARKUP = 10 * LONGEST_TEXT
_MARKUP = re.compile(r"<[a-zA-Z!/]|&#?\w+;")
_HTML = re.compile(
    r"</?(?:a|abbr|acronym|article|audio|b|big|blockquote|body|br|button|center|cite|code|del|div|em"
    r"|embed|figure|font|form|h[1-6]|head|hr|html|i|iframe|img|input|ins|li|link|math|meta|object|ol|p"
    r"|pre|q|s|script|section|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|th|tr|tt|u|ul"
    r"|video)(?![\w@.-])([^<>]*>)?",
    re.IGNORECASE,
)


class Item(NamedTuple):
    """What feedparser calls an entry: texts are plain, addresses as they stand there."""

    link: str | None = None  # "" is an element without content
    stands_in: bool = False  # the link is the guid
    original: str | None = None  # what FeedBurner's link leads to
    guid: str | None = None
    title: str | None = None
    published: Moment | None = None
    updated: Moment | None = None
    summary: str | None = None
    author: str | None = None
    language: str | None = None


class Feed(NamedTuple):
    """What a reader makes of a feed."""

    items: list[Item]
    language: str | None = None


def link_of(item: Item, base: str, language: str | None) -> Link | None:
    """The item as a Link in ``language``; None where it has no address."""
    address = _address(item, base)
    if address is None:
        return None
    guid = item.guid if item.guid == address else collapse(item.guid or "")
    return Link(
        address,
        item.title,
        guid or None,
        item.published,
        item.updated,
        item.summary,
        item.author,
        language,
    )


def _address(item: Item, base: str) -> str | None:
    if item.original and (address := http_url("", item.original)):
        return address
    if item.link:
        # Where the guid stands in for the link, it must be an address by itself: not "abc123".
        alone = item.stands_in and not item.link.startswith("/")
        return http_url("" if alone else base, item.link)
    # Whatever isPermaLink says, nothing else leads to the story.
    return http_url("", item.guid) if item.guid else None


def text_of(value: str, *, is_html: bool, careful: bool = True) -> str | None:
    """A text construct as plain text; what calls itself plain is left as it is, unless it lies."""
    value = value[:_LONGEST_MARKUP]
    marked_up = ("<" in value or "&" in value) and (is_html or _MARKUP.search(value))
    text = plain_text(value, careful=careful) if marked_up else collapse(value)
    if "<" in text:
        text = _without_html(text)
    return (text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rstrip()) or None


def _without_html(text: str) -> str:
    """``text`` without tags that are there since it was escaped once too often."""
    if (found := _HTML.search(text)) and found[1]:
        text = plain_text(text)
    return collapse(text.replace("<", " ")) if _HTML.search(text) else text


def author_of(value: str) -> str | None:
    """An author as plain text; "Name <name@example.org>" is no markup."""
    value = value[:LONGEST_TEXT]
    text = plain_text(value) if "&" in value else collapse(value)
    return (_without_html(text) if "<" in text else text) or None
