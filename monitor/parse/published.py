"""When a story was published and when updated, by what its page states and prints.

Each place where a date stands has a weight; the date with the most of it wins. A machine's time in
UTC is told as the page prints it to readers, where that can be seen.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from monitor.models import Moment
from monitor.parse import jsonld
from monitor.parse.credits import Part, labels_update
from monitor.parse.dates import Stamp, as_date, find_moment, find_stamp, fixed, from_url
from monitor.parse.page import Page
from monitor.parse.roles import said

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "article.published",
    "publishdate", "publish-date", "publish_date", "published_time", "pubdate", "publication_date",
    "parsely-pub-date", "sailthru.date", "dcterms.created", "dc.date.issued", "dcterms.issued",
    "dc.date", "dc:date", "dcterms.date", "date", "displaydate", "originalpublicationdate",
    "apub:time", "citation_date", "citation_publication_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "article.updated", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "updated_time", "modified",
)  # fmt: skip
_SOME_DATE = re.compile(r"publi|pub_?date|creat|issued|date|posted|upload")
_NO_DATE = re.compile(r"modif|updat|expir|valid|verif|birth|format|author|event|app-|publisher")
_DATA, _META, _MARKED, _LABELLED, _ALONE, _PRINTED, _URL, _REWRITTEN = (4, 1.75, 2, 2, 1.5, 1, 1, 1)
_CLOCK = 0.25  # more for a time of day
_LONGEST = 120  # characters into a text
_MOST = 60  # texts
_NEAR = 4  # blocks into the body in which its <time> may stand
_ABOVE = 8  # blocks above the headline in which its date may stand
_BELOW = 12  # blocks after the story
_EDGE = re.compile(r"[\W\d_]*(?:\w{1,12}\W+)?")  # a day of the week may stand beside a date
_HALF_HOUR = dt.timedelta(minutes=30)
_FARTHEST = dt.timedelta(hours=14)
_SAME = dt.timedelta(minutes=1)


@dataclass(slots=True)
class Evidence:
    family: str  # data, meta, marked, printed, url: those of one family say a thing once
    weight: float
    stamp: Stamp


def find_dates(
    page: Page,
    story: dict[str, Any],
    parts: Sequence[Part],
    headline: int,
    body: Sequence[int],
    url: str,
    zone: str | None,
) -> tuple[Moment | None, Moment | None]:
    """When the story was published, and when updated.

    ``headline`` is the index of the headline's block, ``body`` those of the paragraphs.
    """
    order = page.picked.dates
    updated = _first(_updated(page, story, parts), zone, order)
    found = list(_evidence(page, story, parts, headline, body, order))
    if not found and updated is None:
        found = _fallback(page, story, headline, body, order)
    if day := from_url(url):
        found += [Evidence("url", _URL, Stamp(day))] if found or updated is None else []
    _settle_order(found, updated)
    picked = _first(page.picked["published"], zone, order)
    return _chosen(found, picked, zone), updated


# --- what the page says ------------------------------------------------------------------------


def _evidence(
    page: Page,
    story: dict[str, Any],
    parts: Sequence[Part],
    headline: int,
    body: Sequence[int],
    order: str,
) -> Iterator[Evidence]:
    rewritten = jsonld.texts(story.get("datePublished")) == jsonld.texts(story.get("dateModified"))
    data = _REWRITTEN if rewritten else _DATA
    yield from _read("data", data, jsonld.texts(story.get("datePublished")), order)
    for name in _PUBLISHED:
        if name in page.metas:
            yield from _read("meta", _META, page.metas[name], order)
    yield from _read("marked", _MARKED, page.props.get("datePublished", ()), order)
    near = range(max(0, headline - _ABOVE), body[0] + _NEAR + 1)
    times = [
        (text, at)
        for text, at, before in page.times
        if at in near and not labels_update(before) and not _is_comment(page, at)
    ]
    # One within the story may be that of an embedded post.
    yield from _read("marked", _MARKED, (text for text, at in times if at <= body[0]), order)
    yield from _read("marked", _PRINTED, (text for text, at in times if at > body[0]), order)
    labelled = (part.value for part in parts if part.label == "published")
    yield from _read("printed", _LABELLED, labelled, order)
    yield from _read("printed", _ALONE, said(page, "date", near), order)
    for part in parts:
        if part.label in {"", "source", "other", "author"} and part.block < body[0]:
            for evidence in _read("printed", _PRINTED, [part.value], order):
                evidence.weight += (_ALONE - _PRINTED) * _is_alone(part.value, evidence.stamp)
                yield evidence


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
        stamp = find_stamp(text[:_LONGEST], order)
        if stamp and not labels_update(text[: stamp.start]):
            yield Evidence(family, weight + (_CLOCK if stamp.clock else 0), stamp)


def _fallback(
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
        (text for text, at, before in page.times if not labels_update(before)),
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


def _only(texts: Iterable[str]) -> list[str]:
    """The one short text with a date in it; where several have one, they are other stories'."""
    dated = [text for text in texts if len(text) <= 2 * _LONGEST and find_stamp(text)]
    return dated if len(dated) == 1 else []


def _updated(page: Page, story: dict[str, Any], parts: Sequence[Part]) -> Iterator[str]:
    yield from page.picked["updated"]
    yield from (part.value for part in parts if part.label == "updated")
    yield from (text for text, _, before in page.times if labels_update(before))
    yield from jsonld.texts(story.get("dateModified"))
    for name in _MODIFIED:
        yield from page.metas.get(name, ())
    yield from page.props.get("dateModified", ())


def _first(texts: Iterable[str], zone: str | None, order: str) -> Moment | None:
    """The first date; a later place that has a time for the same day adds it."""
    found: Moment | None = None
    for text in texts:
        moment = find_moment(text[:_LONGEST], zone, order)
        if moment is None:
            continue
        if isinstance(moment, dt.datetime) and (found is None or as_date(moment) == found):
            return moment
        found = found or moment
    return found


# --- what is made of it ------------------------------------------------------------------------


def _settle_order(found: Sequence[Evidence], updated: Moment | None) -> None:
    """Read 3/11 as March where that is what the other places say."""
    unsure = [evidence for evidence in found if evidence.stamp.unsure]
    sure = {evidence.stamp.day for evidence in found if not evidence.stamp.unsure}
    sure |= {as_date(updated)} if updated and not sure else set()
    if not unsure or any(_near(evidence.stamp.day, sure) for evidence in unsure):
        return
    if any(_near(evidence.stamp.swapped().day, sure) for evidence in unsure):
        for evidence in unsure:
            evidence.stamp = evidence.stamp.swapped()


def _near(day: dt.date, days: Iterable[dt.date]) -> bool:
    return any(abs(day - other).days <= 1 for other in days)


def _chosen(found: list[Evidence], picked: Moment | None, zone: str | None) -> Moment | None:
    moments = [(evidence, _local(evidence.stamp, found, zone)) for evidence in found]
    if picked is None:
        votes: dict[dt.date, dict[str, float]] = {}
        for evidence, moment in moments:
            families = votes.setdefault(as_date(moment), {})
            families[evidence.family] = max(evidence.weight, families.get(evidence.family, 0))
        day = max(votes, key=lambda day: sum(votes[day].values()), default=None)
    elif isinstance(picked, dt.datetime):
        return picked
    else:
        day = picked
    if day is None:
        return None
    same = (moment for _, moment in moments if as_date(moment) == day)
    return next((moment for moment in same if isinstance(moment, dt.datetime)), day)


def _local(stamp: Stamp, found: Sequence[Evidence], zone: str | None) -> Moment:
    """The moment of ``stamp``; one in UTC with the offset with which others tell it."""
    moment = stamp.moment(zone)
    if not isinstance(moment, dt.datetime) or moment.utcoffset():
        return moment
    for evidence in found:
        if offset := _offset(moment, evidence.stamp, zone):
            return moment.astimezone(dt.timezone(offset))
    return moment


def _offset(moment: dt.datetime, other: Stamp, zone: str | None) -> dt.timedelta | None:
    """The offset at which ``other`` tells ``moment``; None where it tells another time."""
    local = other.moment(zone)
    if isinstance(local, dt.datetime):
        return local.utcoffset() if abs(local - moment) < _SAME else None
    if other.clock is None and zone and (place := fixed(zone)):
        there = moment.astimezone(place)
        return there.utcoffset() if there.date() == other.day != moment.date() else None
    if other.clock is None and other.day == moment.date():
        return None
    naive = dt.datetime.combine(other.day, other.clock or dt.time())
    shift = naive - moment.replace(tzinfo=None, second=naive.second, microsecond=0)
    whole = shift % _HALF_HOUR == dt.timedelta() and abs(shift) <= _FARTHEST
    return shift if whole else None
