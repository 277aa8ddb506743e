"""Which characters of a text make the changes that are wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from monitor.edit.changes import Change, Path, Put, Rename
from monitor.edit.lines import (
    BLANK,
    above_blanks,
    below_blanks,
    is_blank,
    line,
    newline_of,
    next_line,
    past_comments,
    with_comments,
)
from monitor.edit.nodes import Entry, Node
from monitor.edit.written import STEP, block, flow

Splice = tuple[int, int, str]  # from, to, and what stands there instead


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """``text`` with every splice made; where two take characters away, these go once."""
    done, at = [], 0
    for start, end, new in sorted(splices, key=lambda splice: splice[:2]):
        done += [text[at : max(at, start)], new]
        at = max(at, end)
    return "".join([*done, text[at:]])


def splices(text: str, root: Node, changes: Sequence[Change]) -> Iterator[Splice]:
    """What ``changes`` come to. Raises ValueError for what stands where nothing can be put."""
    new: dict[Path, dict[str, Any]] = {}  # by the way to what will hold it
    for change in changes:
        entries = _way(root, change.path)
        there = len(entries) == len(change.path)
        if isinstance(change, Put) and not there:
            _collect(change, len(entries), new)
        elif not there:
            raise ValueError("behind an alias")
        elif isinstance(change, Put):
            value = entries[-1].value
            blank = " " * (text[value.start - 1] == ":")  # it was empty
            yield value.start, value.end, blank + flow(change.value)
        elif isinstance(change, Rename):
            yield entries[-1].key.start, entries[-1].key.end, flow(change.name)
        else:
            holder = entries[-2].value if len(entries) > 1 else root
            yield _drop(text, holder, change.path[-1])
    for path, values in new.items():
        yield from _add(text, [root, *(entry.value for entry in _way(root, path))], values)


def _way(root: Node, path: Path) -> list[Entry]:
    """The entries along ``path``, as far as there are any."""
    found: list[Entry] = []
    node = root
    for part in path:
        if part not in node.entries:
            break
        found.append(node.entries[part])
        node = found[-1].value
    return found


def _collect(change: Put, depth: int, new: dict[Path, dict[str, Any]]) -> None:
    holder = new.setdefault(change.path[:depth], {})
    for part in change.path[depth:-1]:
        holder = holder.setdefault(part, {})
    holder[change.path[-1]] = change.value


def _add(text: str, way: list[Node], values: dict[str, Any]) -> Iterator[Splice]:
    """New keys at the end of the last mapping on the way from the root."""
    holder, above = way[-1], way[-2] if len(way) > 1 else None
    if not holder.empty and not holder.entries:
        raise ValueError("no mapping")
    if holder.entries and holder.flow:
        end = list(holder.entries.values())[-1].value.end
        yield end, end, f", {flow(values)[1:-1]}"
    elif holder.entries:
        yield _lines(text, holder.end, holder.column, values, holder)
    elif above and above.flow:
        yield _behind_colon(text, holder), holder.end, f" {flow(values)}"
    else:
        yield _emptied(text, holder)
        yield _lines(text, holder.end, above.column + STEP if above else 0, values, holder)


def _emptied(text: str, node: Node) -> Splice:
    """Without ``{}`` or ``null``, and without the line that held nothing else."""
    start, end = line(text, node.start), next_line(text, node.end)
    alone = node.end > node.start and text[start:end].strip() == text[node.start : node.end]
    return (start, end, "") if alone else (_behind_colon(text, node), node.end, "")


def _behind_colon(text: str, node: Node) -> int:
    return len(text[: node.start].rstrip(" "))


def _lines(text: str, end: int, column: int, values: dict[str, Any], holder: Node) -> Splice:
    """``values`` as a block below the line of ``end``, in the style of what stands there."""
    at = past_comments(text, next_line(text, end), column)
    newline = newline_of(text)
    written = "" if at in (0, line(text, at)) else newline  # the last line lacks its end
    for key, value in values.items():
        block_lines = block({key: value}, _step(holder)).removesuffix("\n").split("\n")
        written += newline if _has_gaps(text, holder) else ""
        written += "".join(f"{' ' * column}{each}{newline}" for each in block_lines)
    return at, at, written


def _has_gaps(text: str, holder: Node) -> bool:
    """Whether blank lines part the entries of a mapping, judged by its last two."""
    last = list(holder.entries.values())[-2:]
    return len(last) == 2 and bool(BLANK.search(text, last[0].value.end, last[1].key.start))


def _step(holder: Node) -> int:
    steps = (
        entry.value.column - holder.column
        for entry in holder.entries.values()
        if entry.value.entries and not entry.value.flow
    )
    return next(steps, STEP)


def _drop(text: str, holder: Node, name: str) -> Splice:
    entries, index = list(holder.entries.values()), list(holder.entries).index(name)
    if holder.flow:
        return _drop_from_flow(entries, index)
    key, value = entries[index].key, entries[index].value
    start = line(text, key.start)
    end = past_comments(text, next_line(text, value.end), key.column + 1)
    if index:  # what stands above the first may be said of all
        start = with_comments(text, start, key.column)
    if not is_blank(text, end):
        return start, end, ""
    above = above_blanks(text, start)  # one blank line is left between those around it
    if index == 0 and above == start:
        return start, below_blanks(text, end), ""
    return above, end, ""


def _drop_from_flow(entries: Sequence[Entry], index: int) -> Splice:
    """With the comma behind it, or with the one before it where it is the last."""
    key, value = entries[index].key, entries[index].value
    if index + 1 < len(entries):
        return key.start, entries[index + 1].key.start, ""
    return entries[index - 1].value.end if index else key.start, value.end, ""
