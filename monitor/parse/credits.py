"""The lines round a story that carry source, dates and authors, cut into labelled parts.

``Source: Xinhua | Updated: 2021-01-22`` has two parts; what stands before the first label is a
part too, without a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.parse.page import SEAM, Block, Page

_WHEN_EN = r"(?:\s+(?:on|at|time|date))?"
_WHEN_ZH = "(?:时间|時間|日期|于|於)?"
_WHEN_LO = "(?:ລ່າສຸດ|ເມື່ອ|ວັນທີ)?"
_LABELS = {
    "source": r"\b(?:news\s+)?source|(?:文章|稿件|信息|新闻|消息)?(?:来源|來源)"
    r"|ແຫຼ່ງ(?:ຂ່າວ|ທີ່ມາ|ຂໍ້ມູນ)|ທີ່ມາ",
    "updated": rf"\b(?:last\s+)?(?:updated?|modified|revised){_WHEN_EN}"
    rf"|(?:最后|最近)?(?:更新|修改){_WHEN_ZH}|(?:ອັບເດດ|ປັບປຸງ|ແກ້ໄຂ){_WHEN_LO}",
    "published": rf"\b(?:first\s+)?(?:published|posted|publication|release){_WHEN_EN}"
    rf"|\b(?:pub)?date|(?:发布|發布|发表|發表|发稿|刊发|上传|录入){_WHEN_ZH}|时间|日期"
    rf"|ເຜີຍແຜ່{_WHEN_LO}|(?:ລົງ)?ວັນທີ(?:ເຜີຍແຜ່)?",
    "author": r"\b(?:author|by|writer|reporter)|作者|文字?|记者|記者|ຂ່າວ|ຜູ້ຂຽນ|ນັກຂ່າວ|ໂດຍ",
    "other": r"\b(?:web\s+)?editors?"
    r"|\b(?:photos?|share|views?|tags?|keywords|category|section|font|size|comments?)"
    r"|责任编辑|責任編輯|责编|编辑|編輯|校对|审核|字号|字体|阅读|浏览|点击|分享|评论|打印|关键词"
    r"|标签|栏目|原标题|ພາບ|ຮູບ(?:ພາບ)?|ບັນນາທິການ",
}
_COLON = rf"[\s{SEAM}]*[:：]\s*"
_LABEL = re.compile(
    "|".join(f"(?P<{name}>(?:{words}){_COLON})" for name, words in _LABELS.items()), re.IGNORECASE
)
# Dates go without a colon too: "Updated 2021-01-22".
_DATE_AHEAD = rf"[\s{SEAM}]+(?=[\d໐-໙A-Z])"
_BARE = re.compile(
    rf"(?P<updated>(?:{_LABELS['updated']}){_DATE_AHEAD})"
    rf"|(?P<published>(?:{_LABELS['published']}){_DATE_AHEAD})",
    re.IGNORECASE,
)
_PAIR = re.compile(
    rf"(?:{_LABELS['source']}){_COLON}|(?:{_LABELS['updated']}){_COLON}|(?:{_LABELS['published']}){_COLON}",
    re.IGNORECASE,
)
_UPDATE_AHEAD = re.compile(rf"(?:{_LABELS['updated']})[\s:：{SEAM}]*$", re.IGNORECASE)
_CUT = re.compile(
    r"[|｜;；"
    + SEAM
    + r"]|\s[-–—·•/]\s|\s{2,}|\s*(?:19|20)\d\d\s?[-/.年]|(?<=[\u3000-\u9fff])\s|[()（）\[\]【】]"
)
_EDGE = " \t|｜·•,，;；-–—/:：" + SEAM
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


def labels_update(before: str) -> bool:
    """Whether the text before a date says that it is an update's."""
    return _UPDATE_AHEAD.search(before) is not None


def is_credit_line(text: str) -> bool:
    """Whether a line begins with a label of source or date."""
    return _PAIR.match(text.replace(SEAM, " ").lstrip("(（[【 ")) is not None


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


def _split(text: str, block: int) -> Iterator[Part]:
    marks = sorted(
        [*_LABEL.finditer(text), *_BARE.finditer(text)],
        key=lambda mark: (mark.start(), -mark.end()),
    )
    start, label = 0, ""
    for mark in marks:
        if mark.start() < start:
            continue
        if value := text[start : mark.start()].strip(_EDGE):
            yield Part(label, value, block)
        start, label = mark.end(), mark.lastgroup or ""
    if value := text[start:].strip(_EDGE):
        yield Part(label, value, block)
