"""An Article as ninjs 3.0, the IPTC's news in JSON: https://iptc.org/std/ninjs/"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any
from urllib.parse import quote

from monitor.models import Article, Moment

_STANDARD = {
    "name": "ninjs",
    "version": "3.0",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#",
}
_PLAIN = "text/plain"
_URI = "%:/?#[]@!$&'()*+,;=~"  # what a URI may hold beside letters and digits (RFC 3986)
_STRAY = re.compile("%(?![0-9A-Fa-f]{2})")


def to_ninjs(article: Article) -> dict[str, Any]:
    """What the article has, under ninjs's names; what it does not have is left out.

    ninjs knows moments only: a day without a time of day is no moment, so it goes into ``edNote``.
    """
    item = {
        "standard": dict(_STANDARD),
        "uri": _identity(article),
        "type": "text",
        "firstCreated": _instant(article.published),
        "versionCreated": _instant(article.updated or article.published),
        "contentCreated": _instant(article.published),
        "language": None if article.language == "und" else article.language,
        "headlines": [{"role": "main", "contentType": _PLAIN, "value": article.title}],
        "bodies": _bodies("\n\n".join(article.body)),
        "by": ", ".join(article.authors),
        "located": article.dateline.place if article.dateline else None,
        "infoSources": _parties(article),
        "subjects": _subjects(article),
        "associations": _pictures(article),
        "altIds": _other_addresses(article),
        "edNote": _days(article),
    }
    return {name: value for name, value in item.items() if value}


def _identity(article: Article) -> str:
    """Its address; of a page that has none, a name made of what it says (RFC 9562 §5.5)."""
    if address := article.canonical or article.url:
        return _uri(address)
    said = "\n".join((article.title, *article.body)).encode("utf-8", "replace").decode()
    return uuid.uuid5(uuid.NAMESPACE_URL, said).urn


def _uri(address: str) -> str:
    """``address`` in ASCII: 新闻 becomes ``%E6%96%B0%E9%97%BB``."""
    return quote(_STRAY.sub("%25", address), safe=_URI, errors="replace")


def _instant(moment: Moment | None) -> str | None:
    """A time with its offset as RFC 3339 writes it; None for a day alone."""
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        return moment.isoformat()
    return None


def _days(article: Article) -> str | None:
    dates = {"Published": article.published, "Updated": article.updated}
    days = [f"{name}: {date}" for name, date in dates.items() if date and not _instant(date)]
    return f"{'; '.join(days)} (as precise as the page says)" if days else None


def _bodies(text: str) -> list[dict[str, Any]]:
    body = {"role": "main", "contentType": _PLAIN, "charCount": len(text), "value": text}
    return [body] if text else []


def _parties(article: Article) -> list[dict[str, str]]:
    agency = article.dateline.agency if article.dateline else None
    found = {"source": article.source, "agency": agency, "publisher": article.site}
    if agency == article.source:
        del found["agency"]
    return [{"name": name, "role": role} for role, name in found.items() if name]


def _subjects(article: Article) -> list[dict[str, str]]:
    sections = [{"name": article.section, "rel": "section"}] if article.section else []
    return [*sections, *({"name": word, "rel": "about"} for word in article.keywords)]


def _pictures(article: Article) -> list[dict[str, Any]]:
    if not article.image:
        return []
    address = _uri(article.image)
    shown = [{"name": "main", "href": address}]
    return [{"name": "image", "uri": address, "type": "picture", "renditions": shown}]


def _other_addresses(article: Article) -> list[dict[str, str]]:
    """Where the page was read, if it names another address as its own."""
    if article.canonical in (None, article.url) or not article.url:
        return []
    return [{"role": "url", "value": article.url}]
