"""Stories that are cut into pages: where the next page stands, and all of them as one Article.

A profile's ``next`` says which link leads on. Without it, a link 下一页 does, if its address is the
numbered twin of the page's own: ``c_1234.htm``, ``c_1234_2.htm``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from lxml import etree

from monitor.models import Article
from monitor.parse.layouts import layout_of
from monitor.parse.letters import fold, weigh
from monitor.parse.markup import read_markup
from monitor.parse.profile import Profile
from monitor.parse.selector import is_bounded, select
from monitor.parse.tree import read_tree

MOST_PAGES = 10  # of one story

_WORDS = ("下一页", "下一頁", "下页")
_IN_BYTES = (
    *(word.encode("utf-8") for word in _WORDS),
    *(word.encode("gb18030") for word in _WORDS),
    "下一頁".encode("big5"),
)
_PARAMETERS = frozenset({"page", "p", "pn", "pageno", "pageindex", "currentpage"})
_NUMBER = re.compile(r"[_-](\d{1,2})(?=(?:\.s?html?)?$)")
_REPEATED = 20  # a paragraph of this weight that stands on two pages is their frame
_ADDED = 8  # characters that a page may add to the headline: (2), （第2页）


def may_go_on(html: bytes, profile: Profile | None) -> bool:
    """Whether it is worth while to look for a next page; quick, for every page is asked."""
    if profile is not None and any(layout.next for layout in (profile, *profile.layouts)):
        return True
    return any(word in html for word in _IN_BYTES)


def next_page(
    html: bytes, url: str, profile: Profile | None = None, *, charset: str | None = None
) -> str | None:
    """The address of the page on which the story goes on; None where it ends here.

    It is on the page's own site, and another page. ``url`` and ``charset`` as of ``parse_article``.
    """
    if not may_go_on(html, profile):
        return None
    root = read_tree(read_markup(html, charset))
    if root is None or not is_bounded(root):
        return None
    link = link_on(root, url, profile)
    return None if link is None else _address(root, url, link)


def link_on(
    root: etree._Element, url: str, profile: Profile | None = None
) -> etree._Element | None:
    """The link that leads on to the story's next page."""
    layout = layout_of(root, profile, url) if profile else None
    if layout is not None and layout.next:
        links = _links(root, layout.next)
        return next((link for link in links if _address(root, url, link)), None)
    for link in _marked(root):
        there = _address(root, url, link)
        if there is not None and is_twin(url, there):
            return link
    return None


def joined(story: Article, further: Article) -> Article | None:
    """``story`` with what its next page says; None where that is another story, or says nothing.

    What the first page does not have of source, authors and dates is taken from the next one: it is
    at the end that many print them.
    """
    if not _same(story.title, further.title):
        return None
    known = set(story.body)
    more = tuple(text for text in further.body if text not in known or weigh(text) <= _REPEATED)
    if not any(weigh(text) > _REPEATED for text in more):
        return None
    said: dict[str, object] = {"body": story.body + more}
    if story.published is None and story.updated is None:
        said |= {"published": further.published, "updated": further.updated}
    for name in ("source", "authors"):
        said |= {name: getattr(story, name) or getattr(further, name)}
    ways = {name: way for name, way in further.extracted_by.items() if name in said}
    return story.model_copy(update=said | {"extracted_by": ways | dict(story.extracted_by)})


def same_site(one: str, other: str) -> bool:
    return _host(one) == _host(other) is not None


def is_twin(page: str, there: str) -> bool:
    """Whether ``there`` differs from ``page`` by the number of the page alone, the next one."""
    (stem, number), (other, following) = _numbered(page), _numbered(there)
    if stem != other or following is None:
        return False
    return following - number == 1 if number else following in (1, 2)


def _numbered(url: str) -> tuple[tuple[str, ...], int | None]:
    """An address without the number of its page, and that number."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [v for k, v in pairs if k.lower() in _PARAMETERS and re.fullmatch(r"\d{1,2}", v)]
    rest = tuple(f"{k}={v}" for k, v in pairs if k.lower() not in _PARAMETERS)
    found = None if numbers else _NUMBER.search(parts.path)
    number = numbers[0] if numbers else found and found[1]
    path = _NUMBER.sub("", parts.path) if found else parts.path
    return (_host(url) or "", path, *rest), int(number) if number else None


def _links(root: etree._Element, selector: str) -> Iterator[etree._Element]:
    """What is selected, or the links in it."""
    for element in select(root, selector):
        if element.get("href") is not None:
            yield element
        else:
            yield from element.iter("a")


def _marked(root: etree._Element) -> Iterator[etree._Element]:
    for link in root.iter("a"):
        text = str(link.xpath("string()"))[:40]
        if any(word in text for word in _WORDS):
            yield link


def _address(root: etree._Element, url: str, link: etree._Element) -> str | None:
    """Where a link leads, if that is another page of the same site."""
    base = next((element.get("href") or "" for element in root.iter("base")), "")
    try:
        there = urldefrag(urljoin(urljoin(url, base), (link.get("href") or "").strip())).url
    except ValueError:  # not an address
        return None
    web = there.startswith(("http://", "https://"))
    return there if web and same_site(url, there) and there != urldefrag(url).url else None


def _host(url: str) -> str | None:
    try:
        place = urlsplit(url)
        return f"{(place.hostname or '').removeprefix('www.')}:{place.port or ''}"
    except ValueError:  # urllib on "http://["
        return None


def _same(one: str, other: str) -> bool:
    """Whether two headlines are those of one story: a page may add its number."""
    short, long = sorted((fold(one), fold(other)), key=len)
    return long.startswith(short) and len(long) - len(short) <= _ADDED and bool(short)
