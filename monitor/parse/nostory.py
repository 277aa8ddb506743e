"""Pages that are no story, by name: a challenge, a login wall, a missing page, a list of stories.

A page is one of the first three only where its own words say so and it has next to no other text,
so that a story about such a page stays one; it is a list only where most of its text are teasers,
or where its address and its data say that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import ParseError
from monitor.parse import jsonld
from monitor.parse.letters import fold
from monitor.parse.nostorytold import tells_news
from monitor.parse.nostorywords import GOES_ON, KINDS, Words
from monitor.parse.page import LINKED, Page
from monitor.parse.shown import Shown

_OWN = "a check of its own"  # who asks for a human
_MOST = 2_000  # characters of a body; a page with more of it is a story whatever its title
_WALL = 500  # characters of a body beside a form that is called one
_BRIEF = 900  # of a body that may be all message
_OTHER = 160  # characters beside the words that name the page
_PARTS = re.compile(r"\s*[|_｜–—·•»«]\s*|\s+-\s+|(?<=[^a-zA-Z])-(?=[^\x00-\x7f])")
_EDGES = " .!?。！？…:：,，-–—'\"“”\u200b"
_LINES, _LONG_LINE = 80, 300  # lines that are looked at, and their length
_TEASER, _HEADLINE = 400, 30  # characters of a teaser at most, of a linked headline at least
_FEWEST, _MOSTLY = 4, 0.6  # teasers that are a list, and their share of the paragraphs
_IN_LINK = 0.6  # of a linked headline: a date may stand beside it
_AFTER = 5  # blocks from the last of the text
_LINKS = 12  # linked headlines that are a list
_INDEX = re.compile(
    r"^/*(?:[^/.\d]{1,30}/+){0,3}(?:(?:index|default|list|node|page|home)[_-]?\d*(?:\.\w{2,5})?/*"
    r"|page/\d+/*|[^/.\d-]{1,20}/?)?$",
    re.IGNORECASE,
)
_LISTS = re.compile(r'"(?:CollectionPage|ItemList|SearchResultsPage)"')
_RESULTS = re.compile(r"^/*(?:search|so|sousuo)\b|/(?:tag|category|author|topics?)/[^/]+/?$")


def find_nostory(shown: Shown, title: str | None, story: dict[str, Any]) -> ParseError | None:
    """What the page is where it is no story, as the error to raise; None for a story."""
    if shown.weight < _MOST:
        titles, lines = _titles(shown.page, title), _lines(shown.page)
        for words in KINDS:
            if _looks_like(words, shown, titles, lines) and not tells_news(
                words, shown, title, story
            ):
                challenge = _OWN if words.challenge else None
                return ParseError(words.name, retryable=words.challenge, challenge=challenge)
    if _is_teasers(shown, title or "", story):
        return ParseError("a list of stories: its text is made of their teasers")
    return None


def breaks_off(shown: Shown) -> bool:
    """Whether readers are asked to log in or to pay where the text ends."""
    end = shown.body[-1]
    return any(
        len(block.raw) <= _LONG_LINE and GOES_ON.search(block.text)
        for block in shown.page.blocks[end : end + _AFTER]
    )


def find_list(shown: Shown, story: dict[str, Any], url: str) -> ParseError | None:
    """That a page without a date, at the address of a list, is one: little text among links."""
    page = shown.page
    if shown.way != "text" or shown.weight >= _MOST or _says_story(page, story):
        return None
    linked = sum(_is_headline(page, i) for i in range(len(page.blocks)))
    if linked >= _LINKS and _is_index(page, url):
        return ParseError(f"a list of stories: {linked} linked headlines beside little text")
    return None


def _lines(page: Page) -> list[str]:
    return [
        block.text
        for block in page.blocks[:_LINES]
        if block.links <= LINKED * len(block.raw) and len(block.raw) <= _LONG_LINE
    ]


def _looks_like(words: Words, shown: Shown, titles: set[str], lines: Iterable[str]) -> bool:
    page = shown.page
    titled = any(map(words.title.fullmatch, titles))
    asked = words.password if page.passwords else None
    if asked and (titled or any(map(asked.fullmatch, titles))):
        return shown.weight < _WALL
    if not titled and shown.weight >= _BRIEF:
        return False
    saying = set(filter(words.saying.search, lines))
    if not titled and not saying:
        return False
    other = sum(page.blocks[i].weight for i in shown.body if page.blocks[i].text not in saying)
    if titled:
        return other < (_WALL if saying else 2 * _OTHER)
    return other < _OTHER // 2 and _running(shown, saying) < 2 * _OTHER


def _running(shown: Shown, but: set[str]) -> int:
    return shown.running - sum(b.weight for b in shown.page.blocks[:_LINES] if b.text in but)


def _titles(page: Page, title: str | None) -> set[str]:
    """What the page calls itself; a heading beside its headline may be that of a form."""
    head = page.head_title[:_LONG_LINE]
    if title and any(b.kind == "h1" and b.text == title for b in page.blocks[:_LINES]):
        head = head.partition(title)[0]  # what stands behind it are names of the site and its parts
    found = {title or "", head, *_PARTS.split(head)}
    if title is None:
        found |= {b.text for b in page.blocks[:_LINES] if b.kind == "h1"}
    return {_plain(text[:_LONG_LINE]) for text in found}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_EDGES)


def _is_teasers(shown: Shown, title: str, story: dict[str, Any]) -> bool:
    page, body = shown.page, shown.body
    if shown.way != "text" or not body or _says_story(page, story):
        return False
    inside = range(max(0, body[0] - 3), min(body[-1] + 3, len(page.blocks)))
    paragraphs = set(body)
    others = (i for i in inside if i not in paragraphs and not shown.drop[page.blocks[i].box])
    heads = [i for i in others if _is_headline(page, i)]
    if _is_one(fold(title), {page.blocks[i].key for i in heads}):
        return False
    near = {i + step for i in heads for step in (-2, -1, 1, 2)}
    teasers = [i for i in body if i in near and page.blocks[i].weight <= _TEASER]
    enough = len(teasers) >= _FEWEST and len(teasers) >= _MOSTLY * len(body)
    return enough and len(heads) >= _MOSTLY * len(teasers)


def _is_one(title: str, heads: set[str]) -> bool:
    """Whether the page's title is one of the headlines, not a topic that is named in them."""
    return any(title in head and 2 * len(title) >= len(head) for head in heads) and (
        sum(title in head for head in heads) == 1
    )


def _is_headline(page: Page, at: int) -> bool:
    block = page.blocks[at]
    return block.weight >= _HEADLINE and block.links > _IN_LINK * len(block.raw)


def _says_story(page: Page, story: dict[str, Any]) -> bool:
    kind = (page.meta("og:type") or "").lower()
    return kind in {"article", "news", "story"} or bool(jsonld.texts(story.get("headline")))


def _is_index(page: Page, url: str) -> bool:
    """Whether the page's address or its data is that of a list."""
    try:
        place = urlsplit(url)
    except ValueError:
        return False
    if any(_LISTS.search(script) for script in page.json_ld) and _RESULTS.search(place.path):
        return True
    return not place.query and _INDEX.match(place.path) is not None
