"""Blocks to body: which of a page's blocks are the story's paragraphs.

Each block votes for or against the boxes it stands in; the box with the best sum holds the story.
What is no paragraph within it is then left out. Lengths are characters, Han characters counting
three, so that no list of stop words is needed and any language will do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from monitor.parse.hints import HEADINGS
from monitor.parse.noise import begins_comments, ends_sentence, ends_story, is_noise, is_tail
from monitor.parse.page import Block, Page
from monitor.parse.title import fold
from monitor.parse.weight import weigh

_MARK = re.compile(r"[.,;:!?。，、；：！？…\u0eaf]|(?<=[\u0e80-\u0eff]) ")
_UNBROKEN = 300  # characters between two marks in running text of any language
_LINKED, _SHORT, _LONG = 0.5, 60, 100
_KEEP = 0.85  # a box within the best one that holds this much of it is the better answer
_MOST = 0.4  # share of the page's text at which a box cannot be a side matter
_ENOUGH = 0.3  # share of the text before a heading "Related news" that it takes to end the story
_WORD = 8  # characters
_DECLARED = 1.3  # weight of text in a box that calls itself the article's body


def find_body(page: Page, titles: Sequence[str]) -> list[int]:
    """The indices of the blocks that are the story's paragraphs.

    ``titles`` are the headline's candidates: a paragraph that repeats one is left out.
    """
    found = _picked(page, titles)
    if any(_sentence(page.blocks[i]) for i in found):
        return found
    found = _find(page, titles, dropped(page))
    # Names may mislead; then the text alone has to tell.
    return found or _find(page, titles, [box.comment for box in page.boxes])


def _picked(page: Page, titles: Sequence[str]) -> list[int]:
    """The paragraphs of what the profile selects, whatever stands around it."""
    chosen = [i for i, block in enumerate(page.blocks) if page.boxes[block.box].story]
    if not chosen:
        return []
    drop = dropped(page, picked=True)
    return _select(page, chosen, drop, {fold(title) for title in titles if title})


def _find(page: Page, titles: Sequence[str], drop: list[bool]) -> list[int]:
    if not page.boxes:
        return []
    home = _home(page, titles)
    scores = [
        _score(page, block, drop) * (HOME if home[block.box] else 1.0) for block in page.blocks
    ]
    best = _best_box(page, scores)
    inside = _inside(page, best)
    chosen = [i for i, block in enumerate(page.blocks) if inside[block.box]]
    return _select(page, chosen, drop, {fold(title) for title in titles if title})


def dropped(page: Page, *, picked: bool = False) -> list[bool]:
    """By box: whether it or a box around it is a side matter, by its own name or hidden.

    What was ``picked`` as the story is none, wherever it stands and whatever it is called.
    """
    mass = [0] * len(page.boxes)
    for block in page.blocks:
        if block.links < _LINKED * len(block.raw):
            mass[block.box] += weigh(block.raw)
    for i in range(len(page.boxes) - 1, 0, -1):
        mass[page.boxes[i].parent] += mass[i]
    drop = [False] * len(page.boxes)
    teasers = _teasers(page) | _other_articles(page)
    for i, box in enumerate(page.boxes[1:], 1):
        named = (
            i in teasers
            or box.comment
            or ((box.drop or box.hidden) and not box.body and mass[i] < _MOST * mass[0])
        )
        chosen = picked and box.story and not page.boxes[box.parent].story
        drop[i] = (drop[box.parent] or named) and not chosen
    return drop


_FEWEST = 3


def _teasers(page: Page) -> set[int]:
    """Boxes alike beside each other, each with a linked headline and some text: other stories."""
    boxes = page.boxes
    linked, text = [0] * len(boxes), [0] * len(boxes)
    for block in page.blocks:
        size = weigh(block.raw)
        if block.links > _LINKED * len(block.raw):
            linked[block.box] += size >= 12
        elif size >= 30:
            text[block.box] += size
    for i in range(len(boxes) - 1, 0, -1):
        linked[boxes[i].parent] += linked[i]
        text[boxes[i].parent] += text[i]
    groups: dict[tuple[int, str, str], list[int]] = {}
    for i, box in enumerate(boxes):
        if box.tag not in _NO_TEASER:
            groups.setdefault((box.parent, box.tag, _DIGITS.sub("", box.names)), []).append(i)
    found: set[int] = set()
    for group in groups.values():
        if len(group) < _FEWEST:
            continue
        teasers = [i for i in group if linked[i] and text[i]]
        whole = sum(text[i] for i in teasers)
        if (
            len(teasers) >= max(_FEWEST, 0.6 * len(group))
            and max(text[i] for i in teasers) < min(400, 0.5 * whole)
            and whole < 0.5 * text[0]
        ):
            found.update(group)
    return found


def _other_articles(page: Page) -> set[int]:
    """Articles within an article, three and more: what readers may like, or what they say."""
    within = [False] * len(page.boxes)
    found: dict[int, list[int]] = {}
    for i, box in enumerate(page.boxes[1:], 1):
        within[i] = within[box.parent] or page.boxes[box.parent].tag == "article"
        if box.tag == "article" and within[i]:
            found.setdefault(box.parent, []).append(i)
    return {i for group in found.values() if len(group) >= _FEWEST for i in group}


_DIGITS = re.compile(r"\d+")
_NO_TEASER = frozenset({"p", "span", "body", "html", "h2", "h3", "h4", "blockquote", "section"})


def _score(page: Page, block: Block, drop: list[bool]) -> float:
    weight = weigh(block.raw)
    if drop[block.box]:
        return -0.1 * min(weight, _LONG)
    share = block.links / len(block.raw)
    if share > _LINKED or block.kind == "caption":
        return -min(weight, _LONG) / 2.0 - 5
    if weight < _SHORT and not ends_sentence(block.raw):
        return -5.0 if block.kind in {"div", "cell", "li"} else 0.0
    # A wall of words without a comma is a list of keywords, however long.
    weight = min(weight, _UNBROKEN * (1 + len(_MARK.findall(block.raw))))
    declared = _DECLARED if page.boxes[block.box].body else 1.0
    return weight * (1 - share) * declared * (0.5 if block.kind == "li" else 1.0)


def _best_box(page: Page, scores: list[float]) -> int:
    """The deepest box that holds nearly all of the best sum."""
    sums = [0.0] * len(page.boxes)
    for block, score in zip(page.blocks, scores, strict=True):
        sums[block.box] += score
    for i in range(len(page.boxes) - 1, 0, -1):
        sums[page.boxes[i].parent] += sums[i]
    best = max(range(len(sums)), key=lambda i: (sums[i], i))
    for i in range(best + 1, len(sums)):
        if page.boxes[i].parent == best and sums[i] >= _KEEP * sums[best]:
            best = i
    text = {block.box for block in page.blocks}
    while (
        page.boxes[best].parent > 0
        and best in text
        and page.boxes[best].tag not in ("body", "td", "article")
        and not any(b.parent == best for b in page.boxes[best + 1 :])
    ):
        if sums[page.boxes[best].parent] < 0.5 * sums[best]:
            break
        best = page.boxes[best].parent
    return best


HOME = 1.5


def _home(page: Page, titles: Sequence[str]) -> list[bool]:
    """By box: whether it stands in the <article> that the headline stands in."""
    keys = {fold(title) for title in titles if title}
    home = [False] * len(page.boxes)
    for block in page.blocks:
        if len(block.raw) < 300 and fold(block.raw) in keys and block.links < 0.5 * len(block.raw):
            at = block.box
            while at > 0 and page.boxes[at].tag != "article":
                at = page.boxes[at].parent
            if at > 0:
                home[at] = True
    for i, box in enumerate(page.boxes[1:], 1):
        home[i] = home[i] or home[box.parent]
    return home


def _inside(page: Page, best: int) -> list[bool]:
    inside = [False] * len(page.boxes)
    for i in range(best, len(page.boxes)):
        inside[i] = i == best or (i > 0 and inside[page.boxes[i].parent])
    return inside


def _select(page: Page, chosen: list[int], drop: list[bool], titles: set[str]) -> list[int]:
    seen: set[str] = set()
    kept: list[int] = []
    whole, read = sum(weigh(page.blocks[i].raw) for i in chosen if not drop[page.blocks[i].box]), 0
    goes_on = _continuation(page, chosen)
    for i in chosen:
        block = page.blocks[i]
        if read > _ENOUGH * whole and (
            begins_comments(block) or (ends_story(block) and not goes_on(kept[-1], i))
        ):
            break
        key = fold(block.raw)
        if drop[block.box] or not key or key in titles or is_noise(block, page.boxes[block.box]):
            continue
        if weigh(block.raw) > 20 and (key in seen or _repeats(key, titles)):
            continue
        seen.add(key)
        read += weigh(block.raw)
        kept.append(i)
    return _trim(page, _unquoted(page, kept))


def _unquoted(page: Page, kept: list[int]) -> list[int]:
    """Without the lines that are printed twice, large beside the paragraph they are taken from."""
    blocks = page.blocks
    whole = "\n".join(fold(blocks[i].raw) for i in kept)
    return [
        i
        for i in kept
        if blocks[i].kind not in _QUOTING
        or weigh(blocks[i].raw) < (60 if blocks[i].kind == "p" else 20)
        or whole.count(fold(blocks[i].raw)) == 1
    ]


_QUOTING = frozenset({"blockquote", "div", "p"})


def _repeats(key: str, titles: set[str]) -> bool:
    """Whether a paragraph is the headline with a word before it or behind it."""
    return any(title in key and len(key) - len(title) <= _WORD for title in titles if title)


def _continuation(page: Page, chosen: list[int]) -> Callable[[int, int], bool]:
    """A test whether, beyond a block, long text follows in a place like an earlier paragraph's."""
    last: dict[object, int] = {}
    for i in chosen:
        block = page.blocks[i]
        if weigh(block.raw) >= _SHORT and block.links < _LINKED * len(block.raw):
            last[_place(page, i)] = i
    return lambda before, at: last.get(_place(page, before), -1) > at


def _place(page: Page, block: int) -> object:
    """What holds a block: of boxes that are called the same, any."""
    parent = page.boxes[page.blocks[block].box].parent
    return page.boxes[parent].names or parent


def _trim(page: Page, kept: list[int]) -> list[int]:
    """Drop what stands before the first sentence and after the last."""
    blocks = page.blocks
    first = next((n for n, i in enumerate(kept) if _sentence(blocks[i])), 0)
    last = next((n for n in range(len(kept) - 1, -1, -1) if _sentence(blocks[kept[n]])), len(kept))
    while last + 1 < len(kept) and _beside(page, kept[last], kept[last + 1]):
        last += 1  # a signature, a score, or a script that prints no full stops
    kept = kept[first : last + 1]
    while len(kept) > 1 and is_tail(blocks[kept[-1]]):
        kept.pop()
    return kept


def _beside(page: Page, paragraph: int, line: int) -> bool:
    one, other = page.blocks[paragraph], page.blocks[line]
    parents = {page.boxes[one.box].parent, page.boxes[other.box].parent}
    if other.kind == "row":
        return other.links <= _LINKED * len(other.raw)
    return one.kind == other.kind == "p" and len(parents) == 1 and not other.links


def _sentence(block: Block) -> bool:
    if block.kind in HEADINGS:
        return False
    return ends_sentence(block.text) or weigh(block.raw) >= _SHORT
