"""Alerts and digests in words, for people: a subject, a text, and HTML with its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.background import DAYS
from monitor.deliver import charts, dates
from monitor.deliver.base import DigestSettings
from monitor.deliver.digest import Digest, digest, web_address
from monitor.deliver.marks import in_words, pieces, reasons
from monitor.deliver.templating import BUILT_IN, Templates
from monitor.models import DOUBTFUL, Collection, Message, Span, VolumeAlert
from monitor.text import flat, header


@dataclass(frozen=True, slots=True)
class Look:
    """How a channel wants it."""

    templates: Templates = BUILT_IN
    digest: DigestSettings = field(default_factory=DigestSettings)


@dataclass(frozen=True, slots=True)
class Rendered:
    """``images`` are PNGs by the name under which the HTML calls them: ``cid:NAME``."""

    subject: str
    text: str
    html: str
    images: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as a template shows it."""

    src: str
    alt: str
    width: int
    height: int


View = dict[str, object]


def rendered(told: Message | Collection, look: Look, domain: str) -> Rendered:
    """``domain`` ends the names of pictures, which are to be the world's only ones (RFC 2392)."""
    if isinstance(told, Message):
        return _written("alert", alert_view(told), look.templates, {})
    found = digest(told, look.digest.by)
    shown, images = pictures(told, found, domain)
    view = digest_view(told, found, look.digest) | {"charts": shown}
    return _written("digest", view, look.templates, images)


def pictures(
    told: Collection, found: Digest, domain: str
) -> tuple[Mapping[str, Picture], Mapping[str, bytes]]:
    """A chart for each section that has one, by its anchor, and ``all``; the images by name."""
    days = {section.anchor: section.days for section in found.sections if section.days}
    if len(days) != 1 and found.days:
        days["all"] = found.days
    names = {anchor: f"{anchor}.{told.id}@{domain}" for anchor in days}
    shown = {
        anchor: Picture(f"cid:{names[anchor]}", charts.in_words(counts), *charts.size(counts))
        for anchor, counts in days.items()
    }
    return shown, {names[anchor]: charts.chart(counts) for anchor, counts in days.items()}


def _written(what: str, view: View, templates: Templates, images: Mapping[str, bytes]) -> Rendered:
    html = templates.render(f"{what}.html.j2", view)
    return Rendered(
        subject=header(templates.render(f"{what}.subject.j2", view)),
        text=templates.render(f"{what}.txt.j2", view),
        html=html,
        images={name: image for name, image in images.items() if f"cid:{name}" in html},
    )


def alert_view(message: Message) -> View:
    """What the templates of an alert may use: docs/templates.md has the list."""
    article = message.article
    return {
        "message": message,
        "article": article,
        "correction": _corrected(message),
        "doubtful": DOUBTFUL,
        "reasons": reasons(message.match),
        "words": in_words(message.match),
        "link": web_address(article.url),
        "title": marked(message, "title", 0),
        "body": [marked(message, "body", index) for index in range(len(article.body))],
    }


def digest_view(told: Collection, found: Digest, settings: DigestSettings) -> View:
    """What the templates of a digest may use: docs/templates.md has the list."""
    background = told.background
    every: tuple[Message | VolumeAlert, ...] = (*told.alerts, *told.volumes)
    return {
        "collection": told,
        "kind": told.kind,
        "weekly": len(settings.days) == 1,
        "rule": next((each.label for each in every), ""),
        "day": dates.in_words(background.local(told.due).date(), settings.dates),
        "dates": settings.dates,
        "digest": found,
        "sections": found.sections,
        "stories": found.stories,
        "left_out": found.left_out,
        "last_days": DAYS,
        "ill": [
            {
                "name": each.name,
                "health": each.health,
                "detail": each.detail,
                "since": dates.in_words(
                    background.local(each.since).date() if each.since else None, settings.dates
                ),
            }
            for each in background.ill
        ],
        "watched": background.watched,
        "charts": {},
    }


def _corrected(message: Message) -> bool:
    """Whether to say so before the title, unless the title does."""
    return message.correction and not message.article.title.casefold().startswith("correct")


def marked(message: Message, field: str, paragraph: int) -> list[tuple[str, bool]]:
    """The title, or a paragraph, in pieces of which the matched ones are flagged."""
    article = message.article
    text = article.title if field == "title" else article.body[paragraph]
    return pieces(flat(text), [span for span in message.match.spans if _at(span, field, paragraph)])


def _at(span: Span, field: str, paragraph: int) -> bool:
    return span.field == field and span.paragraph == paragraph
