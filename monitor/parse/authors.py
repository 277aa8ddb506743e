"""Who wrote a story: the names that its page states or prints, without what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from monitor.parse import jsonld
from monitor.parse.credits import Part, read_names
from monitor.parse.names import is_account, is_organisation, people, printed_people
from monitor.parse.page import SEAM, Block, Page
from monitor.parse.roles import said

_STATED = ("author", "article:author", "byl", "parsely-author", "dc.creator", "dcterms.creator")
_BYLINE = re.compile(
    r"(?:^\W*|[·•⋅|–—(]\s*|\d{4},?\s+|\d\s?[ap]\.?m\.?,?\s+)(?:[Bb]y|BY|Von|Par|Por)\s+"
    r"(?:[A-Z][\w’' ]{2,30} (?:writers?|reporters?|correspondents?):?\s+)?"
    rf"(?P<names>[^\W\d_a-z][^|/\d·•⋅({SEAM}]{{2,100}}\d?)"
)
_JOINS = re.compile(
    rf"{SEAM}(?=\s*(?:,|and\b|&))|(?<=[,&])\s*{SEAM}|(?<=\band)\s*{SEAM}|(?<=[Bb]y)\s*{SEAM}"
)
_HAN = re.compile("[\u4e00-\u9fff]+")
_HAN_NAME = "[\u4e00-\u9fff]{2,4}"
_HAN_NAMES = rf"{_HAN_NAME}(?:[\s、，,]+(?:通讯员\s*|记者\s*)?{_HAN_NAME}){{0,5}}"
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
_SEPARATOR = re.compile(r"\s*(?:[|_｜]|::|\s[-–—]\s)\s*")
_OPENING = 80  # characters in which a dateline and its reporters stand
_SHORT = 60
_LONGEST_TITLE = 500
_ABOVE, _BELOW = 4, 6  # blocks above the headline, after the story
_INTO = 3  # blocks into the story
_FEW = 3  # more microdata authors than that are other stories'


def find_authors(
    page: Page,
    story: dict[str, Any],
    parts: Sequence[Part],
    not_people: Iterable[str],
    site: str,
    headline: int,
    body: Sequence[int],
) -> tuple[tuple[str, ...], str]:
    """The authors' names, from the first place that names any person, and which place that is.

    ``not_people`` are the names of the site, ``site`` its host; ``headline`` is the index of the
    headline's block, ``body`` those of the paragraphs. An account, an organisation or the site
    itself stands only where no person does.
    """
    outlets = {_key(name) for name in (*not_people, *_title_ends(page.head_title))} - {""}
    second: tuple[tuple[str, ...], str] = (), ""
    own: tuple[tuple[str, ...], str] = (), ""
    for way, names in _places(page, story, parts, headline, body):
        found = tuple(dict.fromkeys(name for name in names if _key(name) not in outlets))
        if not all(is_account(name) or is_organisation(name) for name in found):
            return found, way
        second = second if second[0] else (found, way)
        own = own if own[0] else (tuple(name for name in names if not _HAN.fullmatch(name)), way)
    if second[0]:
        return second
    return tuple(name for name in own[0][:1] if " " in name or not _is_host(name, site)), own[1]


def _is_host(name: str, site: str) -> bool:
    return name.casefold() in site.split(".")


def _title_ends(title: str) -> list[str]:
    """What stands before the first and after the last separator of a ``<title>``."""
    parts = _SEPARATOR.split(title[:_LONGEST_TITLE])
    return [parts[0], parts[-1]] if len(parts) > 1 else []


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _places(
    page: Page,
    story: dict[str, Any],
    parts: Sequence[Part],
    headline: int,
    body: Sequence[int],
) -> Iterator[tuple[str, list[str]]]:
    near = range(max(0, headline - _ABOVE), body[0] + 1)
    below = range(body[-1], min(len(page.blocks), body[-1] + _BELOW))
    marked = page.props.get("author", [])
    labelled = [part.value for part in parts if part.label == "author"]
    picked = (name for text in page.picked["author"] for name in read_names(text))
    yield "profile", _printed(picked)
    yield "json-ld", _stated(_data(story))
    yield "meta", _stated(value for name in _STATED for value in page.metas.get(name, ()))
    yield "itemprop", _stated(marked if len(marked) <= _FEW else ())
    yield "rel=author", _stated(page.authors)
    yield "label", _printed(labelled)
    yield "byline", _printed(_bylines(part.value for part in parts))
    yield "class", _printed(said(page, "author", near))
    yield "byline", _printed(_han(page.blocks, near, body, below))
    yield "class", _printed(_bylines(said(page, "author", below)))


def _data(story: dict[str, Any]) -> list[str]:
    authors = story.get("author")
    items = authors if isinstance(authors, list) else [authors]
    contributors = story.get("contributor") if authors else None
    items = [*items, *(contributors if isinstance(contributors, list) else [contributors])]
    return [name for item in items for name in jsonld.texts(item)]


def _stated(texts: Iterable[str]) -> list[str]:
    return [name for text in texts for name in people(text)]


def _printed(texts: Iterable[str]) -> list[str]:
    return [name for text in texts for name in printed_people(text)]


def _bylines(texts: Iterable[str]) -> list[str]:
    lines = (_BYLINE.search(_JOINS.sub(" ", text)) for text in texts if len(text) < 4 * _SHORT)
    return [line["names"] for line in lines if line]


def _han(blocks: Sequence[Block], near: range, body: Sequence[int], below: range) -> Iterator[str]:
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
