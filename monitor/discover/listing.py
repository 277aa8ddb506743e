"""What a page says of each story that it links to: address, headline, day."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice
from zoneinfo import ZoneInfo

from bs4 import Tag

from monitor.discover.datadates import data_moment, shown_day
from monitor.discover.markup import around, parts, words
from monitor.discover.text import collapse, http_url, url_date
from monitor.models import Link, Moment
from monitor.urls import without_fragment

_CUT = re.compile(r"(?:…|\.\.\.)$")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ITEMS = ("li", "tr", "article", "dd", "body")  # an item ends here at the latest
_MOST_LINKS = 12  # of an item
_LONGEST_ADDRESS, _LONGEST_TITLE = 2_000, 500  # characters


def links_of(elements: Sequence[Tag], base: str, zone: ZoneInfo | None) -> list[Link | None]:
    """The link that each element is, holds or stands in; None where it leads to no page.

    ``base`` is where relative links start; times without an offset hold in ``zone``, else in UTC.
    """
    anchors = [_anchor(element) for element in elements]
    stories, filled = {str(anchor["href"]) for anchor in anchors if anchor}, dict[int, bool]()
    return [
        _link(anchor, _item(element, stories, filled), base, zone) if anchor else None
        for element, anchor in zip(elements, anchors, strict=True)
    ]


def address_of(anchor: Tag, base: str) -> str | None:
    """Where a link leads; None for a place on the same page, for no page, and for a monster."""
    href = str(anchor["href"]).strip()
    if href.startswith("#") or len(href) > _LONGEST_ADDRESS:
        return None
    return http_url(base, href)


def leads_on(tag: Tag) -> bool:
    return tag.name == "a" and tag.has_attr("href")


def stands_in(tag: Tag, names: tuple[str, ...]) -> bool:
    return any(parent.name in names for parent in around(tag))


def _link(anchor: Tag, item: Tag, base: str, zone: ZoneInfo | None) -> Link | None:
    url = address_of(anchor, base)
    if url is None:
        return None
    published = _marked_time(item, zone) or url_date(url) or shown_day(words(item))
    return Link(url=without_fragment(url), title=_title(anchor, item), published=published)


def _anchor(element: Tag) -> Tag | None:
    if element.name == "a":
        return element if leads_on(element) else None
    inside = _anchors(element)
    named = [anchor for anchor in inside if words(anchor) or anchor.has_attr("title")]
    # The headline's link first: an item's other links lead to its section or its comments.
    headlines = [anchor for anchor in named if stands_in(anchor, _HEADINGS)]
    return next(iter([*headlines, *named, *inside, *filter(leads_on, around(element))]), None)


def _anchors(element: Tag) -> list[Tag]:
    tags = (part for part in parts(element) if isinstance(part, Tag))
    return list(islice(filter(leads_on, tags), _MOST_LINKS))


def _title(anchor: Tag, item: Tag) -> str | None:
    heading = _heading(anchor)
    text = words(anchor) if heading is None else words(heading, "")
    attribute = collapse(str(anchor.get("title") or "")[:_LONGEST_TITLE])
    if attribute and (not text or _CUT.search(text)):  # listings cut long headlines
        return attribute
    if not text:
        heading = _heading(item)
        text = words(heading, "") if heading else ""
    return text[:_LONGEST_TITLE].rstrip() or None


def _heading(tag: Tag) -> Tag | None:
    return next((p for p in parts(tag) if isinstance(p, Tag) and p.name in _HEADINGS), None)


def _marked_time(item: Tag, zone: ZoneInfo | None) -> Moment | None:
    """What ``<time datetime="…">`` says for machines."""
    marked = (part.attrs.get("datetime") for part in parts(item) if isinstance(part, Tag))
    return next((read for said in filter(None, marked) if (read := data_moment(said, zone))), None)


def _item(element: Tag, stories: Collection[str], filled: dict[int, bool]) -> Tag:
    """The largest element around a story's, a few levels up, that holds no other story's link."""
    item = element
    for parent in around(element):
        if item.name in _ITEMS or _is_filled(parent, stories, filled):
            break
        item = parent
    return item


def _is_filled(element: Tag, stories: Collection[str], filled: dict[int, bool]) -> bool:
    """Whether an element holds links of more than one story, or more links than one has.

    ``filled`` says so by the id of each that was asked for before.
    """
    if id(element) not in filled:
        links = _anchors(element)
        held = {str(link["href"]) for link in links}.intersection(stories)
        filled[id(element)] = len(held) > 1 or len(links) == _MOST_LINKS
    return filled[id(element)]
