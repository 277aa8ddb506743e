"""A long query over several lines, which means the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from monitor.match.nodes import And, Node, Not, Or
from monitor.match.printing import as_query, in_parentheses

_STEP = "  "


def laid_out(node: Node, width: int) -> list[str]:
    """A query's lines of at most ``width`` columns, where its parts allow.

    What does not fit is parted at its loosest operator, parentheses each on a line of its own.
    """
    text = as_query(node)
    if _columns(text) <= width or not isinstance(node, And | Or):
        return [text]
    word = "AND" if isinstance(node, And) else "OR"
    lines, joins = list[str](), False  # whether more may stand on the last line
    for number, child in enumerate(node.children):
        lead = f"{word} " if number else ""
        whole = f"{lead}{in_parentheses(child)}"
        inner, no = (child.child, "NOT ") if isinstance(child, Not) else (child, "")
        is_group = isinstance(inner, And | Or)
        room = width - _columns(whole) - 1 - (_columns(lines[-1]) if joins else width)
        if is_group and _columns(whole) > width:
            lines += [f"{lead}{no}(", *_indented(inner, width), ")"]
            joins = False
            continue
        if room >= 0 and not (is_group and word == "OR"):
            lines[-1] += f" {whole}"
        else:
            lines.append(whole)
        joins = not (is_group and word == "OR")
    return lines


def _indented(node: Node, width: int) -> Iterator[str]:
    return (_STEP + line for line in laid_out(node, width - len(_STEP)))


def _columns(text: str) -> int:
    """East Asian characters fill two columns, marks none."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.category(character) == "Mn" for character in text)
