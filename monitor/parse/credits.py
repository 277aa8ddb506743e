"""The lines round a story that carry source, dates and authors, cut into labelled parts.

``Source: Xinhua | Updated: 2021-01-22`` has two parts; what stands before the first label is a
part too, without a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.parse.dates import find_stamp
from monitor.parse.labels import BARE, BARE_NAME, LABEL, PAIR, UPDATE_AHEAD, Scripts
from monitor.parse.letters import lower
from monitor.parse.page import SEAM, Block, Page
from monitor.parse.signature import is_agency

_DIGIT = re.compile("[0-9໐-໙๐-๙]")
_CUT = re.compile(
    r"[|｜;；"
    + SEAM
    + r"]|\s[-–—·•/]\s|\s{2,}|\s*(?:19|20)\d\d\s?[-/.年]|(?<=[\u3000-\u9fff])\s|[()（）\[\]【】]"
)
_OUTLET = re.compile(
    r"[\s|·]*([\u4e00-\u9fff]{1,10}(?:[报報网網社台臺刊]|时报|周刊|杂志|传媒|客户端|在线))(?=[\s|·(（]|$)"
)
_EDGE = " \t|｜·•,，;；-–—/:：" + SEAM
_BAR = re.compile(rf"[|｜·•{SEAM}]")
_LONGEST_LABEL = 40
_LONGEST_LINE = 300
_LONGEST_SOURCE = 60
_AFTER = 12  # blocks after the story in which a credit may stand
_ABOVE = 200  # blocks above the story in which a credit may stand
_INTO = 3  # paragraphs into which the lines above the story may have slipped


@dataclass(frozen=True, slots=True)
class Part:
    label: str  # source, updated, published, author, other; "" for what has no label
    value: str
    block: int


def find_parts(page: Page, title: int, body: Sequence[int]) -> list[Part]:
    """The parts of short lines from the title to the story's beginning, then after its end.

    ``title`` is the index of the headline's block, ``body`` those of the paragraphs.
    """
    head = range(max(title, body[0] - _ABOVE), min(body[0] + _INTO, len(page.blocks)))
    rest = range(head.stop, min(body[-1] + _AFTER, len(page.blocks)))
    above = list(_parts(page.blocks, head))
    within = set(body)
    below = [
        part
        for part in _parts(page.blocks, (i for i in rest if i not in within or i == body[-1]))
        if part.label
    ]
    return above + below


def labelled(text: str, label: str) -> list[str]:
    """What stands behind that label in a line."""
    return [part.value for part in _split(text, 0) if part.label == label]


def labels_update(before: str) -> bool:
    """Whether the text before a date says that it is an update's."""
    return UPDATE_AHEAD.search(before[-_LONGEST_LABEL:]) is not None


def is_credit_line(text: str) -> bool:
    """Whether a line begins with a label of source or date."""
    return PAIR.match(text.replace(SEAM, " ").lstrip("(（[【 ")) is not None


def find_source(parts: Iterable[Part]) -> str | None:
    """The value of the first source label, as printed, without what follows on the line."""
    for part in parts:
        if part.label == "source":
            value = part.value.strip(_EDGE)
            cut = _CUT.search(value)
            value = (value[: cut.start()] if cut else value).strip(_EDGE)
            if 1 < len(value) <= _LONGEST_SOURCE:
                return value
    return None


def find_outlet(parts: Sequence[Part]) -> str | None:
    """The paper or agency whose name stands beside the date, without a label.

    ``2022-11-30 06:58 边城晚报``, ``By Noy Sample | Xinhua | Updated: 2026-11-03``
    """
    dated = {part.block for part in parts if part.label in {"updated", "published"}}
    for part in parts:
        stamp = find_stamp(part.value) if part.label in {"", "published"} else None
        if stamp and (match := _OUTLET.match(part.value, stamp.end)):
            return match[1]
        if stamp or (part.label == "" and part.block in dated):
            beside = [part.value[: stamp.start], part.value[stamp.end :]] if stamp else [part.value]
            pieces = (piece.strip(_EDGE) for text in beside for piece in _BAR.split(text))
            if agency := next(filter(is_agency, pieces), None):
                return agency
    return None


def read_source(text: str) -> str | None:
    """The source that a text of its own names, with a label or without."""
    parts = list(_split(text, 0))
    bare = (replace(part, label="source") for part in parts if not part.label)
    return find_source(parts) or find_source(bare)


def read_names(text: str) -> list[str]:
    """What a text of its own says without a label, or as the author's."""
    return [part.value for part in _split(text, 0) if part.label in {"", "author"}]


def _parts(blocks: Sequence[Block], indices: Iterable[int]) -> Iterator[Part]:
    for i in indices:
        if len(blocks[i].raw) <= _LONGEST_LINE:
            yield from _split(blocks[i].raw, i)


def _marks(text: str) -> list[re.Match[str]]:
    """The labels in ``text``, in its order; a longer one before a shorter one."""
    small = lower(text)
    found = [*_found(LABEL, small)] if ":" in text or "：" in text else []
    if _DIGIT.search(text):
        found += _found(BARE, small)
    if not text.isascii():
        found += BARE_NAME.finditer(text)
    return sorted(found, key=lambda mark: (mark.start(), -mark.end()))


def _found(labels: Scripts, small: str) -> Iterator[re.Match[str]]:
    spaced, unspaced = labels
    yield from spaced.finditer(small)
    if not small.isascii():
        yield from unspaced.finditer(small)


def _split(text: str, block: int) -> Iterator[Part]:
    marks = _marks(text)
    start, label = 0, ""
    for mark in marks:
        if mark.start() < start:
            continue
        if value := text[start : mark.start()].strip(_EDGE):
            yield Part(label, value, block)
        start, label = mark.end(), mark.lastgroup or ""
    if value := text[start:].strip(_EDGE):
        yield Part(label, value, block)
