"""Text, as it comes, to lines, and lines to the blocks of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from monitor.errors import ParseError
from monitor.parse.hints import HEADINGS
from monitor.parse.page import SEAM, Block, Page

_ENDS = tuple('.!?。！？…”"’」』:：;；)）')
_INDENT = re.compile("^[ \t\r\n]*(?:[\u3000\u2003]|\xa0{2})")
_LABEL = re.compile(
    r"(?:source|updated|published|来源|發布|发布|更新|作者|责任编辑|ແຫຼ່ງ).{0,12}[:：]", re.IGNORECASE
)
_Line: TypeAlias = tuple[str, int, bool, bool]  # text, link chars, indented, strong
_EMPTY: _Line = ("", 0, False, False)
_BEFORE = 4  # pieces of text before a <time> in which its label stands
_LABEL_LENGTH = 60  # characters of a piece
_MOST_LINES = 12_000  # of plain text, or blocks; the fullest of 1,465 pages has 6,169
_HEADLINE = 12  # characters of a line that is a link
_EDGES = f" \u200b\xad{SEAM}"


class Lines:
    """The line being gathered, and the lines since the last boundary of a block."""

    def __init__(self, page: Page, *, preformatted: bool) -> None:
        self.page = page
        self.open = [0]  # boxes
        self.parts: list[str] = []
        self.lines: list[_Line] = []
        self.linked = self.bold = 0  # open elements that are links, or strong
        self.links = self.strong = 0  # characters of the line in them
        self.pre = int(preformatted)  # open elements whose line breaks count
        self.breaks = 0  # lines of preformatted text

    def add_lines(self, text: str) -> None:
        self.breaks += text.count("\n")
        if self.breaks > _MOST_LINES:
            raise _too_many("lines of plain text")
        first, *rest = text.split("\n")
        self.piece(first)
        for line in rest:
            self.line()
            self.piece(line)

    def piece(self, text: str) -> None:
        self.parts.append(text)
        if self.linked or self.bold:
            size = len(text.strip())
            self.links += size if self.linked else 0
            self.strong += size if self.bold else 0

    def here(self) -> tuple[int, str]:
        """The index of the block to come, and the text that stands before it there."""
        before = (part[-_LABEL_LENGTH:] for part in self.parts[-_BEFORE:])
        return len(self.page.blocks), "".join(before)

    def line(self) -> None:
        """Close the line being gathered; an empty one marks the end of a paragraph."""
        whole = "".join(self.parts)
        text = collapse(whole)
        if text:
            strong = self.strong > 0 and self.strong >= 0.9 * len(text.replace(" ", ""))
            links = min(self.links, len(text)) if self.links else 0
            indented = not whole.isascii() and _INDENT.match(whole) is not None
            self.lines.append((text, links, indented, strong))
        else:
            self.lines.append(_EMPTY)
        self.parts, self.links, self.strong = [], 0, 0

    def flush(self) -> None:
        """A block boundary: make blocks of the lines gathered since the last one."""
        if self.parts:
            self.line()
        lines, self.lines = self.lines, []
        box = self.open[-1]
        kind = self.page.boxes[box].kind
        for text, links, _, strong in lines if len(lines) == 1 else _paragraphs(lines, kind):
            if text:
                self.page.blocks.append(Block(text, box, links, kind, strong))

    def last_flush(self) -> None:
        """Raises ParseError where there are more blocks than any story has."""
        self.flush()
        if len(self.page.blocks) > _MOST_LINES:
            raise _too_many("paragraphs")


def collapse(text: str) -> str:
    return " ".join(text.split()).strip(_EDGES)


def _paragraphs(lines: Sequence[_Line], kind: str) -> Iterator[_Line]:
    """The lines of one box, those of a paragraph joined to one."""
    groups: list[list[_Line]] = []
    fresh = True
    for line in lines:
        if not line[0]:
            fresh = fresh or kind not in HEADINGS
        elif fresh or _parts(groups[-1], line, kind):
            groups.append([line])
            fresh = False
        else:
            groups[-1].append(line)
    return (group[0] if len(group) == 1 else _joined(group) for group in groups)


def _parts(above: Sequence[_Line], line: _Line, kind: str) -> bool:
    """Whether a single line break between ``above`` and ``line`` parts paragraphs."""
    if kind in HEADINGS:
        return False
    text, _, indented, _ = line
    if kind in {"div", "cell", "pre"} or indented:
        return True
    if kind == "li" and _is_link(above[-1]) != _is_link(line):
        return True  # the headline of another story, and what it is about
    first, last = above[0][0], above[-1][0]
    return last.endswith(_ENDS) or bool(_LABEL.match(text)) or bool(_LABEL.match(first))


def _is_link(line: _Line) -> bool:
    text, links, _, _ = line
    return len(text) >= _HEADLINE and links >= 0.9 * len(text)


def _too_many(what: str) -> ParseError:
    return ParseError(f"the page has more than {_MOST_LINES:,} {what}; no story has so many")


def _joined(lines: Sequence[_Line]) -> _Line:
    texts, links, indented, strong = zip(*lines, strict=True)
    return " ".join(texts), sum(links), indented[0], all(strong)
