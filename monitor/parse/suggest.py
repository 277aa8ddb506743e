"""A first profile for a site, from one of its pages.

What the generic parser finds is looked for in the tree; what holds it gets the shortest selector
that is likely to stay. A selector is proposed where, with those before it, it gives the same
Article, or for the body one with paragraphs more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from pydantic import ValidationError

from monitor.errors import ParseError
from monitor.models import Article
from monitor.parse import parse_article
from monitor.parse.found import text_of
from monitor.parse.markup import read_markup
from monitor.parse.metadata import zone_of
from monitor.parse.nextpage import link_on
from monitor.parse.profile import Profile
from monitor.parse.selector import is_bounded, select
from monitor.parse.shortest import selector_for
from monitor.parse.tree import read_tree
from monitor.parse.whereabouts import Tree

# How a page was read may differ between two that find the same.
_HOW: dict[str, Any] = {"quality": 1.0, "doubts": (), "extracted_by": {}}
# Keys of a profile, each with the field of an Article that it fills, in the order of the file.
KEYS = {
    "title": "title",
    "body": "body",
    "published": "published",
    "updated": "updated",
    "source": "source",
    "author": "authors",
    "section": "section",
}
_TRIED = 6  # selectors of a field


@dataclass(frozen=True, slots=True)
class Proposal:
    """A profile with what its selectors show, by key; and what is left to a person, by key."""

    profile: Profile
    shows: dict[str, str]
    left: dict[str, str]
    article: Article  # with the profile


def suggest(
    html: bytes, url: str, *, charset: str | None = None, timezone: str | None = None
) -> Proposal:
    """Raises ParseError where the page gives no Article, or is too large for a profile."""
    article = parse_article(html, url, charset=charset, timezone=timezone)
    root = read_tree(read_markup(html, charset))
    if root is None or not is_bounded(root):
        raise ParseError("the page has too many elements, or too deep ones, for a profile")
    on = link_on(root, url)  # before scripts and the like are taken out of the tree
    zone = zone_of(article.site, article.language, timezone)
    bare = _bare(url, zone)
    found = _Search(html, url, charset, article, bare, Tree(root, article, zone))
    chosen: dict[str, str] = {}
    left: dict[str, str] = {}
    for key, field in KEYS.items():
        if not getattr(article, field):
            left[key] = "the parser finds none on this page"
        elif key == "updated" and article.updated == article.published:
            left[key] = "the same as published"
        elif selector := next(found.fitting(key, chosen), None):
            chosen[key] = selector
        else:
            left[key] = (
                "no selector tells what the parser finds by itself: needed only if that errs"
            )
    if on is not None and (selector := selector_for(root, on)):
        chosen["next"] = selector
    profile = Profile.model_validate(
        bare.model_dump(exclude_none=True, exclude_unset=True) | chosen
    )
    shows = {key: _shown(root, selector) for key, selector in chosen.items()}
    return Proposal(profile, shows, left, found.article(chosen) or article)


def _bare(url: str, zone: str | None) -> Profile:
    host = urlsplit(url).hostname or ""
    try:
        return Profile(hosts=(host,), timezone=zone)
    except ValidationError as error:
        raise ParseError(f"no profile can hold for the host {host!r}: it has no domain") from error


@dataclass(frozen=True, slots=True)
class _Search:
    html: bytes
    url: str
    charset: str | None
    generic: Article
    bare: Profile
    tree: Tree

    def fitting(self, key: str, chosen: dict[str, str]) -> Iterator[str]:
        """The selectors for ``key`` with which, beside ``chosen``, the story is read as without."""
        new = (each for each in self._selectors(key) if each not in chosen.values())
        for selector in islice(dict.fromkeys(new), _TRIED):
            article = self.article(chosen | {key: selector})
            if article is not None and self._is_as_good(article):
                yield selector

    def article(self, keys: dict[str, str]) -> Article | None:
        profile = Profile.model_validate(
            self.bare.model_dump(exclude_none=True, exclude_unset=True) | keys
        )
        try:
            return parse_article(self.html, self.url, charset=self.charset, profile=profile)
        except ParseError:
            return None

    def _is_as_good(self, article: Article) -> bool:
        more = set(article.body) >= set(self.generic.body)
        known = self.generic.model_copy(update={"body": article.body})
        return more and article.model_copy(update=_HOW) == known.model_copy(update=_HOW)

    def _selectors(self, key: str) -> Iterator[str]:
        root = self.tree.root
        if key == "body":
            yield from self._of_body()
            return
        elements: list[etree._Element] = getattr(self.tree, key)()
        for element in elements[: 2 * _TRIED]:
            if selector := selector_for(root, element):
                yield selector

    def _of_body(self) -> Iterator[str]:
        """What holds it, or only the paragraphs there: the same story goes before a longer one."""
        found: list[str] = []
        for holders in self.tree.body():
            named = [selector_for(self.tree.root, each) for each in holders]
            if None not in named:
                found.append(", ".join(dict.fromkeys(filter(None, named))))
        found += [f"{selector} > p" for selector in found[:1]]
        articles = {selector: self.article({"body": selector}) for selector in found}
        same = [
            s for s, article in articles.items() if article and article.body == self.generic.body
        ]
        yield from [*same, *found]


def _shown(root: etree._Element, selector: str) -> str:
    elements = select(root, selector)
    return text_of(elements[0]) if elements else ""
