"""Where a page shows its story: in its markup, or in a script alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.parse.generic import find_body
from monitor.parse.hints import HEADINGS
from monitor.parse.markup import read_markup
from monitor.parse.noise import is_sentence
from monitor.parse.page import LINKED, Page
from monitor.parse.scripted import find_scripted
from monitor.parse.sides import dropped
from monitor.parse.storywords import says_gallery
from monitor.parse.walk import read_page

_SCANT = 200  # of a body: so little that the page may show it by a script alone
_RUNNING = 60  # of a block: what is shorter is a line, no text
_CAPTIONS, _CAPTION = 4, 20  # captions that are a text, and the least of each


@dataclass(frozen=True, slots=True)
class Shown:
    page: Page  # with the blocks that the script has, where it shows the story
    body: list[int]  # the blocks that are the story's paragraphs
    drop: list[bool]  # by box: whether it is a side matter
    way: str  # profile, text, or script

    @property
    def weight(self) -> int:
        return _length(self.page, self.body)

    @property
    def running(self) -> int:
        """The weight of all running text on the page, comments and links apart."""
        page = self.page
        comment = [box.comment for box in page.boxes]
        for i, box in enumerate(page.boxes[1:], 1):
            comment[i] = comment[i] or comment[box.parent]
        return sum(
            block.weight
            for block in page.blocks
            if block.weight >= _RUNNING
            and block.links < LINKED * len(block.raw)
            and block.kind not in HEADINGS
            and not comment[block.box]
        )


def find_shown(page: Page, html: bytes, titles: Sequence[str], told: str = "") -> Shown:
    """The body of the page whose HTML is ``html``, in UTF-8; ``titles`` are its headline's.

    ``told`` is the body that the page's metadata has, "" where there is none.
    """
    drop = dropped(page)
    chosen = find_body(page, titles, drop)
    if (length := _length(page, chosen)) < _SCANT:
        scripts = ((find_scripted(html.decode()), 2 * _SCANT), (told, max(_RUNNING, 2 * length)))
        for hidden, least in scripts:
            found = _hidden(page, hidden, titles) if hidden else None
            if found and found.weight > least:
                return found
    if not any(is_sentence(page.blocks[i]) for i in chosen) and says_gallery(page, titles):
        chosen = _captions(page, drop) or chosen
    picked = any(page.boxes[page.blocks[i].box].story for i in chosen[:1])
    return Shown(page, chosen, drop, "profile" if picked else "text")


def _hidden(page: Page, html: str, titles: Sequence[str]) -> Shown:
    other = page.with_body(read_page(read_markup(html.encode("utf-8", "replace"), "utf-8")))
    sides = dropped(other)
    return Shown(other, find_body(other, titles, sides), sides, "script")


def _captions(page: Page, drop: Sequence[bool]) -> list[int]:
    """The text of a gallery without any other."""
    found = {
        block.key: i
        for i, block in reversed(list(enumerate(page.blocks)))
        if block.kind == "caption"
        and block.weight >= _CAPTION
        and block.links <= LINKED * len(block.raw)
        and not drop[_holder(page, block.box)]
    }
    return sorted(found.values()) if len(found) >= _CAPTIONS else []


def _holder(page: Page, box: int) -> int:
    """The box in which a picture stands with its caption."""
    while page.boxes[box].kind == "caption":
        box = page.boxes[box].parent
    return box


def _length(page: Page, blocks: Sequence[int]) -> int:
    return sum(page.blocks[i].weight for i in blocks)
