"""Which links of a page lead to stories, where nobody has given a selector.

A story's address has a day, a number or a slug in it, its link the length of a headline. Where an
address tells little, its link counts if others like it stand in the same structure; their addresses
then teach what a story's looks like here, and find the one at the top of the page too.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from unicodedata import category
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from monitor.discover.listing import address_of, leads_on, links_of, stands_in
from monitor.discover.shapes import form, is_slug, is_story
from monitor.discover.text import url_date
from monitor.models import Link

MOST_STORIES = 1_000  # of a page

# Scripts that put no blanks between words: Chinese and Japanese say as much in eight characters as
# others in sixteen letters, the signs above and below them not counted.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_HEADLINE = (4, 8, 16)  # words, characters, letters
_SHORT_HEADLINE = (2, 4, 8)
_ALIKE = 3  # so many make a structure
_COMMENTS = re.compile(r"#(?:comments?|respond|disqus_thread)\b", re.IGNORECASE)

_Placed = tuple[tuple[str, ...], Link]  # where in the page a link stands


def story_links(soup: BeautifulSoup, base: str, zone: ZoneInfo | None) -> list[Link]:
    """The links to stories of this site, in the page's order; a story may have several."""
    leading = ((anchor, _address(anchor, base)) for anchor in _outside_chrome(soup))
    home = _site(base)
    anchors = [(anchor, url) for anchor, url in leading if url and _is_of(url, home)]
    # Addresses that tell next to nothing count where no others are found.
    for looks_right in (is_story, is_slug):
        likely = [pair for pair in anchors if looks_right(pair[1])][:MOST_STORIES]
        if found := _learned(_placed(likely, base, zone)):
            return found
    return []


def _address(anchor: Tag, base: str) -> str | None:
    return None if _COMMENTS.search(str(anchor["href"])) else address_of(anchor, base)


def _placed(likely: list[tuple[Tag, str]], base: str, zone: ZoneInfo | None) -> list[_Placed]:
    """The links with a title, without such as lead to a page that another leads to without a
    query: to print it, to share it."""
    urls = {url for _, url in likely}
    anchors = [anchor for anchor, url in likely if _bare(url) == url or _bare(url) not in urls]
    linked = zip(anchors, links_of(anchors, base, zone), strict=True)
    return [(_place(anchor), link) for anchor, link in linked if link and link.title]


def _bare(url: str) -> str:
    return url.partition("?")[0]


def _learned(links: list[_Placed]) -> list[Link]:
    headlines = [(place, link) for place, link in links if _reads_as(link, *_HEADLINE)]
    alike = Counter(place for place, _ in headlines)
    told = [each for each in headlines if url_date(each[1].url) or alike[each[0]] >= _ALIKE]
    sure = _preferred(told)
    taught = Counter(form(url) for url in sure if "0" in form(url))
    titles = Counter(title for title, _ in {(link.title, link.url) for _, link in links})
    return [
        link
        for _, link in links
        if (link.url in sure and _reads_as(link, *_HEADLINE))
        or (
            link.url not in sure
            and taught[form(link.url)] >= _ALIKE
            and titles[link.title] == 1  # "Read more" leads to many
            and _reads_as(link, *_SHORT_HEADLINE)
        )
    ]


def _preferred(sure: list[_Placed]) -> set[str]:
    """Where most bear a day, as stories do: their addresses, and such as are of the same form or
    stand in the same structure. Else all."""
    urls = {link.url for _, link in sure}
    dated = [(place, link.url) for place, link in sure if link.published]
    if len({url for _, url in dated}) * 2 < len(urls):
        return urls
    places, forms = {place for place, _ in dated}, {form(url) for _, url in dated}
    return {link.url for place, link in sure if place in places or form(link.url) in forms}


def _site(url: str) -> str:
    """``.example.org``"""
    return f".{(urlsplit(url).hostname or '').removeprefix('www.')}"


def _is_of(url: str, home: str) -> bool:
    site = _site(url)
    return site.endswith(home) or home.endswith(site)


def _reads_as(link: Link, words: int, characters: int, letters: int) -> bool:
    title = link.title or ""
    if len(title.split()) >= words or len(_DENSE.findall(title)) >= characters:
        return True
    return sum(category(sign)[0] == "L" for sign in _UNSPACED.findall(title)) >= letters


def _place(anchor: Tag) -> tuple[str, ...]:
    """Where in the page's structure a link stands: the elements around it, with their classes."""
    return tuple(
        f"{tag.name}.{_called(tag, 'class')}" for tag in (anchor, *islice(anchor.parents, 3))
    )


# --- what stands around every page of a site -----------------------------------------------------

_CHROME, _TEASERS = ("nav", "footer", "aside"), ("li", "tr", "article")
_CALLED_CHROME = re.compile(
    r"(?:^|[\s_-])(?:menu|nav(?!y)|foot(?!age|ball)|pager|paginat|paging|share(?!d))"  # begins so
    r"|(?:menu|nav|foot|footer|pager|share)s?(?:$|[\s_\d-])"  # or ends so
    r"|(?:^|[\s_-])(?:breadcrumbs?|copyright)(?:$|[\s_\d-])|(?:^|\s)bottom(?:$|\s)",
    re.IGNORECASE,
)


def _outside_chrome(soup: BeautifulSoup) -> list[Tag]:
    """The page's links without those of menus and footers."""
    tags = soup.find_all(True)
    links: Counter[int] = Counter()  # in each element, by id
    for tag in reversed(tags):
        links[id(tag)] += leads_on(tag)
        links[id(tag.parent)] += links[id(tag)]
    chrome: set[int] = set()
    for tag in tags:
        # What holds most of the links is the page itself, whatever it is called.
        most = links[id(tag)] * 2 > links[id(soup)]
        if id(tag.parent) in chrome or _is_chrome(tag) or (_may_be_chrome(tag) and not most):
            chrome.add(id(tag))
    return [tag for tag in tags if leads_on(tag) and id(tag) not in chrome]


def _is_chrome(tag: Tag) -> bool:
    # Inside a story's teaser, <header> holds its headline.
    return tag.name in _CHROME or (tag.name == "header" and not stands_in(tag, _TEASERS))


def _may_be_chrome(tag: Tag) -> bool:
    if tag.name == "form":
        return True
    called = [name for name in ("class", "id") if name in tag.attrs]
    return any(_CALLED_CHROME.search(_called(tag, attribute)) for attribute in called)


def _called(tag: Tag, attribute: str) -> str:
    return " ".join(str(name) for name in tag.get_attribute_list(attribute) if name)
