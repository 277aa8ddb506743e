"""Where else a page may say when its story was published, if it does not beside the headline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from monitor.parse import jsonld
from monitor.parse.credits import labelled, labels_update
from monitor.parse.dated import ABOVE, LONGEST, NEAR, PRINTED, TIMES, Evidence, is_comment, read
from monitor.parse.dates import find_stamp
from monitor.parse.labels import PUBLISHED
from monitor.parse.page import Page
from monitor.parse.roles import said

_SOME_DATE = re.compile(r"publi|pub_?date|creat|issued|date|posted|upload")
_NO_DATE = re.compile(r"modif|updat|expir|valid|verif|birth|format|author|event|app-|publisher")
_BELOW = 16  # blocks after the story
_MOST_DATED = 500  # lines with digits, of a page that may have thousands
_FOOT = 80  # blocks
_SHORT_YEAR = re.compile(r"(?<![\d.,])(\d\d?\.\d\d?\.)(?=\d\d(?![.,:]?\d))")  # 8.5.12
_DIGITS = re.compile(r"\d{4}")
_CHANGE = re.compile(
    r"\b(?:last|zuletzt|dernière|última|ultima|laatst)\b(?=.*(?:modifi|edited|updated|changed|geändert"
    r"|bearbeitet|mise à jour|actualiz|aggiorn|bewerkt|gewijzigd))",
    re.IGNORECASE,
)


def find_fallback(
    page: Page, story: dict[str, Any], headline: int, body: Sequence[int], order: str
) -> list[Evidence]:
    """What the first place says that has any date, the places being less and less trusted."""
    above = range(max(0, headline - ABOVE), body[0] + NEAR + 1)
    below = range(body[-1], min(body[-1] + _BELOW, len(page.blocks)))
    about = story.get("page")
    beside = (page.blocks[i].raw for i in below if i not in body and not is_comment(page, i))
    lines = [page.blocks[i].raw for i in above if i < min(len(page.blocks), body[0])]
    places: tuple[tuple[str, Iterable[str]], ...] = (
        ("json-ld", jsonld.texts(about.get("datePublished")) if isinstance(about, dict) else ()),
        ("printed", lines),
        ("printed", (_SHORT_YEAR.sub(r"\g<1>20", text) for text in lines if len(text) <= LONGEST)),
        ("class", said(page, "date", below)),
        ("label", _labelled(page)),
        ("time", _times(page)),
        ("printed", (page.blocks[i].raw[:40] for i in body[:3])),
        ("printed", _only(beside)),
        ("title", (page.head_title, page.meta("description") or "")),
        ("meta", _metas(page)),
        ("class", said(page, "date", range(len(page.blocks)))),
    )
    for way, texts in places:
        for evidence in read("printed", PRINTED, texts, order, way):
            return [evidence]
    return []


def _times(page: Page) -> Iterator[str]:
    for text, at, before in page.times[:TIMES]:
        if not labels_update(before) and not is_comment(page, at):
            yield text


def _metas(page: Page) -> Iterator[str]:
    for name, values in page.metas.items():
        if _SOME_DATE.search(name) and not _NO_DATE.search(name):
            yield from values


def _labelled(page: Page) -> Iterator[str]:
    """Short lines anywhere that a label begins, or that stand below one of its own."""
    above, dated = "", 0
    for block in page.blocks:
        if len(block.raw) <= 2 * LONGEST and _DIGITS.search(block.raw):
            if PUBLISHED.match(block.raw) or PUBLISHED.fullmatch(above):
                yield block.raw
            else:
                yield from labelled(block.raw, "published")
            if (dated := dated + 1) == _MOST_DATED:
                return
        above = block.raw[:LONGEST]


def _only(texts: Iterable[str]) -> list[str]:
    """The one short text with a date in it; where several have one, they are other stories'."""
    dated = [text for text in texts if len(text) <= 2 * LONGEST and find_stamp(text)]
    return dated if len(dated) == 1 else []


def find_last_change(page: Page) -> Iterator[tuple[str, str]]:
    """What the foot of a page says of its last change: "This page was last edited on …"."""
    for block in page.blocks[-_FOOT:]:
        if len(block.raw) <= 2 * LONGEST and (change := _CHANGE.search(block.raw)):
            yield "printed", block.raw[change.start() :]
