"""Which links of a page lead to stories, where nobody has given a selector.

A story's address has a day, a number or a slug in it, its link the length of a headline. Where an
address tells little, its link counts if others like it stand in the same structure; their addresses
then teach what a story's looks like here, and find the one at the top of the page too.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from monitor.discover.listing import address_of, leads_on, links_of, stands_in
from monitor.discover.text import url_date
from monitor.models import Link

MOST_STORIES = 1_000  # of a page

_NUMBERED = re.compile(r"\d{4,}|[0-9a-f]{16,}|\d\d[^/]*$", re.IGNORECASE)
_QUERY_ID = re.compile(r"(?:^|&)\w*id=\d+", re.IGNORECASE)
_SLUG = re.compile(r"(?:[^\W\d_]+[-_]){3,}")
_INDEX = re.compile(r"/(?:author|tag|categor(?:y|ie)|topic|search)s?/", re.IGNORECASE)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_HEADLINE = (4, 8)  # words, or characters of scripts that put no blanks between them
_SHORT_HEADLINE = (2, 4)
_ALIKE = 3  # so many make a structure
_FIGURES = re.compile(r"[0-9a-f]{16,}|\d+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-_][^\W\d_]+)+")


def story_links(soup: BeautifulSoup, base: str, zone: ZoneInfo | None) -> list[Link]:
    """The links to stories of this site, in the page's order; a story may have several."""
    likely = (anchor for anchor in _outside_chrome(soup) if _may_be_story(anchor, base))
    anchors = list(islice(likely, MOST_STORIES))
    linked = zip(anchors, links_of(anchors, base, zone), strict=True)
    links = [(_place(anchor), link) for anchor, link in linked if link and link.title]
    headlines = [(place, link) for place, link in links if _reads_as(link, *_HEADLINE)]
    alike = Counter(place for place, _ in headlines)
    sure = {link.url for place, link in headlines if url_date(link.url) or alike[place] >= _ALIKE}
    taught = Counter(map(_form, sure))
    titles = Counter(title for title, _ in {(link.title, link.url) for _, link in links})
    return [
        link
        for _, link in links
        if (link.url in sure and _reads_as(link, *_HEADLINE))
        or (
            link.url not in sure
            and taught[_form(link.url)] >= _ALIKE
            and titles[link.title] == 1  # "Read more" leads to many
            and _reads_as(link, *_SHORT_HEADLINE)
        )
    ]


def _may_be_story(anchor: Tag, base: str) -> bool:
    url = address_of(anchor, base)
    return url is not None and _same_site(url, base) and _has_shape(url)


def _same_site(url: str, base: str) -> bool:
    one, other = (
        f".{(urlsplit(address).hostname or '').removeprefix('www.')}" for address in (url, base)
    )
    return one.endswith(other) or other.endswith(one)


def _has_shape(url: str) -> bool:
    if url_date(url):
        return True
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    numbered = _NUMBERED.search(parts.path) or _QUERY_ID.search(parts.query)
    return bool(numbered or _SLUG.search(last)) and not _INDEX.search(parts.path)


def _reads_as(link: Link, fewest_words: int, fewest_characters: int) -> bool:
    title = link.title or ""
    unspaced = len(_UNSPACED.findall(title))
    return unspaced >= fewest_characters or len(title.split()) >= fewest_words


def _place(anchor: Tag) -> tuple[str, ...]:
    """Where in the page's structure a link stands: the elements around it, with their classes."""
    return tuple(
        f"{tag.name}.{_called(tag, 'class')}" for tag in (anchor, *islice(anchor.parents, 3))
    )


def _form(url: str) -> str:
    """What addresses of one making share: ``/page/0/0.shtml``; "" where there is no number."""
    parts = urlsplit(url)
    form = _WORDS.sub("a", _FIGURES.sub("0", f"{parts.hostname}{parts.path}?{parts.query}"))
    return form if "0" in form else ""


# --- what stands around every page of a site -----------------------------------------------------

_CHROME, _TEASERS = ("nav", "footer", "aside"), ("li", "tr", "article")
_CALLED_CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|foot|footer|copyright)(?:$|[\s_\d-])",
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
    return tag.name == "form" or any(
        _CALLED_CHROME.search(_called(tag, attribute)) for attribute in ("class", "id")
    )


def _called(tag: Tag, attribute: str) -> str:
    return " ".join(str(name) for name in tag.get_attribute_list(attribute) if name)
