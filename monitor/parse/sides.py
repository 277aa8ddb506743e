"""What stands beside a story: boxes that say so themselves, and other stories."""

from __future__ import annotations

import re
from collections import defaultdict

from monitor.parse import phrases
from monitor.parse.ownwords import Own, find_own
from monitor.parse.page import LINKED, Page

_MOST = 0.4  # share of the page's text at which a box cannot be a side matter
_ASKED = 6  # larger boxes that are looked at nonetheless; a page has one or two
_FEWEST = 3  # boxes alike that are a list
_MOSTLY = 0.6  # of the boxes alike must be teasers
_HEADLINE, _EXCERPT, _WHOLE = 12, 30, 400  # the least of a link, of a text; the most of a teaser
_CUT = ("...", "…")  # the end of an excerpt
_BUTTON, _ABOVE = 12, 6  # characters of a button; boxes around it that may be the comment
_DIGITS = re.compile(r"\d+")
_NO_TEASER = frozenset({"p", "span", "body", "html", "h2", "h3", "h4", "blockquote", "section"})


def dropped(page: Page, *, picked: bool = False) -> list[bool]:
    """By box: whether it or a box around it is a side matter, by its own name or hidden.

    What was ``picked`` as the story is none, wherever it stands and whatever it is called.
    """
    mass = [0] * len(page.boxes)
    for block in page.blocks:
        if block.links < LINKED * len(block.raw):
            mass[block.box] += block.weight
    _add_up(page, mass)
    drop = [False] * len(page.boxes)
    own = find_own(page)
    others = _teasers(page, own) | _other_articles(page, own)
    others |= own.later_articles() | own.flat_teasers() | _answered(page, own)
    named = [i for i, box in enumerate(page.boxes) if (box.drop or box.hidden) and not box.body]
    data = {page.boxes[block.box].parent for block in page.blocks if block.kind == "row"}
    named = [i for i in named if i not in data]  # the row of a football player is no video's
    large = [i for i in named if mass[i] >= _MOST * mass[0]]
    sides = {*named} - {*large} | {i for i in large[:_ASKED] if own.is_beside(i)}
    for i, box in enumerate(page.boxes[1:], 1):
        chosen = picked and box.story and not page.boxes[box.parent].story
        drop[i] = (drop[box.parent] or i in sides or box.comment or i in others) and not chosen
    return drop


def _teasers(page: Page, own: Own) -> set[int]:
    """Boxes alike beside each other, each with a linked headline and some text."""
    linked, text, cut = _told(page)
    groups: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for i, box in enumerate(page.boxes):
        if linked[i] and text[i] and box.tag not in _NO_TEASER:
            groups[box.parent, box.tag, _DIGITS.sub("", box.names)].append(i)
    found: set[int] = set()
    for (parent, tag, names), group in groups.items():
        whole = sum(text[i] for i in group)
        longest = max(text[i] for i in group)
        if len(group) < _FEWEST or longest > min(_WHOLE, whole / 2):
            continue
        alike = _alike(page, parent, tag, names)
        excerpts = whole <= text[0] / 2 or all(cut[i] for i in group) or own.is_told(group)
        if excerpts and len(group) >= _MOSTLY * len(alike):
            found.update(alike)
    return found


def _told(page: Page) -> tuple[list[int], list[int], list[int]]:
    """By box: how many linked headlines it holds, how much text, how many excerpts cut short."""
    linked, text, cut = ([0] * len(page.boxes) for _ in range(3))
    for block in page.blocks:
        if block.links > LINKED * len(block.raw):
            linked[block.box] += block.weight >= _HEADLINE
        elif block.weight >= _EXCERPT:
            text[block.box] += block.weight
            if block.links >= _HEADLINE and block.raw.endswith(_CUT):  # both in one line
                linked[block.box] += 1
                cut[block.box] += 1
    for values in (linked, text, cut):
        _add_up(page, values)
    return linked, text, cut


def _alike(page: Page, parent: int, tag: str, names: str) -> list[int]:
    return [
        i
        for i, box in enumerate(page.boxes)
        if box.parent == parent and box.tag == tag and _DIGITS.sub("", box.names) == names
    ]


def _other_articles(page: Page, own: Own) -> set[int]:
    """Articles within an article, three and more: what readers may like, or what they say.

    Where they have no headlines of others and nothing is told without them, they are the story.
    """
    within = [False] * len(page.boxes)
    found: dict[int, list[int]] = defaultdict(list)
    for i, box in enumerate(page.boxes[1:], 1):
        within[i] = within[box.parent] or page.boxes[box.parent].tag == "article"
        if box.tag == "article" and within[i]:
            found[box.parent].append(i)
    groups = [group for group in found.values() if len(group) >= _FEWEST]
    linked = _told(page)[0] if groups else []
    return {
        i
        for group in groups
        if own.is_told(group) or 2 * sum(linked[i] > 0 for i in group) > len(group)
        for i in group
    }


def _answered(page: Page, own: Own) -> set[int]:
    """Boxes alike beside each other, each with a button to answer: what readers say.

    Where nothing is told without them, the first is what the others answer to.
    """
    groups: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for block in page.blocks:
        if len(block.raw) <= _BUTTON and phrases.REPLY.fullmatch(block.text):
            at = block.box
            for _ in range(_ABOVE):
                box = page.boxes[at]
                if at <= 0:
                    break
                groups[box.parent, box.tag, _DIGITS.sub("", box.names)].add(at)
                at = box.parent
    alike = [group for group in groups.values() if len(group) >= _FEWEST]
    return {i for group in alike for i in group - (set() if own.is_told(group) else {min(group)})}


def _add_up(page: Page, values: list[int]) -> None:
    """Add to each box what those within it have."""
    boxes = page.boxes if any(values) else []
    for i in range(len(boxes) - 1, 0, -1):
        if value := values[i]:  # most have nothing
            values[boxes[i].parent] += value
