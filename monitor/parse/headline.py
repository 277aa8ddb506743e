"""The headline: where a page may say it, which of them is voted for, and which prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Any

from monitor.parse import jsonld
from monitor.parse.credits import is_credit_line
from monitor.parse.letters import fold, weigh
from monitor.parse.noise import ends_sentence
from monitor.parse.page import Block, Page
from monitor.parse.title import LONGEST, vote

_TITLED = re.compile(r"(?:^|[\s_-])(?:title|headline|biaoti|bt)(?=$|[\s_\d-])", re.IGNORECASE)
_CRUMBS = re.compile(r"(?:^|[\s_-])breadcrumbs?(?=$|[\s_-])", re.IGNORECASE)
_MARK = re.compile(r"^\[\w{1,4}\]\s*")  # [转帖]
_CREDITS = re.compile(r"\s(?=(?:19|20)\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+\d{1,2}:)")
_LONG_LINE, _LINES = 160, 200  # characters of a line; how many lines may hold the headline
_LONGEST_NAME = 40  # some pages put their headline where the site's name should stand
_SHORT = 20  # weight of a line that may be a button's rather than a headline
_PART = 8  # letters of a shortened headline that still speak for the whole


@dataclass(frozen=True, slots=True)
class Headline:
    text: str
    way: str  # the strongest place that prints it
    agreeing: int  # of the places, those that say the same, or part of it
    places: int  # that name any headline
    others: tuple[str, ...]  # what the places say, h1 first
    stated: tuple[str, ...]  # of that, what the metadata says
    names: tuple[str, ...]  # of the site, which may stand where a headline should

    @property
    def claims(self) -> list[str]:
        """The headline and what the metadata says of it: a paragraph that repeats one is none."""
        return [self.text, *self.stated]

    @property
    def all(self) -> list[str]:
        return [self.text, *self.others]


def find_headline(page: Page, story: dict[str, Any], site: str, url: str) -> Headline | None:
    """The headline by the site's profile, else by a vote of the places; None where none has one."""
    names = _site_names(page, story, site)
    headings, shared, data = _headings(page), _shared(page), _data(page, story)
    sure = any(not _is_crumb(page, block) for block in page.blocks if block.kind == "h1")
    stated = [text for _, text in (*shared, *data)]
    way, text = "profile", _picked(page)
    places = [("h1" if sure else "line", text) for text in headings[:1]]
    places += [*data, *shared, *([("title", page.head_title)] if page.head_title else [])]
    if text is None:
        said = [text for _, text in shared], [text for _, text in data]
        address = f"{url} {page.canonical}"
        text = vote(headings, *said, page.head_title, names, _lines(page), address, sure=sure)
        if text is None:
            return None
        way = _way(text, [*(("h1" if sure else "line", each) for each in headings), *places])
    key = fold(text)
    agreeing = sum(_alike(key, fold(each)) for _, each in places)
    others = (*(each for each in headings if sure or weigh(each) > _SHORT), *stated)
    return Headline(text, way, agreeing, len(places), others, tuple(stated), tuple(names))


def title_block(page: Page, titles: Sequence[str], body: int) -> int | None:
    """The block that prints the title, the last one before the body; None where none does."""
    keys = {fold(title) for title in titles} - {""}
    return next((i for i in range(body, -1, -1) if page.blocks[i].key in keys), None)


def _way(text: str, places: Sequence[tuple[str, str]]) -> str:
    key = fold(text)
    exact = (way for way, each in places if fold(each) == key)
    near = (way for way, each in places if key in fold(each))
    return next(exact, None) or next(near, "line")


def _alike(key: str, other: str) -> bool:
    return key in other or (len(other) >= _PART and other in key)


def _picked(page: Page) -> str | None:
    plausible = (text for text in page.picked["title"] if fold(text) and len(text) <= LONGEST)
    return next(plausible, None)


def _headings(page: Page) -> list[str]:
    """The page's ``<h1>``; without any but those of breadcrumbs, what stands in their place."""
    found = [block for block in page.blocks if block.kind == "h1"]
    own = [block.text for block in found if not _is_crumb(page, block)]
    return [_heading(text) for text in own or _titled(page) or (block.text for block in found)]


def _is_crumb(page: Page, block: Block) -> bool:
    """Whether a heading stands among the links that lead to the page: sections have theirs so."""
    box = page.boxes[block.box]
    while not (box.tag == "nav" or (box.names and _CRUMBS.search(box.names))):
        if box.parent <= 0:
            return False
        box = page.boxes[box.parent]
    return True


def _heading(text: str) -> str:
    """Without the mark of a forum before it, or the line of credits behind it."""
    cut = _CREDITS.search(text)
    return _MARK.sub("", text[: cut.start()] if cut else text).strip()


def _titled(page: Page) -> list[str]:
    """The line that calls itself the title, that stands above the source and date, or an <h2>."""
    lines = [block for block in page.blocks if len(block.raw) <= LONGEST and not block.links]
    found = [block.text for block in lines if _TITLED.search(page.boxes[block.box].names)][:1]
    for above, block in pairwise(lines):
        if is_credit_line(block.raw) and not is_credit_line(above.raw):
            found += [] if ends_sentence(above.text) else [above.text]
            break
    return found + [block.text for block in lines if block.kind == "h2"][:1]


def _lines(page: Page) -> list[str]:
    """The lines among the first that the ``<title>`` repeats."""
    head = page.head_title.lower()
    return [
        block.text
        for block in page.blocks[:_LINES]
        if len(block.raw) <= _LONG_LINE and not block.links and block.text.lower() in head
    ]


def _shared(page: Page) -> list[tuple[str, str]]:
    """What the metadata says the headline is, for social networks and libraries."""
    found = (
        ("og:title", page.meta("og:title")),
        ("meta", page.meta("twitter:title", "dc.title", "title")),
    )
    return [(way, " ".join(text.split())) for way, text in found if text]


def _data(page: Page, story: dict[str, Any]) -> list[tuple[str, str]]:
    """What the structured data says the headline is."""

    def found() -> Iterator[tuple[str, str]]:
        yield from (("json-ld", text) for text in jsonld.texts(story.get("headline"))[:1])
        yield from (("itemprop", text) for text in page.props.get("headline", [])[:1])
        yield from (("meta", text) for text in page.metas.get("headline", ())[:1])

    return [(way, " ".join(unescape(text).split())) for way, text in found() if text]


def _site_names(page: Page, story: dict[str, Any], site: str) -> list[str]:
    labels = [label for label in site.partition(":")[0].split(".") if not label.isdigit()]
    names = [page.meta("og:site_name"), page.meta("application-name"), site, *labels[:-1]]
    names += jsonld.texts(story.get("publisher"))
    return [name for name in names if name and 2 < len(name) < _LONGEST_NAME]
