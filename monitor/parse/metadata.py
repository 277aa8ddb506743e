"""What stands beside the body: dates, authors, section, keywords, image."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urljoin

from monitor.models import Moment
from monitor.parse import jsonld
from monitor.parse.credits import Part, labels_update, read_names
from monitor.parse.dates import as_date, find_moment, from_url
from monitor.parse.page import SEAM, Page

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "article.published",
    "publishdate", "publish-date", "publish_date", "published_time", "pubdate", "publication_date",
    "parsely-pub-date", "sailthru.date", "dcterms.created", "dc.date.issued", "dcterms.issued",
    "dc.date", "dcterms.date", "date", "displaydate", "originalpublicationdate", "apub:time",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "article.updated", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "updated_time", "modified",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "byl", "parsely-author", "dc.creator", "dcterms.creator")
_SECTIONS = ("article:section", "section", "parsely-section", "category", "channel")
_KEYWORDS = ("news_keywords", "keywords", "article:tag")
_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_ZONES = {
    "cn": "Asia/Shanghai",
    "la": "Asia/Vientiane",
    "zh": "Asia/Shanghai",
    "lo": "Asia/Vientiane",
}

_BY = re.compile(r"^\W*(?:by|作者|[\u4e00-\u9fff]{0,6}记者|文)[\s:：]+", re.IGNORECASE)
_BYLINE = re.compile(r"^\W*By\s+(?P<names>[^\W\d_a-z][^|/\d" + SEAM + r"]{2,80})")
# 新华社万象11月18日电（记者 陈远航、苏文喆）
_REPORTERS = re.compile(r"[（(](?:[\u4e00-\u9fff]{1,4})?记者[\s:：]*([^（）()]{2,30})[）)]")
_OPENING = 80  # characters in which a dateline and its reporters stand
_LONGEST_BYLINE = 1_000  # characters
_AND = re.compile(r"\s*[,;、，；|]\s*|\s+(?:and|und|et|y|&)\s+")
_TITLE = re.compile(r"^(?:staff|reporter|editor|correspondent|senior|in\b|for\b)", re.IGNORECASE)
_NOBODY = re.compile(
    r"^(?:admin(?:istrator)?|editor(?:ial)?|staff|webmaster|root|none|null)$|https?:|www\.|@",
    re.IGNORECASE,
)
_NAME_LONGEST = _SECTION_LONGEST = 60
_NEAR = 4  # blocks into the body in which its <time> may stand


def zone_of(site: str, language: str, timezone: str | None) -> str | None:
    """The zone of times printed without an offset: as told, the country's, the language's."""
    country = site.partition(":")[0].rpartition(".")[2]
    return timezone or _ZONES.get(country) or _ZONES.get(language)


def find_dates(
    page: Page, story: dict[str, Any], parts: Sequence[Part], body: int, url: str, zone: str | None
) -> tuple[Moment | None, Moment | None]:
    """When the story was published, and when updated.

    Where a date is first found without a time, a later place that has one for the same day adds it.
    """
    order = page.picked.dates
    published = _first(_published(page, story, parts, body), zone, order)
    updated = _first(_updated(page, story, parts), zone, order)
    if published is None and updated is None:
        published = from_url(url)
    return published, updated


def _published(
    page: Page, story: dict[str, Any], parts: Sequence[Part], body: int
) -> Iterator[str]:
    yield from page.picked["published"]
    yield from jsonld.texts(story.get("datePublished"))
    for name in _PUBLISHED:
        yield from page.metas.get(name, ())
    yield from page.props.get("datePublished", ())
    yield from (part.value for part in parts if part.label == "published")
    yield from (
        text for text, at, before in page.times if at <= body + _NEAR and not labels_update(before)
    )
    yield from (
        part.value
        for part in parts
        if part.label in {"", "source", "other", "author"} and part.block < body
    )


def _updated(page: Page, story: dict[str, Any], parts: Sequence[Part]) -> Iterator[str]:
    yield from page.picked["updated"]
    yield from (part.value for part in parts if part.label == "updated")
    yield from (text for text, _, before in page.times if labels_update(before))
    yield from jsonld.texts(story.get("dateModified"))
    for name in _MODIFIED:
        yield from page.metas.get(name, ())
    yield from page.props.get("dateModified", ())


def _first(texts: Iterable[str], zone: str | None, order: str) -> Moment | None:
    found: Moment | None = None
    for text in texts:
        moment = find_moment(text[:120], zone, order)
        if moment is None:
            continue
        if isinstance(moment, dt.datetime) and (found is None or as_date(moment) == found):
            return moment
        found = found or moment
    return found


def find_authors(
    page: Page, story: dict[str, Any], parts: Sequence[Part], site: str, opening: str
) -> tuple[str, ...]:
    """The authors' names, from the first place that has any; ``opening`` is the first paragraph."""
    host = site.partition(".")[0]
    for names in (
        [name for text in page.picked["author"] for name in read_names(text)],
        jsonld.texts(story.get("author")),
        [value for name in _AUTHORS for value in page.metas.get(name, ())],
        page.props.get("author", []),
        page.authors,
        [part.value for part in parts if part.label == "author"],
        [match["names"] for part in parts if (match := _BYLINE.match(part.value))],
        _REPORTERS.findall(opening[:_OPENING]),
    ):
        people = dict.fromkeys(person for name in names for person in _people(name, host))
        if people:
            return tuple(people)
    return ()


def _people(text: str, host: str) -> Iterator[str]:
    line = " ".join(text.replace(SEAM, " ").split())[:_LONGEST_BYLINE]
    for name in _AND.split(_BY.sub("", line)):
        person = " ".join(name.split()).strip("()（）[]. ")
        if (
            1 < len(person) <= _NAME_LONGEST
            and any(map(str.isalpha, person))
            and not _NOBODY.search(person)
            and not _TITLE.match(person)
            and person.casefold() != host
        ):
            yield person


def find_section(page: Page, story: dict[str, Any]) -> str | None:
    stated = [text for text in page.picked["section"] if len(text) <= _SECTION_LONGEST]
    stated = stated or jsonld.texts(story.get("articleSection"))
    return (stated[0] if stated else page.meta(*_SECTIONS)) or None


def find_keywords(page: Page, story: dict[str, Any]) -> tuple[str, ...]:
    """Each keyword once, in the order of the page."""
    lists = [value for name in _KEYWORDS for value in page.metas.get(name, ())]
    lists = lists or jsonld.texts(story.get("keywords"))
    words = (word.strip() for text in lists for word in re.split("[,;，；、|]", text))
    return tuple(dict.fromkeys(word for word in words if word))


def find_image(page: Page, story: dict[str, Any], url: str) -> str | None:
    """The absolute address of the page's own picture of the story."""
    image = page.meta(*_IMAGES) or jsonld.link(story.get("image"))
    try:
        return urljoin(url, image) if image else None
    except ValueError:  # not an address
        return None
