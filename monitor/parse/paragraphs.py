"""Of the blocks within the story's box, those that are its paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cache

from monitor.parse.dateline import find_dateline
from monitor.parse.edges import DASHES, place, quotation, trim
from monitor.parse.hints import HEADINGS
from monitor.parse.lists import offers, subheads, text_items
from monitor.parse.noise import RUNNING, begins_comments, ends_sentence, ends_story, is_noise
from monitor.parse.page import LINKED, Block, Page

_ENOUGH = 0.3  # share of the text before a heading "Related news" that it takes to end the story
_WORD = 8  # letters by which a line may differ from the headline and still be it
_SAID = 20  # characters, below which a line may be printed twice
_REFRAIN, _SHORT = 3, 160  # times that it is printed, if it is meant to come again; the longest
_LINKS, _TITLE = 2, 12  # links below a heading that make it theirs, and the least of each
_CAPTION, _MOSTLY = 240, 0.6  # characters of one; the share of a text that stands in <p>
_BREAK = re.compile("_{3,}")  # which agencies print between the parts of a story
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
    listed = text_items(page, chosen) | subheads(page, chosen)
    aside = offers(page, chosen) | _captions(page, chosen, pictured)
    times = cache(lambda: Counter(block.key for block in blocks))  # few pages need it
    for i, block in zip(chosen, blocks, strict=True):
        if read > _ENOUGH * whole and (
            begins_comments(block) or (ends_story(block) and not goes_on(kept[-1], i))
        ):
            break
        if drop[block.box] or block.key in titles or i in aside:
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
    return trim(page, _unquoted(page, _without_list_heads(page, kept))) or echo[:1]


def _captions(page: Page, chosen: Sequence[int], pictured: Collection[int]) -> set[int]:
    """The lines beside pictures that are no paragraphs where the story's are."""
    blocks = page.blocks
    whole = sum(blocks[i].weight for i in chosen)
    paragraphs = [blocks[i] for i in chosen if blocks[i].kind == "p"]
    if sum(block.weight for block in paragraphs) < _MOSTLY * whole:
        return set()
    around = {page.boxes[block.box].parent for block in paragraphs}
    lines = (
        i
        for i in chosen
        if i in pictured
        and blocks[i].kind == "div"
        and blocks[i].box not in around  # text without a box of its own
        and len(blocks[i].raw) <= _CAPTION
    )
    return {i for i in lines if find_dateline((blocks[i].text,), None) is None}


def _comes_again(page: Page, block: Block, times: Callable[[], Counter[str]]) -> bool:
    """Whether a line is a refrain, a question put to each in turn, or names who is quoted."""
    short = block.weight <= _SHORT and block.kind != "div"
    refrain = short and times()[block.key] >= _REFRAIN and ends_sentence(block.text)
    return refrain or (block.text.startswith(DASHES) and quotation(page, block) > 0)


def _repeats(key: str, titles: Collection[str]) -> bool:
    """Whether a paragraph is the headline with a word before it or behind it."""
    return any(title in key and len(key) - len(title) <= _WORD for title in titles)


def _without_list_heads(page: Page, kept: list[int]) -> list[int]:
    """Without the headings of nothing but links: what readers may like, or a table of contents."""
    paragraphs = set(kept)

    def leads_on(at: int) -> bool:
        below = page.blocks[at + 1 : at + 1 + _LINKS]
        block = page.blocks[at]
        label = block.weight < RUNNING and block.text.endswith((":", "："))
        return (
            (label or block.kind in HEADINGS)
            and len(below) == _LINKS
            and not any(at + n in paragraphs for n in range(1, _LINKS + 1))
            and all(b.links > 0.9 * len(b.raw) and b.weight >= _TITLE for b in below)
        )

    return [i for i in kept if not leads_on(i)]


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
        if block.weight >= RUNNING and block.links < LINKED * len(block.raw):
            last[place(page, i)] = i
    return lambda before, at: last.get(place(page, before), -1) > at
