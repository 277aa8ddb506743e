"""The lead: what a page prints between its headline and the body's first paragraph."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from monitor.parse.hints import HEADINGS
from monitor.parse.letters import fold
from monitor.parse.noise import ends_sentence, is_noise
from monitor.parse.page import Page
from monitor.parse.told import is_name

_DESCRIBED, _ABOVE = 40, 14  # blocks above the body in which a lead stands, if described or not
_SHORT, _LONG = 40, 60  # characters of a lead, if described or not
_LINKED = 0.3
_BESIDE = 6  # blocks below the headline in which one stands that does not end as sentences do
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:sub-?titles?|sub-?head(?:line|ing)?|strap-?line|stand-?first|dek|deck|excerpt|"
    r"bajada|chapeau|lead|lede)(?=$|[\s_-])",
    re.IGNORECASE,
)


def find_lead(
    page: Page,
    title: int | None,
    body: Sequence[int],
    descriptions: Collection[str],
    drop: Sequence[bool],
) -> list[int]:
    """The indices of the blocks of the lead.

    ``title`` is the headline's block, ``body`` those of the paragraphs; ``descriptions`` are what
    the metadata says of the story: a block that is one of them is a lead, wherever it stands.
    """
    first = max(-1 if title is None else title, body[0] - _DESCRIBED) + 1
    told = {fold(text) for text in descriptions}
    seen = {page.blocks[i].key for i in body[:3]}
    found = []
    for i in range(first, body[0]):
        block = page.blocks[i]
        if (
            drop[block.box]
            or block.kind == "caption"
            or block.links > _LINKED * len(block.raw)
            or is_noise(block, page.boxes[block.box])
        ):
            continue
        key = block.key
        if key in seen:
            continue
        seen.add(key)
        described = block.weight >= _SHORT and key in told
        if described or (title is not None and _is_lead(page, title, i, body[0])):
            found.append(i)
    return found


def _is_lead(page: Page, title: int, at: int, body: int) -> bool:
    """Whether a line above the body is its lead: a sentence, or called or placed as one."""
    block, box = page.blocks[at], page.boxes[page.blocks[at].box]
    if block.weight >= _LONG and body - at <= _ABOVE and ends_sentence(block.text):
        return True
    least = _LONG if block.kind in HEADINGS else _SHORT
    if block.weight < least or at - title > _BESIDE or is_name(block):
        return False
    heading = block.kind in HEADINGS and at == title + 1
    below = heading and box.parent == page.boxes[page.blocks[title].box].parent
    return below or _NAMED.search(box.names) is not None
