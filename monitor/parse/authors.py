"""Who wrote a story: the names that its page states or prints, without what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from monitor.parse import jsonld
from monitor.parse.bylines import below_by, bylines, han
from monitor.parse.credits import Part, read_names
from monitor.parse.names import is_account, is_organisation, people, printed_people
from monitor.parse.page import Page
from monitor.parse.roles import said

_STATED = (
    "author", "article:author", "byl", "parsely-author", "dc.creator", "dcterms.creator",
    "sailthru.author", "articleauthor",
)  # fmt: skip
_HAN = re.compile("[\u4e00-\u9fff]+")
_SEPARATOR = re.compile(r"\s*(?:[|_｜]|::|\s[-–—]\s)\s*")
_LONGEST_TITLE = 500
_ABOVE, _BELOW = 4, 6  # blocks above the headline, after the story
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
        others = (name for name in names if not (_key(name) in outlets or _is_desk(name, site)))
        found = tuple(dict.fromkeys(others))
        if not all(_is_second(name, site) for name in found):
            return second if _is_named(second[0], found) else (found, way)
        second = second if second[0] else (found, way)
        own = own if own[0] else (tuple(name for name in names if not _HAN.fullmatch(name)), way)
    if second[0]:
        return second
    return tuple(name for name in own[0][:1] if " " in name or not _is_host(name, site)), own[1]


def _is_second(name: str, site: str) -> bool:
    """Whether a name is no person's, or but one of a person's names."""
    alone = name.isascii() and " " not in name
    return alone or is_account(name) or is_organisation(name) or (site != "" and site in name)


def _is_named(stated: Collection[str], printed: Collection[str]) -> bool:
    """Whether a name that is stated alone is printed so too, beside what is none."""
    return any(name in printed and not is_account(name) for name in stated)


def _is_desk(name: str, site: str) -> bool:
    """Whether a name is a part of the site's house: NDR Info on ndr.de."""
    house, _, desk = name.partition(" ")
    return desk != "" and house.isupper() and _is_host(house, site)


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
    yield "byline", _printed(bylines(part.value for part in parts))
    yield "class", _printed(said(page, "author", near))
    yield "byline", _printed(below_by(page.blocks[near.start : near.stop]))
    yield "byline", _printed(han(page.blocks, near, body, below))
    yield "class", _printed(bylines(said(page, "author", below)))


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
