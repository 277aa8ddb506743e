"""Which links of a page lead to stories, and what the page says of each."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from monitor.discover.text import collapse, http_url, printed_date, url_date
from monitor.models import Link
from monitor.urls import without_fragment

_CUT = re.compile(r"(?:…|\.\.\.)$")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ITEMS = ("li", "tr", "article", "dd", "body")  # an item ends here at the latest


# A hostile page must not make us walk its whole tree for each of its links.
_MOST_LEVELS, _MOST_LINKS = 6, 12


# Which elements, by id, hold the links of more than one page: asked once for each element.
Crowded = dict[int, bool]


def link_of(element: Tag, base: str, crowded: Crowded) -> Link | None:
    """The link that an element is, holds or stands in; None where it leads to no page.

    ``crowded`` is empty at a page's first link, and the same for all links of that page.
    """
    anchor = _anchor(element)
    url = http_url(base, str(anchor["href"])) if anchor else None
    if anchor is None or url is None or str(anchor["href"]).strip().startswith("#"):
        return None
    item = _item(anchor, crowded) if element.name == "a" else element
    published = url_date(url) or printed_date(item.get_text(" "))
    return Link(url=without_fragment(url), title=_title(anchor, item), published=published)


def _anchor(element: Tag) -> Tag | None:
    if element.name == "a":
        return element if element.has_attr("href") else None
    inside = element.find_all("a", href=True, limit=_MOST_LINKS)
    named = [a for a in inside if a.get_text(strip=True) or a.has_attr("title")]
    # The headline's link first: an item's other links lead to its section or its comments.
    for anchor in (*(a for a in named if _stands_in(a, _HEADINGS)), *named, *inside):
        return anchor
    return element.find_parent("a", href=True)


def _stands_in(tag: Tag, names: tuple[str, ...]) -> bool:
    return any(parent.name in names for parent in islice(tag.parents, _MOST_LEVELS))


def _title(anchor: Tag, item: Tag) -> str | None:
    heading = anchor.find(_HEADINGS)
    text = collapse((heading or anchor).get_text(" " if heading is None else ""))
    attribute = collapse(str(anchor.get("title") or ""))
    if attribute and (not text or _CUT.search(text)):  # listings cut long headlines
        return attribute
    if not text:
        heading = item.find(_HEADINGS)
        text = collapse(heading.get_text()) if heading else ""
    return text or None


def _item(anchor: Tag, crowded: Crowded) -> Tag:
    """The largest element around a link, a few levels up, that holds no other page's link."""
    item = anchor
    for parent in islice(anchor.parents, _MOST_LEVELS):
        if id(parent) not in crowded:
            around = parent.find_all("a", href=True, limit=_MOST_LINKS)
            crowded[id(parent)] = len(around) == _MOST_LINKS or len({a["href"] for a in around}) > 1
        if crowded[id(parent)]:
            break
        item = parent
        if parent.name in _ITEMS:
            break
    return item


# --- no selector: what looks like a story -------------------------------------------------------

_CHROME = ("nav", "footer", "aside", "form", "header")
_NUMBERED = re.compile(r"\d{4,}|[0-9a-f]{16,}", re.IGNORECASE)
_QUERY_ID = re.compile(r"(?:^|&)\w*id=\d+", re.IGNORECASE)
_SLUG = re.compile(r"(?:[^\W\d_]+[-_]){3,}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_FEWEST_WORDS, _FEWEST_UNSPACED, _FEWEST_ALIKE = 4, 8, 3


def story_links(soup: BeautifulSoup, base: str) -> list[Link | None]:
    """Links of this site with a story's address and a headline's length.

    An address with a day in it is enough; one with a number or a slug counts where at least three
    such links stand in the same structure.
    """
    candidates = []
    crowded: Crowded = {}
    for anchor in _outside_chrome(soup):
        link = link_of(anchor, base, crowded)
        if link and _same_site(link.url, base) and _headline(link.title) and _shape(link.url):
            candidates.append((_place(anchor), link))
    alike = Counter(place for place, _ in candidates)
    return [
        link for place, link in candidates if url_date(link.url) or alike[place] >= _FEWEST_ALIKE
    ]


def _outside_chrome(soup: BeautifulSoup) -> list[Tag]:
    chrome: set[int] = set()
    for part in soup.find_all(_CHROME):
        # Inside a story's teaser, <header> holds its headline.
        if id(part) not in chrome and not (part.name == "header" and _stands_in(part, _ITEMS[:3])):
            chrome.update(id(tag) for tag in part.find_all(("a", *_CHROME)))
    return [anchor for anchor in soup.find_all("a", href=True) if id(anchor) not in chrome]


def _same_site(url: str, base: str) -> bool:
    one, other = (
        f".{(urlsplit(address).hostname or '').removeprefix('www.')}" for address in (url, base)
    )
    return one.endswith(other) or other.endswith(one)


def _headline(title: str | None) -> bool:
    if title is None:
        return False
    unspaced = len(_UNSPACED.findall(title))
    return unspaced >= _FEWEST_UNSPACED or len(title.split()) >= _FEWEST_WORDS


def _shape(url: str) -> bool:
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return bool(
        url_date(url)
        or _NUMBERED.search(parts.path)
        or _QUERY_ID.search(parts.query)
        or _SLUG.search(last)
    )


def _place(anchor: Tag) -> tuple[str, ...]:
    """Where in the page's structure a link stands: the elements around it, with their classes."""
    around = [anchor, *anchor.parents][:4]
    return tuple(
        f"{tag.name}.{' '.join(tag.get_attribute_list('class') or [])}"
        for tag in around
        if tag.name != "[document]"
    )
