"""The stages of ``parse_article``, one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from itertools import pairwise
from typing import Any

from monitor.charset import decode
from monitor.errors import ParseError
from monitor.models import Article, Dateline
from monitor.parse import jsonld
from monitor.parse.address import find_canonical, site_of
from monitor.parse.authors import find_authors
from monitor.parse.credits import (
    Part,
    find_outlet,
    find_parts,
    find_source,
    is_credit_line,
    read_source,
)
from monitor.parse.dateline import find_dateline
from monitor.parse.generic import find_body
from monitor.parse.kind import refuse
from monitor.parse.language import find_language
from monitor.parse.lead import find_lead
from monitor.parse.letters import fold
from monitor.parse.metadata import (
    find_image,
    find_keywords,
    find_section,
    zone_of,
)
from monitor.parse.noise import ends_sentence
from monitor.parse.page import Page
from monitor.parse.profile import Profile
from monitor.parse.published import find_dates
from monitor.parse.roles import said
from monitor.parse.scripted import find_scripted
from monitor.parse.sides import dropped
from monitor.parse.title import LONGEST, vote
from monitor.parse.walk import read_page

_TITLED = re.compile(r"(?:^|[\s_-])(?:title|headline|biaoti|bt)(?=$|[\s_\d-])", re.IGNORECASE)
_MARK = re.compile(r"^\[\w{1,4}\]\s*")  # [转帖]
_CREDITS = re.compile(r"\s(?=(?:19|20)\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+\d{1,2}:)")
_LONG_LINE, _LINES = 160, 200  # characters of a line; how many lines may hold the headline
_MOST_TEXT = 3_000_000  # characters, a Han character counting three
_SCANT = 200  # of a body: so little that the page may show it by a script alone
_LONGEST_NAME = 40  # some pages put their headline where the site's name should stand
_OWN = frozenset({"本报", "本报讯", "本報", "本報訊"})  # "this newspaper" names nobody


def read_article(
    html: bytes, url: str, charset: str | None, timezone: str | None, profile: Profile | None
) -> Article:
    """What ``parse_article`` gives, or raises."""
    refuse(html)
    text = decode(html, charset)
    page = read_page(text, profile, url)
    if (length := sum(block.weight for block in page.blocks)) > _MOST_TEXT:
        raise ParseError(
            f"the page has {length:,} characters of text; at most {_MOST_TEXT:,} are read"
        )
    story = jsonld.find_story(page.json_ld)
    site = site_of(url)
    names = _site_names(page, story, site)
    headings, shared, data = _headings(page), _shared(page), _data(page, story)
    stated = [*shared, *data]
    title = _picked_title(page) or _voted_title(page, headings, shared, data, names)
    if title is None:
        raise ParseError("the page shows no title: no <h1>, <title>, og:title or headline")
    page, chosen, drop = _shown(page, text, [title, *stated])
    if not chosen:
        raise ParseError("the page shows no body: no paragraphs of running text")
    headline = _title_block(page, [title, *headings, *stated], chosen[0])
    lead = [] if page.picked.story else find_lead(page, headline, chosen, _descriptions(page), drop)
    body = tuple(page.blocks[i].text for i in [*lead, *chosen])
    top = headline or 0
    parts = find_parts(page, top, chosen)
    language = find_language(f"{title} {' '.join(body)}", page.lang)
    zone = zone_of(site, (language, page.lang), (profile and profile.timezone) or timezone)
    published, updated = find_dates(page, story, parts, top, chosen, url, zone)
    dateline = find_dateline(body, published or updated)
    return Article(
        url=url,
        canonical=find_canonical(page, url, profile.hosts if profile else ()),
        title=title,
        source=_source(page, parts, top, chosen[0], dateline),
        updated=updated,
        published=published,
        dateline=dateline,
        body=body,
        language=language,
        site=site,
        authors=find_authors(page, story, parts, names, site, top, chosen),
        section=find_section(page, story),
        keywords=find_keywords(page, story),
        image=find_image(page, story, url),
    )


def _shown(page: Page, text: str, titles: Sequence[str]) -> tuple[Page, list[int], list[bool]]:
    """The page, its body and what is a side matter; what a script has where it shows the story."""
    drop = dropped(page)
    chosen = find_body(page, titles, drop)
    if _length(page, chosen) < _SCANT and (hidden := find_scripted(text)):
        other = page.with_body(read_page(hidden))
        sides = dropped(other)
        found = find_body(other, titles, sides)
        if _length(other, found) > 2 * _SCANT:
            return other, found, sides
    return page, chosen, drop


def _length(page: Page, blocks: Sequence[int]) -> int:
    return sum(page.blocks[i].weight for i in blocks)


def _picked_title(page: Page) -> str | None:
    plausible = (text for text in page.picked["title"] if fold(text) and len(text) <= LONGEST)
    return next(plausible, None)


def _voted_title(
    page: Page,
    headings: Sequence[str],
    shared: Sequence[str],
    data: Sequence[str],
    names: Sequence[str],
) -> str | None:
    sure = any(block.kind == "h1" for block in page.blocks)
    return vote(headings, shared, data, page.head_title, names, _lines(page), sure=sure)


def _source(
    page: Page, parts: Sequence[Part], headline: int, body: int, dateline: Dateline | None
) -> str | None:
    """The credited wire or agency, from the first place that names one."""
    agency = dateline.agency if dateline and dateline.agency not in _OWN else None
    marked = said(page, "source", range(headline, body))
    return (
        next(filter(None, map(read_source, page.picked["source"])), None)
        or find_source(parts)
        or find_outlet(parts)
        or next(filter(None, map(read_source, marked)), None)
        or page.meta("source", "contentsource", "article:source")
        or agency
    )


def _headings(page: Page) -> list[str]:
    """The page's ``<h1>``; without any, what stands in their place."""
    found = [_heading(block.text) for block in page.blocks if block.kind == "h1"]
    return found or [_heading(text) for text in _titled(page)]


def _heading(text: str) -> str:
    """Without the mark of a forum before it, or the line of credits behind it."""
    cut = _CREDITS.search(text)
    return _MARK.sub("", text[: cut.start()] if cut else text).strip()


def _titled(page: Page) -> list[str]:
    """The line that calls itself the title, that stands above the source and date, or an <h2>."""
    lines = [block for block in page.blocks if len(block.raw) <= LONGEST and not block.links]
    found = [block.text for block in lines if _TITLED.search(page.boxes[block.box].names)][:1]
    for above, block in pairwise(lines):
        if is_credit_line(block.raw) and not is_credit_line(above.raw):
            found += [] if ends_sentence(above.text) else [above.text]
            break
    return found + [block.text for block in lines if block.kind == "h2"][:1]


def _lines(page: Page) -> list[str]:
    return [
        block.text
        for block in page.blocks[:_LINES]
        if len(block.raw) <= _LONG_LINE and not block.links
    ]


def _shared(page: Page) -> list[str]:
    """What the metadata says the headline is, for social networks and libraries."""
    found = [page.meta("og:title"), page.meta("twitter:title", "dc.title", "title")]
    return [" ".join(text.split()) for text in found if text]


def _data(page: Page, story: dict[str, Any]) -> list[str]:
    """What the structured data says the headline is."""
    found = [*jsonld.texts(story.get("headline"))[:1], *page.props.get("headline", [])[:1]]
    return [" ".join(unescape(text).split()) for text in found if text]


def _site_names(page: Page, story: dict[str, Any], site: str) -> list[str]:
    labels = [label for label in site.partition(":")[0].split(".") if not label.isdigit()]
    names = [page.meta("og:site_name"), page.meta("application-name"), site, *labels[:-1]]
    names += jsonld.texts(story.get("publisher"))
    return [name for name in names if name and 2 < len(name) < _LONGEST_NAME]


def _descriptions(page: Page) -> list[str]:
    return [
        page.meta(name) or "" for name in ("og:description", "description", "twitter:description")
    ]


def _title_block(page: Page, titles: Sequence[str], body: int) -> int | None:
    """The block that prints the title, the last one before the body; None where none does."""
    keys = {fold(title) for title in titles} - {""}
    return next((i for i in range(body, -1, -1) if page.blocks[i].key in keys), None)
