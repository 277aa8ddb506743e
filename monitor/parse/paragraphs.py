"""Of the blocks within the story's box, those that are its paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from monitor.parse.dates import find_stamp
from monitor.parse.hints import HEADINGS
from monitor.parse.lists import text_items
from monitor.parse.noise import (
    begins_comments,
    ends_sentence,
    ends_story,
    is_noise,
    is_tail,
)
from monitor.parse.page import LINKED, Block, Page
from monitor.parse.told import is_date, is_name

_SENTENCE = 60  # characters of what is one, whatever it ends with
_ENOUGH = 0.3  # share of the text before a heading "Related news" that it takes to end the story
_WORD = 8  # letters by which a line may differ from the headline and still be it
_SAID = 20  # characters, below which a line may be printed twice
_REFRAIN, _SHORT = 3, 160  # times that it is printed, if it is meant to come again; the longest
_BREAK = re.compile("_{3,}")  # which agencies print between the parts of a story
_DASHES = ("—", "–", "-")
_SEARCHED = 200_000_000  # letters in all that are looked through for quotations; a story has 10⁶
_QUOTING = {"blockquote": 20, "div": 20, "p": 60}  # what may be a quotation, from which weight


def select(
    page: Page, chosen: Sequence[int], drop: Sequence[bool], titles: Collection[str]
) -> list[int]:
    """The paragraphs among the blocks ``chosen``; ``titles`` are the headline's, folded."""
    seen: set[str] = set()
    kept: list[int] = []
    echo: list[int] = []  # the headline, said again: all that a flash has
    blocks = [page.blocks[i] for i in chosen]
    whole, read = sum(block.weight for block in blocks if not drop[block.box]), 0
    goes_on = _continuation(page, chosen)
    pictured = {at - beside for at in page.pictures for beside in (0, 1)}
    listed = text_items(page, chosen)
    times = Counter(block.key for block in blocks)
    for i, block in zip(chosen, blocks, strict=True):
        if read > _ENOUGH * whole and (
            begins_comments(block) or (ends_story(block) and not goes_on(kept[-1], i))
        ):
            break
        if drop[block.box] or block.key in titles:
            continue
        if not block.key:
            if _BREAK.fullmatch(block.text):
                kept.append(i)
            continue
        if is_noise(block, page.boxes[block.box], pictured=i in pictured, listed=i in listed):
            continue
        if block.weight > _SAID and block.key in seen and not _comes_again(page, block, times):
            continue
        if block.weight > _SAID and _repeats(block.key, titles):
            if block.kind == "p" and ends_sentence(block.text):
                echo.append(i)
            continue
        seen.add(block.key)
        read += block.weight
        kept.append(i)
    return _trim(page, _unquoted(page, kept)) or echo[:1]


def is_sentence(block: Block) -> bool:
    """Whether a block is running text: a sentence, or long enough to be some."""
    if block.kind in HEADINGS:
        return False
    return ends_sentence(block.text) or block.weight >= _SENTENCE


def _comes_again(page: Page, block: Block, times: Counter[str]) -> bool:
    """Whether a line is a refrain, a question put to each in turn, or names who is quoted."""
    short = block.weight <= _SHORT and block.kind != "div"
    refrain = short and times[block.key] >= _REFRAIN and ends_sentence(block.text)
    return refrain or (block.text.startswith(_DASHES) and _quotation(page, block) > 0)


def _quotation(page: Page, block: Block) -> int:
    """The <blockquote> that a block stands in; 0 if in none."""
    at = block.box
    while at > 0 and page.boxes[at].tag != "blockquote":
        at = page.boxes[at].parent
    return at


def _repeats(key: str, titles: Collection[str]) -> bool:
    """Whether a paragraph is the headline with a word before it or behind it."""
    return any(title in key and len(key) - len(title) <= _WORD for title in titles)


def _unquoted(page: Page, kept: list[int]) -> list[int]:
    """Without the lines that are printed twice, large beside the paragraph they are taken from."""
    keys = [page.blocks[i].key for i in kept]
    whole, times = "\n".join(keys), Counter(keys)
    if len(kept) * len(whole) > _SEARCHED:
        return kept

    def quotes(block: Block) -> bool:
        long = block.weight >= _QUOTING.get(block.kind, block.weight + 1)
        return long and whole.count(block.key) > times[block.key]

    return [i for i in kept if not quotes(page.blocks[i])]


def _continuation(page: Page, chosen: Sequence[int]) -> Callable[[int, int], bool]:
    """A test whether, beyond a block, long text follows in a place like an earlier paragraph's."""
    last: dict[object, int] = {}
    for i in chosen:
        block = page.blocks[i]
        if block.weight >= _SENTENCE and block.links < LINKED * len(block.raw):
            last[_place(page, i)] = i
    return lambda before, at: last.get(_place(page, before), -1) > at


def _place(page: Page, block: int) -> object:
    """What holds a block: of boxes that are called the same, any."""
    parent = page.boxes[page.blocks[block].box].parent
    return page.boxes[parent].names or parent


def _trim(page: Page, kept: list[int]) -> list[int]:
    """Drop what stands before the first sentence and after the last."""
    sentences = [n for n, i in enumerate(kept) if is_sentence(page.blocks[i])]
    while len(sentences) > 1 and is_date(page.blocks[kept[sentences[0]]]):
        del sentences[0]  # above the story, not of it
    long = {n for n in sentences if page.blocks[kept[n]].weight >= _SENTENCE}
    beside = {_place(page, kept[n]) for n in long}  # a short one elsewhere ends no story
    ends = [n for n in sentences if n in long or _place(page, kept[n]) in beside] or sentences
    first, last = (sentences[0], ends[-1]) if sentences else (0, len(kept))
    while last + 1 < len(kept) and _beside(page, kept[last], kept[last + 1]):
        last += 1  # a signature, a score, or a script that prints no full stops
    while first and _opens(page, kept[first - 1], kept[first]):
        first -= 1
    kept = kept[first : last + 1]
    while len(kept) > 1 and is_tail(page.blocks[kept[-1]]):
        kept.pop()
    return kept


def _opens(page: Page, line: int, paragraph: int) -> bool:
    """Whether a line above the first sentence is of the text: a salutation, a score, a subhead."""
    one, other = page.blocks[line], page.blocks[paragraph]
    around = page.boxes[one.box].parent
    if one.links or around != page.boxes[other.box].parent or not page.boxes[around].body:
        return False
    if one.kind in HEADINGS:
        return True
    return one.kind == "p" and not is_name(one) and find_stamp(one.text[:_SENTENCE]) is None


def _beside(page: Page, paragraph: int, line: int) -> bool:
    one, other = page.blocks[paragraph], page.blocks[line]
    if other.kind == "row":
        return other.links <= LINKED * len(other.raw)
    if other.text.startswith(_DASHES) and (quotation := _quotation(page, other)) > 0:
        return quotation == _quotation(page, one)
    parents = {page.boxes[one.box].parent, page.boxes[other.box].parent}
    return one.kind == other.kind == "p" and len(parents) == 1 and not other.links
