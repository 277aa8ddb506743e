"""What is told, as items of a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import uuid
from collections.abc import Iterator
from typing import Any

from monitor.deliver.base import Told
from monitor.deliver.marks import in_words, pieces
from monitor.deliver.names import slug
from monitor.models import Collection, ConfigNotice, Message, Notice, VolumeAlert
from monitor.text import flat, one_line, storable

ALL = "all"  # the feed of everything; no rule's file can bear its name
LONGEST_TITLE, LONGEST_LINE, LONGEST_TEXT, LONGEST_URL = (
    300,
    1_000,
    4_000,
    2_000,
)  # characters: a file has its bounds

Item = dict[str, Any]


def feeds_of(told: Told) -> Iterator[tuple[str, str, list[Item]]]:
    """The feeds that ``told`` belongs in: name of the file, title, items, the newest first."""
    if isinstance(told, Notice | ConfigNotice):
        yield ALL, "All alerts", [_notice(told)]
        return
    alerts: tuple[Message | VolumeAlert, ...] = (
        (*told.alerts, *told.volumes) if isinstance(told, Collection) else (told,)
    )
    yield ALL, "All alerts", [_item(told.id, alert) for alert in reversed(alerts)]
    by_rule: dict[str, list[Message | VolumeAlert]] = {}
    for alert in reversed(alerts):
        by_rule.setdefault(alert.rule, []).append(alert)
    for rule, its in by_rule.items():
        title = one_line(its[0].label, LONGEST_TITLE)
        yield file_of(rule), title, [_item(told.id, alert) for alert in its]


def file_of(rule: str) -> str:
    return f"_{rule}" if rule == ALL else slug(rule)


def urn(*parts: object) -> str:
    """A name for ever, made of what it names (RFC 9562 §5.5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, storable("\n".join(map(str, parts)))).urn


def _item(delivery: str, alert: Message | VolumeAlert) -> Item:
    """``delivery`` is the id under which it goes out, alone or with others."""
    return _alert(delivery, alert) if isinstance(alert, Message) else _volume(delivery, alert)


def _volume(delivery: str, alert: VolumeAlert) -> Item:
    links = [f"{story.title}, {story.source}, {story.url}" for story in alert.stories]
    more = [f"… and {alert.more} more"] if alert.more else []
    said = (f"{alert.label}: {alert.kind.value} {alert.condition}", *links, *more)
    return {
        "id": urn(delivery, alert.rule, alert.kind.value, alert.created_at.isoformat()),
        "title": _title(alert.reason),
        "content_html": "".join(map(_paragraph, said)),
        "date_published": alert.created_at.isoformat(),
        "tags": [one_line(alert.label, LONGEST_TITLE)],
    }


def _alert(delivery: str, alert: Message) -> Item:
    article = alert.article
    by = one_line(article.source or article.site or alert.source, LONGEST_TITLE)
    item = {
        "id": urn(delivery, alert.rule, article.url, alert.revision),
        "url": _link(article.url),
        "title": _title(("Corrected: " if alert.correction else "") + article.title),
        "content_html": "".join(_alert_html(alert)),
        "date_published": alert.created_at.isoformat(),
        "authors": [{"name": by}] if by else None,
        "language": article.language if article.language.isascii() else None,
        "tags": [one_line(alert.label, LONGEST_TITLE)],
    }
    return {key: value for key, value in item.items() if value}


def _alert_html(alert: Message) -> Iterator[str]:
    article = alert.article
    yield _paragraph(f"{alert.label}: {alert.reason}; matched {in_words(alert.match)}")
    when = article.updated or article.published or "undated"
    yield _paragraph(f"{article.source or alert.source}, {when}, {article.url}")
    left = LONGEST_TEXT
    for index, text in enumerate(article.body):
        if left <= 0:
            break
        spans = [s for s in alert.match.spans if (s.field, s.paragraph) == ("body", index)]
        yield f"<p>{_marked(pieces(flat(text), spans), left)}</p>"
        left -= len(text)


def _marked(found: list[tuple[str, bool]], left: int) -> str:
    out = []
    for piece, marked in found:
        text = html.escape(piece[: max(left, 0)])
        left -= len(piece)
        if text:
            out.append(f"<mark>{text}</mark>" if marked else text)
    return "".join(out) + ("…" if left < 0 else "")


def _notice(told: Notice | ConfigNotice) -> Item:
    if isinstance(told, ConfigNotice):
        state = "right again" if told.right else "wrong, the one before stays"
        title, said = f"Configuration {state}", told.problems
    else:
        state = "recovered" if told.recovered else told.health.value
        title, said = f"{told.about.title()} {state}: {told.name}", (told.detail,)
    return {
        "id": urn(told.id),
        "title": _title(title),
        "content_html": "".join(map(_paragraph, said)) or "<p></p>",
        "date_published": told.created_at.isoformat(),
    }


def _title(text: str) -> str:
    return one_line(text, LONGEST_TITLE) or "(no title)"


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(one_line(text, LONGEST_LINE))}</p>"


def _link(url: str) -> str | None:
    """Only what a reader may follow: no scripts, no files."""
    fit = url.startswith(("https://", "http://")) and url.isprintable() and len(url) <= LONGEST_URL
    return url if fit else None
