"""Where dates stand on a page, and how much each place is to be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from monitor.parse import jsonld
from monitor.parse.credits import Part, labels_update
from monitor.parse.dates import Stamp, find_stamp
from monitor.parse.labels import PUBLISHED
from monitor.parse.page import Page
from monitor.parse.roles import said

_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished",
    "article.published",
    "publishdate", "publish-date", "publish_date", "published_time", "pubdate", "publication_date",
    "parsely-pub-date", "sailthru.date", "dcterms.created", "dc.date.issued", "dcterms.issued",
    "dc.date", "dc:date", "dcterms.date", "date", "displaydate", "originalpublicationdate",
    "apub:time", "citation_date", "citation_publication_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "article.updated", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "updated_time", "modified",
)  # fmt: skip
_SOME_DATE = re.compile(r"publi|pub_?date|creat|issued|date|posted|upload")
_NO_DATE = re.compile(r"modif|updat|expir|valid|verif|birth|format|author|event|app-|publisher")
_DATA, _META, _MARKED, _LABELLED, _ALONE, _PRINTED, URL, _REWRITTEN = 4, 1.75, 2, 2, 1.5, 1, 1, 1
_CLOCK = 0.25  # more for a time of day
LONGEST = 120  # characters into a text
_MOST = 60  # texts
_NEAR = 4  # blocks into the body in which its <time> may stand
_ABOVE = 8  # blocks above the headline in which its date may stand
_BELOW = 12  # blocks after the story
_FOOT = 80  # blocks
_CHANGE = re.compile(
    r"\b(?:last|zuletzt|dernière|última|ultima|laatst)\b(?=.*(?:modifi|edited|updated|changed|geändert"
    r"|bearbeitet|mise à jour|actualiz|aggiorn|bewerkt|gewijzigd))",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{4}")
_EDGE = re.compile(r"[\W\d_]*(?:\w{1,12}\W+)?")  # a day of the week may stand beside a date


@dataclass(slots=True)
class Evidence:
    family: str  # data, meta, marked, printed, url: those of one family say a thing once
    weight: float
    stamp: Stamp


def find_evidence(
    page: Page,
    story: dict[str, Any],
    parts: Sequence[Part],
    headline: int,
    body: Sequence[int],
    order: str,
) -> Iterator[Evidence]:
    """What states or prints when the story was published, in order of trust."""
    stated = jsonld.texts(story.get("datePublished"))
    rewritten = _is_rewritten(stated, jsonld.texts(story.get("dateModified")), order)
    yield from _read("data", _REWRITTEN if rewritten else _DATA, stated, order)
    modified = [text for name in _MODIFIED for text in page.metas.get(name, ())]
    for name in _PUBLISHED:
        if texts := page.metas.get(name):
            meta = _REWRITTEN if _is_rewritten(texts, modified, order) else _META
            yield from _read("meta", meta, texts, order)
    yield from _read("marked", _MARKED, page.props.get("datePublished", ()), order)
    near = range(max(0, headline - _ABOVE), body[0] + _NEAR + 1)
    times = [
        (text, at)
        for text, at, before in page.times
        if at in near and not labels_update(before) and not _is_comment(page, at)
    ]
    # One within the story may be that of an embedded post.
    for text, at in times:
        own = at <= body[0] or (at not in body and _is_short(page, at))
        yield from _read("marked", _MARKED if own else _PRINTED, [text], order)
    labelled = (part.value for part in parts if part.label == "published")
    yield from _read("printed", _LABELLED, labelled, order)
    above = said(page, "date", range(near.start, headline))[-1:]  # of others, if there are more
    beside = said(page, "date", range(headline, near.stop))
    yield from _read("printed", _ALONE, [*above, *beside], order)
    for part in parts:
        if part.label in {"", "source", "other", "author"} and part.block in near:
            for evidence in _read("printed", _PRINTED, [part.value], order):
                alone = _is_alone(part.value, evidence.stamp)
                evidence.weight += (_ALONE - _PRINTED) * alone
                if part.block < body[0] or (alone and part.block not in body):
                    yield evidence


def _is_short(page: Page, block: int) -> bool:
    return block < len(page.blocks) and len(page.blocks[block].raw) <= LONGEST // 2


def _is_rewritten(published: Sequence[str], modified: Sequence[str], order: str) -> bool:
    """Whether the first of the texts puts the publication at the last change, or behind it."""
    if not published or not modified:
        return False
    first, last = find_stamp(published[0], order), find_stamp(modified[0], order)
    if first is None or last is None:
        return False
    same = first.clock is not None and (last.day, last.clock) == (first.day, first.clock)
    return same or last.day < first.day


def _is_comment(page: Page, block: int) -> bool:
    """Whether the block stands in a box that calls itself comments."""
    box = page.blocks[block].box if block < len(page.blocks) else 0
    while box > 0:
        if page.boxes[box].comment:
            return True
        box = page.boxes[box].parent
    return False


def _is_alone(text: str, stamp: Stamp) -> bool:
    rest = text[: stamp.start], text[stamp.end :]
    return all(_EDGE.fullmatch(side) for side in rest)


def _read(family: str, weight: float, texts: Iterable[str], order: str) -> Iterator[Evidence]:
    for text in islice(texts, _MOST):
        stamp = find_stamp(text[:LONGEST], order)
        if stamp and not labels_update(text[: stamp.start]):
            yield Evidence(family, weight + (_CLOCK if stamp.clock else 0), stamp)


def find_fallback(
    page: Page, story: dict[str, Any], headline: int, body: Sequence[int], order: str
) -> list[Evidence]:
    """What the first place says that has any date, the places being less and less trusted."""
    above = range(max(0, headline - _ABOVE), body[0] + _NEAR + 1)
    below = range(body[-1], min(body[-1] + _BELOW, len(page.blocks)))
    about = story.get("page")
    places: tuple[Iterable[str], ...] = (
        jsonld.texts(about.get("datePublished")) if isinstance(about, dict) else (),
        (page.blocks[i].raw for i in above if i < len(page.blocks) and i < body[0]),
        said(page, "date", below),
        _labelled(page),
        (
            text
            for text, at, before in page.times
            if not labels_update(before) and not _is_comment(page, at)
        ),
        (page.blocks[i].raw[:40] for i in body[:3]),
        _only(page.blocks[i].raw for i in below if i not in body and not _is_comment(page, i)),
        (page.head_title, page.meta("description") or ""),
        (
            value
            for name, values in page.metas.items()
            if _SOME_DATE.search(name) and not _NO_DATE.search(name)
            for value in values
        ),
        said(page, "date", range(len(page.blocks))),
    )
    for texts in places:
        for evidence in _read("printed", _PRINTED, texts, order):
            return [evidence]
    return []


def _labelled(page: Page) -> Iterator[str]:
    """Short lines anywhere that a label begins, or that stand below one of its own."""
    above = ""
    for block in page.blocks:
        dated = len(block.raw) <= LONGEST and _DIGITS.search(block.raw)
        if dated and (PUBLISHED.match(block.raw) or PUBLISHED.fullmatch(above)):
            yield block.raw
        above = block.raw[:LONGEST]


def _only(texts: Iterable[str]) -> list[str]:
    """The one short text with a date in it; where several have one, they are other stories'."""
    dated = [text for text in texts if len(text) <= 2 * LONGEST and find_stamp(text)]
    return dated if len(dated) == 1 else []


def find_updates(page: Page, story: dict[str, Any], parts: Sequence[Part]) -> Iterator[str]:
    """Texts that say when the story was changed, the printed ones first."""
    yield from page.picked["updated"]
    yield from (part.value for part in parts if part.label == "updated")
    yield from (text for text, _, before in page.times if labels_update(before))
    yield from jsonld.texts(story.get("dateModified"))
    for name in _MODIFIED:
        yield from page.metas.get(name, ())
    yield from page.props.get("dateModified", ())


def find_last_change(page: Page) -> Iterator[str]:
    """What the foot of a page says of its last change: "This page was last edited on …"."""
    for block in page.blocks[-_FOOT:]:
        if len(block.raw) <= 2 * LONGEST and (change := _CHANGE.search(block.raw)):
            yield block.raw[change.start() :]
