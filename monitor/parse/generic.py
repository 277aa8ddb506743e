"""Blocks to body: which of a page's blocks are the story's paragraphs.

Each block votes for or against the boxes it stands in; the box with the best sum holds the story.
What is no paragraph within it is then left out (``paragraphs.py``). Lengths are characters, Han
characters counting three, so that no list of stop words is needed and any language will do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.parse.letters import fold
from monitor.parse.noise import ends_sentence, is_sentence
from monitor.parse.page import LINKED, Block, Page
from monitor.parse.paragraphs import select
from monitor.parse.sides import dropped

_MARK = re.compile(r"[.,;:!?。，、；：！？…\u0eaf]|(?<=[\u0e80-\u0eff]) ")
_UNBROKEN = 300  # characters between two marks in running text of any language
_CONSENT = re.compile(
    r"\b(?:cookies?|consent|your privacy|privacy policy|GDPR|DSGVO)\b|隐私|隱私|คุกกี้|ຄຸກກີ້",
    re.IGNORECASE,
)
_SHORT, _LONG = 60, 100
_KEEP = 0.85  # a box within the best one that holds this much of it is the better answer
_HALF = 0.5  # of its sum that a box must keep with what stands beside it
_DECLARED = 1.3  # weight of text in a box that calls itself the article's body
_HOME = 1.5  # weight of text in the <article> that the headline stands in
_WHOLE = frozenset({"body", "td", "article"})  # boxes that may hold nothing but text


def find_body(page: Page, titles: Sequence[str], drop: Sequence[bool]) -> list[int]:
    """The indices of the blocks that are the story's paragraphs.

    ``titles`` are the headline's candidates: a paragraph that repeats one is left out. ``drop`` is
    what ``dropped`` says of the page's boxes.
    """
    keys = {fold(title) for title in titles} - {""}
    found = _picked(page, keys)
    if any(is_sentence(page.blocks[i]) for i in found):
        return found
    found = _find(page, keys, drop)
    # Names may mislead; then the text alone has to tell.
    return found or _find(page, keys, [box.comment for box in page.boxes])


def _picked(page: Page, titles: set[str]) -> list[int]:
    """The paragraphs of what the profile selects, whatever stands around it."""
    chosen = [i for i, block in enumerate(page.blocks) if page.boxes[block.box].story]
    return select(page, chosen, dropped(page, picked=True), titles) if chosen else []


def _find(page: Page, titles: set[str], drop: Sequence[bool]) -> list[int]:
    if not page.boxes:
        return []
    home = _home(page, titles)
    scores = [
        _score(page, block, drop) * (_HOME if home[block.box] else 1.0) for block in page.blocks
    ]
    inside = _inside(page, _best_box(page, scores))
    chosen = [i for i, block in enumerate(page.blocks) if inside[block.box]]
    return select(page, _below(page, chosen, titles), drop, titles)


def _below(page: Page, chosen: list[int], titles: set[str]) -> list[int]:
    """Of the blocks ``chosen`` those below the headline, where readers are asked to consent above.

    Other text above a headline may be the story's: some pages print it twice.
    """
    blocks = page.blocks
    at = next((i for i in chosen if blocks[i].kind == "h1" and blocks[i].key in titles), 0)
    below = [i for i in chosen if i > at]
    asked = any(_CONSENT.search(blocks[i].text) for i in chosen if i < at)
    return below if asked and any(is_sentence(blocks[i]) for i in below) else chosen


def _home(page: Page, titles: set[str]) -> list[bool]:
    """By box: whether it stands in the ``<article>`` that the headline stands in."""
    home = [False] * len(page.boxes)
    longest = 2 * max(map(len, titles), default=0)  # with the marks and spaces that are folded
    shortest = min(map(len, titles), default=0)
    for block in page.blocks:
        if shortest <= len(block.raw) <= longest and not block.links and block.key in titles:
            at = block.box
            while at > 0 and page.boxes[at].tag != "article":
                at = page.boxes[at].parent
            home[at] = at > 0
    if any(home):
        for i, box in enumerate(page.boxes[1:], 1):
            home[i] = home[i] or home[box.parent]
    return home


def _score(page: Page, block: Block, drop: Sequence[bool]) -> float:
    weight = block.weight
    if drop[block.box]:
        return -0.1 * min(weight, _LONG)
    share = block.links / len(block.raw)
    if share > LINKED or block.kind == "caption":
        return -min(weight, _LONG) / 2.0 - 5
    if weight < _SHORT and not ends_sentence(block.raw):
        return -5.0 if block.kind in {"div", "cell", "li"} else 0.0
    if weight > _UNBROKEN:  # a wall of words without a comma is a list of keywords
        weight = min(weight, _UNBROKEN * (1 + len(_MARK.findall(block.raw))))
    declared = _DECLARED if page.boxes[block.box].body else 1.0
    return weight * (1 - share) * declared * (0.5 if block.kind == "li" else 1.0)


def _best_box(page: Page, scores: Sequence[float]) -> int:
    """The deepest box that holds nearly all of the best sum, and is no paragraph itself."""
    boxes = page.boxes
    sums = [0.0] * len(boxes)
    for block, score in zip(page.blocks, scores, strict=True):
        sums[block.box] += score
    for i in range(len(boxes) - 1, 0, -1):
        if value := sums[i]:  # most have nothing
            sums[boxes[i].parent] += value
    best = len(sums) - 1 - sums[::-1].index(max(sums))  # the last of those with the best sum
    for i in range(best + 1, len(sums)):
        if boxes[i].parent == best and sums[i] >= _KEEP * sums[best]:
            best = i
    holders = {box.parent for box in boxes}
    while best not in holders and boxes[best].tag not in _WHOLE:
        above = boxes[best].parent
        if above <= 0 or sums[above] < _HALF * sums[best]:
            break
        best = above
    return best


def _inside(page: Page, best: int) -> list[bool]:
    inside = [False] * len(page.boxes)
    for i in range(best, len(page.boxes)):
        inside[i] = i == best or (i > 0 and inside[page.boxes[i].parent])
    return inside
