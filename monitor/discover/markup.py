"""An HTML page as a tree of bounded size, and the little that may be asked of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, NavigableString, PageElement

from monitor.discover.recognise import FEED_ROOTS, SITEMAP_ROOTS
from monitor.discover.sniff import MONSTER, html_soup, root_element
from monitor.discover.text import collapse, http_url
from monitor.errors import DiscoverError
from monitor.models import Fetched

# A tree takes a kilobyte an element. What a page lists first is newest: its end may be cut off.
_MOST_BYTES, _MOST_ELEMENTS = 5 * 2**20, 30_000
_ELEMENT = re.compile(rb"<\0?[a-zA-Z]")
# A hostile page must not make us walk the whole of it for each of its links.
_MOST_PARTS, _MOST_LEVELS, _LONGEST_TEXT = 200, 6, 1_000


def read_page(page: Fetched) -> tuple[BeautifulSoup, str]:
    """The tree of an HTML page, and the address at which its relative links start.

    Raises DiscoverError for a feed, a sitemap and what is no HTML.
    """
    root = root_element(page.body)
    if root in FEED_ROOTS:
        raise DiscoverError("the answer is a feed, not a page: set kind: feed")
    if root in SITEMAP_ROOTS:
        raise DiscoverError("the answer is a sitemap, not a page: set kind: sitemap")
    if not root:
        raise DiscoverError("the answer holds no HTML")
    soup = html_soup(_beginning(page.body), page.charset)
    return soup, _base(soup, page.url)


def _beginning(body: bytes) -> bytes:
    body = MONSTER.sub(b"", body[:_MOST_BYTES])
    surplus = next(islice(_ELEMENT.finditer(body), _MOST_ELEMENTS, None), None)
    return body[: surplus.start()] if surplus else body


def _base(soup: BeautifulSoup, url: str) -> str:
    declared = soup.find("base", href=True)
    return (http_url(url, str(declared["href"])) if isinstance(declared, Tag) else None) or url


def parts(tag: Tag, most: int = _MOST_PARTS) -> Iterator[PageElement]:
    """What stands in ``tag``, in its order: the first so many elements, texts and comments.

    Beautiful Soup's own walk looks for its end first, which on a deep page takes long.
    """
    open_ = [iter(tag.contents)]
    while open_ and most > 0:
        part = next(open_[-1], None)
        if part is None:
            open_.pop()
            continue
        yield part
        most -= 1
        if isinstance(part, Tag):
            open_.append(iter(part.contents))


def words(tag: Tag, between: str = " ") -> str:
    """The text of an element, or its beginning where it holds a whole page's."""
    texts = (part for part in parts(tag) if type(part) in (NavigableString, CData))
    return collapse(between.join(str(text)[:_LONGEST_TEXT] for text in texts))


def around(tag: Tag) -> Iterator[Tag]:
    """The few elements around ``tag``, from the inside out."""
    return islice(tag.parents, _MOST_LEVELS)
