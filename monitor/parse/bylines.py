"""Lines that say who wrote a story: bylines, and reporters as Chinese papers print them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from monitor.parse.page import SEAM, Block

_BYLINE = re.compile(
    r"(?:^\W*|[·•⋅|–—(]\s*|\d{4},?\s+|\d\s?[ap]\.?m\.?,?\s+)(?:[Bb]y|BY|Von|Par|Por)\s+"
    r"(?:[A-Z][\w’' ]{2,30} (?:writers?|reporters?|correspondents?):?\s+)?"
    rf"(?P<names>[^\W\d_a-z][^|/\d·•⋅({SEAM}]{{2,100}}\d?)"
)
# A line of its own in small letters, of words that have capitals: no "von Pakse nach Vientiane"
_SMALL_BYLINE = re.compile(
    r"\W*(?:by|von|par|por)\s+(?P<names>(?:(?:[^\W\d_a-zß-öø-ÿ][\w.’'-]{0,30},?"
    r"|und|and|et|y|e|&|de|van|der)(?:\s+|$)){2,12})"
)
_JOINS = re.compile(
    rf"{SEAM}(?=\s*(?:,|and\b|&))|(?<=[,&])\s*{SEAM}|(?<=\band)\s*{SEAM}|(?<=[Bb]y)\s*{SEAM}"
)
_BY_ALONE = re.compile(
    r"\W*(?:(?:written|words|text|story)\s+)?(?:by|von|par|por)\W*", re.IGNORECASE
)
_BY_LONGEST = 16
_HAN_NAME = "[\u4e00-\u9fff]{2,4}"
# Not where one reports from: 新京报记者 彭冲 山东冠县报道
_HAN_NAMES = (
    rf"{_HAN_NAME}(?:[\s、，,]+(?:通讯员\s*|记者\s*)?"
    rf"(?![\u4e00-\u9fff]{{1,8}}(?:报道|報[道導])){_HAN_NAME}){{0,5}}"
)
_ROLE = r"(?:记者|記者|通讯员|通訊員|作者|撰文|撰稿|文/图|文/圖|图/文|执笔人?)"
_REPORTS = "[\u4e00-\u9fff]{2,6}(?:报道|報[道導])"  # 曼谷報導
# 新华社记者祁望舒、唐一苇   □本报记者 蓝草 通讯员 岩香   作者 栾晚舟   新京报记者 彭冲 山东冠县报道
_HAN_LINE = re.compile(
    r"^(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s{0,3}(?:\d\d?:\d\d(?::\d\d)?\s{0,3})?)?"
    rf"[^\w（(]*[\u4e00-\u9fff]{{0,8}}?{_ROLE}[\s:：|｜]*(?P<names>{_HAN_NAMES})"
    rf"(?:\s*(?:发自|[／/]?\s?{_REPORTS}|文$|文/图$|文/摄$)|\s+(?:排版|编辑|摄影|校对).*|\W*$)"
)
# （记者 陈远航、苏文喆）  （中央社記者林可安永珍8日電）  （来源：… 首席记者 钟河谷）
_HAN_INSIDE = re.compile(
    rf"[（(〔［【](?:[^（）()〔〕]{{0,20}}(?:记者|記者)[\s:：]*(?P<names>{_HAN_NAMES})"
    r"(?=$|\W|[\u4e00-\u9fff]{2,4}\d)"
    rf"|(?P<alone>{_HAN_NAME})\s{_REPORTS})"
    rf"|[电電讯訊]\s*[（(](?P<after>{_HAN_NAME})[）)]"
)
_OPENING = 80  # characters in which a dateline and its reporters stand
_SHORT = 60
_INTO = 3  # blocks into the story


def bylines(texts: Iterable[str]) -> list[str]:
    short = (_JOINS.sub(" ", text) for text in texts if len(text) < 4 * _SHORT)
    lines = (_BYLINE.search(text) or _SMALL_BYLINE.fullmatch(text) for text in short)
    return [line["names"] for line in lines if line]


def below_by(blocks: Sequence[Block]) -> list[str]:
    """The short line below one that says nothing but "By"."""
    return [
        below.text
        for above, below in pairwise(blocks)
        if len(above.raw) <= _BY_LONGEST
        and _BY_ALONE.fullmatch(above.raw)
        and len(below.raw) <= _SHORT
        and not below.text[:1].islower()
    ][:1]


def han(blocks: Sequence[Block], near: range, body: Sequence[int], below: range) -> Iterator[str]:
    """Reporters as Chinese papers print them, in a line of their own or in brackets."""
    edge = [*near, *range(near.stop, near.stop + _INTO), body[-1], *below]
    lines = [blocks[i].text for i in edge if i < len(blocks) and len(blocks[i].text) <= _SHORT]
    found = [match["names"] for line in lines if (match := _HAN_LINE.search(line))]
    found = found or [
        match["names"] or match["alone"] or match["after"]
        for text in (blocks[body[0]].text[:_OPENING], blocks[body[-1]].text[-_SHORT:], *lines)
        for match in _HAN_INSIDE.finditer(text)
    ]
    yield from found[:2]
