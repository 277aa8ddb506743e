"""Where a story's text begins and ends, among the blocks that may be its paragraphs."""

from __future__ import annotations

import re

from monitor.parse.dates import find_stamp
from monitor.parse.hints import HEADINGS
from monitor.parse.noise import RUNNING, ends_sentence, is_sentence, is_tail
from monitor.parse.page import LINKED, Block, Page
from monitor.parse.signature import signs
from monitor.parse.told import is_date, is_name

DASHES = ("—", "–", "-")  # before who is quoted
_IS = re.compile(
    r"(?: [(][^()]{3,60}[)])? (?:is|was|has|works|writes)\b"
)  # Noy Sisouk is a reporter
_CLOSE = 6  # boxes
_ADDRESSING = (",", "，")  # the end of a salutation


def trim(page: Page, kept: list[int]) -> list[int]:
    """Drop what stands before the first sentence and after the last."""
    sentences = [n for n, i in enumerate(kept) if is_sentence(page.blocks[i])]
    while len(sentences) > 1 and is_date(page.blocks[kept[sentences[0]]]):
        del sentences[0]  # above the story, not of it
    long = {n for n in sentences if page.blocks[kept[n]].weight >= RUNNING}
    beside = {place(page, kept[n]) for n in long}  # a short one elsewhere ends no story
    ends = [n for n in sentences if n in long or place(page, kept[n]) in beside] or sentences
    first, last = (sentences[0], ends[-1]) if sentences else (0, len(kept))
    while last + 1 < len(kept) and _beside(page, kept[last], kept[last + 1]):
        last += 1  # a signature, a score, or a script that prints no full stops
    while first and _opens(page, kept[first - 1], kept[first]):
        first -= 1
    kept = kept[first : last + 1]
    while len(kept) > 1 and _is_tail(page, page.blocks[kept[-1]]):
        kept.pop()
    return kept


def _is_tail(page: Page, block: Block) -> bool:
    """Whether a last line is none: a credit, the names or the life of who wrote the story."""
    if is_tail(block):
        return True
    text = block.text
    if len(text) <= RUNNING and block.kind == "p" and is_name(block) and not ends_sentence(text):
        return not signs(text)
    names = [*page.authors, page.meta("author", "article:author") or ""]
    return any(_IS.match(text, len(name)) for name in names if name and text.startswith(name))


def _opens(page: Page, line: int, paragraph: int) -> bool:
    """Whether a line above the first sentence is of the text: a salutation, a score, a subhead."""
    one, other = page.blocks[line], page.blocks[paragraph]
    around = page.boxes[one.box].parent
    if one.links or around != page.boxes[other.box].parent:
        return False
    if not page.boxes[around].body:
        return one.kind == "p" and one.text.endswith(_ADDRESSING)
    if one.kind in HEADINGS:
        return True
    return one.kind == "p" and not is_name(one) and find_stamp(one.text[:RUNNING]) is None


def _beside(page: Page, paragraph: int, line: int) -> bool:
    one, other = page.blocks[paragraph], page.blocks[line]
    if other.kind == "row":
        return other.links <= LINKED * len(other.raw)
    if other.text.startswith(DASHES) and (within := quotation(page, other)) > 0:
        return within == quotation(page, one)
    parents = {page.boxes[one.box].parent, page.boxes[other.box].parent}
    return one.kind == other.kind == "p" and len(parents) == 1 and not other.links


def place(page: Page, block: int) -> object:
    """What holds a block: of boxes that are called the same, any."""
    parent = page.boxes[page.blocks[block].box].parent
    return page.boxes[parent].names or parent


def quotation(page: Page, block: Block) -> int:
    """The <blockquote> close around a block; 0 if there is none."""
    at = block.box
    for _ in range(_CLOSE):
        if at <= 0 or page.boxes[at].tag == "blockquote":
            return max(at, 0)
        at = page.boxes[at].parent
    return 0
