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
_DATA, _META, _MARKED, _LABELLED, _ALONE, PRINTED, URL, _REWRITTEN = 4, 1.75, 2, 2.3, 1.5, 1, 1, 1
_WAYS = {"data": "json-ld", "meta": "meta", "marked": "itemprop", "printed": "printed"}
_CLOCK = 0.25  # more for a time of day
LONGEST = 120  # characters into a text
_MOST = 60  # texts
TIMES = 200  # that are looked at
NEAR = 4  # blocks into the body in which its <time> may stand
ABOVE = 8  # blocks above the headline in which its date may stand
_EDGE = re.compile(r"[\W\d_]*(?:\w{1,12}\W+)?")  # a day of the week may stand beside a date


@dataclass(slots=True)
class Evidence:
    family: str  # data, meta, marked, printed, url: those of one family say a thing once
    weight: float
    stamp: Stamp
    way: str  # how it came, in a word


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
    yield from read("data", _REWRITTEN if rewritten else _DATA, stated, order)
    modified = [text for name in _MODIFIED for text in page.metas.get(name, ())]
    for name in _PUBLISHED:
        if texts := page.metas.get(name):
            meta = _REWRITTEN if _is_rewritten(texts, modified, order) else _META
            yield from read("meta", meta, texts, order)
    yield from read("marked", _MARKED, page.props.get("datePublished", ()), order)
    near = range(max(0, headline - ABOVE), body[0] + NEAR + 1)
    beside = (time for time in page.times if time[1] in near)
    times = [
        (text, at)
        for text, at, before in islice(beside, _MOST)
        if not labels_update(before) and not is_comment(page, at)
    ]
    # One within the story may be that of an embedded post.
    for text, at in times:
        own = at <= body[0] or (at not in body and _is_short(page, at))
        yield from read("marked", _MARKED if own else PRINTED, [text], order, "time")
    labelled = (part.value for part in parts if part.label == "published")
    yield from read("printed", _LABELLED, labelled, order, "label")
    above = said(page, "date", range(near.start, headline))[-1:]  # of others, if there are more
    printed = said(page, "date", range(headline, near.stop))
    yield from read("printed", _ALONE, [*above, *printed], order, "class")
    for part in parts:
        if part.label in {"", "source", "other", "author"} and part.block in near:
            for evidence in read("printed", PRINTED, [part.value], order):
                alone = _is_alone(part.value, evidence.stamp)
                evidence.weight += (_ALONE - PRINTED) * alone
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


def is_comment(page: Page, block: int) -> bool:
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


def read(
    family: str, weight: float, texts: Iterable[str], order: str, way: str = ""
) -> Iterator[Evidence]:
    for text in islice(texts, _MOST):
        stamp = find_stamp(text[:LONGEST], order)
        if stamp and not labels_update(text[: stamp.start]):
            clock = _CLOCK if stamp.clock else 0
            yield Evidence(family, weight + clock, stamp, way or _WAYS[family])


def find_updates(
    page: Page, story: dict[str, Any], parts: Sequence[Part]
) -> Iterator[tuple[str, str]]:
    """How each came, and what says when the story was changed, the printed ones first."""
    labelled = (part.value for part in parts if part.label == "updated")
    times = (text for text, _, before in page.times[:TIMES] if labels_update(before))
    places: tuple[tuple[str, Iterable[str]], ...] = (
        ("profile", page.picked["updated"]),
        ("label", labelled),
        ("time", times),
        ("json-ld", jsonld.texts(story.get("dateModified"))),
        *(("meta", page.metas.get(name, ())) for name in _MODIFIED),
        ("itemprop", page.props.get("dateModified", ())),
    )
    return ((way, text) for way, texts in places for text in texts)
