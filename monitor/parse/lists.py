"""Lists that are part of a text, though they are links, and those that are none of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from monitor.parse.hints import HEADINGS
from monitor.parse.noise import asks_readers, ends_sentence
from monitor.parse.page import LINKED, Page

_LISTS = frozenset({"ul", "ol", "dl"})
_CLOSE = 6  # boxes
_ANNOUNCING = 30  # characters of a sentence that does; "Read more:" is none
_SUBHEAD, _TEXT = 40, 100  # the longest heading that is no headline of others; the least below it
_NAME = 40  # characters of an item that is no headline of others


def text_items(page: Page, chosen: Sequence[int]) -> set[int]:
    """Of the blocks ``chosen`` items in lists of links that a sentence announces, or that tell."""
    lists: dict[int, list[int]] = defaultdict(list)
    for i in chosen:
        if page.blocks[i].kind == "li" and (box := _list(page, page.blocks[i].box)):
            lists[box].append(i)
    found: set[int] = set()
    for box, items in lists.items():
        blocks = [page.blocks[i] for i in items]
        links = sum(block.links for block in blocks)
        if not links:
            continue
        if _is_announced(page, box, items[0]) and all(b.weight <= _NAME for b in blocks):
            found.update(items)
        elif links <= LINKED * sum(len(block.raw) for block in blocks):
            found.update(i for i in items if ends_sentence(page.blocks[i].text))
    return found


def subheads(page: Page, chosen: Sequence[int]) -> set[int]:
    """Of the blocks ``chosen`` the short headings that are links, each above a text of its own."""
    found: set[int] = set()
    for at, below in pairwise(chosen):
        head, text = page.blocks[at], page.blocks[below]
        if (
            head.kind in HEADINGS
            and head.links > LINKED * len(head.raw)
            and head.weight <= _SUBHEAD
            and text.kind == "p"
            and text.weight >= _TEXT
            and text.links <= LINKED * len(text.raw)
            and page.boxes[head.box].parent == page.boxes[text.box].parent
        ):
            found.add(at)
    return found


def offers(page: Page, chosen: Sequence[int]) -> set[int]:
    """The items of lists below an invitation: what readers get who sign in."""
    found: set[int] = set()
    for above, i in pairwise(chosen):
        block, box = page.blocks[i], page.boxes[page.blocks[above].box]
        if block.kind != "li":
            continue
        at = _list(page, block.box)
        asked = page.boxes[at].parent == box.parent and asks_readers(page.blocks[above])
        if asked or (above in found and at == _list(page, page.blocks[above].box)):
            found.add(i)
    return found


def _list(page: Page, box: int) -> int:
    """The list close around a box; 0 if there is none."""
    for _ in range(_CLOSE):
        if box <= 0 or page.boxes[box].tag in _LISTS:
            return max(box, 0)
        box = page.boxes[box].parent
    return 0


def _is_announced(page: Page, box: int, first: int) -> bool:
    """Whether the paragraph above a list ends in a colon."""
    above = page.blocks[first - 1] if first else None
    return (
        above is not None
        and above.kind == "p"
        and above.weight >= _ANNOUNCING
        and above.text.endswith((":", "："))
        and above.links <= LINKED * len(above.raw)
        and page.boxes[above.box].parent == page.boxes[box].parent
    )
