"""Where in the tree the fields of an Article stand: elements, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from lxml import etree

from monitor.models import Article, Moment
from monitor.parse.credits import read_source
from monitor.parse.dates import find_moment
from monitor.parse.found import text_of
from monitor.parse.hints import DROP_TAGS, HEADINGS, SKIP

# A word of the menu is the section of every story; the section of this one is called so.
_SECTION = re.compile(r"crumb|section|categor|cate|channel|column|topic|location|position|route")
_TELLING = re.compile(r"date|time|publi|source|author|byline|name|laiyuan|origin")
_FRAME = re.compile(r"\bfoot|copyright|side-?bar|related|comment|recommend|newsletter")
_LINE = 200  # characters of an element that holds a field and not much else


class Tree:
    """A page's tree without what is no text, and the text of its elements without white space."""

    def __init__(self, root: etree._Element, article: Article, zone: str | None) -> None:
        etree.strip_elements(root, *SKIP, with_tail=False)
        self.root, self.article, self.zone = root, article, zone
        self.order = list(root.iter(etree.Element))
        self._texts: dict[etree._Element, str] = {}
        self._headline = next((self.order.index(each) for each in self.title()), 0)

    def text(self, element: etree._Element) -> str:
        if element not in self._texts:
            self._texts[element] = _tight(str(element.xpath("string()")))
        return self._texts[element]

    def title(self) -> list[etree._Element]:
        wanted = _tight(self.article.title)
        found = [each for each in self._shown() if self.text(each) == wanted]
        ranks = {"h1": 0} | dict.fromkeys(HEADINGS - {"h1"}, 1)
        return sorted(found, key=lambda each: ranks.get(each.tag, 2))

    def body(self) -> list[list[etree._Element]]:
        """What holds all paragraphs; else what holds the first, and what holds the others."""
        wanted = [_tight(text) for text in self.article.body]
        whole = self._smallest(wanted)
        if len(wanted) < 2:
            return [[whole]]
        return [[whole], [self._smallest(wanted[:1]), self._smallest(wanted[1:])]]

    def published(self) -> list[etree._Element]:
        return self._dated(self.article.published)

    def updated(self) -> list[etree._Element]:
        return self._dated(self.article.updated)

    def source(self) -> list[etree._Element]:
        return self._lines(lambda text: read_source(text) == self.article.source)

    def author(self) -> list[etree._Element]:
        names = [_tight(name) for name in self.article.authors]
        return self._lines(lambda text: all(name in _tight(text) for name in names))

    def section(self) -> list[etree._Element]:
        wanted = _tight(self.article.section or "")
        return [
            each
            for each in self._shown()
            if self.text(each) == wanted
            and any(_SECTION.search(_names(at).lower()) for at in (each, *each.iterancestors()))
        ][::-1]

    def _dated(self, wanted: Moment | None) -> list[etree._Element]:
        found = self._lines(lambda text: find_moment(text, self.zone) == wanted)
        metas = (each for each in self.order if each.tag == "meta")
        return [*found, *(m for m in metas if find_moment(text_of(m), self.zone) == wanted)]

    def _lines(self, fits: Callable[[str], bool]) -> list[etree._Element]:
        """The elements of few words that fit: those with the fewest words round the field first,
        then those that are named so, then those near the headline."""
        found = [(at, each) for at, each in self._few if fits(text_of(each))]
        ranks = {
            each: (len(self.text(each)), not _TELLING.search(_names(each).lower()), at)
            for at, each in found
        }
        return sorted(ranks, key=ranks.__getitem__)

    @cached_property
    def _few(self) -> list[tuple[int, etree._Element]]:
        """From the headline on, but not in the story or the page's frame: what stands above is the
        same on each page, and its paragraphs on none."""
        shown, inside = set(self._shown()), self._inside() | self._frame()
        return [
            (at, each)
            for at, each in enumerate(self.order[self._headline :])
            if each in shown and each not in inside and len(self.text(each)) <= _LINE
        ]

    def _inside(self) -> set[etree._Element]:
        return self._apart({holder for group in self.body() for holder in group})

    def _frame(self) -> set[etree._Element]:
        return self._apart(
            each
            for each in self.order
            if each.tag in DROP_TAGS or _FRAME.search(_names(each).lower())
        )

    def _apart(self, holders: Iterable[etree._Element]) -> set[etree._Element]:
        """What stands in one of the ``holders`` in which the headline does not stand too."""
        around = {self.order[self._headline], *self.order[self._headline].iterancestors()}
        return {each for h in holders if h not in around for each in h.iter(etree.Element)}

    def _shown(self) -> Iterator[etree._Element]:
        bodies = self.root.iter("body")
        for body in bodies:
            yield from body.iter(etree.Element)

    def _smallest(self, wanted: Sequence[str]) -> etree._Element:
        """The deepest element that has all of the ``wanted`` in it."""
        found = self.root
        while True:
            inside = (c for c in found if all(text in self.text(c) for text in wanted))
            child = next(inside, None)
            if child is None:
                return found
            found = child


def _tight(text: str) -> str:
    return "".join(text.split())


def _names(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:400]
