"""Tables of data: a row is a line, not as many as it has cells."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from monitor.parse.page import Block, Page

_FEWEST_ROWS, _FEWEST_CELLS = 2, 2
_LONGEST_CELL = 80  # of a cell of data; longer ones are columns of a layout
_LINKED = 0.5


def join_rows(page: Page) -> None:
    """Make one block of the cells of each row of a table of data."""
    tables: dict[int, dict[int, list[int]]] = {}
    for i, block in enumerate(page.blocks):
        if block.kind == "cell" and (row := _above(page, block.box, "tr")):
            tables.setdefault(_above(page, row, "table"), {}).setdefault(row, []).append(i)
    gone: set[int] = set()
    for rows in tables.values():
        full = [cells for cells in rows.values() if len(cells) >= _FEWEST_CELLS]
        every = [page.blocks[i] for cells in rows.values() for i in cells]
        if len(full) < _FEWEST_ROWS or any(b.weight > _LONGEST_CELL for b in every):
            continue
        if sum(b.links for b in every) > _LINKED * sum(len(b.raw) for b in every):
            continue
        for cells in full:
            page.blocks[cells[0]] = _joined([page.blocks[i] for i in cells])
            gone.update(cells[1:])
    if gone:
        page.blocks = [block for i, block in enumerate(page.blocks) if i not in gone]
        before = sorted(gone)
        page.times = [(time, at - bisect_left(before, at), near) for time, at, near in page.times]
        page.named = [
            (role, text, at - bisect_left(before, at), near) for role, text, at, near in page.named
        ]


def _above(page: Page, box: int, tag: str) -> int:
    while box > 0 and page.boxes[box].tag != tag:
        box = page.boxes[box].parent
    return max(box, 0)


def _joined(cells: list[Block]) -> Block:
    return replace(
        cells[0],
        raw=" ".join(cell.raw for cell in cells),
        links=sum(cell.links for cell in cells),
        kind="row",
    )
