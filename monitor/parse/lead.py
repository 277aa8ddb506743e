"""The lead: what a page prints between its headline and the body's first paragraph."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from monitor.parse.letters import fold
from monitor.parse.noise import ends_sentence, is_noise
from monitor.parse.page import Page

_DESCRIBED, _ABOVE = 40, 14  # blocks above the body in which a lead stands, if described or not
_SHORT, _LONG = 40, 60  # characters of a lead, if described or not
_LINKED = 0.3


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
    described = {fold(text) for text in descriptions}
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
        size = block.weight
        below = title is not None and body[0] - i <= _ABOVE
        if (size >= _SHORT and key in described) or (
            below and size >= _LONG and ends_sentence(block.text)
        ):
            found.append(i)
    return found
