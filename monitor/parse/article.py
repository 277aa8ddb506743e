"""The stages of ``parse_article``, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.errors import ParseError
from monitor.models import Article, Dateline
from monitor.parse import jsonld
from monitor.parse.address import find_canonical, site_of
from monitor.parse.authors import find_authors
from monitor.parse.credits import Part, find_outlet, find_parts, find_source, read_source
from monitor.parse.dateline import find_dateline
from monitor.parse.headline import Headline, find_headline, title_block
from monitor.parse.kind import refuse
from monitor.parse.language import tell_language
from monitor.parse.lead import find_lead
from monitor.parse.markup import read_markup
from monitor.parse.metadata import find_image, find_keywords, find_section, zone_of
from monitor.parse.nostory import breaks_off, find_list, find_nostory
from monitor.parse.page import Page
from monitor.parse.profile import Profile
from monitor.parse.published import Dates, find_dates
from monitor.parse.quality import Evidence, judge
from monitor.parse.roles import said
from monitor.parse.shown import Shown, find_shown
from monitor.parse.signature import find_signature
from monitor.parse.storykind import kind_of
from monitor.parse.walk import read_page

_MOST_TEXT = 3_000_000  # characters, a Han character counting three
_OWN = frozenset({"本报", "本报讯", "本報", "本報訊"})  # "this newspaper" names nobody


def read_article(
    html: bytes, url: str, charset: str | None, timezone: str | None, profile: Profile | None
) -> Article:
    """What ``parse_article`` gives, or raises."""
    site = site_of(url)
    title, shown, story = _read(html, url, site, charset, profile)
    page, (chosen, signature) = shown.page, find_signature(shown.page, shown.body)
    headline = title_block(page, title.all, chosen[0])
    lead = [] if page.picked.story else find_lead(page, headline, chosen, _about(page), shown.drop)
    body = tuple(page.blocks[i].text for i in [*lead, *chosen])
    top = headline or 0
    parts = find_parts(page, top, chosen)
    language, told = tell_language(f"{title.text} {' '.join(body)}", page.lang)
    zone = zone_of(site, (language, page.lang), (profile and profile.timezone) or timezone)
    dates = find_dates(page, story, parts, top, chosen, url, zone)
    if not (dates.published or dates.updated) and (other := find_list(shown, story, url)):
        raise other
    dateline = find_dateline(body, dates.published or dates.updated)
    canonical, named = find_canonical(page, url, profile.hosts if profile else ())
    fields = {
        "canonical": (canonical, named),
        "title": (title.text, title.way),
        "source": _source(page, parts, range(top, chosen[0]), signature, dateline),
        "updated": (dates.updated, dates.updated_by),
        "published": (dates.published, dates.published_by),
        "dateline": (dateline, "text"),
        "body": (body, shown.way),
        "language": (language, told),
        "authors": find_authors(page, story, parts, title.names, site, top, chosen),
        "section": find_section(page, story),
        "keywords": find_keywords(page, story),
        "image": find_image(page, story, url),
    }
    quality, doubts = judge(_evidence(shown, title, dates, printed=headline is not None))
    return Article(
        url=url,
        site=site,
        kind=kind_of(shown, title.text, body, story, url),
        quality=quality,
        doubts=doubts,
        extracted_by={name: way for name, (value, way) in fields.items() if value and way},
        **{name: value for name, (value, _) in fields.items()},
    )


def _read(
    html: bytes, url: str, site: str, charset: str | None, profile: Profile | None
) -> tuple[Headline, Shown, dict[str, Any]]:
    """The headline, where the story is shown, and its JSON-LD. Raises ParseError."""
    refuse(html)
    html = read_markup(html, charset)
    page = _bounded(read_page(html, profile, url))
    story = jsonld.find_story(page.json_ld)
    title = find_headline(page, story, site, url)
    shown = find_shown(page, html, title.claims if title else [], _body_of(story))
    if other := find_nostory(shown, title.text if title else None, story):
        raise other
    if title is None:
        raise ParseError("the page shows no title: no <h1>, <title>, og:title or headline")
    if not shown.body:
        raise ParseError("the page shows no body: no paragraphs of running text")
    return title, shown, story


def _body_of(story: dict[str, Any]) -> str:
    told = story.get("articleBody")
    return told if isinstance(told, str) else ""


def _bounded(page: Page) -> Page:
    if (length := sum(block.weight for block in page.blocks)) > _MOST_TEXT:
        raise ParseError(
            f"the page has {length:,} characters of text; at most {_MOST_TEXT:,} are read"
        )
    return page


def _evidence(shown: Shown, title: Headline, dates: Dates, *, printed: bool) -> Evidence:
    blocks = [shown.page.blocks[i] for i in shown.body]
    return Evidence(
        length=shown.weight,
        running=shown.running,
        linked=sum(block.links for block in blocks) / sum(len(block.raw) for block in blocks),
        places=title.places,
        agreeing=title.agreeing,
        printed=printed or title.way == "profile" or shown.way == "script",
        dated=dates.published is not None or dates.updated is not None,
        disagree=dates.disagree,
        way=shown.way,
        sure=shown.way == "profile",
        walled=breaks_off(shown),
    )


def _source(
    page: Page,
    parts: Sequence[Part],
    above: range,
    signature: str | None,
    dateline: Dateline | None,
) -> tuple[str | None, str]:
    """The credited wire or agency, from the first place that names one, and the way it came."""
    agency = dateline.agency if dateline and dateline.agency not in _OWN else None
    marked = said(page, "source", above)
    places = (
        ("profile", next(filter(None, map(read_source, page.picked["source"])), None)),
        ("label", find_source(parts)),
        ("printed", find_outlet(parts)),
        ("class", next(filter(None, map(read_source, marked)), None)),
        ("printed", signature),
        ("meta", page.meta("source", "contentsource", "article:source")),
        ("dateline", agency),
    )
    return next(((value, way) for way, value in places if value), (None, ""))


def _about(page: Page) -> list[str]:
    """What the metadata says of the story."""
    return [
        page.meta(name) or "" for name in ("og:description", "description", "twitter:description")
    ]
